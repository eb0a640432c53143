"""
Tables whose keys are not ours: wanted configuration keys, and factors by measurand.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from ocppgw.config.errors import Unacceptable
from ocppgw.config.kinds import Kind, Text
from ocppgw.config.showing import shown, tomlKey

#: Limits of ChangeConfiguration.req (OCPP 1.6 section 6.7).
_KEY = Text(1, 50)
_LONGEST_VALUE = 500
_MOST = 1e6


@attrs.frozen
class WantedKeys(Kind[Mapping[str, str]]):
    """
    Configuration keys of charge points and the text that each is to have.

    Keys differ by more than case.  AuthorizationKey is refused: it is a secret that every reader
    of the file would know, and no charge point tells whether it has it.
    """

    @property
    def accepted(self) -> str:
        return (
            "a table of configuration keys (1 to 50 characters, each once, not AuthorizationKey), "
            "each a text of at most 500 characters, a whole number, true or false"
        )

    def read(self, value: object) -> Mapping[str, str]:
        if not isinstance(value, Mapping):
            raise Unacceptable(shown(value))
        wanted: dict[str, str] = {}
        for key, item in value.items():
            _checkKey(key, "authorizationkey", *(known.lower() for known in wanted))
            wanted[key] = _wantedText(key, item)
        return MappingProxyType(wanted)


def _checkKey(key: str, *taken: str) -> None:
    try:
        _KEY.read(key)
    except Unacceptable:
        raise Unacceptable("this key", where=f".{tomlKey(key)}") from None
    if key.lower() in taken:
        raise Unacceptable("this key", where=f".{tomlKey(key)}")


def _wantedText(key: str, value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() if abs(value) < 10**18:
            return str(value)
        case str() if len(value) <= _LONGEST_VALUE and "\0" not in value:
            return value
        case _:
            accepted = "a text of at most 500 characters, a whole number, true or false"
            raise Unacceptable(shown(value), accepted, f".{tomlKey(key)}")


@attrs.frozen
class Factors(Kind[Mapping[str, float]]):
    """By what the readings of a measurand are multiplied; negative for a reversed meter."""

    @property
    def accepted(self) -> str:
        return "a table of measurands and factors, numbers other than 0 up to 1000000"

    def read(self, value: object) -> Mapping[str, float]:
        if not isinstance(value, Mapping):
            raise Unacceptable(shown(value))
        return MappingProxyType({key: _factor(key, item) for key, item in value.items()})


def _factor(measurand: str, value: Any) -> float:
    isNumber = isinstance(value, int | float) and not isinstance(value, bool)
    if isNumber and 0 < abs(value) <= _MOST:
        return float(value)
    accepted = "a number other than 0 up to 1000000"
    raise Unacceptable(shown(value), accepted, f".{tomlKey(measurand)}")
