"""
Questions to the past, and the pages that answer them.

Only data, frozen, because it crosses from one thread to another.  Where the past is kept is the
store's business; which variable asks for which series, the OPC UA side's.
"""

from __future__ import annotations

import enum
from datetime import datetime

import attrs

from ocppgw.model.commands import Request
from ocppgw.model.outcomes import Outcome
from ocppgw.model.point import Point
from ocppgw.model.records import MeterKey


class Told(enum.Enum):
    """What of a StatusNotification has a history."""

    status = "status"
    statusNumber = "statusNumber"
    errorCode = "errorCode"
    errorNumber = "errorNumber"


@attrs.frozen
class Series:
    """
    The past of one variable.  It belongs to the node name, whatever hardware there was.

    :ivar of: what was told, or the keys under which readings were shown; of several keys all
        readings, in the order of their times.
    :ivar numbersOnly: leave out what could not be read as a number.
    """

    nodeName: str
    connectorId: int
    of: Told | tuple[MeterKey, ...]
    numbersOnly: bool = False


@attrs.frozen(order=True)
class Position:
    """
    Where a page ended, so that the next one goes on behind it.

    :ivar time: microseconds since 1970.
    :ivar row: tells values of the same time apart, in the order of their arrival.
    """

    time: int
    row: int


@attrs.frozen
class HistoryQuery:
    """
    One page of one series (OPC 10000-11, 6.5.3).

    Values are told from ``start`` to ``end``, so backwards where ``end`` lies before ``start`` or
    ``start`` is missing.  What has the time of the first bound is part of it, what has the time
    of the other is not.

    :ivar most: values of one page; at least 1.
    :ivar bounds: also the nearest values outside, where none lies exactly on a bound.
    :ivar size: characters of text after which a page ends early.
    :ivar after: behind which value the page begins; ``None`` for the first page.
    """

    series: Series
    start: datetime | None
    end: datetime | None
    most: int
    bounds: bool = False
    size: int = 1_000_000
    after: Position | None = None


@attrs.frozen
class HistoryPage:
    """
    Part of a series.

    :ivar points: in the direction of the query; a bound that does not exist has no value and
        the quality ``noBound``.
    :ivar next: what ``after`` of the next page has to be; ``None`` at the end.
    """

    points: tuple[Point, ...]
    next: Position | None = None


@attrs.frozen
class HistoryRequest:
    """
    Questions of one user that are answered together.

    :ivar deadline: seconds from now, or ``None`` for the gateway's own limit.
    """

    queries: tuple[HistoryQuery, ...]
    user: str
    deadline: float | None = None
    name: str = "HistoryRead"


@attrs.frozen
class HistoryAnswer:
    """One page for each query of a request, in their order."""

    pages: tuple[HistoryPage, ...]


Asked = Request | HistoryRequest
"""All that goes through the inward door."""

Reply = Outcome | HistoryAnswer
"""All that comes back for what went through the inward door."""
