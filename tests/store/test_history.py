"""Both providers of history keep the contract; the database's own is a reader only."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Any

import attrs
from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import TestCase

from ocppgw.interfaces import StoreFailed
from ocppgw.model.history import Series, Told
from ocppgw.store.history import SqliteHistory, read
from ocppgw.store.memory import MemoryStore
from ocppgw.store.sqlite import SqliteStore
from tests.store.contract import T0, Steps
from tests.store.historycontract import SERIES, HistoryContract, query, tens


class MemoryHistoryTests(HistoryContract, TestCase):
    """`MemoryStore.history` is an `IHistory`."""

    def setUp(self) -> None:
        self.store = MemoryStore()
        self.history = self.store.history

    @inlineCallbacks
    def test_failing(self) -> Steps:
        """While the store fails its history does, too."""
        yield self.begin(*tens(1))
        self.store.fail("the disk is on fire")
        yield self.assertFailure(self.history.readHistory([query(0, 9)]), StoreFailed)
        self.store.recover()
        values = yield self.values(query(0, 9))
        self.assertEqual(values, [10.0])


class Explained:
    """A cursor that asks first how each question would be answered."""

    def __init__(self, connection: sqlite3.Connection, told: list[str]) -> None:
        self._connection = connection
        self._told = told

    def execute(self, sql: str, values: Any = ()) -> sqlite3.Cursor:
        plan = self._connection.execute(f"EXPLAIN QUERY PLAN {sql}", values)
        self._told += [row[3] for row in plan]
        return self._connection.execute(sql, values)


class SqliteHistoryTests(HistoryContract, TestCase):
    """`SqliteHistory` is an `IHistory`."""

    @inlineCallbacks
    def setUp(self) -> Steps:  # type: ignore[override]
        self.path = Path(self.mktemp()) / "ocppgw.sqlite3"
        self.store = SqliteStore(self.path, reactor)
        yield self.store.open(T0)
        self.addCleanup(self.store.close)
        self.history = SqliteHistory(self.path, reactor)
        self.addCleanup(self.history.close)

    @inlineCallbacks
    def test_noSorting(self) -> Steps:
        """Whatever the length of a history, a page is read off an index."""
        yield self.begin(*tens(1, 2))
        connection = sqlite3.connect(self.path)
        self.addCleanup(connection.close)
        told: list[str] = []
        cursor = Explained(connection, told)
        for series in (SERIES, Series("CP1", 1, Told.status)):
            for start, end in ((0, 9), (9, 0)):
                read(cursor, [attrs.evolve(query(start, end), series=series)])
        self.assertTrue(told)
        self.assertFalse([line for line in told if "TEMP B-TREE" in line or "SCAN" in line])

    @inlineCallbacks
    def test_closed(self) -> Steps:
        """Once closed it refuses."""
        yield self.begin()
        self.history.close()
        yield self.assertFailure(self.history.readHistory([query(0, 9)]), StoreFailed)

    @inlineCallbacks
    def test_noDatabase(self) -> Steps:
        """A file that cannot be read is named."""
        yield self.begin()
        other = SqliteHistory(self.path.with_name("other.sqlite3"), reactor)
        self.addCleanup(other.close)
        error = yield self.assertFailure(other.readHistory([query(0, 9)]), StoreFailed)
        self.assertIn("other.sqlite3", str(error))
