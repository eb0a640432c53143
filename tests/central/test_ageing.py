"""Live values that are overdue."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.records import ConfigurationPoint
from tests.central.support import Ring, configured, stamp

QUIET = {"pingInterval": 0.0}


class AgeingTests(SynchronousTestCase):
    """While a connector charges, values are expected every sample interval."""

    def setUp(self) -> None:
        self.ring = Ring(self, configured(ocpp=QUIET), started=True)
        self.chargePoint = self.ring.connect()

    def interval(self, text: str) -> None:
        """The charge point's sample interval."""
        point = ConfigurationPoint("MeterValueSampleInterval", text, False, self.ring.now())
        self.ring.recorder.note("CP1", f.ConfigurationReported((point,), (), self.ring.now()))

    def report(self, status: str) -> None:
        payload = {"connectorId": 1, "status": status, "errorCode": "NoError"}
        self.chargePoint.call("StatusNotification", payload)

    def meter(self) -> None:
        value = {"timestamp": stamp(self.ring.now()), "sampledValue": [{"value": "1"}]}
        self.chargePoint.call("MeterValues", {"connectorId": 1, "meterValue": [value]})

    def aged(self, seconds: int) -> int:
        """How often values were found overdue after so many seconds more."""
        for _ in range(seconds):
            self.ring.advance(1)
        return len(self.ring.noted(f.LiveAged))

    def test_overdue(self) -> None:
        """After 2.5 intervals without values they are overdue, once; so are the next."""
        self.interval("10")
        self.report("Charging")
        self.meter()
        self.assertEqual(self.aged(25), 0)
        self.assertEqual(self.aged(1), 1)
        self.assertEqual(self.aged(60), 1)
        self.meter()
        self.assertEqual(self.aged(25), 1)
        self.assertEqual(self.aged(1), 2)

    def test_newValues(self) -> None:
        """New values begin a new wait."""
        self.interval("10")
        self.report("Charging")
        for _ in range(4):
            self.assertEqual(self.aged(20), 0)
            self.meter()
        self.assertEqual(self.aged(26), 1)

    def test_notCharging(self) -> None:
        """Where nothing charges, nothing is overdue."""
        self.interval("10")
        self.report("Charging")
        self.report("SuspendedEV")
        self.assertEqual(self.aged(60), 0)

    def test_unknownInterval(self) -> None:
        """Where the interval is unknown, 0 or no number, nobody can say."""
        self.report("Charging")
        self.assertEqual(self.aged(60), 0)
        for text in ("0", "-5", "often", ""):
            self.interval(text)
            self.assertEqual(self.aged(30), 0)

    def test_linkLost(self) -> None:
        """A lost link is shown as such, not as overdue."""
        self.interval("10")
        self.report("Charging")
        self.chargePoint.vanish()
        self.assertEqual(self.aged(60), 0)
