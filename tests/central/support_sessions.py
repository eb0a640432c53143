"""
A charge point that booted at a gateway in memory, answers what it is asked, and is given commands.
"""

from __future__ import annotations

import json
from typing import Any

from twisted.logger import ILogObserver, LogEvent, globalLogPublisher
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from ocppgw.config.repeated import ChargePointTable
from ocppgw.model import commands as c
from ocppgw.model.commands import Command
from tests.central.support import Ring, configured

QUIET = {"pingInterval": 0.0, "settleTime": 0.0}


class SessionCase(SynchronousTestCase):
    """A charge point that booted, and whatever it sends."""

    def setUp(self) -> None:
        self.begin()

    def begin(self, *tables: ChargePointTable, **ocpp: Any) -> None:
        """A gateway that knows these tables, and CP1 connected to it."""
        self.ring = Ring(self, configured(*tables, ocpp=QUIET | ocpp), started=True)
        self.chargePoint = self.ring.connect()
        self.chargePoint.boot()

    def logged(self) -> list[LogEvent]:
        """What is logged from now on."""
        lines: list[LogEvent] = []

        @implementer(ILogObserver)
        def note(event: LogEvent) -> None:
            lines.append(event)

        globalLogPublisher.addObserver(note)
        self.addCleanup(globalLogPublisher.removeObserver, note)
        return lines

    def issue(self, action: c.Action) -> Any:
        """Give a command; its outcome, ``None`` while it is under way."""
        issued = self.ring.central.issue(Command("CP1", type(action).__name__, action, "eva"))
        self.ring.flush()
        return issued

    def asked(self) -> list[Any]:
        """Take the Calls that came, as far as they were not start-up's."""
        self.ring.flush()
        return self.chargePoint.takeCalls()

    def settle(self) -> list[str]:
        """Let the start-up run, accepting everything; the actions that it asked."""
        actions = []
        for _ in range(40):
            self.ring.advance(1)
            for _, messageId, action, payload in self.asked():
                actions.append(action)
                self.accept(messageId, action, payload)
        return actions

    def accept(self, messageId: str, action: str, payload: dict[str, Any]) -> None:
        answer = {"status": "Accepted"}
        if action == "GetConfiguration":
            answer = {"configurationKey": KEYS}  # type: ignore[dict-item]
        self.chargePoint.text(json.dumps([3, messageId, answer]))

    def report(self, status: str, connectorId: int = 1, **more: Any) -> Any:
        sent = {"connectorId": connectorId, "status": status, "errorCode": "NoError"} | more
        return self.chargePoint.call("StatusNotification", sent)

    def status(self, connectorId: int = 1) -> str:
        found = self.ring.connector(connectorId).status
        return "" if found is None else found.status


KEYS = [
    {"key": "HeartbeatInterval", "readonly": True, "value": "300"},
    {"key": "SupportedFeatureProfiles", "readonly": True, "value": "Core"},
]
