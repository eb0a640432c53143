"""
Group commit: everything that arrives while one transaction runs shares the next.

`Writer` owns the entries that wait, on the reactor thread; the transaction itself runs on the
store's one writing thread.  A commit's Deferred ends when its transaction does, with
`StoreFailed` where it could not be written; a note that could not be written waits for the
next try, up to a bound.  A test sees it through the ``run`` that is given in.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import attrs
from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.interfaces import StoreFailed
from ocppgw.model.facts import Fact
from ocppgw.store.statements import KEPT

NOTE_DELAY = 0.5
"""Seconds that a note may wait for company."""

RETRY_DELAY = 1.0
"""Seconds between two tries while the disk fails."""

MAX_NOTES = 20_000
"""Notes that may wait while the disk fails; the oldest go first."""

ENTRY_AT_FAULT = (
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
    OverflowError,
    UnicodeEncodeError,
)
"""Errors that speak against one entry, not against the disk."""

log = Logger()


@attrs.define(eq=False)
class Entry:
    """Facts of one node that are written together; a note where nobody waits for them."""

    nodeName: str
    facts: Sequence[Fact]
    done: Deferred[None] | None = None


PROBE = """INSERT INTO counter (name, value) VALUES ('probe', 1)
    ON CONFLICT (name) DO UPDATE SET value = value + 1"""
"""Writes something, to find out whether the disk works again."""


def write(cursor: Any, entries: Sequence[Entry]) -> None:
    """Run the statements of entries on a database cursor; of none: a probe.  Writing thread."""
    if not entries:
        cursor.execute(PROBE)
    for entry in entries:
        for fact in entry.facts:
            for statement in KEPT.get(type(fact), ()):
                cursor.executemany(statement.sql, list(statement.rows(entry.nodeName, fact)))


class Writer:
    """
    Takes entries in, writes them in order, one transaction at a time.

    :param run: runs a function of a cursor in one transaction; its Deferred ends with it.
    :param explain: makes a `StoreFailed` of what a transaction raised.
    :param report: told ``ok``, or what is wrong, after each transaction.
    """

    def __init__(
        self,
        clock: IReactorTime,
        run: Callable[..., Deferred[Any]],
        explain: Callable[[BaseException | None], StoreFailed],
        report: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._run = run
        self._explain = explain
        self._report = report
        self._waiting: list[Entry] = []
        self._notes = 0
        self._running: Deferred[Any] | None = None
        self._timer: Any = None
        self._failing = False
        self._closed = False
        self._idle: list[Deferred[None]] = []

    def commit(self, nodeName: str, facts: Sequence[Fact]) -> Deferred[None]:
        """Write facts; fires once they are durable."""
        if self._closed:
            return fail(StoreFailed("the store is closed"))
        done: Deferred[None] = Deferred()
        self._waiting.append(Entry(nodeName, facts, done))
        if self._running is None:
            self._begin()
        return done

    def note(self, nodeName: str, facts: Sequence[Fact]) -> None:
        """Write facts soon."""
        kept = [fact for fact in facts if type(fact) in KEPT]
        if not kept or self._closed:
            return
        self._waiting.append(Entry(nodeName, kept))
        self._notes += 1
        if self._notes > MAX_NOTES:
            self._dropOldest()
        if self._running is None and self._timer is None:
            self._later(NOTE_DELAY)

    def flush(self) -> Deferred[None]:
        """Fires once everything that waits was written, or could not be.  Nothing comes after."""
        self._closed = True
        done: Deferred[None] = Deferred()
        self._idle.append(done)
        if self._running is None:
            self._begin()
        return done

    def _later(self, seconds: float) -> None:
        self._timer = self._clock.callLater(seconds, self._begin)

    def _dropOldest(self) -> None:
        for index, entry in enumerate(self._waiting):
            if entry.done is None:
                del self._waiting[index]
                self._notes -= 1
                log.error("The oldest note of {node} was dropped unsaved", node=entry.nodeName)
                return

    def _begin(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
        batch, self._waiting, self._notes = self._waiting, [], 0
        if batch or (self._failing and not self._closed):
            self._running = running = self._run(write, batch)
            running.addCallbacks(partial(self._wrote, batch), partial(self._failed, batch))
        else:
            self._ended()

    def _wrote(self, batch: Sequence[Entry], _: Any) -> None:
        self._running = None
        self._failing = False
        self._report("ok")
        for entry in batch:
            if entry.done is not None:
                entry.done.callback(None)
        self._continue()

    def _continue(self) -> None:
        if self._running is not None:
            return
        if self._closed or any(entry.done is not None for entry in self._waiting):
            self._begin()
        elif self._waiting and self._timer is None:
            self._later(NOTE_DELAY)

    def _failed(self, batch: Sequence[Entry], failure: Failure) -> None:
        if failure.check(*ENTRY_AT_FAULT):
            self._singly(list(batch))
            return
        self._running = None
        self._failing = True
        error = self._explain(failure.value)
        self._report(str(error))
        self._keepNotes(batch)
        for entry in batch:
            if entry.done is not None:
                entry.done.errback(error)
        if self._running is None:
            self._again()

    def _singly(self, queue: list[Entry]) -> None:
        # One entry of the batch is at fault, not the disk: the others must not suffer.
        if not queue:
            self._running = None
            self._continue()
            return
        entry = queue.pop(0)
        running = self._running = self._run(write, [entry])
        running.addCallbacks(partial(self._wroteOne, entry), partial(self._failedOne, entry))
        running.addCallback(lambda _: self._singly(queue))

    def _wroteOne(self, entry: Entry, _: Any) -> None:
        if entry.done is not None:
            entry.done.callback(None)

    def _failedOne(self, entry: Entry, failure: Failure) -> None:
        log.failure("Facts of {node} cannot be kept", failure=failure, node=entry.nodeName)
        if entry.done is not None:
            entry.done.errback(self._explain(failure.value))

    def _keepNotes(self, batch: Sequence[Entry]) -> None:
        notes = [entry for entry in batch if entry.done is None]
        self._waiting = notes + self._waiting
        self._notes += len(notes)

    def _again(self) -> None:
        if self._closed:
            self._giveUp()
        elif self._timer is None:
            self._later(RETRY_DELAY)

    def _giveUp(self) -> None:
        waiting, self._waiting = self._waiting, []
        for entry in waiting:
            log.error("Facts of {node} could not be saved before the end", node=entry.nodeName)
            if entry.done is not None:
                entry.done.errback(StoreFailed("the store is closed"))
        self._ended()

    def _ended(self) -> None:
        idle, self._idle = self._idle, []
        for done in idle:
            done.callback(None)
