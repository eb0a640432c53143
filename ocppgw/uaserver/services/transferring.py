"""
TransferSubscriptions of the Subscription Service Set (OPC 10000-4, 5.13.7): a
subscription goes on in another session of the same user.
"""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.exchange import Exchange
from ocppgw.uaserver.library import status
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.services.operations import Denied, checkOperations
from ocppgw.uaserver.services.reading import viewerOf
from ocppgw.uaserver.services.subscriptionset import sessionOf
from ocppgw.uaserver.subscriptions.monitoring import Monitoring
from ocppgw.uaserver.subscriptions.subscriptions import Subscriptions


class Transferring:
    """Moves subscriptions between sessions."""

    def __init__(
        self, subscriptions: Subscriptions, monitoring: Monitoring, limits: Limits, denied: Denied
    ) -> None:
        self._denied = denied
        self._subscriptions = subscriptions
        self._monitoring = monitoring
        self._limits = limits

    def transfer(self, exchange: Exchange, request: Any) -> Any:
        """TransferSubscriptions."""
        asked = request.Parameters
        checkOperations(asked.SubscriptionIds, self._limits.operations)
        response = ua.TransferSubscriptionsResponse()
        response.Parameters.Results = [
            self._one(exchange, each, bool(asked.SendInitialValues))
            for each in asked.SubscriptionIds
        ]
        return response

    def _one(self, exchange: Exchange, subscriptionId: int, sendInitialValues: bool) -> Any:
        result = ua.TransferResult()
        try:
            subscription = self._subscriptions.transfer(sessionOf(exchange), subscriptionId)
        except Fault as fault:
            if fault.statusCode == ua.StatusCodes.BadUserAccessDenied:
                target = f"subscription {subscriptionId}"
                self._denied("TransferSubscriptions", viewerOf(exchange), target)
            result.StatusCode = status(fault.statusCode)
            return result
        if sendInitialValues:
            self._monitoring.resend(subscription.items)
        result.AvailableSequenceNumbers = subscription.available
        return result
