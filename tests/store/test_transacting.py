"""What begins and ends in one batch is written together, and nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from typing import Any

import attrs
from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.ids import Ids
from tests.store.contract import ADDED, T0, started, stopped
from tests.store.dumps import inMemory

NODES = ("CP1", "CP2")

TABLES = {
    "charge_transaction": """id, recovered, charge_point, connector, id_tag, start_time, meter_stop,
        stop_time, stop_id_tag, stop_received_time, administrative""",
    "orphan_stop": "charge_point, transaction_id, id_tag, meter_stop, stop_time",
    "connector": "charge_point, connector, finished",
    "counter": "value FROM counter WHERE name = 'transaction' --",
}

Told = tuple[str, f.Fact]

begins = st.tuples(st.sampled_from(NODES), st.integers(1, 2), st.integers(0, 3), st.booleans())
ends = st.tuples(st.sampled_from(NODES), st.integers(1, 6), st.integers(0, 2), st.booleans())


def facts(drawn: Sequence[tuple[bool, tuple[str, int, int, bool]]]) -> list[Told]:
    """Begins have ids of their own; ends may come twice, too early, or belong to nothing."""
    found: list[Told] = []
    number = 0
    for isBegin, (node, first, second, third) in drawn:
        if isBegin:
            number += 1
            at = T0 + timedelta(hours=second)
            fact: f.Fact = attrs.evolve(
                started(number), connectorId=first, startTime=at, isRecovered=third
            )
        else:
            fact = attrs.evolve(stopped(first), meterStop=700 + second, isAdministrative=third)
        found.append((node, fact))
    return found


class TogetherTests(SynchronousTestCase):
    """A batch and its facts one by one come to the same."""

    def kept(self, batches: Sequence[Sequence[Told]]) -> dict[str, Any]:
        with closing(inMemory()) as connection:
            cursor, ids = connection.cursor(), Ids()
            added = [
                Entry(node, (attrs.evolve(ADDED, nodeName=node, identity=node),)) for node in NODES
            ]
            write(cursor, ids, 1, added)
            for number, batch in enumerate(batches, 2):
                write(cursor, ids, number, [Entry(node, (fact,)) for node, fact in batch])
            return {
                table: sorted(cursor.execute(f"SELECT {columns} FROM {table}"), key=repr)
                for table, columns in TABLES.items()
            }

    @given(
        st.lists(
            st.one_of(st.tuples(st.just(True), begins), st.tuples(st.just(False), ends)),
            max_size=10,
        )
    )
    def test_asOneByOne(self, drawn: Sequence[tuple[bool, tuple[str, int, int, bool]]]) -> None:
        """X2, X3, X11: repeated, unknown, administrative and overtaken ends, in any order."""
        told = facts(drawn)
        self.assertEqual(self.kept([told]), self.kept([[one] for one in told]))

    def test_many(self) -> None:
        """More than one execution takes."""
        told: list[Told] = [("CP1", attrs.evolve(started(n), connectorId=n)) for n in range(1, 41)]
        found = self.kept([told, [("CP1", stopped(7)), ("CP2", stopped(8))]])
        self.assertEqual(len(found["charge_transaction"]), 40)
        self.assertEqual(found["counter"], [(40,)])
        self.assertEqual([one[2] for one in found["connector"]], [1])
        self.assertEqual([one[1] for one in found["orphan_stop"]], [8])
