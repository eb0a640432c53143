"""The connection that writes needs nothing but the database and what belongs to it."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.records import MeterKey
from ocppgw.store import database
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.ids import Ids
from tests.store.contract import ADDED, T0

FILES = Path("/proc/self/fd")
"""What this process has open, where the system tells."""


def names() -> set[str]:
    """The names of all files that are open, also of those that have no name any more."""
    found: set[str] = set()
    for link in FILES.iterdir():
        try:
            found.add(str(link.readlink()))
        except OSError:
            continue  # It was closed meanwhile.
    return found


def measured(second: int) -> f.Measured:
    """One value."""
    at = T0 + timedelta(seconds=second)
    return f.Measured(1, None, (f.Reading(MeterKey("SoC"), 1.0, "1", "Sample.Clock", at),), at)


class WritingTests(SynchronousTestCase):
    """A batch of many charge points."""

    def setUp(self) -> None:
        if not FILES.exists():
            raise SkipTest("nothing here tells which files are open")
        path = Path(self.mktemp()) / "ocppgw.sqlite3"
        database.prepare(path)
        self.connection = sqlite3.connect(path)
        self.addCleanup(self.connection.close)
        database.configureWriting(self.connection)
        self.ids = Ids()

    def write(self, entries: list[Entry]) -> None:
        """Write them in one transaction."""
        with self.connection, closing(self.connection.cursor()) as cursor:
            write(cursor, self.ids, 1, entries)

    def test_noOtherFile(self) -> None:
        """It makes no file beside: nothing is written twice, and a full /tmp is no matter."""
        nodes = [f"CP{number}" for number in range(100)]
        for node in nodes:
            self.write([Entry(node, (f.ChargePointAdded(node, node, T0, ADDED.settings),))])
            # Enough that no two of them share a page.
            self.write([Entry(node, (measured(second),)) for second in range(250)])
        opened: set[str] = set()
        self.connection.set_progress_handler(lambda: opened.update(names()), 20)
        self.write([Entry(node, (measured(500),)) for node in nodes])
        self.assertTrue(any(name.endswith("-wal") for name in opened))
        self.assertEqual([name for name in opened if "etilqs" in name], [])
