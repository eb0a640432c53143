"""
What tolerant reading makes of a single JSON value: text, word, integer, number, truth value.

All that is known of a field comes from its declaration, limits and `Tolerance`.  Values come from
`parsed`: numbers as the text that was sent.  What holds values together is in `shapes`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import attrs

from ocppgw.ocppj.errorcodes import PROPERTY_VIOLATION, TYPE_VIOLATION
from ocppgw.v16.findings import Findings, Invalid
from ocppgw.v16.idtags import PADDING
from ocppgw.v16.messages.fields import Tolerance
from ocppgw.v16.numerals import readBoolean, readInteger, readNumber
from ocppgw.v16.parsed import Number
from ocppgw.v16.times import isTime

WORD_LENGTH = 255
"""How much of a foreign word is kept."""


def _asText(sent: Any, path: str) -> str:
    """A text, or the text of a number or truth value."""
    if isinstance(sent, bool):
        return "true" if sent else "false"
    if isinstance(sent, str):
        return str(sent)
    raise Invalid(TYPE_VIOLATION, "not a text", path)


@attrs.frozen
class Text:
    """A text of limited length."""

    longest: int | None
    tolerance: Tolerance

    def read(self, sent: Any, path: str, findings: Findings) -> str:
        """Too long ones are kept, numbers are taken as sent."""
        text = _asText(sent, path)
        if type(sent) is not str:
            row = self.tolerance.row or "type"
            findings.add(row, path, "not a text; taken as one", text, TYPE_VIOLATION)
        text = self._trimmed(text, path, findings)
        if self.longest is not None and len(text) > self.longest:
            row = self.tolerance.row if self.tolerance.trim else "S2"
            odd = f"longer than {self.longest} characters"
            findings.add(row, path, odd, text, PROPERTY_VIOLATION)
        if findings.strict and self.tolerance.isTime and not isTime(text):
            findings.add(self.tolerance.row, path, "not a date-time", text, PROPERTY_VIOLATION)
        return text[: self.tolerance.keep] if self.tolerance.keep else text

    def _trimmed(self, text: str, path: str, findings: Findings) -> str:
        bare = text.strip(PADDING) if self.tolerance.trim else text
        if bare != text and not findings.strict:
            findings.add(self.tolerance.row, path, "padded; trimmed", text)
        return text if findings.strict else bare


@attrs.frozen
class Word:
    """One word of a vocabulary."""

    byLowerCase: Mapping[str, str]
    tolerance: Tolerance

    def read(self, sent: Any, path: str, findings: Findings) -> str:
        """Case does not matter; a foreign word is kept, or taken as the declared one."""
        text = _asText(sent, path)
        bare = text.strip(PADDING)
        if not bare:
            raise Invalid(PROPERTY_VIOLATION, "empty", path)
        known = self.byLowerCase.get(bare.lower())
        if known == text and type(sent) is str:
            return known
        meant = known or self.tolerance.foreign or bare[:WORD_LENGTH]
        row = self.tolerance.row or ("wordCase" if known else "foreignWord")
        odd = f"taken as {known}" if known else "not a word of the specification"
        findings.add(row, path, odd, text, PROPERTY_VIOLATION)
        return meant


@attrs.frozen
class Integer:
    """A whole number."""

    least: int | None

    def read(self, sent: Any, path: str, findings: Findings) -> int:
        """Texts and fractions are taken as what they come nearest to."""
        if not isinstance(sent, str):
            raise Invalid(TYPE_VIOLATION, "not an integer", path)
        value = readInteger(sent)
        if value is None:
            plain = type(sent) is Number
            raise Invalid(PROPERTY_VIOLATION if plain else TYPE_VIOLATION, "no integer", path)
        if type(sent) is not Number or not sent.isInteger:
            findings.add("S12", path, f"not an integer; taken as {value}", sent, TYPE_VIOLATION)
        if self.least is not None and value < self.least:
            odd = f"less than {self.least}"
            findings.add("range", path, odd, sent, PROPERTY_VIOLATION)
        return value


@attrs.frozen
class Decimal:
    """A number with a fraction."""

    def read(self, sent: Any, path: str, findings: Findings) -> float:
        """Texts are taken as the number they say."""
        value = readNumber(sent) if isinstance(sent, str) else None
        if value is None:
            raise Invalid(TYPE_VIOLATION, "not a number", path)
        if type(sent) is not Number:
            findings.add("S12", path, "not a number; taken as one", sent, TYPE_VIOLATION)
        return value


@attrs.frozen
class Truth:
    """True or false."""

    tolerance: Tolerance

    def read(self, sent: Any, path: str, findings: Findings) -> bool:
        """Texts and 0 and 1 are understood."""
        if isinstance(sent, bool):
            return sent
        value = readBoolean(sent) if isinstance(sent, str) else None
        if value is None:
            raise Invalid(TYPE_VIOLATION, "neither true nor false", path)
        row = self.tolerance.row or "type"
        findings.add(row, path, f"taken as {value}", sent, TYPE_VIOLATION)
        return value
