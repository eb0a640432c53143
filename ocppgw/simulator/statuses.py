"""
Reporting the status of the charge point (connector 0) and of each connector.

Owns what was reported last.  Without link or registration nothing is kept back: what is true
then is reported afterwards, where it differs.  Source: OCPP 1.6 section 4.9, errata 3.22.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ocppgw.simulator.connector import NO_ERROR, Condition, Connector
from ocppgw.simulator.conversation import AskFailed
from ocppgw.v16.messages import Message, StatusNotificationRequest
from ocppgw.v16.times import writeTime


class Statuses:
    """
    The statuses of one charge point.

    :ivar isOperative: whether the charge point as a whole is in service.
    :param ask: asks the Central System, also unregistered where the last argument is true;
        ``None`` where that is not possible.
    """

    def __init__(
        self,
        connectors: Sequence[Connector],
        vendor: str,
        now: Callable[[], datetime],
        ask: Callable[[Message, bool], Deferred[Message] | None],
    ) -> None:
        self.isOperative = True
        self._connectors = connectors
        self._vendor = vendor
        self._now = now
        self._ask = ask
        self._reported: dict[int, Condition] = {}

    def condition(self, connectorId: int) -> Condition:
        """What is true now."""
        if connectorId:
            return self._connectors[connectorId - 1].condition
        return Condition("Available" if self.isOperative else "Unavailable")

    def report(self) -> None:
        """Report what differs from what was reported last."""
        for connectorId in range(len(self._connectors) + 1):
            if self._reported.get(connectorId) != self.condition(connectorId):
                self.send(connectorId)

    def reportAll(self) -> None:
        """Report everything, as after a boot."""
        self._reported.clear()
        self.report()

    def send(self, connectorId: int, wasAsked: bool = False) -> None:
        """Report one connector, whether it changed or not."""
        condition = self.condition(connectorId)
        asked = self._ask(self._request(connectorId, condition), wasAsked)
        if asked is None:
            return
        self._reported[connectorId] = condition
        asked.addErrback(self._failed, connectorId, condition)

    def _failed(self, failure: Failure, connectorId: int, condition: Condition) -> None:
        failure.trap(AskFailed)
        if self._reported.get(connectorId) is condition:
            del self._reported[connectorId]

    def _request(self, connectorId: int, condition: Condition) -> StatusNotificationRequest:
        fault = condition.fault
        return StatusNotificationRequest(
            connectorId=connectorId,
            errorCode=fault.errorCode if fault else NO_ERROR,
            status=condition.status,
            timestamp=writeTime(self._now()),
            info=(fault.info or None) if fault else None,
            vendorId=self._vendor if fault and fault.vendorErrorCode else None,
            vendorErrorCode=(fault.vendorErrorCode or None) if fault else None,
        )
