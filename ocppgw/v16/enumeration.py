"""
What a vocabulary of the specification is: words with a number and a text each.

Only the type.  The vocabularies stand in `states`, `metering` and `answers`.  Numbers are shown to
OPC UA clients: they never change and are never reused.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs


@attrs.frozen
class Word:
    """One member: its number and what it means, in our words."""

    number: int
    text: str


@attrs.frozen
class Enumeration:
    """
    A closed list of words, in the order of their numbers.

    :ivar name: what the specification calls it.
    """

    name: str
    words: Mapping[str, Word]
    _byLowerCase: Mapping[str, str] = attrs.field(repr=False)

    def find(self, text: str) -> str | None:
        """The word that is meant, without regard to case and blanks around; ``None``: none."""
        return self._byLowerCase.get(text.strip().lower())

    def number(self, word: str) -> int:
        """The number of a word in its right spelling; 0 for a foreign one."""
        known = self.words.get(word)
        return 0 if known is None else known.number

    @property
    def texts(self) -> Mapping[str, str]:
        """What each word means, in our words."""
        return {word: each.text for word, each in self.words.items()}

    def text(self, word: str) -> str:
        """What a word means; empty for a foreign one."""
        known = self.words.get(word)
        return "" if known is None else known.text


def explained(about: str, texts: Mapping[str, str]) -> str:
    """A sentence, and below it a line for each word with what that means."""
    return "\n".join((about, *(f"{word}: {text}" for word, text in texts.items())))


def enumeration(name: str, texts: Mapping[str, str], first: int = 1) -> Enumeration:
    """Number words in the order given, from ``first`` on."""
    words = {word: Word(number, text) for number, (word, text) in enumerate(texts.items(), first)}
    return Enumeration(name, MappingProxyType(words), {word.lower(): word for word in words})
