"""
Charge points whose clock is right and whose time zone is not (T2, T3).

Owns the last differences between what each charge point said and when it was received.  Where
they are all the same whole number of quarter hours, somebody set the clock to local time: what
to write into the configuration is counted and logged as a deviation, once while the gateway
runs.  Nothing is corrected here.  Reactor thread.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable
from datetime import datetime
from typing import ClassVar

import attrs

from ocppgw.model.facts import ChargePointRemoved, Fact
from ocppgw.model.records import ChargePointRecord
from ocppgw.ocppj.deviations import Deviation

QUARTER = 900
"""Seconds: offsets of time zones are multiples of a quarter of an hour."""

GREATEST = 14 * 3600
"""Seconds: no zone is further off."""

EXACT = 120.0
"""Seconds by which a clock may be off besides."""

SAMPLES = 5
"""Messages in a row, received at different times, that have to agree."""


@attrs.define
class _Differences:
    offsets: deque[int] = attrs.field(factory=lambda: deque(maxlen=SAMPLES))
    timedAt: datetime | None = None
    isHinted: bool = False


class ZoneHints:
    """
    The book of differences.

    :param deviated: told of each hint.
    """

    hearsOf: ClassVar[tuple[type[Fact], ...]] = (ChargePointRemoved,)

    def __init__(self, deviated: Callable[[str, tuple[Deviation, ...]], None]) -> None:
        self._deviated = deviated
        self._differences: defaultdict[str, _Differences] = defaultdict(_Differences)

    def timed(self, nodeName: str, said: datetime, receivedAt: datetime, isZoned: bool) -> None:
        """A message said what time it is."""
        one = self._differences[nodeName]
        if one.isHinted or one.timedAt == receivedAt:
            return
        one.timedAt = receivedAt
        offset = offsetOf((said - receivedAt).total_seconds())
        one.offsets.append(offset)
        if offset and one.offsets.count(offset) == SAMPLES:
            one.isHinted = True
            self._deviated(nodeName, (_hint(offset, isZoned),))

    def observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """Take in what happened."""
        if isinstance(fact, ChargePointRemoved):
            self._differences.pop(nodeName, None)


def offsetOf(seconds: float) -> int:
    """The offset of a time zone that explains a difference; 0 where none does."""
    offset = round(seconds / QUARTER) * QUARTER
    return offset if abs(offset) <= GREATEST and abs(seconds - offset) <= EXACT else 0


def _hint(offset: int, isZoned: bool) -> Deviation:
    sign, minutes = "+" if offset > 0 else "-", abs(offset) // 60
    zone = f"{sign}{minutes // 60:02}:{minutes % 60:02}"
    setting = f'timeZone = "{zone}"' + (", localTime = true" if isZoned else "")
    text = f"its times are {zone} from the time of receipt; a time zone would explain it"
    return Deviation("T3", "timestamp", text, setting)
