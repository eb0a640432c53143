"""What is made of meter values before the writing thread has them is what it would make itself."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, strategies as st

from ocppgw.model import facts as f
from ocppgw.model.batch import Batch, planOf
from ocppgw.model.records import MeterKey
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.metering import sampledOf
from tests.store.contract import T0, report
from tests.store.inmemory import InMemoryCase

CONTEXT = "Sample.Periodic"
NAMES = ("Voltage", "SoC", "Current.Import")


def batch(*values: float, names: tuple[str, ...] = NAMES, seconds: int = 0) -> Batch:
    names = names[: len(values)]
    plan = planOf(tuple(map(MeterKey, names)), (CONTEXT,) * len(names))
    at = T0 + timedelta(seconds=seconds)
    return Batch(plan, ",".join(map(str, values)), at, at)


messages = st.builds(
    lambda values, seconds, connector, transaction: f.Measured(
        connector, transaction, batch(*values, seconds=seconds), T0 + timedelta(hours=1)
    ),
    st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=3),
    st.integers(-3, 3),
    st.integers(0, 2),
    st.none() | st.integers(1, 3),
)


class SampledTests(InMemoryCase):
    """The usual message, ready beforehand."""

    def rows(self, isReady: bool, facts: list[f.Measured]) -> list[Any]:
        """What is kept of messages, all of one batch, in a new database."""
        self.begin()
        entries = [
            Entry("CP1", (fact,), sampled=sampledOf((fact,)) if isReady else None) for fact in facts
        ]
        write(self.connection.cursor(), self.ids, 2, entries)
        sql = """SELECT v.*, k.measurand FROM sampled_value v
            JOIN measured_kind k ON k.id = v.kind ORDER BY v.id, v.place"""
        return self.connection.execute(sql).fetchall()

    @given(st.lists(messages, min_size=1, max_size=6))
    def test_same(self, facts: list[f.Measured]) -> None:
        """Whether it was made beforehand or not, the same is kept, repeats included."""
        self.assertTrue(all(sampledOf((fact,)) for fact in facts))
        ready = self.rows(True, facts)
        self.assertEqual(ready, self.rows(False, facts))
        self.assertNotEqual(ready, [])

    def test_unusual(self) -> None:
        """Several facts, other facts, single readings and values that come twice are left alone."""
        usual = f.Measured(1, None, batch(1.0, 2.0), T0)
        single = f.Measured(1, None, tuple(usual.readings), T0)
        twice = f.Measured(1, None, batch(1.0, 1.0, names=("SoC", "SoC")), T0)
        self.assertIsNotNone(sampledOf((usual,)))
        for facts in ((), (usual, usual), (f.StatusReported(1, report()),), (single,), (twice,)):
            self.assertIsNone(sampledOf(facts))
