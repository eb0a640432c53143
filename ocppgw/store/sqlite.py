"""
The store of a running gateway: SQLite through `twisted.enterprise.adbapi`.

`SqliteStore` owns two pools: one connection that writes (a batch per transaction, see
``writing``) and a few that read.  Its methods are called on the reactor thread; the database
is only touched on the pools' threads.  Every Deferred ends with its query.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from twisted.enterprise.adbapi import ConnectionPool
from twisted.internet.defer import Deferred, fail, inlineCallbacks
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from ocppgw.access.linkaccess import Change, LinkAccess
from ocppgw.access.userbook import KeptUsers, UserChange
from ocppgw.config.sections import StoreSection
from ocppgw.interfaces import IStore, Snapshot, StartKey, StoreFailed, Told
from ocppgw.model.facts import Fact
from ocppgw.model.records import Transaction
from ocppgw.store import database
from ocppgw.store.accesses import changeAccess, findAccesses
from ocppgw.store.batches import lastNumber
from ocppgw.store.connections import READER, WRITER, connections
from ocppgw.store.faults import explain, isOfTheMedium
from ocppgw.store.lastreadings import settle
from ocppgw.store.loading import findStart, findTransaction, load
from ocppgw.store.lock import Lock
from ocppgw.store.lookups import Lookups
from ocppgw.store.pruning import Pruning
from ocppgw.store.starts import Starts
from ocppgw.store.users import changeUser, listUsers
from ocppgw.store.writing import Kept, Writer

READERS = 3

LONGEST = 20.0
"""Seconds that a change of who may come in may take."""

KEPT_BY_DEFAULT = StoreSection()

log = Logger()


def _now() -> datetime:
    return datetime.now(UTC)


@implementer(IStore)
class SqliteStore:
    """
    `IStore` in one SQLite file.

    :param path: the file; its folder is made where it is missing.
    :param reactor: clock and thread pool.
    :param retention: how long it keeps what has passed.
    :param now: the time of day, aware UTC.
    :param connection: the kind of connection to make; a test's may fail on purpose.
    """

    def __init__(
        self,
        path: Path,
        reactor: Any,
        retention: StoreSection = KEPT_BY_DEFAULT,
        now: Callable[[], datetime] = _now,
        connection: type[sqlite3.Connection] = sqlite3.Connection,
    ) -> None:
        self.path = path
        self.status = "ok"
        self._reactor = reactor
        self._connection = connection
        self._file: tuple[int, int] | None = None
        self._observers: list[Callable[[str], None]] = []
        self._lock: Lock | None = None
        self._writing: ConnectionPool | None = None
        self._reading: ConnectionPool | None = None
        self._keptObservers: list[Kept] = []
        self._accesses = Lookups(partial(self._read, findAccesses))
        self._starts = Starts(partial(self._read, findStart))
        self._writer = Writer(reactor, self._write, self._explain, self._report, self._tellKept)
        self._pruning = Pruning(reactor, now, self._write, retention, lambda: self._writer.ids)

    @inlineCallbacks
    def open(self, now: datetime) -> Any:
        try:
            yield self._inThread(self._prepare)
            self._writing = connections(
                self.path, WRITER, 1, self._reactor, self._connection, database.configureWriting
            )
            self._reading = connections(self.path, READER, READERS, self._reactor, self._connection)
            self._writer.begin((yield self._read(lastNumber)))
            yield self._write(settle)
            snapshot: Snapshot = yield self._read(load, now)
        except Exception:
            self._release()
            raise
        self._pruning.start()
        return snapshot

    def _prepare(self) -> None:
        self._lock = Lock(self.path)
        database.prepare(self.path)
        self._file = database.fileOf(self.path)

    def _inThread(self, function: Callable[[], None]) -> Deferred[None]:
        threads = self._reactor.getThreadPool()
        return deferToThreadPool(self._reactor, threads, function)

    def commit(self, nodeName: str, facts: Sequence[Fact]) -> Deferred[None]:
        self._starts.tell(nodeName, facts)
        return self._writer.commit(nodeName, facts)

    def keep(self, nodeName: str, facts: Sequence[Fact], told: Told) -> None:
        self._starts.tell(nodeName, facts)
        self._writer.keep(nodeName, facts, told)

    def note(self, nodeName: str, facts: Sequence[Fact]) -> None:
        self._starts.tell(nodeName, facts)
        self._writer.note(nodeName, facts)

    def findStart(self, key: StartKey) -> Deferred[Transaction | None]:
        return self._starts.find(key)

    def isNewStart(self, key: StartKey) -> bool:
        return self._starts.isNew(key)

    def findTransaction(self, nodeName: str, transactionId: int) -> Deferred[Transaction | None]:
        return self._read(findTransaction, nodeName, transactionId)

    def findAccess(self, identity: str) -> Deferred[LinkAccess]:
        return self._accesses.find(identity)

    def changeAccess(self, change: Change) -> Deferred[None]:
        return self._change(changeAccess, change)

    def listUsers(self) -> Deferred[KeptUsers]:
        return self._read(listUsers)

    def changeUser(self, change: UserChange) -> Deferred[None]:
        return self._change(changeUser, change)

    def watchStatus(self, observer: Callable[[str], None]) -> None:
        self._observers.append(observer)

    def watchKept(self, observer: Kept) -> None:
        self._keptObservers.append(observer)

    def _tellKept(self, nodeName: str, facts: Sequence[Fact]) -> None:
        for observer in self._keptObservers:
            observer(nodeName, facts)

    @inlineCallbacks
    def close(self) -> Any:
        self._pruning.stop()
        yield self._writer.flush()
        self._release()

    def _release(self) -> None:
        for pool in (self._writing, self._reading):
            if pool is not None and pool.running:
                pool.close()
        self._writing = self._reading = None
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _write(self, function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        return self._interact(self._writing, self._written, function, *arguments)

    def _change(self, function: Callable[..., None], change: object) -> Deferred[None]:
        changing = self._write(function, change)
        changing.addTimeout(LONGEST, self._reactor, self._held)
        return changing.addErrback(self._explained)

    def _held(self, result: Any, seconds: float) -> Any:
        """Nobody waits for a disk without end; the change may still come about."""
        raise StoreFailed(f"{self.path} could not be written within {seconds:g} s")

    def _written(self, cursor: Any, function: Callable[..., Any], *arguments: Any) -> Any:
        if database.fileOf(self.path) != self._file:
            raise OSError("the file was moved away or replaced")
        return function(cursor, *arguments)

    def _read(self, function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        reading = self._interact(self._reading, function, *arguments)
        return reading.addErrback(self._explained)

    def _interact(
        self, pool: ConnectionPool | None, function: Callable[..., Any], *arguments: Any
    ) -> Deferred[Any]:
        if pool is None:
            return fail(StoreFailed(f"{self.path} is not open"))
        interaction: Deferred[Any] = pool.runInteraction(function, *arguments)
        return interaction

    def _explained(self, failure: Failure) -> Failure:
        error = self._explain(failure.value)
        if isOfTheMedium(failure.value) and self._reading is not None:
            self._writer.doubt(error)
        return Failure(error)

    def _explain(self, error: BaseException | None) -> StoreFailed:
        return error if isinstance(error, StoreFailed) else explain(error, self.path)

    def _report(self, status: str) -> None:
        if status == self.status:
            return
        self.status = status
        if status == "ok":
            log.info("Store {path} works again", path=str(self.path))
        else:
            log.error("Store failed: {status}", status=status)
        for observer in self._observers:
            observer(status)
