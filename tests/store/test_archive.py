"""Tests of both providers of `IArchive`."""

from __future__ import annotations

from pathlib import Path

from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import TestCase

from ocppgw.interfaces import StoreFailed
from ocppgw.model.archive import ArchiveQuery
from ocppgw.store.archive import SqliteArchive
from ocppgw.store.memory import MemoryStore
from ocppgw.store.sqlite import SqliteStore
from tests.store.archivecontract import ArchiveContract
from tests.store.contract import T0, Steps, started


class MemoryArchiveTests(ArchiveContract, TestCase):
    """`MemoryStore.archive` is an `IArchive`."""

    def setUp(self) -> None:
        self.store = MemoryStore()
        self.archive = self.store.archive

    @inlineCallbacks
    def test_failing(self) -> Steps:
        """While the store fails its lists do, too."""
        yield self.begin(started(1))
        self.store.fail("the disk is on fire")
        for asked in (self.archive.listTransactions, self.archive.listCommands):
            yield self.assertFailure(asked(ArchiveQuery()), StoreFailed)
        yield self.assertFailure(self.archive.findKept("CP1", 1), StoreFailed)
        self.store.recover()
        self.assertEqual((yield self.ids()), [1])


class SqliteArchiveTests(ArchiveContract, TestCase):
    """`SqliteArchive` is an `IArchive`."""

    @inlineCallbacks
    def setUp(self) -> Steps:  # type: ignore[override]
        self.path = Path(self.mktemp()) / "ocppgw.sqlite3"
        self.store = SqliteStore(self.path, reactor)
        yield self.store.open(T0)
        self.addCleanup(self.store.close)
        self.archive = SqliteArchive(self.path, reactor)
        self.addCleanup(self.archive.close)

    @inlineCallbacks
    def test_closed(self) -> Steps:
        """Once closed it refuses."""
        yield self.begin()
        self.archive.close()
        yield self.assertFailure(self.archive.listCommands(ArchiveQuery()), StoreFailed)

    @inlineCallbacks
    def test_noDatabase(self) -> Steps:
        """A file that cannot be read is named."""
        yield self.begin()
        other = SqliteArchive(self.path.with_name("other.sqlite3"), reactor)
        self.addCleanup(other.close)
        error = yield self.assertFailure(other.listCommands(ArchiveQuery()), StoreFailed)
        self.assertIn("other.sqlite3", str(error))
