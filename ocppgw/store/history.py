"""
The history that the database keeps: a page of values for each query.

`SqliteHistory` asks by ``readers`` of its own.  Reactor thread; the rest are functions of a
database cursor, on the readers' threads.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs
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

_ORDERED = """{select} AND source_time BETWEEN ? AND ?
    AND (source_time {beyond} ? OR source_time = ? AND id {beyond} ?)
    ORDER BY source_time {order}, id {order} LIMIT ?"""

_READINGS = """SELECT source_time, id, received_time, value, text FROM meter_value
    WHERE charge_point = ? AND connector = ? AND kind = ?"""

_NUMBERS = f"{_READINGS} AND value IS NOT NULL"

_REPORTS = """SELECT source_time, id, received_time, {column}, number FROM status_report
    WHERE charge_point = ? AND connector = ?"""

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


@attrs.frozen
class _Part:
    """A SELECT whose rows one series, or part of it, is made of."""

    select: str
    values: tuple[Any, ...]


@attrs.frozen
class _Rows:
    """The values of one series; see `ocppgw.store.paging.IsRows`."""

    cursor: Any
    series: Series
    parts: tuple[_Part, ...]

    def between(
        self, low: int, high: int, isForward: bool, after: Position | None, most: int
    ) -> list[Found]:
        """Each part has the order of the index, so that none has to be sorted."""
        start = after or (Position(low - 1, 0) if isForward else Position(high, 2**62))
        if after is not None:
            low, high = (max(low, after.time), high) if isForward else (low, min(high, after.time))
        found = [self._part(part, low, high, isForward, start, most) for part in self.parts]
        merged = heapq.merge(*found, key=lambda one: one[0], reverse=not isForward)
        return list(merged)[:most]

    def _part(
        self, part: _Part, low: int, high: int, isForward: bool, start: Position, most: int
    ) -> list[Found]:
        beyond, order = (">", "ASC") if isForward else ("<", "DESC")
        sql = _ORDERED.format(select=part.select, beyond=beyond, order=order)
        values = (*part.values, low, high, start.time, start.time, start.row, most)
        point = _report if isinstance(self.series.of, Told) else _reading
        return [
            (Position(row[0], row[1]), point(self.series, row))
            for row in self.cursor.execute(sql, values)
        ]


def _rows(cursor: Any, series: Series) -> _Rows:
    sql = "SELECT id FROM charge_point WHERE node_name = ?"
    number = cursor.execute(sql, (series.nodeName,)).fetchone()
    place = (number[0] if number else -1, series.connectorId)
    if isinstance(series.of, Told):
        report = _REPORTS.format(column=_COLUMNS[series.of])
        return _Rows(cursor, series, (_Part(report, place),))
    select = _NUMBERS if series.numbersOnly else _READINGS
    parts = tuple(_Part(select, (*place, kind)) for kind in _kinds(cursor, series.of))
    return _Rows(cursor, series, parts)


def _kinds(cursor: Any, keys: Iterable[MeterKey]) -> list[int]:
    sql = "SELECT id FROM measured_kind WHERE measurand = ? AND phase = ? AND location = ?"
    found = (
        cursor.execute(sql, (key.measurand, key.phase, key.location)).fetchone() for key in keys
    )
    return [row[0] for row in found if row is not None]


def _reading(series: Series, row: tuple[Any, ...]) -> Point:
    at, _, received, value, text = row
    assert not isinstance(series.of, Told)
    if value is None and series.of[0].measurand.startswith(SIGNED):
        return Point(text, toTime(at), toTime(received))
    quality = Quality.encodingInvalid if value is None else Quality.good
    return Point(value, toTime(at), toTime(received), quality)


def _report(series: Series, row: tuple[Any, ...]) -> Point:
    at, _, received, value, number = row
    isForeign = not number and series.of in (Told.status, Told.statusNumber)
    quality = Quality.uncertain if isForeign else Quality.good
    return Point(value, toTime(at), toTime(received), quality)
