"""
Throwing away what the site wants kept no longer, a little at a time.

`Pruning` owns one timer.  Once an hour it goes through the kinds that the configuration names;
each slice looks at a few hundred rows in a transaction of its own on the writing thread, so that
a commit waits for one slice at most.  Rows are looked at in the order in which they came; what
shows the present is never among those thrown away.  A slice that fails ends the round; the next
one goes on.  A round does nothing while the time of day is in doubt (``clocktrust``).  At its end
sets of kinds are emptied that nothing refers to (``sets``).  Reactor thread, except for `prune`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.config.sections import StoreSection
from ocppgw.config.times import FOREVER
from ocppgw.store.clocktrust import Verdict, judge
from ocppgw.store.ids import Ids
from ocppgw.store.instants import toNumber, toTime
from ocppgw.store.lastreadings import settle
from ocppgw.store.sets import emptySets

SLICE = 250
"""Rows that one transaction looks at."""

PAUSE = 0.1
"""Seconds between two slices."""

INTERVAL = 3600.0
"""Seconds between two rounds, and before the first."""

ROUNDS_A_DAY = 24

log = Logger()


@attrs.frozen
class Shelf:
    """
    One table with what passes.

    :ivar kind: the key of the configuration that says how long.
    :ivar time: SQL for the time from which on a row ages.
    :ivar unless: SQL for rows that are kept whatever their age.
    :ivar beforehand: takes from the rows what has to stay.
    """

    kind: str
    table: str
    time: str
    unless: str = "0"
    beforehand: Callable[[Any], None] = lambda cursor: None


SHELVES = (
    Shelf("meterValues", "meter_value", "received_time", beforehand=settle),
    Shelf("statuses", "status_report", "received_time"),
    Shelf(
        "commands",
        "command",
        "at",
        """NOT EXISTS (SELECT 1 FROM command newer
            WHERE newer.charge_point IS old.charge_point AND newer.id > old.id)""",
    ),
    Shelf(
        "transactions",
        "charge_transaction",
        "ifnull(stop_received_time, received_time)",
        """stop_received_time IS NULL OR NOT EXISTS (SELECT 1 FROM charge_transaction newer
            WHERE newer.charge_point = old.charge_point AND newer.connector = old.connector
            AND newer.start_time > old.start_time AND newer.stop_received_time IS NOT NULL)""",
    ),
    Shelf("transactions", "orphan_stop", "received_time"),
)


def prune(cursor: Any, shelf: Shelf, after: int, before: int) -> int | None:
    """
    Throw away what came before a time, of the next slice of rows.

    Returns after which row to go on, or ``None`` when the rest is younger.
    """
    shelf.beforehand(cursor)
    last, aged = cursor.execute(
        f"""SELECT max(rowid), total({shelf.time} < ?) FROM
            (SELECT rowid, * FROM {shelf.table} WHERE rowid > ? ORDER BY rowid LIMIT {SLICE})""",
        (before, after),
    ).fetchone()
    if not aged:
        return None
    cursor.execute(
        f"""DELETE FROM {shelf.table} AS old WHERE rowid > ? AND rowid <= ?
            AND {shelf.time} < ? AND NOT ({shelf.unless})""",
        (after, last, before),
    )
    return int(last)


class Pruning:
    """
    The rounds.

    :param now: the time of day, aware UTC.
    :param run: runs a function of a cursor in one transaction on the writing thread.
    :param ids: what that thread remembers of the database; asked on it.
    """

    def __init__(
        self,
        clock: IReactorTime,
        now: Callable[[], datetime],
        run: Callable[..., Deferred[Any]],
        retention: StoreSection,
        ids: Callable[[], Ids] = Ids,
    ) -> None:
        self._clock = clock
        self._now = now
        self._run = run
        self._retention = retention
        self._ids = ids
        self._timer: Any = None
        self._isStopped = True

    def start(self) -> None:
        """Begin, with the first round after one interval."""
        self._isStopped = False
        self._later(INTERVAL, self._begin)

    def stop(self) -> None:
        """No further slice."""
        self._isStopped = True
        if self._timer is not None and self._timer.active():
            self._timer.cancel()

    def _later(self, seconds: float, then: Callable[[], None]) -> None:
        if not self._isStopped:
            self._timer = self._clock.callLater(seconds, then)

    def _begin(self) -> None:
        now = self._now()
        self._run(judge, toNumber(now)).addCallbacks(partial(self._judged, now), self._failed)

    def _judged(self, now: datetime, verdict: Verdict) -> None:
        if not verdict.doubts:
            self._shelves(self._due(now))
            return
        if verdict.doubts % ROUNDS_A_DAY == 1:
            log.warn(
                "Nothing is cleaned up for now: the clock says {now}, while it was {known} before;"
                " it is believed if it stays so for a week",
                now=now,
                known=toTime(verdict.known),
            )
        self._later(INTERVAL, self._begin)

    def _due(self, now: datetime) -> Iterator[tuple[Shelf, int]]:
        """The shelves of which something may be thrown away, and from when on it is kept."""
        for shelf in SHELVES:
            kept: timedelta = getattr(self._retention, shelf.kind)
            if kept != FOREVER:
                yield shelf, toNumber(now - kept)

    def _shelves(self, due: Iterator[tuple[Shelf, int]]) -> None:
        found = next(due, None)
        if found is None:
            self._sets(0)
        else:
            self._slice(due, *found, after=0)

    def _slice(
        self, due: Iterator[tuple[Shelf, int]], shelf: Shelf, before: int, after: int
    ) -> None:
        def pruned(last: int | None) -> None:
            if last is None:
                self._later(PAUSE, lambda: self._shelves(due))
            else:
                self._later(PAUSE, lambda: self._slice(due, shelf, before, last))

        self._run(prune, shelf, after, before).addCallbacks(pruned, self._failed)

    def _sets(self, after: int) -> None:
        def emptied(last: int | None) -> None:
            if last is None:
                self._later(INTERVAL, self._begin)
            else:
                self._later(PAUSE, lambda: self._sets(last))

        self._run(self._emptySets, after).addCallbacks(emptied, self._failed)

    def _emptySets(self, cursor: Any, after: int) -> int | None:
        return emptySets(cursor, self._ids(), after)

    def _failed(self, failure: Failure) -> None:
        log.info("Cleaning up has to wait: {why}", why=failure.getErrorMessage())
        self._later(INTERVAL, self._begin)
