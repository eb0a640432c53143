"""
The history of the store's double in memory.

It keeps every value that facts tell, each once, and answers by the same rules as the database.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import attrs
from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import implementer

from ocppgw.interfaces import IHistory, StoreFailed
from ocppgw.model import facts as f
from ocppgw.model.history import HistoryPage, HistoryQuery, Position, Series, Told
from ocppgw.model.keys import shownKey
from ocppgw.model.point import Point, Quality
from ocppgw.model.records import MeterKey
from ocppgw.store.instants import toNumber
from ocppgw.store.paging import Found, page

Of = Told | MeterKey


@attrs.frozen
class _Kept:
    nodeName: str
    connectorId: int
    of: Of
    position: Position
    point: Point


@attrs.frozen
class _Rows:
    """The values of one series; see `ocppgw.store.paging.IsRows`."""

    kept: Sequence[_Kept]

    def between(
        self, low: int, high: int, isForward: bool, after: Position | None, most: int
    ) -> list[Found]:
        """All of them, looked through."""
        found = [
            (one.position, one.point)
            for one in self.kept
            if low <= one.position.time <= high
            and (after is None or (one.position > after if isForward else one.position < after))
        ]
        return sorted(found, key=lambda one: one[0], reverse=not isForward)[:most]


@implementer(IHistory)
class MemoryHistory:
    """
    `IHistory` without a disk.

    :ivar failing: where not empty: why every question fails.
    """

    def __init__(self) -> None:
        self.failing = ""
        self._kept: list[_Kept] = []
        self._once: set[object] = set()

    def readHistory(self, queries: Sequence[HistoryQuery]) -> Deferred[tuple[HistoryPage, ...]]:
        if self.failing:
            return fail(StoreFailed(self.failing))
        return succeed(tuple(page(query, self._rows(query.series)) for query in queries))

    def keep(self, nodeName: str, fact: f.Fact) -> None:
        """Take in what a fact tells of the past."""
        match fact:
            case f.Measured():
                self._measured(nodeName, fact)
            case f.StatusReported():
                for of, point in _told(fact):
                    self._add(nodeName, fact.connectorId, of, point)

    def _measured(self, nodeName: str, fact: f.Measured) -> None:
        for reading in fact.readings:
            same = (nodeName, fact.connectorId, fact.transactionId, reading)
            if same not in self._once:
                self._once.add(same)
                point = _point(reading, fact)
                self._add(nodeName, fact.connectorId, shownKey(reading.key, reading.signed), point)

    def _add(self, nodeName: str, connectorId: int, of: Of, point: Point) -> None:
        position = Position(toNumber(point.sourceTime), len(self._kept))
        self._kept.append(_Kept(nodeName, connectorId, of, position, point))

    def _rows(self, series: Series) -> _Rows:
        wanted: tuple[Of, ...] = (series.of,) if isinstance(series.of, Told) else series.of
        place = (series.nodeName, series.connectorId)
        return _Rows(
            [
                one
                for one in self._kept
                if (one.nodeName, one.connectorId) == place
                and one.of in wanted
                and (one.point.quality is Quality.good or not series.numbersOnly)
            ]
        )


def _point(reading: f.Reading, fact: f.Measured) -> Point:
    value: str | float | None = reading.text if reading.signed else reading.value
    quality = Quality.encodingInvalid if value is None else Quality.good
    return Point(value, reading.sourceTime, fact.receivedAt, quality)


def _told(fact: f.StatusReported) -> Iterable[tuple[Told, Point]]:
    report = fact.report
    times = (report.sourceTime, report.receivedTime)
    known = Quality.good if report.number else Quality.uncertain
    yield Told.status, Point(report.status, *times, known)
    yield Told.statusNumber, Point(report.number, *times, known)
    yield Told.errorCode, Point(report.errorCode, *times)
    yield Told.errorNumber, Point(report.errorNumber, *times)
