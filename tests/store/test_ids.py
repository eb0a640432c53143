"""Sets of kinds are remembered, so many as memory has room for."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model.facts import Reading
from ocppgw.model.records import MeterKey
from ocppgw.store import ids
from ocppgw.store.ids import Ids
from tests.store.contract import T0
from tests.store.dumps import inMemory


def readings(*names: str) -> list[Reading]:
    return [Reading(MeterKey(name), 1.0, "1", "Sample.Periodic", T0) for name in names]


class RememberedTests(SynchronousTestCase):
    """What charge points send may be of any number and any width."""

    def setUp(self) -> None:
        self.connection = inMemory()
        self.addCleanup(self.connection.close)
        self.statements: list[str] = []
        self.ids = Ids()

    def columns(self, *names: str) -> Any:
        """Ask for a set; afterwards ``statements`` has what the database was asked."""
        self.connection.set_trace_callback(self.statements.append)
        self.statements.clear()
        return self.ids.columns(self.connection.cursor(), readings(*names))

    def test_again(self) -> None:
        """A set that comes again costs no statement."""
        first = self.columns("A", "B")
        self.assertNotEqual(self.statements, [])
        self.assertEqual(self.columns("A", "B"), first)
        self.assertEqual(self.statements, [])

    def test_wide(self) -> None:
        """Not the number of sets alone is bounded: a few wide ones push out what was there."""
        self.patch(ids, "MOST", 10)
        first = self.columns("A", "B")
        self.columns(*"CDEFGHIJ")
        self.columns("A", "B")
        self.assertEqual(self.statements, [])
        self.columns("K")
        self.assertEqual(self.columns("A", "B"), first)
        self.assertNotEqual(self.statements, [])

    def test_tooWide(self) -> None:
        """One that would fill it all is found each time, and pushes out nothing."""
        self.patch(ids, "MOST", 10)
        self.columns("A", "B")
        wide = self.columns(*"CDEFGHIJKLM")
        self.assertEqual(self.columns(*"CDEFGHIJKLM"), wide)
        self.assertNotEqual(self.statements, [])
        self.columns("A", "B")
        self.assertEqual(self.statements, [])
