"""To which transaction meter values belong: ids that nobody gave, and late values."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from ocppgw.model import facts as f
from ocppgw.model.point import Quality
from tests.central.support import START, stamp
from tests.central.test_transactions import TransactionCase

LATE = timedelta(hours=2)


class BelongingCase(TransactionCase):
    """A charge point that charges, and is metered."""

    def meter(
        self,
        energy: int = 150,
        transactionId: int | None = None,
        at: datetime | None = None,
        context: str = "Sample.Periodic",
        connectorId: int = 1,
        **more: Any,
    ) -> f.Measured:
        """The fact that MeterValues with a register became."""
        sampled = {"value": str(energy), "unit": "Wh", "context": context} | more
        value = {"timestamp": stamp(at or self.ring.now()), "sampledValue": [sampled]}
        sent: dict[str, Any] = {"connectorId": connectorId, "meterValue": [value]}
        if transactionId is not None:
            sent["transactionId"] = transactionId
        answer = self.chargePoint.call("MeterValues", sent)
        self.assertEqual(answer[0::2], [3, {}])
        fact = self.ring.noted(f.Measured)[-1]
        assert isinstance(fact, f.Measured)
        return fact


class UnconfirmedTests(BelongingCase):
    """The charge point has no id, because its start was never answered, or gives none."""

    def test_X4_minusOne(self) -> None:
        """-1, 0 and no id at all mean the transaction that runs on the connector."""
        running = self.start()["transactionId"]
        for named in (-1, 0, None):
            self.assertEqual(self.meter(transactionId=named).transactionId, running)
        self.assertIsNone(self.meter(transactionId=-1, connectorId=2).transactionId)

    def test_X4_valuesFromBefore(self) -> None:
        """Values out of a queue that are older than the transaction are none of its."""
        self.ring.advance(LATE.total_seconds())
        self.chargePoint = self.ring.connect()
        self.start()
        self.assertIsNone(self.meter(transactionId=-1, at=START).transactionId)

    def test_X4_repeatedStop(self) -> None:
        """A stop without id that comes again does not end the next transaction."""
        self.start(1, "A")
        self.ring.advance(60)
        when = stamp(self.ring.now())
        self.stop(-1, 250, timestamp=when)
        self.start(1, "B", meterStart=250)
        self.stop(-1, 250, timestamp=when)
        self.assertTrue(self.transaction().active)
        self.assertEqual(len(self.ring.noted(f.TransactionStopped)), 1)


class UnknownTests(BelongingCase):
    """Meter values name a transaction whose start we never heard of."""

    def test_X6_recovered(self) -> None:
        """It runs from its first value on, and what is guessed of its begin is uncertain."""
        self.meter(5000, transactionId=4711)
        running = self.transaction()
        self.assertEqual((running.transactionId, running.active), (4711, True))
        self.assertEqual((running.meterStart, running.startTime), (5000.0, START))
        self.assertTrue(running.isRecovered)
        self.assertIn("X6", self.kinds())
        self.ring.advance(60)
        self.meter(5600, transactionId=4711)
        energy = self.transaction().energy
        assert energy is not None
        self.assertEqual((energy.value, energy.quality), (600.0, Quality.subNormal))

    def test_X6_isCommittedAndEnds(self) -> None:
        """It is on disk, once, and its stop ends it as any other."""
        self.meter(5000, transactionId=4711)
        self.meter(5100, transactionId=4711)
        [begun] = self.ring.noted(f.TransactionStarted)
        self.assertIn(("CP1", begun), self.ring.store.committed)
        self.stop(4711, 5900)
        self.assertFalse(self.transaction().active)
        self.assertEqual(self.transaction().meterStop, 5900.0)
        self.assertNotIn("X3", self.kinds())

    def test_X6_oursGoOn(self) -> None:
        """Its id does not disturb ours, and we never give an id that runs there already."""
        self.meter(5000, transactionId=1)
        self.assertEqual(self.start(2, "B")["transactionId"], 2)

    def test_X6_notBesideAnother(self) -> None:
        """While one runs on the connector nothing is recovered there; the values are kept."""
        running = self.start()["transactionId"]
        self.assertEqual(self.meter(transactionId=4711).transactionId, 4711)
        self.assertEqual(self.transaction().transactionId, running)

    def test_X6_notTheWholeChargePoint(self) -> None:
        """The main meter has no transactions."""
        self.meter(transactionId=4711, connectorId=0)
        self.assertEqual(self.ring.noted(f.TransactionStarted), [])

    def test_X6_notWhatEndedLongAgo(self) -> None:
        """What the store knows is not recovered, though the record forgot it."""
        first = self.start(1, "A")["transactionId"]
        self.stop(first)
        self.ring.advance(10)
        self.stop(self.start(1, "B", meterStart=250)["transactionId"], 300)
        self.meter(transactionId=first)
        self.assertFalse(self.transaction().active)
        self.assertNotIn("X6", self.kinds())


class FinalTests(BelongingCase):
    """Values that come after the end."""

    def ended(self) -> int:
        """A transaction of ten minutes that has ended."""
        number = int(self.start()["transactionId"])
        self.ring.advance(600)
        self.stop(number, 250)
        self.ring.advance(5)
        return number

    def test_X15_finalValues(self) -> None:
        """Final values belong to the transaction that has ended, named or not."""
        number = self.ended()
        during = self.ring.now() - timedelta(seconds=30)
        self.assertEqual(self.meter(250, number).transactionId, number)
        self.assertEqual(self.meter(250, context="Transaction.End").transactionId, number)
        self.assertEqual(self.meter(250, at=during).transactionId, number)
        self.assertEqual(self.meter(250, -1).transactionId, number)
        self.assertFalse(self.transaction().active)
        self.assertEqual(self.transaction().meterStop, 250.0)

    def test_X15_forTenMinutes(self) -> None:
        """What comes later, or tells of the time since, belongs to nothing."""
        self.ended()
        self.assertIsNone(self.meter(250).transactionId)
        self.ring.advance(601)
        self.assertIsNone(self.meter(250, context="Transaction.End").transactionId)

    def test_X15_tellWhatTheStopDidNot(self) -> None:
        """Where the stop had no reading the final values tell what was charged."""
        number = self.start()["transactionId"]
        self.ring.advance(600)
        self.chargePoint.call("StopTransaction", {"transactionId": number})
        self.meter(350, number, context="Transaction.End")
        last = self.ring.connector().lastTransaction
        assert last is not None and last.energy is not None
        self.assertEqual((last.energy.value, self.ring.connector().finished), (250.0, 1))

    def test_X15_ofAnOrphan(self) -> None:
        """Final values of one that nobody knows begin nothing."""
        self.stop(4711)
        self.meter(250, 4711, context="Transaction.End")
        self.assertIsNone(self.ring.connector().transaction)

    def test_X3_valuesOfAnOrphan(self) -> None:
        """Values that travel with the stop of an unknown one are kept, and shown nowhere."""
        data = [{"timestamp": stamp(START), "sampledValue": [{"value": "777"}]}]
        self.stop(4711, transactionData=data)
        [measured] = self.ring.noted(f.Measured)
        self.assertEqual((measured.connectorId, measured.transactionId), (-1, 4711))
        readings = [one.readings for one in self.ring.record().connectors.values()]
        self.assertEqual([dict(each) for each in readings], [{} for _ in readings])
