"""How much of what waits to be written there is."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.batch import Batch, planOf
from ocppgw.model.records import MeterKey
from ocppgw.store.backlog import sizeOf
from tests.store.contract import T0

LONG = "x" * 10_000


def measured(key: MeterKey, text: str = "1", context: str = "Trigger") -> f.Measured:
    return f.Measured(1, None, (f.Reading(key, 1.0, text, context, T0),), T0)


class SizeTests(SynchronousTestCase):
    """Whoever says much takes much room, whichever way it is kept."""

    def test_batch(self) -> None:
        """A batch is as large as its readings are one by one."""
        keys = MeterKey("SoC"), MeterKey("Power.Active.Import", "L1", "Inlet")
        plan = planOf(keys, ("Sample.Periodic", "Trigger"))
        batch = Batch(plan, "1,2.50", T0, T0)
        self.assertEqual(sizeOf(batch), len("Sample.Periodic" + "Trigger" + "1" + "2.50"))
        self.assertEqual(sizeOf(tuple(batch)), sizeOf(batch))

    def test_anyWord(self) -> None:
        """Each word that a charge point may choose counts where it is long."""
        for fact in (
            measured(MeterKey(LONG)),
            measured(MeterKey("SoC", LONG)),
            measured(MeterKey("SoC", "", LONG)),
            measured(MeterKey("SoC"), text=LONG),
            measured(MeterKey("SoC"), context=LONG),
        ):
            self.assertGreaterEqual(sizeOf(fact), len(LONG))
            self.assertLess(sizeOf(fact), len(LONG) + 20)
