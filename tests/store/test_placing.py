"""Meter values get their places in the index late, and nobody ever sees it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
from hypothesis import given, strategies as st
from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.trial.unittest import TestCase

from ocppgw.model import facts as f
from ocppgw.model.connectors import LIMIT
from ocppgw.store import metering
from ocppgw.store.exporting import exportWithMeterValues
from ocppgw.store.history import read
from ocppgw.store.ids import Ids
from ocppgw.store.lastreadings import settle
from ocppgw.store.placing import LONG, Instants
from ocppgw.store.sqlite import SqliteStore
from tests.store.contract import ADDED, T0, Steps, started
from tests.store.historycontract import query
from tests.store.inmemory import InMemoryCase
from tests.store.test_lastreadings import POWER, SIGNED, SOC, told

ROWS = "SELECT charge_point, connector, source_time, part, sampled FROM meter_value ORDER BY id"


class Asking(Instants):
    """Nothing is known to be younger: the index is asked about each row."""

    def areYounger(self, cursor: Any, rows: Any) -> bool:
        super().areYounger(cursor, rows)
        return False


class PlacingTests(InMemoryCase):
    """What has a place, and when."""

    def placed(self) -> list[int]:
        """Of each row."""
        found = self.connection.execute("SELECT placed FROM meter_value ORDER BY id")
        return [row[0] for row in found]

    def settle(self) -> None:
        with self.connection, closing(self.connection.cursor()) as cursor:
            settle(cursor)

    def values(self, start: float, end: float, most: int = 100) -> list[Any]:
        """What history says of CP1, in the order from one second to the other."""
        asked = query(start, end, most)
        series = attrs.evolve(asked.series, of=(POWER,))
        with closing(self.connection.cursor()) as cursor:
            [page] = read(cursor, [attrs.evolve(asked, series=series)])
        return [point.value for point in page.points]

    def test_younger(self) -> None:
        """Values that are younger than all before wait, until the last readings are settled."""
        self.write(told({POWER: 1.0}, 1, 1), told({POWER: 2.0}, 2, 2))
        self.write(told({POWER: 3.0}, 3, 3))
        self.assertEqual(self.placed(), [0, 0, 0])
        self.settle()
        self.assertEqual(self.placed(), [1, 1, 1])
        self.write(told({POWER: 4.0}, 4, 4))
        self.assertEqual(self.placed(), [1, 1, 1, 0])

    def test_byItself(self) -> None:
        """So they are after so many."""
        self.patch(metering, "UNSETTLED", 2)
        for number in range(1, 4):
            self.write(told({POWER: 1.0}, number, number))
        self.assertEqual(self.placed(), [1, 1, 0])

    def test_repeated(self) -> None:
        """What comes again is found, whether the first one waits or not."""
        first = told({POWER: 1.0}, 1, 1)
        self.write(first, told({POWER: 2.0}, 2, 2))
        self.write(first)
        self.assertEqual(self.placed(), [1, 1])
        self.write(told({POWER: 3.0}, 3, 3), told({POWER: 3.0}, 3, 4))
        self.assertEqual(len(self.placed()), 3)

    def test_afterFailure(self) -> None:
        """So it is where nothing is remembered any more."""
        first = told({POWER: 1.0}, 1, 1)
        self.write(first)
        self.ids = Ids()
        self.write(first, told({POWER: 2.0}, 2, 2))
        self.assertEqual(len(self.placed()), 2)
        self.settle()
        self.ids = Ids()
        self.write(told({POWER: 2.0}, 2, 2))
        self.assertEqual(self.placed(), [1, 1])

    def test_long(self) -> None:
        """Long values are not written twice."""
        self.write(told({POWER: 1.0}, 1, 1))
        self.write(told({SIGNED: "x" * (LONG + 1)}, 2, 2))
        self.assertEqual(self.placed(), [0, 1])
        self.write(told({POWER: 3.0}, 3, 3), told({SIGNED: "x" * (LONG + 1)}, 2, 2))
        self.assertEqual(len(self.placed()), 3)

    def test_otherConnectors(self) -> None:
        """Connectors that no charge point can have have places at once, and cost no memory."""
        for number in (-2, LIMIT + 1):
            fact = f.Measured(number, None, told({POWER: 1.0}, 1, 1).readings, T0)
            self.write(fact, fact)
        self.assertEqual(self.placed(), [1, 1])
        self.assertEqual(vars(self.ids.instants), {"_last": {}})

    def test_view(self) -> None:
        """Who asks by SQL finds the values of a charge point, without a walk through all."""
        self.write(told({POWER: 1.0}, 1, 1))
        self.settle()
        self.write(told({POWER: 2.0}, 2, 2))
        sql = "SELECT value FROM sampled_value WHERE charge_point = 1 AND connector = 1"
        values = self.connection.execute(f"{sql} ORDER BY source_time").fetchall()
        self.assertEqual(values, [(1.0,), (2.0,)])
        plan = [row[3] for row in self.connection.execute(f"EXPLAIN QUERY PLAN {sql}")]
        self.assertTrue([step for step in plan if "USING INDEX meter_value_once" in step], plan)
        self.assertEqual([step for step in plan if step.startswith("SCAN m")], [])

    def test_history(self) -> None:
        """History is one series, in either direction and page by page, with those that wait."""
        for number in range(1, 7):
            self.write(told({SOC: 0.0, POWER: float(number)}, number, number))
            if number == 3:
                self.settle()
        self.assertEqual(self.placed(), [1, 1, 1, 0, 0, 0])
        self.assertEqual(self.values(0, 9), [1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
        self.assertEqual(self.values(9, 0), [6.0, 5.0, 4.0, 3.0, 2.0, 1.0])
        self.assertEqual(self.values(2, 9, most=3), [2.0, 3.0, 4.0])
        self.assertEqual(self.values(5, 0, most=3), [5.0, 4.0, 3.0])

    @given(
        st.lists(
            st.tuples(
                st.sampled_from([(POWER,), (SOC,), (POWER, SOC)]),
                st.integers(-2, 4),
                st.integers(1, 2),
                st.integers(1, 2),
                st.sampled_from([None, None, "batch", "batch", "settle", "fail"]),
            ),
            max_size=10,
        )
    )
    def test_same(self, messages: Sequence[tuple[Any, ...]]) -> None:
        """Whatever the order and the repeats: the rows are those that the index lets in."""
        kept = [self.kept(messages, kind) for kind in (Instants, Asking)]
        self.assertEqual(*kept)

    def kept(self, messages: Sequence[tuple[Any, ...]], kind: Callable[[], Instants]) -> list[Any]:
        """What is written of messages, some of them in one transaction."""
        self.begin()
        self.ids.instants = kind()
        batch: list[f.Fact] = []
        for keys, seconds, connector, value, then in messages:
            one = told(dict.fromkeys(keys, float(value)), seconds, 10)
            batch.append(f.Measured(connector, None, one.readings, one.receivedAt))
            if then is not None:
                self.write(*batch)
                batch.clear()
            if then == "settle":
                self.settle()
            if then == "fail":
                self.ids = Ids()
                self.ids.instants = kind()
        self.write(*batch)
        return self.connection.execute(ROWS).fetchall()


class StoreTests(TestCase):
    """The same in a file that others read."""

    @inlineCallbacks
    def test_export(self) -> Steps:
        """Transactions are exported with all their values, in order, also those that wait."""
        path = Path(self.mktemp()) / "ocppgw.sqlite3"
        store = SqliteStore(path, reactor)
        yield store.open(T0)
        yield store.commit("CP1", (ADDED, started(1)))
        for number in range(1, 5):
            fact = told({POWER: float(number)}, number, number)
            fact = f.Measured(1, 1, fact.readings, fact.receivedAt)
            yield store.commit("CP1", (fact,))
            if number == 2:
                yield store.close()
                store = SqliteStore(path, reactor)
                yield store.open(T0 + timedelta(minutes=1))
        found: list[Any] = []
        exportWithMeterValues(path, found.extend)
        yield store.close()
        [transaction] = found
        self.assertEqual([one["value"] for one in transaction["meterValues"]], [1.0, 2.0, 3.0, 4.0])
