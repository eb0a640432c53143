"""What the gateway concludes from what does not fit: zones, units, lost ends, lazy clocks."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from unittest import mock

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.watching import plausibility
from ocppgw.central.watching.clockcare import DAY
from ocppgw.central.watching.suspicions import GRACE
from ocppgw.central.watching.zonehints import offsetOf
from ocppgw.config.repeated import ChargePointTable
from ocppgw.config.times import TimeZone
from ocppgw.model import facts as f
from tests.central.support import START, Ring, configured, stamp

QUIET = {"pingInterval": 0.0, "heartbeatInterval": 86400}


class HintCase(SynchronousTestCase):
    """A charge point and what it reports."""

    def setUp(self) -> None:
        self.ring = Ring(self, configured(ocpp=QUIET))
        self.chargePoint = self.ring.connect()

    def report(self, status: str = "Available", **more: Any) -> None:
        sent = {"connectorId": 1, "status": status, "errorCode": "NoError"} | more
        self.assertEqual(self.chargePoint.call("StatusNotification", sent)[2], {})

    def measure(self, **values: tuple[float, str]) -> None:
        samples = [
            {"value": str(value), "measurand": name.replace("_", "."), "unit": unit}
            for name, (value, unit) in values.items()
        ]
        meter = {"timestamp": stamp(self.ring.now()), "sampledValue": samples}
        self.chargePoint.call("MeterValues", {"connectorId": 1, "meterValue": [meter]})

    def example(self, kind: str) -> str:
        return self.ring.record().deviations.examples[kind]


class ZoneTests(HintCase):
    """Clocks that are right, in another time zone."""

    def tell(self, hours: float, end: str, times: int = 5) -> None:
        for _ in range(times):
            self.ring.advance(60)
            local = self.ring.now() + timedelta(hours=hours, seconds=7)
            self.report(timestamp=local.strftime("%Y-%m-%dT%H:%M:%S") + end)

    def test_T2_hint(self) -> None:
        """Local times without a zone: the setting that would read them is named, once."""
        self.tell(2, "", times=12)
        self.assertEqual(self.example("T3"), 'timeZone = "+02:00"')
        hints = [fact for fact in self.ring.noted(f.Deviated) if "would explain" in fact.text]
        self.assertEqual(len(hints), 1)

    def test_T3_hint(self) -> None:
        """Local times labelled Z, also west of Greenwich and in odd zones."""
        self.tell(-4.5, "Z")
        self.assertEqual(self.example("T3"), 'timeZone = "-04:30", localTime = true')

    def test_T3_noHint(self) -> None:
        """A clock that is right, one that is wrong by any amount, or rarely, gives no hint."""
        self.tell(0, "Z")
        self.tell(2.1, "Z")
        self.tell(2, "Z", times=4)
        self.tell(0, "Z")
        self.assertNotIn("T3", self.ring.deviations())

    def test_T3_correction(self) -> None:
        """With the setting the times are right, and nothing is odd about them."""
        zone = TimeZone().read("+02:00")
        table = ChargePointTable("CP1", timeZone=zone, localTime=True)
        self.ring = Ring(self, configured(table, ocpp=QUIET))
        self.chargePoint = self.ring.connect()
        self.report(timestamp="2026-05-04T13:59:00Z")
        status = self.ring.connector().status
        assert status is not None
        self.assertEqual(status.sourceTime, START - timedelta(minutes=1))
        self.assertEqual(self.ring.deviations(), set())

    def test_offsets(self) -> None:
        """Only quarters of an hour that some zone has are offsets."""
        self.assertEqual(offsetOf(20700.0), 20700)
        self.assertEqual(offsetOf(-7199.0), -7200)
        self.assertEqual([offsetOf(one) for one in (0.0, 100.0, 300.0, 1e9, -60000.0)], [0] * 5)


class ClockTests(SynchronousTestCase):
    """Charge points that never ask for the time."""

    def asked(self, ring: Ring, chargePoint: Any, hours: int) -> int:
        times = 0
        for _ in range(hours * 6):
            ring.clock.advance(600)
            chargePoint.flush()
            for call in chargePoint.takeCalls():
                isHeartbeat = call[3].get("requestedMessage") == "Heartbeat"
                times += isHeartbeat
                chargePoint.text(f'[3,"{call[1]}",{{"status":"Accepted"}}]')
                if isHeartbeat:
                    chargePoint.call("Heartbeat")
        return times

    def test_T10_onceADay(self) -> None:
        """Who sends no heartbeat is asked for one, once a day."""
        ring = Ring(self, configured(ocpp=QUIET), started=True)
        chargePoint = ring.connect()
        chargePoint.boot()
        self.assertEqual(DAY, timedelta(days=1))
        self.assertEqual(self.asked(ring, chargePoint, 24), 0)
        self.assertEqual(self.asked(ring, chargePoint, 1), 1)
        self.assertEqual(self.asked(ring, chargePoint, 49), 2)

    def test_T10_notWhoDoes(self) -> None:
        """Who sends heartbeats is not asked."""
        ring = Ring(self, configured(ocpp=QUIET), started=True)
        chargePoint = ring.connect()
        chargePoint.boot()
        for _ in range(6):
            chargePoint.call("Heartbeat")
            self.assertEqual(self.asked(ring, chargePoint, 12), 0)


class UnitTests(HintCase):
    """Registers that say Wh and mean kWh, or the other way round."""

    def charge(self, factor: float, times: int = 4, every: int = 60) -> None:
        for number in range(times):
            self.ring.advance(every)
            energy = 5000.0 * factor + number * 11000.0 * every / 3600 * factor
            self.measure(
                Energy_Active_Import_Register=(energy, "Wh"),
                Power_Active_Import=(11000.0, "W"),
            )

    def test_M1_tooSmall(self) -> None:
        """A register that grows a thousand times too slowly: the scale is named, once."""
        self.charge(0.001, times=9)
        self.assertEqual(self.example("M1"), 'scale = { "Energy.Active.Import.Register" = 1000 }')
        self.assertEqual(self.ring.record().deviations.byKind["M1"], 1)

    def test_M1_tooLarge(self) -> None:
        """And one that grows a thousand times too fast."""
        self.charge(1000.0)
        self.assertEqual(self.example("M1"), 'scale = { "Energy.Active.Import.Register" = 0.001 }')

    def test_M1_often(self) -> None:
        """Values that come too often to tell something are looked at each half minute."""
        self.charge(0.001, times=10, every=10)
        self.assertEqual(self.ring.record().deviations.byKind["M1"], 1)

    def test_M1_rarely(self) -> None:
        """Who says nothing of power is looked at each half minute, too."""
        with mock.patch.object(plausibility, "_number", wraps=plausibility._number) as looked:
            for _ in range(31):
                self.ring.advance(1)
                self.measure(Energy_Active_Import_Register=(5000.0, "Wh"))
        self.assertEqual(looked.call_count, 2 * len(("energy", "power")))

    def test_M1_fits(self) -> None:
        """What fits within reason gives no hint."""
        self.charge(1.0)
        self.charge(1.9)
        self.assertEqual(self.ring.deviations(), set())


class SuspicionTests(HintCase):
    """A transaction whose end got lost."""

    def setUp(self) -> None:
        super().setUp()
        start = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": stamp(START)}
        self.chargePoint.call("StartTransaction", start)

    def isSuspect(self) -> bool:
        transaction = self.ring.connector().transaction
        assert transaction is not None
        self.assertTrue(transaction.active)
        return transaction.suspect

    def test_B20_suspect(self) -> None:
        """Available for a while during a transaction: marked and counted, not closed."""
        self.report()
        self.ring.advance(GRACE - 1)
        self.report()
        self.assertFalse(self.isSuspect())
        self.ring.advance(1)
        self.assertTrue(self.isSuspect())
        self.assertIn("B20", self.ring.deviations())

    def test_B20_goesOn(self) -> None:
        """Meter values or another status in time, or later, take the suspicion away."""
        self.report()
        self.ring.advance(10)
        self.measure(Voltage=(230.0, "V"))
        self.ring.advance(GRACE)
        self.assertFalse(self.isSuspect())
        self.report()
        self.report("SuspendedEV")
        self.ring.advance(GRACE)
        self.assertFalse(self.isSuspect())
        self.report()
        self.ring.advance(GRACE)
        self.assertTrue(self.isSuspect())
        self.report("Charging")
        self.assertFalse(self.isSuspect())

    def test_B20_ended(self) -> None:
        """After its real end, or without a link, nothing is suspected."""
        self.report()
        stop = {"transactionId": 1, "meterStop": 1, "timestamp": stamp(START)}
        self.chargePoint.call("StopTransaction", stop)
        self.ring.advance(GRACE)
        self.assertNotIn("B20", self.ring.deviations())
        self.chargePoint.vanish()
        self.ring.advance(1)
        self.assertEqual(self.ring.clock.getDelayedCalls(), [])
