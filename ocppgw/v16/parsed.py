"""
JSON as it was written: numbers stay the text that was sent, repeated names are noticed.

Only reading; `shapes` makes values of it.
"""

from __future__ import annotations

import json
from typing import Any, NoReturn

import attrs
import msgspec

_check = msgspec.json.Decoder(msgspec.Raw).decode


class Number(str):
    """A JSON number, as text."""

    __slots__ = ()

    @property
    def isInteger(self) -> bool:
        """Whether it was written without fraction and exponent."""
        return self.lstrip("-").isdigit()


@attrs.frozen
class Parsed:
    """
    A JSON text taken apart.

    :ivar value: dicts, lists, texts, truth values, None, and `Number`.
    :ivar repeated: names that stood more than once in an object; the last one holds (S24).
    :ivar replaced: the text had bytes that are not UTF-8 (S20).
    """

    value: Any
    repeated: tuple[str, ...]
    replaced: bool


def parse(raw: bytes) -> Parsed:
    """
    Take a text apart.

    :raises ValueError: with what is wrong, for what is not JSON.
    """
    text = raw.decode("utf-8", "replace")
    repeated: list[str] = []

    def pairs(found: list[tuple[str, Any]]) -> dict[str, Any]:
        made = dict(found)
        if len(made) != len(found):
            repeated.append(_firstRepeated(found))
        return made

    try:
        # The check is stricter than what follows: no NaN, no half surrogates.
        _check(text.encode())
        value = json.loads(
            text,
            parse_float=Number,
            parse_int=Number,
            parse_constant=_refuse,
            object_pairs_hook=pairs,
        )
    except (msgspec.MsgspecError, RecursionError, ValueError) as error:
        raise ValueError(
            "nested too deeply" if isinstance(error, RecursionError) else str(error)
        ) from error
    return Parsed(value, tuple(repeated), text.encode() != raw)


def _firstRepeated(found: list[tuple[str, Any]]) -> str:
    seen: set[str] = set()
    for name, _ in found:
        if name in seen:
            return name
        seen.add(name)
    return ""


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
