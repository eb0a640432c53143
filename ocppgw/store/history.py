"""
The history that the database keeps: a page of values for each query.

`SqliteHistory` asks by ``readers`` of its own.  Reactor thread; the rest are functions of a
database cursor, on the readers' threads.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

import attrs
from msgspec import json
from twisted.internet.defer import Deferred
from zope.interface import implementer

from ocppgw.interfaces import IHistory
from ocppgw.model.history import HistoryPage, HistoryQuery, Position, Series, Told
from ocppgw.model.measuring import SIGNED
from ocppgw.model.point import Point, Quality
from ocppgw.model.records import MeterKey
from ocppgw.store.instants import toTime
from ocppgw.store.paging import Found, page
from ocppgw.store.readers import Readers

READERS = 2

_BETWEEN = """WHERE charge_point = ? AND connector = ? AND source_time BETWEEN ? AND ?
    {condition} ORDER BY source_time {order}, {row} {order}"""

_SAMPLED = f"""SELECT source_time, part, received_time, measured_set, sampled
    FROM meter_value {_BETWEEN}"""

_REPORTS = f"""SELECT source_time, id, received_time, {{column}}, number
    FROM status_report {_BETWEEN}"""

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

    :ivar places: where in a row of which set they stand.
    """

    cursor: Any
    where: tuple[int, int]
    series: Series
    places: Mapping[int, Sequence[int]]

    def _found(self, low: int, high: int, isForward: bool) -> Iterator[Found]:
        numbers = ", ".join(map(str, self.places))
        condition = f"AND measured_set IN ({numbers})"
        order = "ASC" if isForward else "DESC"
        sql = _SAMPLED.format(condition=condition, order=order, row="part")
        for at, part, received, number, sampled in self.cursor.execute(
            sql, (*self.where, low, high)
        ):
            values = json.decode(sampled)
            places = self.places[number]
            for place in places if isForward else reversed(places):
                point = self._point(values[place], toTime(at), toTime(received))
                if point.quality is Quality.good or not self.series.numbersOnly:
                    yield Position(at, part * ROOM + place), point

    def _point(self, told: float | str | None, at: datetime, received: datetime) -> Point:
        assert not isinstance(self.series.of, Told)
        if isinstance(told, float | int) or self.series.of[0].measurand.startswith(SIGNED):
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
        sql = _REPORTS.format(column=_COLUMNS[self.of], condition="", order=order, row="id")
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
    return _Sampled(cursor, where, series, _places(cursor, series.of))


def _places(cursor: Any, keys: Iterable[MeterKey]) -> Mapping[int, Sequence[int]]:
    sql = """SELECT c.measured_set, c.place FROM measured_column c
        JOIN measured_kind k ON k.id = c.kind
        WHERE k.measurand = ? AND k.phase = ? AND k.location = ?"""
    places: dict[int, list[int]] = {}
    for key in keys:
        for number, place in cursor.execute(sql, (key.measurand, key.phase, key.location)):
            places.setdefault(number, []).append(place)
    return {number: sorted(found) for number, found in places.items()}
