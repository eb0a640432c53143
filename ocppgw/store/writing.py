"""
Group commit: all that arrives while one transaction runs, and a little after it (``gathering``),
shares the next.

`Writer` owns the entries that wait (``backlog``), on the reactor thread; the transaction itself
runs on the store's one writing thread.  A commit ends when its transaction did, in the
turns of `releasing`, with `StoreFailed` where it could not be written.  A note that could not be
written waits for the next try.  While the disk fails there is one try a second, whoever waits; the
first that succeeds ends the failure.

A transaction that reported a failure may be on disk all the same.  So each carries a number, and
before anything else is written the disk is asked for the last one: what is there is not written
again, and the commits among it are told to ``kept``.  A test sees it through the ``run`` that is
given in.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.interfaces import StoreFailed, Told
from ocppgw.model.facts import Fact
from ocppgw.store.backlog import Backlog, Entry
from ocppgw.store.batches import WRITTEN, lastNumber, write
from ocppgw.store.faults import isOfTheMedium
from ocppgw.store.gathering import Gathering
from ocppgw.store.ids import Ids
from ocppgw.store.metering import sampledOf
from ocppgw.store.releasing import Releasing, tell

NOTE_DELAY = 0.5
"""Seconds that a note may wait for company."""

RETRY_DELAY = 1.0
"""Seconds between two tries while the disk fails."""

MAX_BATCH = 2_000
"""Entries of one transaction, so that none takes long however much has waited."""

Kept = Callable[[str, Sequence[Fact]], None]
"""Told a node name and facts whose commit failed, and which are on disk all the same."""

log = Logger()


class Writer:
    """
    Takes entries in, writes them in order, one transaction at a time.

    :param run: runs a function of a cursor in one transaction; its Deferred ends with it.
    :param explain: makes a `StoreFailed` of what a transaction raised.
    :param report: told ``ok``, or what is wrong, after each transaction.
    :param kept: told of facts that are on disk although their commit failed, before ``ok``.
    """

    def __init__(
        self,
        clock: IReactorTime,
        run: Callable[..., Deferred[Any]],
        explain: Callable[[BaseException | None], StoreFailed],
        report: Callable[[str], None],
        kept: Kept = lambda nodeName, facts: None,
    ) -> None:
        self._clock = clock
        self._run = run
        self._explain = explain
        self._report = report
        self._kept = kept
        self._number = 0
        self._ids = Ids()
        self._doubtful: list[Entry] | None = None
        self._backlog = Backlog()
        self._releasing = Releasing(clock)
        self._gathering = Gathering(
            clock, lambda: self._backlog.commits, self._releasing.isUnderWay, self._continue
        )
        self._isRunning = False
        self._isFailing = False
        self._isClosed = False
        self._timer: Any = None
        self._idle: list[Deferred[None]] = []

    def begin(self, number: int) -> None:
        """Go on from the last number on disk; before anything is given in."""
        self._number = number

    def commit(self, nodeName: str, facts: Sequence[Fact]) -> Deferred[None]:
        """Write facts; fires once they are durable."""
        done: Deferred[None] = Deferred()
        self.keep(nodeName, facts, partial(_end, done))
        return done

    def keep(self, nodeName: str, facts: Sequence[Fact], told: Told) -> None:
        """The same, for whoever needs no Deferred."""
        if self._isClosed:
            tell(told, StoreFailed("the store is closed"))
            return
        self._backlog.add(Entry(nodeName, facts, told, sampled=sampledOf(facts)))
        self._continue()

    def note(self, nodeName: str, facts: Sequence[Fact]) -> None:
        """Write facts soon."""
        kept = [fact for fact in facts if type(fact) in WRITTEN]
        if kept and not self._isClosed:
            self._backlog.add(Entry(nodeName, kept))
            self._continue()

    def doubt(self, error: StoreFailed) -> None:
        """Somebody else found the disk failing: so it is, until a transaction succeeds."""
        self._isFailing = True
        self._report(str(error))
        self._continue()

    def flush(self) -> Deferred[None]:
        """Fires once everything that waits was written, or could not be.  Nothing comes after."""
        self._isClosed = True
        done: Deferred[None] = Deferred()
        self._idle.append(done)
        self._continue()
        return done

    @property
    def ids(self) -> Ids:
        """What the writing thread remembers; to be used on it only."""
        return self._ids

    # When

    def _continue(self) -> None:
        """Begin the next transaction now or later, whichever is due."""
        if self._isRunning:
            return
        if self._isClosed:
            self._begin()
        elif self._isFailing:
            self._within(RETRY_DELAY)
        elif self._backlog.commits:
            if not self._gathering.isUnderWay:
                self._begin()
        elif self._backlog:
            self._within(NOTE_DELAY)

    def _within(self, seconds: float) -> None:
        if self._timer is None:
            self._timer = self._clock.callLater(seconds, self._begin)

    def _begin(self) -> None:
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None
        self._gathering.stop()
        self._isRunning = True
        if self._doubtful is not None:
            self._run(lastNumber).addCallbacks(self._learned, partial(self._failedMedium, ()))
            return
        batch = self._backlog.take(MAX_BATCH)
        if batch or (self._isFailing and not self._isClosed):
            self._write(batch).addCallbacks(
                partial(self._wrote, batch), partial(self._failed, batch)
            )
        else:
            self._isRunning = False
            self._ended()

    def _write(self, batch: Sequence[Entry]) -> Deferred[Any]:
        self._number += 1
        return self._run(write, self._ids, self._number, batch)

    def _learned(self, number: int) -> None:
        """The disk says whether it has the batch whose transaction failed."""
        doubtful, self._doubtful = self._doubtful or [], None
        if number == self._number:
            self._backlog.forget(number)
            for entry in doubtful:
                self._kept(entry.nodeName, entry.facts)
        self._begin()

    # What came of it

    def _wrote(self, batch: Sequence[Entry], _: Any) -> None:
        self._works()
        self._isRunning = False
        if not self._isClosed:
            self._gathering.start()
        self._release(batch)
        self._continue()

    def _works(self) -> None:
        self._isFailing = False
        self._report("ok")
        if self._backlog.dropped:
            log.error(
                "{count} notes were dropped unsaved while the store failed",
                count=self._backlog.dropped,
            )
            self._backlog.dropped = 0

    def _failed(self, batch: Sequence[Entry], failure: Failure) -> None:
        self._ids = Ids()
        if isOfTheMedium(failure.value):
            self._doubt(batch)
            self._failedMedium(batch, failure)
        else:
            self._singly(list(batch))

    def _doubt(self, batch: Sequence[Entry]) -> None:
        """Find out, before the next transaction, whether this one is on disk."""
        self._doubtful = [entry for entry in batch if entry.told is not None]
        for entry in batch:
            entry.batch = self._number

    def _failedMedium(self, batch: Sequence[Entry], failure: Failure) -> None:
        self._isFailing = True
        error = self._explain(failure.value)
        self._report(str(error))
        self._backlog.putBack(entry for entry in batch if entry.told is None)
        _refuse(batch, error)
        self._isRunning = False
        if self._isClosed:
            self._giveUp()
        self._continue()

    def _singly(self, queue: list[Entry]) -> None:
        # One entry of the batch is at fault, not the disk: the others must not suffer.
        if not queue:
            self._wrote((), None)
            return
        self._write(queue[:1]).addCallbacks(
            lambda _: self._wroteOne(queue), lambda failure: self._failedOne(queue, failure)
        )

    def _wroteOne(self, queue: list[Entry]) -> None:
        self._release(queue[:1])
        self._singly(queue[1:])

    def _failedOne(self, queue: list[Entry], failure: Failure) -> None:
        self._ids = Ids()
        if isOfTheMedium(failure.value):
            self._doubt(queue[:1])
            self._failedMedium(queue, failure)
            return
        log.failure("Facts of {node} cannot be kept", failure=failure, node=queue[0].nodeName)
        _refuse(queue[:1], self._explain(failure.value))
        self._singly(queue[1:])

    # The end

    def _giveUp(self) -> None:
        self._doubtful = None
        lost = self._backlog.take(len(self._backlog))
        if lost:
            log.error("{count} notes could not be saved before the end", count=len(lost))
        _refuse(lost, StoreFailed("the store is closed"))

    def _release(self, entries: Sequence[Entry]) -> None:
        self._releasing.release([entry.told for entry in entries if entry.told is not None])

    def _ended(self) -> None:
        self._releasing.finish()
        idle, self._idle = self._idle, []
        for done in idle:
            done.callback(None)


def _refuse(entries: Sequence[Entry], error: StoreFailed) -> None:
    for entry in entries:
        if entry.told is not None:
            tell(entry.told, error)


def _end(done: Deferred[None], error: StoreFailed | None) -> None:
    if error is None:
        done.callback(None)
    else:
        done.errback(error)
