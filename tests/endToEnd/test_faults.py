"""A store that fails under load: no promise is missing, memory is bounded, service resumes."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks

from ocppgw.gateway import service
from ocppgw.store import database
from ocppgw.store.sqlite import SqliteStore
from tests.endToEnd.gateway import GatewayCase
from tests.endToEnd.load import Load

SIZE = 20


def nothing(connection: sqlite3.Connection) -> None:
    """No fault."""


def full(connection: sqlite3.Connection) -> None:
    """The file may not grow."""
    connection.execute("PRAGMA max_page_count = 1")


def broken(connection: sqlite3.Connection) -> None:
    """The disk cannot be written."""
    raise sqlite3.OperationalError("disk I/O error")


class Connection(sqlite3.Connection):
    """A connection that fails as the test wants: before a transaction, at its end, after it."""

    atBegin: Callable[[sqlite3.Connection], None] = staticmethod(nothing)
    atEnd: Callable[[sqlite3.Connection], None] = staticmethod(nothing)

    afterEnd: Callable[[sqlite3.Connection], None] = staticmethod(nothing)

    def cursor(self, *arguments: Any) -> Any:
        """The begin of each transaction."""
        type(self).atBegin(self)
        return super().cursor(*arguments)

    def commit(self) -> None:
        """The end of each that wrote something."""
        isWriting = self.in_transaction
        if isWriting:
            type(self).atEnd(self)
        super().commit()
        if isWriting:
            type(self).afterEnd(self)


class FaultCase(GatewayCase):
    """A gateway whose disk the test rules, and charge points that never rest."""

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        self.stores: list[SqliteStore] = []
        self.patch(service, "SqliteStore", self.make)
        self.patch(database, "BUSY_TIMEOUT", 20)
        self.fault("atBegin", nothing)
        self.fault("atEnd", nothing)
        self.fault("afterEnd", nothing)
        yield super().setUp()
        self.load = yield self.foreign.run(self.made())
        self.addCleanup(self.finish)
        yield self.foreign.run(self.load.begin(self.ready.ocpp[0]))

    def make(self, path: Path, reactor: Any, *more: Any) -> SqliteStore:
        self.stores.append(partial(SqliteStore, connection=Connection)(path, reactor, *more))
        return self.stores[-1]

    async def made(self) -> Load:
        return Load(SIZE)

    def finish(self) -> Deferred[Any]:
        ended: Deferred[Any] = self.foreign.run(self.load.end())
        return ended

    def fault(self, when: str, what: Callable[[sqlite3.Connection], Any]) -> None:
        self.patch(Connection, when, staticmethod(what))

    def further(self, messages: int) -> Deferred[None]:
        """Fires once that many more messages were acknowledged."""
        told: Deferred[None] = self.foreign.run(self.load.until(messages))
        return told

    def status(self, isWell: bool) -> Deferred[str]:
        """Fires with the next status of that kind."""
        told: Deferred[str] = Deferred()

        def changed(status: str) -> None:
            if (status == "ok") == isWell and not told.called:
                told.callback(status)

        self.stores[0].watchStatus(changed)
        return told

    @inlineCallbacks
    def allWait(self) -> Any:
        """
        Fires when all wait for the store, and nobody is answered any more.

        What needs no commit is answered meanwhile, on another link; when that has happened, the
        answers that were under way have come.
        """
        yield self.foreign.run(self.load.allWait())
        yield self.foreign.run(self.idle())
        yield self.foreign.run(self.load.allWait())
        acknowledged = self.load.acknowledged
        yield self.foreign.run(self.idle())
        self.assertEqual(self.load.acknowledged, acknowledged)

    async def shown(self, status: str) -> None:
        """Wait until SCADA sees how the store is."""
        async with self.scada() as scada:
            [seen] = await scada.watch("/Gateway/StoreStatus")
            await seen.until(lambda one: status in str(one.Value.Value))

    async def idle(self) -> None:
        chargePoint = await self.connect("IDLE", boot=False)
        await chargePoint.status(1, "Available")
        await chargePoint.close()

    @inlineCallbacks
    def verified(self) -> Any:
        """The database holds what was acknowledged, and nobody got an error."""
        yield self.finish()
        self.assertEqual(self.load.refused, [])
        yield self.stopGateway()
        self.assertEqual(self.load.ledger.faults(self.stores[0].path), [])


class FaultTests(FaultCase):
    """Each kind of fault comes under load, lasts, and goes."""

    @inlineCallbacks
    def suffer(self, begin: Callable[[], Any], end: Callable[[], Any], expected: str) -> Any:
        yield self.further(100)
        failing, working = self.status(False), self.status(True)
        begin()
        why = yield failing
        self.assertIn(expected, why)
        self.assertIn(str(self.stores[0].path), why)
        yield self.allWait()
        yield self.foreign.run(self.shown(expected))
        end()
        yield working
        yield self.foreign.run(self.shown("ok"))
        yield self.further(100)
        yield self.verified()

    def test_full(self) -> Any:
        """The disk is full: nobody is answered; when there is room again, all are."""
        return self.suffer(
            partial(self.fault, "atBegin", full),
            partial(self.fault, "atBegin", nothing),
            "the disk is full",
        )

    def test_broken(self) -> Any:
        """The disk fails at the end of each transaction."""
        return self.suffer(
            partial(self.fault, "atEnd", broken),
            partial(self.fault, "atEnd", nothing),
            "check the disk",
        )

    def test_lying(self) -> Any:
        """The disk does its work and reports a failure: all is kept once all the same."""
        return self.suffer(
            partial(self.fault, "afterEnd", broken),
            partial(self.fault, "afterEnd", nothing),
            "check the disk",
        )

    def test_locked(self) -> Any:
        """Another program locks the file."""
        other: sqlite3.Connection = sqlite3.connect(self.stores[0].path, isolation_level=None)
        self.addCleanup(other.close)
        return self.suffer(
            partial(other.execute, "BEGIN IMMEDIATE"), partial(other.execute, "ROLLBACK"), "locked"
        )

    def test_moved(self) -> Any:
        """The file is moved away, and put back."""
        path = self.stores[0].path
        aside = path.with_name("aside")
        return self.suffer(partial(path.rename, aside), partial(aside.rename, path), "not the file")


class SlowTests(FaultCase):
    """A disk that takes its time."""

    @inlineCallbacks
    def test_slow(self) -> Any:
        """While a commit takes for ever nobody is answered out of turn, and the rest goes on."""
        yield self.further(50)
        gate = threading.Event()
        self.addCleanup(gate.set)
        held: Deferred[None] = Deferred()

        def hold(connection: sqlite3.Connection) -> None:
            if not gate.is_set():
                reactor.callFromThread(held.callback, None)  # type: ignore[attr-defined]
                gate.wait(30)

        self.fault("atEnd", hold)
        yield held
        yield self.allWait()
        self.fault("atEnd", nothing)
        gate.set()
        yield self.further(100)
        yield self.verified()
