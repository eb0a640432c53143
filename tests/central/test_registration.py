"""BootNotification and Heartbeat."""

from __future__ import annotations

import re

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.repeated import ChargePointTable
from ocppgw.interfaces import Snapshot
from ocppgw.model import facts as f
from ocppgw.model.commands import AcceptChargePoint, GatewayRequest
from tests.central.support import BOOT, Ring, configured
from tests.conformance import shows

STRICT = {"strict": True}


class BootTests(SynchronousTestCase):
    """A charge point says who it is."""

    @shows("BootNotification from the charge point")
    def test_accepted(self) -> None:
        """It is accepted, told the time and the heartbeat interval, and its nameplate is kept."""
        ring = Ring(self, configured(ocpp={"heartbeatInterval": 120}))
        serial = {"chargeBoxSerialNumber": "B7", "firmwareVersion": "1.2"}
        answer = ring.connect().call("BootNotification", BOOT | serial)[2]
        self.assertEqual((answer["status"], answer["interval"]), ("Accepted", 120))
        nameplate = ring.record().nameplate
        self.assertEqual((nameplate.chargePointVendor, nameplate.serialNumber), ("ACME", "B7"))
        self.assertEqual(nameplate.firmwareVersion, "1.2")

    def test_newcomerIsCommitted(self) -> None:
        """The acceptance of a newcomer is on disk before it is answered; a known one's need not."""
        ring = Ring(self, delay=1.0)
        chargePoint = ring.connect()
        self.assertIsNone(chargePoint.call("BootNotification", BOOT, "first"))
        ring.advance(1)
        self.assertIsNotNone(chargePoint.answerTo("first"))
        self.assertIsNotNone(chargePoint.boot())

    def test_S3_emptyNames(self) -> None:
        """Vendor and model may be empty or missing."""
        for payload in ({"chargePointVendor": "", "chargePointModel": ""}, {}):
            answer = Ring(self).connect().call("BootNotification", payload)
            self.assertEqual(answer[2]["status"], "Accepted")

    def test_S2_tooLong(self) -> None:
        """Names longer than allowed are kept whole."""
        ring = Ring(self)
        ring.connect().call("BootNotification", BOOT | {"chargePointSerialNumber": "9" * 33})
        self.assertEqual(ring.record().nameplate.serialNumber, "9" * 33)

    def test_pending(self) -> None:
        """Under ``pending`` a newcomer waits 60 s at a time, until somebody accepts it."""
        ring = Ring(self, configured(ocpp={"onboarding": "pending"}))
        chargePoint = ring.connect()
        answer = chargePoint.boot()[2]
        self.assertEqual((answer["status"], answer["interval"]), ("Pending", 60))
        request = GatewayRequest("AcceptChargePoint", AcceptChargePoint("CP1"), "eva")
        self.successResultOf(ring.central.perform(request))
        self.assertEqual(chargePoint.boot()[2]["status"], "Accepted")

    def test_pendingThenAccept(self) -> None:
        """One that waits is taken in once the site accepts newcomers."""
        ring = Ring(self, configured(ocpp={"onboarding": "pending"}))
        chargePoint = ring.connect()
        chargePoint.boot()
        ring.central.configuration = configured(ocpp={"onboarding": "accept"})
        self.assertEqual(chargePoint.boot()[2]["status"], "Accepted")

    def test_rejectedStays(self) -> None:
        """One that was rejected stays so over sockets."""
        ring = Ring(self)
        ring.connect().boot()
        ring.recorder.note("CP1", f.RegistrationChanged("Rejected", ring.now()))
        self.assertEqual(ring.connect().boot()[2]["status"], "Rejected")

    def test_B1_restored(self) -> None:
        """What was accepted before a restart goes on as accepted, without a boot."""
        ring = Ring(self)
        ring.connect().boot()
        snapshot = self.successResultOf(ring.store.open(ring.now()))
        again = Ring(self, configured(ocpp=STRICT), snapshot=snapshot)
        self.assertEqual(again.connect().call("Heartbeat")[0], 3)
        self.assertEqual(again.record().registration.status, "Accepted")


