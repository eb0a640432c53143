"""
The official compliance cases for a Central System, rebuilt from the specification by their numbers.

Core and Remote Trigger; those about passwords, TLS and certificates are where these are tested.
Each test plays the charge point's side of the case and looks at the Central System's.
"""

from __future__ import annotations

import json
from typing import Any

import attrs

from ocppgw.config.repeated import IdTagTable
from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered
from tests.central.support import START, Ring, configured, stamp
from tests.central.support_sessions import QUIET, SessionCase

TAGS = (
    IdTagTable("GOOD"),
    IdTagTable("BLOCKED", status="Blocked"),
    IdTagTable("EXPIRED", expiryDate=START),
)


class ComplianceCase(SessionCase):
    """A charge point that has settled, at a site that knows some idTags."""

    def setUp(self) -> None:
        configuration = configured(ocpp=QUIET, authorization={"default": "Invalid"})
        configuration = attrs.evolve(configuration, idTags=TAGS)
        self.ring = Ring(self, configuration, started=True)
        self.chargePoint = self.ring.connect()
        self.assertEqual(self.chargePoint.boot()[2]["status"], "Accepted")
        for connectorId in (0, 1, 2):
            self.report("Available", connectorId)
        self.settle()

    def authorize(self, idTag: str = "GOOD") -> str:
        """The status of an Authorize."""
        answer = self.chargePoint.call("Authorize", {"idTag": idTag})
        return str(answer[2]["idTagInfo"]["status"])

    def start(self, idTag: str = "GOOD", **more: Any) -> tuple[int, str]:
        """StartTransaction: its id, and the status of the idTag."""
        sent = {"connectorId": 1, "idTag": idTag, "meterStart": 0, "timestamp": self.now()} | more
        answer = self.chargePoint.call("StartTransaction", sent)[2]
        return answer["transactionId"], answer["idTagInfo"]["status"]

    def stop(self, transactionId: int, reason: str = "Local", **more: Any) -> None:
        """StopTransaction."""
        sent = {
            "transactionId": transactionId,
            "meterStop": 10,
            "timestamp": self.now(),
            "reason": reason,
        } | more
        answer = self.chargePoint.call("StopTransaction", sent)
        self.assertEqual(answer[0], 3)
        if "idTag" in more:
            self.assertIn("idTagInfo", answer[2])

    def now(self) -> str:
        """The time, as a charge point writes it."""
        return stamp(self.ring.now())

    def command(self, action: c.Action, asked: str, answer: dict[str, Any]) -> Any:
        """Give a command; the payload that was asked, answered with this."""
        outcome = self.issue(action)
        [[_, messageId, name, payload]] = self.asked()
        self.assertEqual(name, asked)
        self.chargePoint.text(json.dumps([3, messageId, answer]))
        self.outcome = outcome
        return payload

    def assertAnswered(self, status: str) -> None:
        """The last command ended with the charge point's word."""
        answered = self.successResultOf(self.outcome)
        assert isinstance(answered, Answered)
        self.assertEqual(answered.status, status)

    def assertActive(self, isActive: bool, transactionId: int) -> None:
        """The transaction of connector 1 runs, or has ended."""
        transaction = self.ring.connector().transaction
        assert transaction is not None
        self.assertEqual((transaction.transactionId, transaction.active), (transactionId, isActive))


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


