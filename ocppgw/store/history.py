"""
The history that the database keeps: a page of values for each query.

`SqliteHistory` asks by ``readers`` of its own.  Reactor thread; the rest are functions of a
database cursor, on the readers' threads.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from zope.interface import implementer

from ocppgw.interfaces import IHistory
from ocppgw.model.history import HistoryPage, HistoryQuery, Position, Series, Told
from ocppgw.model.keys import SIGNED
from ocppgw.model.point import Point, Quality
from ocppgw.model.records import MeterKey
from ocppgw.store.instants import toTime
from ocppgw.store.paging import Found, page
from ocppgw.store.readers import Readers
from ocppgw.store.sampled import toldIn

READERS = 2

_SAMPLED = """SELECT m.source_time, m.part, m.received_time, c.place, m.sampled FROM meter_value m
    CROSS JOIN measured_column c ON c.measured_set = m.measured_set AND c.kind IN ({kinds})
    WHERE m.charge_point = ? AND m.connector = ? AND m.source_time BETWEEN ? AND ?
    ORDER BY m.source_time {order}, m.part {order}, c.place {order}"""
"""
Sets are looked at row by row: there may be ever so many of them, of other charge points, too.
"""

_REPORTS = """SELECT source_time, id, received_time, {column}, number FROM status_report
    WHERE charge_point = ? AND connector = ? AND source_time BETWEEN ? AND ?
    ORDER BY source_time {order}, id {order}"""

ROOM = 1_000_000
"""Values that one part of an instant may have; far more than a message may bring."""

_COLUMNS = {
    Told.status: "status",
    Told.statusNumber: "number",
    Told.errorCode: "error_code",
    Told.errorNumber: "error_number",
}


@implementer(IHistory)
class SqliteHistory:
    """
    `IHistory` of the database at ``path``, which a `SqliteStore` made and writes.

    :param reactor: clock and thread pool.
    """

    def __init__(self, path: Path, reactor: Any) -> None:
        self._readers = Readers(path, reactor, READERS)

    def readHistory(self, queries: Sequence[HistoryQuery]) -> Deferred[tuple[HistoryPage, ...]]:
        return self._readers.ask(read, queries)

    def close(self) -> None:
        """Answer no more."""
        self._readers.close()


def read(cursor: Any, queries: Sequence[HistoryQuery]) -> tuple[HistoryPage, ...]:
    """A page for each query.  Reading threads."""
    return tuple(page(query, _rows(cursor, query.series)) for query in queries)


class _Rows(ABC):
    """The values of one series, read off an index; see `ocppgw.store.paging.IsRows`."""

    def between(
        self, low: int, high: int, isForward: bool, after: Position | None, most: int
    ) -> list[Found]:
        """They are looked at one by one until there are enough."""
        if after is not None:
            low, high = (max(low, after.time), high) if isForward else (low, min(high, after.time))
        found = (
            one
            for one in self._found(low, high, isForward)
            if after is None or (one[0] > after if isForward else one[0] < after)
        )
        return list(islice(found, most))

    @abstractmethod
    def _found(self, low: int, high: int, isForward: bool) -> Iterator[Found]:
        """All whose times lie between the two."""


@attrs.frozen
class _Sampled(_Rows):
    """
    Readings.

    :ivar kinds: the rows of what they are of.
    """

    cursor: Any
    where: tuple[int, int]
    series: Series
    kinds: Sequence[int]

    def _found(self, low: int, high: int, isForward: bool) -> Iterator[Found]:
        sql = _SAMPLED.format(
            kinds=", ".join(map(str, self.kinds)), order="ASC" if isForward else "DESC"
        )
        rows = self.cursor.execute(sql, (*self.where, low, high))
        for at, part, received, place, sampled in rows:
            point = self._point(toldIn(sampled)[place], toTime(at), toTime(received))
            if point.quality is Quality.good or not self.series.numbersOnly:
                yield Position(at, part * ROOM + place), point

    def _point(self, told: float | str | None, at: datetime, received: datetime) -> Point:
        assert not isinstance(self.series.of, Told)
        if isinstance(told, float) or self.series.of[0].measurand.startswith(SIGNED):
            return Point(told, at, received)
        return Point(None, at, received, Quality.encodingInvalid)


@attrs.frozen
class _Reports(_Rows):
    """What was told in StatusNotifications."""

    cursor: Any
    where: tuple[int, int]
    of: Told

    def _found(self, low: int, high: int, isForward: bool) -> Iterator[Found]:
        order = "ASC" if isForward else "DESC"
        sql = _REPORTS.format(column=_COLUMNS[self.of], order=order)
        for at, row, received, value, number in self.cursor.execute(sql, (*self.where, low, high)):
            isForeign = not number and self.of in (Told.status, Told.statusNumber)
            quality = Quality.uncertain if isForeign else Quality.good
            yield Position(at, row), Point(value, toTime(at), toTime(received), quality)


def _rows(cursor: Any, series: Series) -> _Rows:
    sql = "SELECT id FROM charge_point WHERE node_name = ?"
    number = cursor.execute(sql, (series.nodeName,)).fetchone()
    where = (number[0] if number else -1, series.connectorId)
    if isinstance(series.of, Told):
        return _Reports(cursor, where, series.of)
    return _Sampled(cursor, where, series, _kinds(cursor, series.of))


def _kinds(cursor: Any, keys: Iterable[MeterKey]) -> list[int]:
    sql = "SELECT id FROM measured_kind WHERE measurand = ? AND phase = ? AND location = ?"
    found = (
        cursor.execute(sql, (key.measurand, key.phase, key.location)).fetchone() for key in keys
    )
    return [row[0] for row in found if row is not None]
