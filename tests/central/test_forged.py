"""A charge point that names what belongs to another one."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.central.support import START, Ring, stamp


class ForgedTests(SynchronousTestCase):
    """A charge point that names transactions of another one."""

    def setUp(self) -> None:
        self.ring = Ring(self)
        self.victim, self.forger = self.ring.connect("/CP1"), self.ring.connect("/EVIL")
        sent = {"connectorId": 1, "idTag": "A", "meterStart": 100, "timestamp": stamp(START)}
        self.theirs = self.victim.call("StartTransaction", sent)[2]["transactionId"]

    def test_stop(self) -> None:
        """It is answered as any stop of something unknown; nobody else's transaction ends."""
        sent = {"transactionId": self.theirs, "meterStop": 999999, "timestamp": stamp(START)}
        self.assertEqual(self.forger.call("StopTransaction", sent)[2], {})
        self.assertIn("X3", self.ring.deviations("EVIL"))
        running = self.ring.connector().transaction
        assert running is not None
        self.assertTrue(running.active)
        self.assertEqual(self.victim.call("StopTransaction", sent | {"meterStop": 250})[2], {})
        ended = self.ring.connector().transaction
        assert ended is not None
        self.assertEqual((ended.active, ended.meterStop), (False, 250.0))

    def test_values(self) -> None:
        """Its meter values stay with itself, and the ids that we give go on as they were."""
        values = {"timestamp": stamp(START), "sampledValue": [{"value": "999999"}]}
        before = self.ring.record().connectors
        for transactionId in (self.theirs, self.theirs + 1, 2**31 - 1, 2**63, 10**30):
            sent = {"connectorId": 1, "transactionId": transactionId, "meterValue": [values]}
            self.assertEqual(self.forger.call("MeterValues", sent)[2], {})
        self.assertIs(self.ring.record().connectors, before)
        sent = {"connectorId": 2, "idTag": "B", "meterStart": 0, "timestamp": stamp(START)}
        given = self.victim.call("StartTransaction", sent)[2]["transactionId"]
        self.assertEqual(given, self.theirs + 1)
