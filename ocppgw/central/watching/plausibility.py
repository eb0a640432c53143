"""
Energy registers whose unit cannot be what they say (M1).

Owns, per connector, energy and power as they were at the last look, and when the next one may be:
half a minute passes in between at least, also where one of them was missing.  Where the register
grows about a thousand times faster or slower than the power says, three times in a row, the scale
that would mend it is counted and logged as a deviation, once while the gateway runs.  Nothing is
corrected here.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import ClassVar

import attrs

from ocppgw.model.facts import ChargePointRemoved, Fact, Measured
from ocppgw.model.live import REGISTER
from ocppgw.model.point import Point, Quality
from ocppgw.model.records import ChargePointRecord, Live
from ocppgw.ocppj.deviations import Deviation

TIMES = 3
"""So many looks in a row have to agree."""

SHORTEST, LONGEST = 30.0, 3600.0
"""Seconds between two values that say something."""

_BETWEEN = timedelta(seconds=SHORTEST)

LEAST = 500.0
"""W: below, the steps of a register say more of the register than of the car."""

ABOUT = 3.0
"""By which factor a thousand may be missed; power changes in between."""


@attrs.define
class _Seen:
    at: datetime
    energy: float
    power: float
    scale: float = 0.0
    times: int = 0


class Plausibility:
    """
    The book of energy and power.

    :param deviated: told of each hint.
    """

    hearsOf: ClassVar[tuple[type[Fact], ...]] = (Measured, ChargePointRemoved)

    def __init__(self, deviated: Callable[[str, tuple[Deviation, ...]], None]) -> None:
        self._deviated = deviated
        self._seen: dict[tuple[str, int], _Seen] = {}
        self._rests: dict[tuple[str, int], tuple[datetime, datetime]] = {}
        self._hinted: set[str] = set()

    def observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """Take in what happened."""
        if isinstance(fact, Measured):
            rest = self._rests.get((nodeName, fact.connectorId))
            # A clock that was set back must not end all looking.
            if rest is None or not rest[0] < fact.receivedAt < rest[1]:
                self._measured(nodeName, fact, record)
        else:
            self._forget(nodeName)

    def _measured(self, nodeName: str, fact: Measured, record: ChargePointRecord | None) -> None:
        if record is None or not fact.connectorId or nodeName in self._hinted:
            return
        one = record.connectors.get(fact.connectorId)
        if one is not None:
            at = fact.receivedAt
            self._rests[nodeName, fact.connectorId] = at - _BETWEEN, at + _BETWEEN
            self._look(nodeName, fact, one.live)

    def _look(self, nodeName: str, fact: Measured, live: Live) -> None:
        energy, power = _number(live.energy), _number(live.power)
        if live.energy is None or energy is None or power is None:
            return
        now = _Seen(live.energy.sourceTime, energy, power)
        before = self._seen.get((nodeName, fact.connectorId))
        self._seen[nodeName, fact.connectorId] = now
        if before is None:
            return
        now.scale = scaleOf(before, now)
        now.times = before.times + 1 if now.scale == before.scale else 1
        if now.scale and now.times >= TIMES:
            self._hint(nodeName, now.scale)

    def _hint(self, nodeName: str, scale: float) -> None:
        setting = f'scale = {{ "{REGISTER}" = {scale:g} }}'
        text = "the energy register does not fit the power; a scale would explain it"
        self._forget(nodeName)
        self._hinted.add(nodeName)
        self._deviated(nodeName, (Deviation("M1", "sampledValue.unit", text, setting),))

    def _forget(self, nodeName: str) -> None:
        self._hinted.discard(nodeName)
        for key in [key for key in self._rests if key[0] == nodeName]:
            del self._rests[key]
            self._seen.pop(key, None)


def scaleOf(before: _Seen, now: _Seen) -> float:
    """What the register would have to be multiplied by: 1000, 0.001, or 0 where it fits."""
    seconds = (now.at - before.at).total_seconds()
    mean, charged = (before.power + now.power) / 2.0, now.energy - before.energy
    if not SHORTEST <= seconds <= LONGEST or mean < LEAST or charged <= 0.0:
        return 0.0
    ratio = charged / (mean * seconds / 3600.0)
    for scale in (1000.0, 0.001):
        if 1.0 / ABOUT < ratio * scale < ABOUT:
            return scale
    return 0.0


def _number(point: Point | None) -> float | None:
    if point is None or point.quality is not Quality.good or not isinstance(point.value, float):
        return None
    return point.value
