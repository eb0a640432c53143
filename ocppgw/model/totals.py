"""
Counts and sums over all charge points: the gateway's own record.

Refreshed once a second.  What one charge point contributes is computed again only when it
changed, so a quiet site costs one addition per charge point and second.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from types import MappingProxyType

import attrs

from ocppgw.model import words
from ocppgw.model.point import Point, Quality, Value
from ocppgw.model.records import ChargePointRecord, ConnectorRecord, GatewayRecord, Sums
from ocppgw.model.sharing import changed
from ocppgw.model.sums import same, total

COUNTS = (
    "ChargePointsKnown",
    "ChargePointsConnected",
    "ChargePointsAlarm",
    "ConnectorsTotal",
    "ConnectorsAvailable",
    "ConnectorsOccupied",
    "ConnectorsCharging",
    "ConnectorsFaulted",
    "ConnectorsUnavailable",
    "ConnectorsUnknown",
    "TransactionsActive",
)

SUMS = {
    "Power": "power",
    "Energy": "energy",
    "CurrentL1": "currentL1",
    "CurrentL2": "currentL2",
    "CurrentL3": "currentL3",
}
"""Browse name -> name in `Sums`."""

_pointsOf: Callable[[Sums], tuple[Point | None, ...]] = attrgetter(*SUMS.values())


@attrs.frozen(eq=False)
class Contribution:
    """What one record adds: counts in the order of `COUNTS`, points in that of `SUMS`."""

    record: ChargePointRecord
    counts: tuple[int, ...]
    points: tuple[Point | None, ...]


class Totals:
    """
    Remembers what each charge point contributed last.

    Owns nothing but that memory: one entry for each charge point of the last refresh, or looked at
    since.
    """

    def __init__(self) -> None:
        self._last: dict[str, Contribution] = {}

    def look(self, record: ChargePointRecord) -> bool:
        """Remember what a charge point contributes; whether that had to be computed."""
        last = self._last.get(record.nodeName)
        if last is not None and _adds(last.record, record):
            return False
        self._last[record.nodeName] = contribution(record)
        return True

    def refreshed(
        self,
        old: GatewayRecord,
        records: Iterable[ChargePointRecord],
        own: Mapping[str, Value],
        at: datetime,
    ) -> GatewayRecord:
        """
        The gateway's record at ``at``; points whose value did not change stay as they were.

        Of those that were looked at before, what they contributed then.
        """
        self._last = {
            record.nodeName: self._last.get(record.nodeName) or contribution(record)
            for record in records
        }
        points = dict(old.points)
        for name, new in self._points(own, at).items():
            points[name] = same(points.get(name), new) or new
        unchanged = len(points) == len(old.points) and all(
            point is old.points.get(name) for name, point in points.items()
        )
        return old if unchanged else GatewayRecord(MappingProxyType(points))

    def _points(self, own: Mapping[str, Value], at: datetime) -> dict[str, Point]:
        points = {n: Point(v, at, at) for n, v in own.items()}
        every = list(self._last.values())
        sums = [sum(column) for column in zip(*(c.counts for c in every), strict=True)]
        for name, count in zip(COUNTS, sums or [0] * len(COUNTS), strict=True):
            points[name] = Point(count, at, at)
        for place, name in enumerate(SUMS):
            column = (c.points[place] for c in every)
            points[name] = _sum(total(column, silentCounts=name == "Energy"), at)
        return points


def _adds(old: ChargePointRecord, new: ChargePointRecord) -> bool:
    """Whether two records contribute the same, without computing it."""
    return (
        new.connectors is old.connectors
        and new.sums is old.sums
        and new.link.connected == old.link.connected
    )


def _sum(summed: Point | None, at: datetime) -> Point:
    """A sum of the gateway's has the gateway's time; over nobody it is 0."""
    if summed is None:
        return Point(0.0, at, at)
    return changed(summed, sourceTime=at, receivedTime=at)


def contribution(record: ChargePointRecord) -> Contribution:
    """What a charge point adds; one that is not connected is silent, its connectors unknown."""
    connected, sums = record.link.connected, record.sums
    connectors = [one for one in record.connectors.values() if one.connectorId]
    states = [_state(one) if connected else "" for one in connectors]
    running = [one for one in connectors if one.transaction is not None and one.transaction.active]
    counts = (
        1,
        int(connected),
        int(sums.alarm),
        len(connectors),
        states.count(words.AVAILABLE),
        len([state for state in states if state in words.OCCUPIED]),
        states.count(words.CHARGING),
        states.count(words.FAULTED),
        states.count(words.UNAVAILABLE),
        states.count(""),
        len(running),
    )
    points = _pointsOf(sums)
    return Contribution(record, counts, points if connected else tuple(map(_silent, points)))


def _state(one: ConnectorRecord) -> str:
    """The status word where it is one that we know, else ``""``: Unknown."""
    if one.status is None or one.status.status not in words.NINE:
        return ""
    return one.status.status


def _silent(point: Point | None) -> Point | None:
    return None if point is None else changed(point, quality=Quality.lastUsable)