class RemoteCases(ComplianceCase):
    """What an operator asks for."""

    def remoteStart(self, word: str = "Accepted") -> None:
        payload = self.command(c.RemoteStart(1, "GOOD"), "RemoteStartTransaction", {"status": word})
        self.assertEqual(payload, {"connectorId": 1, "idTag": "GOOD"})

    def state(self) -> str:
        return self.ring.connector().remoteStartState

    def test_010_cableFirst(self) -> None:
        """A remote start while the cable is plugged in."""
        self.report("Preparing")
        self.remoteStart()
        self.assertEqual(self.authorize(), "Accepted")
        transactionId, _ = self.start()
        self.report("Charging")
        self.assertActive(True, transactionId)
        self.assertEqual(self.state(), "Started")

    def test_011_1_remoteStartFirst(self) -> None:
        """A remote start before the cable is plugged in."""
        self.remoteStart()
        self.report("Preparing")
        self.assertEqual(self.state(), "Accepted")
        self.start()
        self.assertEqual(self.state(), "Started")

    def test_011_2_timeOut(self) -> None:
        """A remote start that no car follows."""
        self.remoteStart()
        self.report("Preparing")
        for _ in range(7):
            self.ring.advance(10)
        self.report("Available")
        self.assertEqual(self.state(), "TimedOut")

    def test_026_remoteStartRejected(self) -> None:
        """A remote start that is rejected: the word is the outcome, nothing is expected."""
        self.remoteStart("Rejected")
        self.assertAnswered("Rejected")
        self.assertNotIn(self.state(), ("Accepted", "Started"))

    def test_012_remoteStop(self) -> None:
        """A remote stop, and the transaction's end by it."""
        transactionId, _ = self.start()
        payload = self.command(
            c.RemoteStop(connectorId=1), "RemoteStopTransaction", {"status": "Accepted"}
        )
        self.assertEqual(payload, {"transactionId": transactionId})
        self.stop(transactionId, "Remote")
        self.assertActive(False, transactionId)

    def test_028_remoteStopRejected(self) -> None:
        """A remote stop that is rejected leaves the transaction."""
        transactionId, _ = self.start()
        self.command(
            c.RemoteStop(transactionId=transactionId),
            "RemoteStopTransaction",
            {"status": "Rejected"},
        )
        self.assertAnswered("Rejected")
        self.assertActive(True, transactionId)

    def unlock(self, word: str, connectorId: int = 1) -> None:
        payload = self.command(c.UnlockConnector(connectorId), "UnlockConnector", {"status": word})
        self.assertEqual(payload, {"connectorId": connectorId})
        self.assertAnswered(word)

    def test_017_1_unlock(self) -> None:
        """Unlocking without a session."""
        self.unlock("Unlocked")

    def test_017_2_unlockFixedCable(self) -> None:
        """A fixed cable cannot be unlocked; that is an answer, not a failure."""
        self.unlock("NotSupported")

    def test_018_1_unlockWhileCharging(self) -> None:
        """Unlocking during a session ends it."""
        transactionId, _ = self.start()
        self.report("Charging")
        self.unlock("Unlocked")
        self.stop(transactionId, "UnlockCommand")
        self.assertActive(False, transactionId)

    def test_030_unlockFailure(self) -> None:
        """A lock that fails."""
        self.unlock("UnlockFailed")

    def test_031_unknownConnector(self) -> None:
        """A connector that the charge point does not have."""
        self.unlock("NotSupported", 9)

    def test_061_clearCache(self) -> None:
        """Clearing the authorization cache."""
        self.command(c.ClearCache(), "ClearCache", {"status": "Accepted"})
        self.assertAnswered("Accepted")

    def trigger(self, message: str, word: str) -> None:
        payload = self.command(c.TriggerMessage(message, None), "TriggerMessage", {"status": word})
        self.assertEqual(payload, {"requestedMessage": message})
        self.assertAnswered(word)

    def test_054_trigger(self) -> None:
        """Messages that are asked for come and are answered."""
        self.trigger("MeterValues", "Accepted")
        meter = {"timestamp": self.now(), "sampledValue": [{"value": "1", "context": "Trigger"}]}
        self.assertEqual(
            self.chargePoint.call("MeterValues", {"connectorId": 1, "meterValue": [meter]})[2], {}
        )
        self.trigger("Heartbeat", "Accepted")
        self.assertIn("currentTime", self.chargePoint.call("Heartbeat")[2])
        self.trigger("StatusNotification", "Accepted")
        self.assertEqual(self.report("Available")[2], {})
        self.trigger("DiagnosticsStatusNotification", "Accepted")
        sent = {"status": "Idle"}
        self.assertEqual(self.chargePoint.call("DiagnosticsStatusNotification", sent)[2], {})
        self.trigger("FirmwareStatusNotification", "Accepted")
        self.assertEqual(self.chargePoint.call("FirmwareStatusNotification", sent)[2], {})

    def test_055_triggerRejected(self) -> None:
        """A message that is asked for and refused."""
        self.trigger("MeterValues", "Rejected")

    def test_064_dataTransfer(self) -> None:
        """A vendor's extension that nobody knows is answered as the specification says."""
        answer = self.chargePoint.call("DataTransfer", {"vendorId": "x", "messageId": "y"})
        self.assertEqual(answer[2], {"status": "UnknownVendorId"})


class ConfigurationCases(ComplianceCase):
    """Configuration keys."""

    def test_019_1_allKeys(self) -> None:
        """All keys are asked for without naming any."""
        key = {"key": "HeartbeatInterval", "readonly": False, "value": "10"}
        payload = self.command(
            c.GetConfiguration(()), "GetConfiguration", {"configurationKey": [key]}
        )
        self.assertEqual(payload, {})
        self.assertAnswered("Accepted")

    def test_019_2_oneKey(self) -> None:
        """One key is asked for by its name."""
        key = {"key": "SupportedFeatureProfiles", "readonly": True, "value": "Core"}
        payload = self.command(
            c.GetConfiguration(("SupportedFeatureProfiles",)),
            "GetConfiguration",
            {"configurationKey": [key]},
        )
        self.assertEqual(payload, {"key": ["SupportedFeatureProfiles"]})

    def change(self, word: str, value: str = "30") -> Any:
        payload = self.command(
            c.ChangeConfiguration("MeterValueSampleInterval", value),
            "ChangeConfiguration",
            {"status": word},
        )
        self.assertEqual(payload, {"key": "MeterValueSampleInterval", "value": value})

    def test_021_change(self) -> None:
        """A key is changed, and read back."""
        self.change("Accepted")
        [[_, messageId, action, payload]] = self.asked()
        self.assertEqual(
            (action, payload), ("GetConfiguration", {"key": ["MeterValueSampleInterval"]})
        )
        key = {"key": "MeterValueSampleInterval", "readonly": False, "value": "30"}
        self.chargePoint.text(json.dumps([3, messageId, {"configurationKey": [key]}]))
        self.assertAnswered("Accepted")

    def test_040_1_notSupported(self) -> None:
        """A key that the charge point does not have."""
        self.change("NotSupported")
        self.assertAnswered("NotSupported")

    def test_040_2_invalidValue(self) -> None:
        """A value that the charge point does not take."""
        self.change("Rejected", "-1")
        self.assertAnswered("Rejected")


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
