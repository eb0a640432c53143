"""
The curves of a charge point's connectors, out of the history.

A page that is asked for every second asks the store every `FRESH` seconds only.  Reactor thread;
every Deferred fires with plots, with none of them where the store fails.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ocppgw.model.history import HistoryPage, HistoryQuery, Series
from ocppgw.model.live import keysOf
from ocppgw.model.records import ChargePointRecord
from ocppgw.web.means import Means
from ocppgw.web.pages.freshness import Fresh
from ocppgw.web.pages.plots import Plot, plot

FRESH = 10.0
"""Seconds that an answer is good for."""

SPAN = timedelta(hours=6)
MOST_VALUES = 2000

CURVES = (
    ("power", "Power", "kW", ""),
    ("currentL1", "Current", "A", "L1"),
    ("currentL2", "Current", "A", "L2"),
    ("currentL3", "Current", "A", "L3"),
)
"""Name in Live, title of the plot, unit, name of the curve."""

Plots = dict[int, list[Plot]]


class Courses:
    """Asks the history, sparingly."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._fresh: Fresh[Plots] = Fresh(means.clock.seconds, FRESH)

    def of(self, record: ChargePointRecord, shown: Iterable[int]) -> Deferred[Plots]:
        """The plots of the connectors that are shown."""
        connectors = [one for one in shown if one]
        question = (record.nodeName, *connectors)
        return self._fresh.of(question, lambda: self._ask(record.nodeName, connectors))

    def _ask(self, nodeName: str, connectors: Sequence[int]) -> Deferred[Plots]:
        end = self._means.now()
        queries = [
            HistoryQuery(
                Series(nodeName, one, keysOf(name), numbersOnly=True),
                end + timedelta(seconds=1),
                end - SPAN,
                MOST_VALUES,
            )
            for one in connectors
            for name, *_ in CURVES
        ]
        asked: Deferred[tuple[HistoryPage, ...]] = self._means.history.readHistory(queries)
        return asked.addCallbacks(lambda pages: _drawn(connectors, pages, end), _nothing)


def _nothing(failure: Failure) -> Plots:
    # The page is worth showing without its curves; that the store fails stands on the overview.
    return {}


def _drawn(connectors: Sequence[int], pages: tuple[HistoryPage, ...], end: datetime) -> Plots:
    made: Plots = {}
    for place, connectorId in enumerate(connectors):
        mine = pages[place * len(CURVES) : (place + 1) * len(CURVES)]
        curves: dict[tuple[str, str], dict[str, list[tuple[datetime, float]]]] = {}
        for (_, title, unit, name), page in zip(CURVES, mine, strict=True):
            curves.setdefault((title, unit), {})[name] = _values(page, unit)
        plots = [plot(title, unit, each, end, SPAN) for (title, unit), each in curves.items()]
        made[connectorId] = [one for one in plots if one is not None]
    return made


def _values(page: HistoryPage, unit: str) -> list[tuple[datetime, float]]:
    by = 1000.0 if unit.startswith("k") else 1.0
    values = ((p.sourceTime, p.value) for p in reversed(page.points))
    return [(at, value / by) for at, value in values if isinstance(value, float)]
