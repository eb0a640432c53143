"""
The official compliance cases for a Central System, rebuilt from the specification by their numbers.

Core and Remote Trigger; those about passwords, TLS and certificates are where these are tested.
Each test plays the charge point's side of the case and looks at the Central System's.
"""

from __future__ import annotations

from ocppgw.model import commands as c, facts as f
from tests.central.support_compliance import ComplianceCase


class BootCases(ComplianceCase):
    """Starting up, resets, power failures."""

    def test_001_coldBoot(self) -> None:
        """Boot Accepted with an interval, statuses and heartbeats answered with the time."""
        chargePoint = self.ring.connect("/CP2")
        answer = chargePoint.boot()[2]
        self.assertEqual(answer["status"], "Accepted")
        self.assertGreater(answer["interval"], 0)
        for connectorId in (0, 1):
            sent = {"connectorId": connectorId, "status": "Available", "errorCode": "NoError"}
            self.assertEqual(chargePoint.call("StatusNotification", sent)[2], {})
        self.assertIn("currentTime", chargePoint.call("Heartbeat")[2])

    def reset(self, kind: str) -> None:
        payload = self.command(c.Reset(kind), "Reset", {"status": "Accepted"})
        self.assertEqual(payload, {"type": kind})
        self.assertAnswered("Accepted")
        self.chargePoint.vanish()
        self.chargePoint = self.ring.connect()
        self.assertEqual(self.chargePoint.boot()[2]["status"], "Accepted")
        self.report("Available")

    def test_013_hardReset(self) -> None:
        """A hard reset, and the boot after it."""
        self.reset("Hard")

    def test_014_softReset(self) -> None:
        """A soft reset, and the boot after it."""
        self.reset("Soft")

    def test_032_1_powerFailure(self) -> None:
        """After a power failure the boot and the stop with PowerLoss are taken."""
        transactionId, _ = self.start()
        self.chargePoint.vanish()
        self.ring.advance(60)
        self.chargePoint = self.ring.connect()
        self.assertEqual(self.chargePoint.boot()[2]["status"], "Accepted")
        self.stop(transactionId, "PowerLoss")
        self.assertActive(False, transactionId)


class SessionCases(ComplianceCase):
    """Charging sessions."""

    def test_003_pluginFirst(self) -> None:
        """Cable first, then the card."""
        self.report("Preparing")
        self.assertEqual(self.authorize(), "Accepted")
        transactionId, status = self.start()
        self.assertEqual(status, "Accepted")
        self.report("Charging")
        self.assertActive(True, transactionId)
        self.stop(transactionId, idTag="GOOD")
        self.report("Finishing")
        self.report("Available")
        self.assertActive(False, transactionId)

    def test_004_1_identificationFirst(self) -> None:
        """Card first, then the cable."""
        self.assertEqual(self.authorize(), "Accepted")
        self.report("Preparing")
        transactionId, status = self.start()
        self.assertEqual(status, "Accepted")
        self.report("Charging")
        self.assertActive(True, transactionId)

    def test_004_2_connectionTimeOut(self) -> None:
        """Card first, and no car comes: Available again, and no transaction."""
        self.assertEqual(self.authorize(), "Accepted")
        self.report("Preparing")
        self.ring.advance(60)
        self.report("Available")
        self.assertIsNone(self.ring.connector().transaction)

    def test_005_1_evSideDisconnected(self) -> None:
        """The car is unplugged: the transaction ends with EVDisconnected."""
        transactionId, _ = self.start()
        self.report("Charging")
        self.report("SuspendedEV")
        self.stop(transactionId, "EVDisconnected")
        self.report("Finishing")
        self.report("Available")
        self.assertActive(False, transactionId)

    def test_007_cachedId(self) -> None:
        """A start without Authorize, from the cache."""
        self.report("Preparing")
        self.assertEqual(self.start()[1], "Accepted")

    def test_023_1_invalid(self) -> None:
        """An idTag that nobody knows is Invalid."""
        self.assertEqual(self.authorize("NOBODY"), "Invalid")

    def test_023_2_expired(self) -> None:
        """An idTag whose date has passed is Expired."""
        self.assertEqual(self.authorize("EXPIRED"), "Expired")

    def test_023_3_blocked(self) -> None:
        """A blocked idTag is Blocked."""
        self.assertEqual(self.authorize("BLOCKED"), "Blocked")

    def test_024_lockFailure(self) -> None:
        """A connector that cannot lock is Faulted, and no transaction begins."""
        self.assertEqual(self.authorize(), "Accepted")
        self.report("Faulted", errorCode="ConnectorLockFailure")
        status = self.ring.connector().status
        assert status is not None
        self.assertEqual(status.errorCode, "ConnectorLockFailure")
        self.assertTrue(self.ring.record().sums.alarm)

    def offline(self, idTag: str) -> tuple[int, str]:
        """A start that was queued for ten minutes without a link."""
        began = self.now()
        self.chargePoint.vanish()
        self.ring.advance(600)
        self.chargePoint = self.ring.connect()
        self.report("Charging")
        return self.start(idTag, timestamp=began)

    def test_037_1_offlineStart(self) -> None:
        """A start from an offline time is answered as any other, with its own time."""
        began = self.ring.now()
        transactionId, status = self.offline("GOOD")
        self.assertEqual(status, "Accepted")
        self.assertActive(True, transactionId)
        transaction = self.ring.connector().transaction
        assert transaction is not None
        self.assertEqual(transaction.startTime, began)

    def test_037_3_offlineStartInvalid(self) -> None:
        """With an idTag that is not valid there is an id and the truth; the stop is taken."""
        transactionId, status = self.offline("NOBODY")
        self.assertEqual(status, "Invalid")
        self.stop(transactionId, "DeAuthorized")
        self.assertActive(False, transactionId)

    def test_039_offlineTransaction(self) -> None:
        """A whole session from an offline time is kept with its own times."""
        began = self.now()
        self.chargePoint.vanish()
        self.ring.advance(600)
        ended = self.now()
        self.ring.advance(60)
        self.chargePoint = self.ring.connect()
        transactionId, _ = self.start(timestamp=began)
        self.stop(transactionId, timestamp=ended, idTag="GOOD")
        last = self.ring.connector().lastTransaction
        assert last is not None and last.stopTime is not None
        self.assertEqual((last.stopTime - last.startTime).total_seconds(), 600)


class SubprotocolCases(ComplianceCase):
    """The WebSocket subprotocol."""

    def test_088_subprotocol(self) -> None:
        """``ocpp1.6`` is chosen; only others are refused before the upgrade."""
        chosen = self.ring.connect("/CP3", "ocpp1.6").header("Sec-WebSocket-Protocol")
        self.assertEqual(chosen, "ocpp1.6")
        refused = self.ring.dial()
        refused.shakeHands("/CP3", "ocpp0.1")
        self.assertEqual(refused.status, 400)
        self.assertEqual(self.ring.noted(f.LinkOpened, "CP4"), [])
