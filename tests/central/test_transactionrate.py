"""How many transactions a charge point may begin."""

from __future__ import annotations

from ocppgw.model import facts as f
from tests.central.support import Ring, configured, stamp
from tests.central.test_transactions import TransactionCase


class RateTests(TransactionCase):
    """Nobody fills the disk with transactions that never were."""

    def setUp(self) -> None:
        self.begin(Ring(self, configured(ocpp={"maxTransactions": 1})))

    def fill(self) -> None:
        """Begin as many as may come at once."""
        for number in range(11):
            self.assertIn("transactionId", self.start(idTag=f"A{number}"))

    def test_tooManyStarts(self) -> None:
        """Beyond the burst a new one is refused, counted, and not kept; no id is used up."""
        self.fill()
        before = len(self.ring.noted(f.TransactionStarted))
        self.assertEqual(self.start(idTag="B"), "GenericError")
        self.assertIn("transactionRate", self.kinds())
        self.assertEqual(len(self.ring.noted(f.TransactionStarted)), before)
        self.assertEqual(self.transaction().idTag, "A10")

    def test_repeatsAreFree(self) -> None:
        """A repeat of a known start is answered as ever, and the running one can be stopped."""
        self.fill()
        answer = self.start(idTag="A10")
        self.assertEqual(answer["transactionId"], self.transaction().transactionId)
        self.assertEqual(self.stop(answer["transactionId"]), {})

    def test_laterAgain(self) -> None:
        """With time there is room for another one."""
        self.fill()
        self.assertEqual(self.start(idTag="B"), "GenericError")
        self.ring.advance(3600)
        self.chargePoint = self.ring.connect()
        self.assertIn("transactionId", self.start(idTag="B"))

    def test_othersAreNotConcerned(self) -> None:
        """Each charge point has its own allowance."""
        self.fill()
        self.chargePoint = self.ring.connect("/CP2")
        self.assertIn("transactionId", self.start())

    def test_orphansAndRecovered(self) -> None:
        """Stops and meter values of transactions that nobody knows are counted like starts."""
        self.fill()
        self.assertEqual(self.stop(987654), "GenericError")
        value = {"timestamp": stamp(self.ring.now()), "sampledValue": [{"value": "1"}]}
        sent = {"connectorId": 2, "transactionId": 987655, "meterValue": [value]}
        self.assertEqual(self.chargePoint.call("MeterValues", sent)[2], "GenericError")
        self.assertNotIn(2, self.ring.record().connectors)

    def test_unlimited(self) -> None:
        """0 sets no limit."""
        self.begin(Ring(self, configured(ocpp={"maxTransactions": 0})))
        for number in range(30):
            self.assertIn("transactionId", self.start(idTag=f"A{number}"))

    def test_removed(self) -> None:
        """Who was removed and comes again begins with a full allowance."""
        self.fill()
        self.ring.recorder.note("CP1", f.ChargePointRemoved(self.ring.now()))
        self.chargePoint = self.ring.connect()
        self.assertIn("transactionId", self.start(idTag="B"))
