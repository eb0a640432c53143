"""What the tests have in common that write to a database without a store around it."""

from __future__ import annotations

from contextlib import closing

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.ids import Ids
from tests.store.contract import ADDED
from tests.store.dumps import inMemory


class InMemoryCase(SynchronousTestCase):
    """A database in memory that knows CP1, and what its writing thread remembers of it."""

    def setUp(self) -> None:
        self.begin()

    def begin(self) -> None:
        """A new one, in place of any before."""
        self.connection = inMemory()
        self.addCleanup(self.connection.close)
        self.ids = Ids()
        self.write(ADDED)

    def write(self, *facts: f.Fact) -> None:
        """Write facts of CP1 in one transaction."""
        with self.connection, closing(self.connection.cursor()) as cursor:
            write(cursor, self.ids, 1, [Entry("CP1", facts)])
