"""
A charge point that has settled, at a site that knows some idTags: where compliance cases begin.
"""

from __future__ import annotations

import json
from typing import Any

import attrs

from ocppgw.config.repeated import IdTagTable
from ocppgw.model import commands as c
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
