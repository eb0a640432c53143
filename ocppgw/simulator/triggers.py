"""
What TriggerMessage asks for.  Source: OCPP 1.6 section 5.17.

The confirmation comes first, the message after it.  A BootNotification is sent also when the
charge point is accepted already, as most do.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ocppgw.simulator.connector import Connector
from ocppgw.simulator.conversation import Answer
from ocppgw.simulator.metering import Metering
from ocppgw.simulator.registration import Registration
from ocppgw.simulator.statuses import Statuses
from ocppgw.v16.messages import (
    DiagnosticsStatusNotificationRequest,
    FirmwareStatusNotificationRequest,
    HeartbeatRequest,
    Message,
    TriggerMessageConfirmation,
    TriggerMessageRequest,
)

_SIMPLE: dict[str, Message] = {
    "DiagnosticsStatusNotification": DiagnosticsStatusNotificationRequest(status="Idle"),
    "FirmwareStatusNotification": FirmwareStatusNotificationRequest(status="Idle"),
    "Heartbeat": HeartbeatRequest(),
}


class Triggers:
    """Carries out TriggerMessage."""

    def __init__(
        self,
        connectors: Sequence[Connector],
        registration: Registration,
        statuses: Statuses,
        metering: Metering,
        say: Callable[[Message, bool], object],
    ) -> None:
        self._connectors = connectors
        self._registration = registration
        self._statuses = statuses
        self._metering = metering
        self._say = say

    def answer(self, request: TriggerMessageRequest) -> Answer:
        """Accepted, unless the connector does not exist."""
        wanted, connectorId = request.requestedMessage, request.connectorId
        if wanted == "BootNotification":
            return _accepted(self._registration.boot)
        if wanted in _SIMPLE:
            return _accepted(lambda: self._say(_SIMPLE[wanted], True))
        first = 0 if wanted == "StatusNotification" else 1
        allowed = range(first, len(self._connectors) + 1)
        if connectorId is not None and connectorId not in allowed:
            return Answer(TriggerMessageConfirmation(status="Rejected"))
        chosen = allowed if connectorId is None else [connectorId]
        return _accepted(lambda: self._sendAll(wanted, chosen))

    def _sendAll(self, wanted: str, connectorIds: Sequence[int]) -> None:
        for connectorId in connectorIds:
            if wanted == "StatusNotification":
                self._statuses.send(connectorId, wasAsked=True)
            else:
                self._metering.trigger(self._connectors[connectorId - 1])


def _accepted(then: Callable[[], object]) -> Answer:
    return Answer(TriggerMessageConfirmation(status="Accepted"), then)
