"""
What a sampled value means: defaults filled in, the number read and brought to its base unit.

Pure.  Source: OCPP 1.6 sections 4.7 and 7.43.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter

import attrs
from msgspec.structs import astuple

from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.ocppj.errorcodes import PROPERTY_VIOLATION
from ocppgw.v16.measurands import (
    DEFAULT_LOCATION,
    DEFAULT_MEASURAND,
    SIGNED,
    isBase,
    splitPhase,
    toBase,
)
from ocppgw.v16.messages import SampledValue
from ocppgw.v16.metering import MEASURANDS
from ocppgw.v16.numerals import plainNumber, readNumber

USUAL = 160
"""Characters of all words of a value that are worth remembering; the specification's have fewer."""

SORTS = 1024
"""Sorts that are remembered; there are never so many in use."""

WIDEST = 64
"""Values of a message that are kept by columns: more of them are not worth being remembered."""

DEFAULT_CONTEXT = "Sample.Periodic"

NUMBER_LENGTH = 64
"""A longer text is no number but signed data, whatever its format says (M10)."""


@attrs.frozen
class Sample:
    """
    One sampled value, understood.

    :ivar measurand: of the specification, or as sent.
    :ivar phase: empty for the overall value.
    :ivar location: empty for the outlet.
    :ivar value: in the base unit; ``None`` where the text is no number, or signed data.
    :ivar text: exactly what was sent.
    :ivar signed: opaque data.
    :ivar deviation: what was odd about the number.
    """

    measurand: str
    phase: str
    location: str
    context: str
    value: float | None
    text: str
    signed: bool = False
    deviation: Deviation | None = None


@attrs.frozen(eq=False)
class Sort:
    """
    What a value says of itself, apart from the number: the same from one message to the next.

    The same words give the same object mostly, so that it is hashed and compared by identity.

    :ivar isBase: it is a number, and its unit is the base unit already.
    """

    measurand: str
    phase: str
    location: str
    context: str
    isBase: bool


def _sort(
    measurand: str | None,
    phase: str | None,
    location: str | None,
    context: str | None,
    unit: str | None,
    *,
    isSigned: bool,
) -> Sort:
    known, suffix = splitPhase(measurand or DEFAULT_MEASURAND)
    return Sort(
        known,
        phase or suffix,
        "" if location == DEFAULT_LOCATION else location or "",
        context or DEFAULT_CONTEXT,
        isBase(known, unit) and not isSigned,
    )


Words = tuple[str | None, str | None, str | None, str | None, str | None, str | None]
"""What a sampled value says of itself: measurand, phase, location, context, unit and format."""

_known: dict[Words, Sort] = {}


wordsOf: Callable[[SampledValue], Words] = attrgetter(
    "measurand", "phase", "location", "context", "unit", "format"
)
"""All that a sampled value says but the value."""


Said = tuple[tuple[str | None, ...], ...]
"""The same of several values, not in the order of `Words` but all that they say in each field."""


def takenApart(values: Iterable[SampledValue]) -> tuple[tuple[str, ...], Said]:
    """The texts of values, one at least, and all else that they say; in C."""
    texts, *said = zip(*map(astuple, values), strict=True)
    return texts, tuple(said)


def isUsual(words: Words) -> bool:
    """Whether they are worth being remembered: others may be of any length and number."""
    isKnown = words[0] is None or words[0] in MEASURANDS.words
    return isKnown and sum(len(word) for word in words if word) <= USUAL


def areUsual(values: Sequence[SampledValue]) -> bool:
    """Whether values can be kept by columns as they are, as far as their words tell."""
    words = map(wordsOf, values)
    return len(values) <= WIDEST and all(isUsual(each) and sortOf(each).isBase for each in words)


def sortOf(words: Words) -> Sort:
    """What the words mean."""
    return _known.get(words) or _newSort(words)


def _newSort(words: Words) -> Sort:
    *said, format = words
    sort = _sort(*said, isSigned=format == SIGNED)
    if isUsual(words) and len(_known) < SORTS:
        _known[words] = sort
    return sort


def readUsual(sampled: SampledValue) -> tuple[Sort, float] | None:
    """The usual case: nothing has to be converted, and nothing is odd; else ``None``."""
    sort = sortOf(wordsOf(sampled))
    number = plainNumber(sampled.value) if sort.isBase else None
    return None if number is None else (sort, number)


def readSample(sampled: SampledValue) -> Sample:
    """Understand one sampled value; never fails."""
    usual = readUsual(sampled)
    if usual is None:
        return _readUnusual(sampled)
    sort, number = usual
    text = sampled.value
    return Sample(sort.measurand, sort.phase, sort.location, sort.context, number, text)


def _readUnusual(sampled: SampledValue) -> Sample:
    measurand, suffix = splitPhase(sampled.measurand or DEFAULT_MEASURAND)
    location = sampled.location or ""
    signed = sampled.format == SIGNED or len(sampled.value) > NUMBER_LENGTH
    number = None if signed else readNumber(sampled.value)
    if number is not None:
        number = toBase(measurand, number, sampled.unit)
    return Sample(
        measurand,
        sampled.phase or suffix,
        "" if location == DEFAULT_LOCATION else location,
        sampled.context or DEFAULT_CONTEXT,
        number,
        sampled.value,
        signed,
        None if signed else _odd(sampled.value, number),
    )


def _odd(text: str, number: float | None) -> Deviation | None:
    """Blanks and commas are odd, and what is no number at all."""
    if number is not None and text.isascii() and "," not in text and text == text.strip():
        return None
    meaning = "not a number" if number is None else "not written as a number should be"
    return Deviation("S8", "sampledValue.value", meaning, excerpt(text), PROPERTY_VIOLATION)