class BeforeAcceptanceTests(SynchronousTestCase):
    """Messages of one that is not accepted yet."""

    @shows("Heartbeat from the charge point")
    def test_B3_beforeBoot(self) -> None:
        """Heartbeat and status before any boot are answered, strictly too."""
        for section in ({}, STRICT):
            chargePoint = Ring(self, configured(ocpp=section)).connect()
            self.assertEqual(chargePoint.call("Heartbeat")[0], 3)

    def test_B3_pendingLenient(self) -> None:
        """While Pending, everything is answered all the same."""
        chargePoint = Ring(self, configured(ocpp={"onboarding": "pending"})).connect()
        chargePoint.boot()
        self.assertEqual(chargePoint.call("Heartbeat")[0], 3)

    def test_B3_pendingStrict(self) -> None:
        """Strictly, only BootNotification is, while the stored status is Pending or Rejected."""
        section = {"onboarding": "pending", "strict": True}
        chargePoint = Ring(self, configured(ocpp=section)).connect()
        self.assertEqual(chargePoint.boot()[0], 3)
        self.assertEqual(chargePoint.call("Heartbeat")[:1], [4])
        self.assertEqual(chargePoint.call("Heartbeat")[2], "SecurityError")
        self.assertEqual(chargePoint.boot()[0], 3)


class TimeTests(SynchronousTestCase):
    """The time that is sent."""

    def test_T7_threeDigits(self) -> None:
        """``currentTime`` ends in ``Z`` and has exactly three digits of fraction."""
        time = Ring(self).connect().call("Heartbeat")[2]["currentTime"]
        self.assertEqual(time, "2026-05-04T12:00:00.000Z")

    def test_T7_noFraction(self) -> None:
        """A charge point that cannot read a fraction gets none."""
        ring = Ring(self, configured(ChargePointTable("CP1", timeFraction=False)))
        chargePoint = ring.connect()
        for answer in (chargePoint.call("Heartbeat"), chargePoint.boot()):
            self.assertTrue(re.fullmatch(r"[-0-9]+T[:0-9]+Z", answer[2]["currentTime"]))


class RestoredTests(SynchronousTestCase):
    """What is known at the start."""

    def test_announced(self) -> None:
        """What the file names is known before it calls in, with its connectors."""
        ring = Ring(self, configured(ChargePointTable("S1", node="Bay", connectors=2)))
        self.assertEqual(sorted(ring.record("Bay").connectors), [0, 1, 2])
        self.assertFalse(ring.record("Bay").link.connected)

    def test_fileBeatsStoreUnlessChosen(self) -> None:
        """After a restart the file's settings hold, except what was chosen at runtime."""
        ring = Ring(self, configured(ChargePointTable("CP1", description="old")))
        chosen = f.SettingsChanged(
            ring.record().settings.__class__(name="Mine", chosen=frozenset({"name"})), ring.now()
        )
        ring.recorder.note("CP1", chosen)
        snapshot = self.successResultOf(ring.store.open(ring.now()))
        table = ChargePointTable("CP1", name="File", description="new")
        settings = Ring(self, configured(table), snapshot=snapshot).record().settings
        self.assertEqual((settings.name, settings.description), ("Mine", "new"))
        locked = ChargePointTable("CP1", name="File", locked=True)
        settings = Ring(self, configured(locked), snapshot=snapshot).record().settings
        self.assertEqual(settings.name, "File")

    def test_transactionIdsGoOn(self) -> None:
        """The first id after a restart follows the greatest ever given."""
        ring = Ring(self, snapshot=Snapshot(lastTransactionId=41))
        start = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": "2026-05-04T12:00Z"}
        answer = ring.connect().call("StartTransaction", start)
        self.assertEqual(answer[2]["transactionId"], 42)

    def test_newHardwareOfTheFile(self) -> None:
        """Another identity that the file gives to a known node name takes it over."""
        ring = Ring(self, configured(ChargePointTable("OLD", node="Bay")))
        ring.connect("/OLD")
        ring.central.configuration = configured(ChargePointTable("NEW", node="Bay"))
        ring.connect("/NEW")
        self.assertEqual(list(ring.registry.chargePoints), ["Bay"])
        self.assertEqual(ring.record("Bay").identity, "NEW")
