"""What many charge points tell in one batch is written in few statements."""

from __future__ import annotations

from datetime import timedelta

import attrs

from ocppgw.model import facts as f
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from tests.store.contract import ADDED, T0
from tests.store.inmemory import InMemoryCase

NODES = ("CP1", "CP2", "CP3")


class PresentedTests(InMemoryCase):
    """IdTags are presented with each transaction: dozens in a batch of a busy site."""

    def told(self, *facts: tuple[str, f.Fact]) -> list[str]:
        """The statements that wrote facts of node names as one batch."""
        statements: list[str] = []
        self.connection.set_trace_callback(statements.append)
        self.addCleanup(self.connection.set_trace_callback, None)
        entries = [Entry(node, [fact]) for node, fact in facts]
        write(self.connection.cursor(), self.ids, 2, entries)
        return [sql for sql in statements if "id_tag_at" in sql]

    def test_together(self) -> None:
        """Those of a batch take one statement; of each charge point the last one counts."""
        added = [(node, attrs.evolve(ADDED, nodeName=node, identity=node)) for node in NODES[1:]]
        later = T0 + timedelta(seconds=1)
        statements = self.told(
            *added,
            ("CP1", f.IdTagPresented("A", "Accepted", T0)),
            ("CP2", f.IdTagPresented("B", "Blocked", T0)),
            ("CP1", f.IdTagPresented("C", "Invalid", later)),
            ("gone", f.IdTagPresented("D", "Accepted", T0)),
        )
        self.assertEqual(len(statements), 1)
        kept = self.connection.execute(
            "SELECT node_name, id_tag, id_tag_status, id_tag_at FROM charge_point ORDER BY id"
        )
        at = int(T0.timestamp()) * 1_000_000 + T0.microsecond
        self.assertEqual(
            kept.fetchall(),
            [
                ("CP1", "C", "Invalid", at + 1_000_000),
                ("CP2", "B", "Blocked", at),
                ("CP3", "", "", None),
            ],
        )
