"""
The official compliance cases for what a Central System asks; see ``test_compliance``.
"""

from __future__ import annotations

import json
from typing import Any

from ocppgw.model import commands as c
from tests.central.support_compliance import ComplianceCase
from tests.conformance import shows


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

    @shows("DataTransfer from the charge point")
    def test_064_dataTransfer(self) -> None:
        """A vendor's extension that nobody knows is answered as the specification says."""
        answer = self.chargePoint.call("DataTransfer", {"vendorId": "x", "messageId": "y"})
        self.assertEqual(answer[2], {"status": "UnknownVendorId"})


class ConfigurationCases(ComplianceCase):
    """Configuration keys."""

    @shows("GetConfiguration to the charge point")
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
