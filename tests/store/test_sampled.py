"""How what was sampled stands in its row, and how it is read again."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.batch import Batch, planOf
from ocppgw.model.records import MeterKey
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.exporting import METER_VALUES
from ocppgw.store.lastreadings import settle
from ocppgw.store.metering import sampledOf
from ocppgw.store.sampled import toldIn, written, writtenBatch
from ocppgw.v16.numerals import numbersOf
from tests.model.given import T0
from tests.store.inmemory import InMemoryCase

NUMBERS = st.floats(allow_nan=False, allow_infinity=False)


class ToldTests(SynchronousTestCase):
    """JSON and back."""

    @given(st.lists(NUMBERS | st.text() | st.none()))
    def test_there(self, told: list[float | str | None]) -> None:
        """What was written is read again, and whole numbers are floats."""
        self.assertEqual(toldIn(written(told)), told)
        self.assertEqual([type(one) for one in toldIn("[10,2.50,-0]")], [float] * 3)

    @given(st.lists(st.decimals(-9999, 9999, places=2).map(str), min_size=1))
    def test_batch(self, texts: list[str]) -> None:
        """A batch is written as it was sent, to the letter, and read as its numbers."""
        keys = tuple(MeterKey(str(number)) for number in range(len(texts)))
        row = ",".join(texts)
        batch = Batch(planOf(keys, ("",) * len(keys)), row, T0, T0)
        self.assertEqual(writtenBatch(batch), f"[{row}]")
        self.assertEqual(tuple(toldIn(writtenBatch(batch))), numbersOf(row))
        self.assertEqual([each.text for each in batch], texts)
        self.assertEqual([point.text for point in batch.get()], texts)


class WholeNumberTests(InMemoryCase):
    """Numbers that were sent without a fraction."""

    def test_floats(self) -> None:
        """They are exported as floats, and so are the last ones of all."""
        self.begin()
        key = MeterKey("SoC")
        for seconds, texts in enumerate(("10,2.50", "7,3")):
            at = T0 + timedelta(seconds=seconds)
            batch = Batch(planOf((key, MeterKey("Voltage")), ("", "")), texts, at, at)
            fact = f.Measured(1, None, batch, at)
            entry = Entry("CP1", (fact,), sampled=sampledOf((fact,)))
            write(self.connection.cursor(), self.ids, 2 + seconds, [entry])
        rows = self.connection.execute(METER_VALUES.query).fetchall()
        self.assertEqual([repr(row[-2]) for row in rows], ["10.0", "2.5", "7.0", "3.0"])
        settle(self.connection.cursor())
        last = self.connection.execute("SELECT value FROM last_reading ORDER BY kind").fetchall()
        self.assertEqual([repr(value) for (value,) in last], ["7.0", "3.0"])
