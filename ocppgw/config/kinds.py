"""
The kinds of value that most keys have: text, switch, number, word, path, list.

A kind knows what it accepts, in words, and turns a value that ``tomllib`` read into a frozen one.
It knows no key and no file.  Kinds with a grammar of their own stand in `addresses`, `times` and
`freetables`.
"""

from __future__ import annotations

import abc
import unicodedata
from collections.abc import Sequence
from pathlib import Path
from typing import Generic, TypeVar

import attrs

from ocppgw.access.roles import Role
from ocppgw.access.secrets import PasswordHash
from ocppgw.config.errors import Unacceptable
from ocppgw.config.showing import shown

T = TypeVar("T")


class Kind(abc.ABC, Generic[T]):
    """What a key accepts and what it becomes."""

    @property
    @abc.abstractmethod
    def accepted(self) -> str:
        """In words, to follow "accepted is"."""

    @abc.abstractmethod
    def read(self, value: object) -> T:
        """The frozen value.  Raises `Unacceptable`, and nothing else, whatever ``value`` is."""


@attrs.frozen
class Text(Kind[str]):
    """Text on one line, without blanks at its ends."""

    shortest: int = 0
    longest: int = 255

    @property
    def accepted(self) -> str:
        return (
            f"text in quotes, {self.shortest} to {self.longest} characters on one line, "
            "no blank at either end"
        )

    def read(self, value: object) -> str:
        if not isinstance(value, str) or value.strip() != value or not _isPlain(value):
            raise Unacceptable(shown(value))
        if not self.shortest <= len(value) <= self.longest:
            raise Unacceptable(shown(value))
        return value


def _isPlain(text: str) -> bool:
    return not any(c < " " or "\x7f" <= c <= "\x9f" or c in "\u2028\u2029" for c in text)


@attrs.frozen
class NodeText(Text):
    """
    What a charge point can be called: by itself, and in NodeIds.

    It is also a file name, a part of a URL and a word in a log: nothing invisible, no slash at
    its beginning (the gateway's own nodes have one), no ``.`` or ``..``.
    """

    @property
    def accepted(self) -> str:
        return (
            f"{super().accepted}, no invisible characters, no slash at the beginning, not . or .."
        )

    def read(self, value: object) -> str:
        text = super().read(value)
        invisible = any(unicodedata.category(c)[0] == "C" for c in text)
        if invisible or text.startswith("/") or text in {".", ".."}:
            raise Unacceptable(shown(text))
        return text


@attrs.frozen
class Switch(Kind[bool]):
    """True or false."""

    @property
    def accepted(self) -> str:
        return "true or false"

    def read(self, value: object) -> bool:
        if not isinstance(value, bool):
            raise Unacceptable(shown(value))
        return value


@attrs.frozen
class Whole(Kind[int]):
    """A whole number within bounds."""

    least: int
    most: int

    @property
    def accepted(self) -> str:
        return f"a whole number from {self.least} to {self.most}"

    def read(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise Unacceptable(shown(value))
        if not self.least <= value <= self.most:
            raise Unacceptable(shown(value))
        return value


@attrs.frozen
class Number(Kind[float]):
    """A number within bounds, with or without a fraction."""

    least: float
    most: float

    @property
    def accepted(self) -> str:
        return f"a number from {self.least:g} to {self.most:.10g}"

    def read(self, value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unacceptable(shown(value))
        if not self.least <= value <= self.most:
            raise Unacceptable(shown(value))
        return float(value)


@attrs.frozen
class Word(Kind[str]):
    """One of a few words."""

    words: Sequence[str]

    @property
    def accepted(self) -> str:
        return orList(self.words)

    def read(self, value: object) -> str:
        if not isinstance(value, str) or value not in self.words:
            raise Unacceptable(shown(value))
        return value


@attrs.frozen
class RoleWord(Kind[Role]):
    """The name of a role, from ``least`` upwards."""

    least: Role = Role.none

    @property
    def accepted(self) -> str:
        return orList([role.name for role in Role if role >= self.least])

    def read(self, value: object) -> Role:
        for role in Role:
            if role >= self.least and role.name == value:
                return role
        raise Unacceptable(shown(value))


@attrs.frozen
class FilePath(Kind[Path]):
    """A path; the reader makes a relative one relative to the file."""

    @property
    def accepted(self) -> str:
        return "a path in quotes, relative to this file or absolute"

    def read(self, value: object) -> Path:
        if not isinstance(value, str) or not value or "\0" in value:
            raise Unacceptable(shown(value))
        return Path(value)


@attrs.frozen
class PasswordText(Kind[PasswordHash]):
    """The hash of a password; a refused one is never shown, for it may be the password."""

    @property
    def accepted(self) -> str:
        return "a scrypt hash in quotes, of the form $scrypt$ln=15,r=8,p=1$SALT$HASH"

    def read(self, value: object) -> PasswordHash:
        if not isinstance(value, str):
            raise Unacceptable()
        try:
            return PasswordHash.parse(value)
        except ValueError:
            raise Unacceptable() from None


@attrs.frozen
class ListOf(Kind[tuple[T, ...]]):
    """A list of one kind.  An item may stand twice: two listeners may ask for any free port."""

    item: Kind[T]
    shortest: int = 0

    @property
    def accepted(self) -> str:
        least = f"at least {self.shortest}" if self.shortest else "any number"
        return f"a list in brackets, of {least} of: {self.item.accepted}"

    def read(self, value: object) -> tuple[T, ...]:
        if not isinstance(value, list | tuple) or len(value) < self.shortest:
            raise Unacceptable(shown(value))
        return tuple(self._item(place, item) for place, item in enumerate(value, 1))

    def _item(self, place: int, value: object) -> T:
        try:
            return self.item.read(value)
        except Unacceptable as error:
            accepted = error.accepted or self.item.accepted
            raise Unacceptable(error.shown, accepted, f"[{place}]{error.where}") from None


def orList(words: Sequence[str]) -> str:
    """Words in quotes, the last one after an "or"."""
    quoted = [f'"{word}"' for word in words]
    return " or ".join(filter(None, [", ".join(quoted[:-1]), quoted[-1]]))
