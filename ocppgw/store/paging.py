"""
How a page of history is put together: direction, bounds, and where it ends.

Pure.  The rows come from a provider, which only knows how to look up values between two times.
Times are microseconds since 1970.
"""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

import attrs

from ocppgw.model.history import HistoryPage, HistoryQuery, Position
from ocppgw.model.point import Point, Quality
from ocppgw.store.instants import toNumber

EARLIEST, LATEST = -(2**63), 2**63 - 1

Found = tuple[Position, Point]


class IsRows(Protocol):
    """Values of one series."""

    def between(
        self, low: int, high: int, isForward: bool, after: Position | None, most: int
    ) -> list[Found]:
        """
        Up to ``most`` values whose times lie from ``low`` to ``high``, both included, in the
        direction asked for, and behind ``after`` in that direction.
        """


@attrs.frozen
class Span:
    """
    The times of a query in its direction.

    :ivar first: the bound where reading begins.
    :ivar last: the bound where it ends, ``None`` for none.
    """

    isForward: bool
    first: datetime
    last: datetime | None

    @classmethod
    def of(cls, query: HistoryQuery) -> Span:
        """From a query that names at least one bound."""
        if query.start is None:
            assert query.end is not None, "a query has a bound"
            return cls(False, query.end, None)
        return cls(query.end is None or query.end >= query.start, query.start, query.end)

    def limits(self) -> tuple[int, int]:
        """The lowest and the highest time that belong to it."""
        first = toNumber(self.first)
        if self.last is None:
            return (first, LATEST) if self.isForward else (EARLIEST, first)
        last = toNumber(self.last)
        if first == last:
            return first, first
        return (first, last - 1) if self.isForward else (last + 1, first)


def page(query: HistoryQuery, rows: IsRows) -> HistoryPage:
    """The page that a query asks for."""
    span = Span.of(query)
    low, high = span.limits()
    found = rows.between(low, high, span.isForward, query.after, query.most + 1)
    if query.bounds and query.after is None:
        found = [*_firstBound(span, rows, found), *found]
    if query.bounds and len(found) <= query.most and _hasLastBound(span):
        found.append(_lastBound(span, rows))
    return _cut(found, query)


def _hasLastBound(span: Span) -> bool:
    return span.last is not None and span.last != span.first


def _cut(found: list[Found], query: HistoryQuery) -> HistoryPage:
    """As much as one page may hold; at least one value, or there would be no end."""
    size, count = 0, 0
    for _, point in found[: query.most]:
        size += len(point.value) if isinstance(point.value, str) else 0
        if count and size > query.size:
            break
        count += 1
    points = tuple(point for _, point in found[:count])
    return HistoryPage(points, found[count - 1][0] if count < len(found) else None)


def _firstBound(span: Span, rows: IsRows, found: list[Found]) -> list[Found]:
    first = toNumber(span.first)
    if found and found[0][0].time == first:
        return []
    if span.isForward:
        nearest = rows.between(EARLIEST, first - 1, False, None, 1)
    else:
        nearest = rows.between(first + 1, LATEST, True, None, 1)
    return nearest or [_missing(span.first, -1 if span.isForward else LATEST)]


def _lastBound(span: Span, rows: IsRows) -> Found:
    assert span.last is not None, "asked only where there is one"
    last = toNumber(span.last)
    if span.isForward:
        nearest = rows.between(last, LATEST, True, None, 1)
    else:
        nearest = rows.between(EARLIEST, last, False, None, 1)
    return nearest[0] if nearest else _missing(span.last, LATEST if span.isForward else -1)


def _missing(at: datetime, row: int) -> Found:
    return Position(toNumber(at), row), Point(None, at, at, Quality.noBound)
