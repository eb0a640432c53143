"""Subscription Service Set (OPC 10000-4, 5.13)."""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.encoding import Encoded
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.exchange import LATER, Exchange
from ocppgw.uaserver.library import status
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.services.operations import checkOperations
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.subscriptions.publishing import PublishRequest
from ocppgw.uaserver.subscriptions.subscription import Subscription, Terms
from ocppgw.uaserver.subscriptions.subscriptions import Subscriptions

_DEFAULT_KEEP_ALIVE = 10
#: The lifetime is at least this many times the keep-alive count.
_LIFETIME_FACTOR = 3


class SubscriptionSet:
    """Serves what clients ask about whole subscriptions."""

    def __init__(self, subscriptions: Subscriptions, limits: Limits) -> None:
        self._subscriptions = subscriptions
        self._limits = limits

    def create(self, exchange: Exchange, request: Any) -> Any:
        """CreateSubscription."""
        asked = request.Parameters
        terms = self._terms(asked)
        subscription = self._subscriptions.create(sessionOf(exchange), terms)
        subscription.isEnabled = bool(asked.PublishingEnabled)
        response = ua.CreateSubscriptionResponse()
        response.Parameters.SubscriptionId = subscription.subscriptionId
        _tell(response.Parameters, terms)
        return response

    def modify(self, exchange: Exchange, request: Any) -> Any:
        """ModifySubscription."""
        asked = request.Parameters
        subscription = self._subscriptions.find(exchange.session, asked.SubscriptionId)
        terms = self._terms(asked)
        subscription.change(terms)
        response = ua.ModifySubscriptionResponse()
        _tell(response.Parameters, terms)
        return response

    def setPublishingMode(self, exchange: Exchange, request: Any) -> Any:
        """SetPublishingMode."""
        asked = request.Parameters
        enabled = bool(asked.PublishingEnabled)

        def one(subscriptionId: int) -> None:
            self._subscriptions.find(exchange.session, subscriptionId).enable(enabled)

        response = ua.SetPublishingModeResponse()
        response.Parameters.Results = self._each(asked.SubscriptionIds, one)
        return response

    def delete(self, exchange: Exchange, request: Any) -> Any:
        """DeleteSubscriptions."""
        ended: dict[int, Subscription] = {}

        def one(subscriptionId: int) -> None:
            if subscriptionId in ended:
                raise Fault(ua.StatusCodes.BadSubscriptionIdInvalid, "named twice")
            ended[subscriptionId] = self._subscriptions.find(exchange.session, subscriptionId)

        response = ua.DeleteSubscriptionsResponse()
        response.Results = self._each(request.Parameters.SubscriptionIds, one)
        self._subscriptions.delete(*ended.values())
        return response

    def publish(self, exchange: Exchange, request: Any) -> Any:
        """Publish: answered when a subscription has something to say."""
        publishing = self._subscriptions.publishingOf(sessionOf(exchange))
        if publishing.isUseless:
            raise Fault(ua.StatusCodes.BadNoSubscription, "no subscription")
        acknowledgements = request.Parameters.SubscriptionAcknowledgements
        if len(acknowledgements) > self._limits.operations:
            raise Fault(ua.StatusCodes.BadTooManyOperations, "too many acknowledgements")
        results = [self._acknowledge(exchange, each) for each in acknowledgements]
        for subscription in publishing.subscriptions.values():
            subscription.touch()
        publishing.put(PublishRequest(exchange, results))
        return LATER

    def republish(self, exchange: Exchange, request: Any) -> Any:
        """Republish."""
        asked = request.Parameters
        subscription = self._subscriptions.find(exchange.session, asked.SubscriptionId)
        subscription.touch()
        message = subscription.sent(asked.RetransmitSequenceNumber)
        if message is None:
            raise Fault(ua.StatusCodes.BadMessageNotAvailable, "no such message")
        response = ua.RepublishResponse()
        response.NotificationMessage = Encoded(message.content)
        return response

    def _acknowledge(self, exchange: Exchange, asked: Any) -> int:
        try:
            found = self._subscriptions.find(exchange.session, asked.SubscriptionId)
        except Fault as fault:
            return fault.statusCode
        return found.acknowledge(asked.SequenceNumber)

    def _each(self, subscriptionIds: Any, one: Any) -> list[Any]:
        checkOperations(subscriptionIds, self._limits.operations)
        results = []
        for subscriptionId in subscriptionIds:
            try:
                one(subscriptionId)
            except Fault as fault:
                results.append(status(fault.statusCode))
            else:
                results.append(status(ua.StatusCodes.Good))
        return results

    def _terms(self, asked: Any) -> Terms:
        limits = self._limits
        keepAlive = min(
            asked.RequestedMaxKeepAliveCount or _DEFAULT_KEEP_ALIVE, limits.keepAliveMax
        )
        lifetime = max(asked.RequestedLifetimeCount, _LIFETIME_FACTOR * keepAlive)
        most = limits.notifications
        return Terms(
            publishingInterval=clamped(
                asked.RequestedPublishingInterval,
                limits.publishingIntervalMin,
                limits.publishingIntervalMax,
            ),
            lifetime=min(lifetime, limits.lifetimeMax),
            keepAlive=keepAlive,
            notifications=min(asked.MaxNotificationsPerPublish or most, most),
            priority=asked.Priority,
        )


def clamped(value: float, lowest: float, highest: float) -> float:
    """A number within its bounds; NaN becomes the lowest."""
    return min(value, highest) if value >= lowest else lowest


def sessionOf(exchange: Exchange) -> Session:
    """The session of a request; dispatch saw to it that there is one."""
    if exchange.session is None:
        raise Fault(ua.StatusCodes.BadSessionIdInvalid, "no session")
    return exchange.session


def _tell(result: Any, terms: Terms) -> None:
    result.RevisedPublishingInterval = terms.publishingInterval
    result.RevisedLifetimeCount = terms.lifetime
    result.RevisedMaxKeepAliveCount = terms.keepAlive
