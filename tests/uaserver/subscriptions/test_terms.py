"""Tests of the terms and the ownership of subscriptions."""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.subscriptions import subscriptions
from tests.conformance import shows
from tests.uaserver.subscriptions.case import (
    NUMBER,
    SubscriptionCase,
    worldWith,
)
from tests.uaserver.wire import FaultReceived, World


class TermsTests(SubscriptionCase):
    def test_interval(self) -> None:
        """The publishing interval is kept within bounds, also when it is no number."""
        for asked, given in ((0.0, 50), (-5.0, 50), (0.001, 50), (float("nan"), 50),
                             (1e12, 3_600_000), (250.0, 250)):  # fmt: skip
            self.assertEqual(self.subscribe(asked).RevisedPublishingInterval, given)

    @shows("CreateSubscription")
    def test_counts(self) -> None:
        """The lifetime is at least three keep-alives; 0 means a sensible default."""
        found = self.subscribe(keepAlive=20, lifetime=1)
        self.assertEqual((found.RevisedMaxKeepAliveCount, found.RevisedLifetimeCount), (20, 60))
        self.assertEqual(self.subscribe(keepAlive=0).RevisedMaxKeepAliveCount, 10)
        found = self.subscribe(keepAlive=2**32 - 1, lifetime=2**32 - 1)
        limits = Limits()
        self.assertEqual(found.RevisedMaxKeepAliveCount, limits.keepAliveMax)
        self.assertEqual(found.RevisedLifetimeCount, limits.lifetimeMax)

    @shows("ModifySubscription")
    def test_modify(self) -> None:
        """A modified subscription goes on under its new terms."""
        subscriptionId = self.subscribe(interval=1000.0).SubscriptionId
        request = ua.ModifySubscriptionRequest()
        request.Parameters.SubscriptionId = subscriptionId
        request.Parameters.RequestedPublishingInterval = 100.0
        request.Parameters.RequestedMaxKeepAliveCount = 5
        found = self.client.ask(request).Parameters
        self.assertEqual(found.RevisedPublishingInterval, 100.0)
        self.assertEqual(self.published(0.1).SubscriptionId, subscriptionId)

    @shows("SetPublishingMode")
    def test_publishingMode(self) -> None:
        """With publishing disabled only keep-alives come; enabled again, what was kept comes."""
        subscriptionId = self.subscribe(enabled=False).SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        self.assertEqual(self.published().NotificationMessage.NotificationData, [])
        request = ua.SetPublishingModeRequest()
        request.Parameters.PublishingEnabled = True
        request.Parameters.SubscriptionIds = [subscriptionId, 1]
        names = [each.name for each in self.client.ask(request).Parameters.Results]
        self.assertEqual(names, ["Good", "BadSubscriptionIdInvalid"])
        self.assertEqual(self.values(self.published()), [(1, 1.5)])

    @shows("Subscription Basic", "Subscription Minimum 5")
    def test_limits(self) -> None:
        """Subscriptions and items beyond the limits are refused; the others stay."""
        self.begin(worldWith(subscriptionsPerSession=2, itemsPerSubscription=3))
        subscriptionId = self.subscribe().SubscriptionId
        self.subscribe()
        fault = self.assertRaises(FaultReceived, self.subscribe)
        self.assertEqual(fault.code, ua.StatusCodes.BadTooManySubscriptions)
        names = [each.StatusCode.name for each in self.monitor(subscriptionId, *[NUMBER] * 4)]
        self.assertEqual(names, ["Good"] * 3 + ["BadTooManyMonitoredItems"])


class OwnershipTests(SubscriptionCase):
    def test_foreignSubscription(self) -> None:
        """A subscription answers to its own session only."""
        subscriptionId = self.subscribe().SubscriptionId
        thief = self.world.client()
        for name in ("ModifySubscription", "Republish", "CreateMonitoredItems",
                     "SetMonitoringMode"):  # fmt: skip
            request = getattr(ua, f"{name}Request")()
            request.Parameters.SubscriptionId = subscriptionId
            fault = self.assertRaises(FaultReceived, thief.ask, request)
            self.assertEqual(fault.code, ua.StatusCodes.BadSubscriptionIdInvalid, name)
        request = ua.DeleteSubscriptionsRequest()
        request.Parameters.SubscriptionIds = [subscriptionId]
        self.assertEqual(thief.ask(request).Results[0].name, "BadSubscriptionIdInvalid")
        self.assertEqual(len(self.world.core.subscriptions), 1)

    def close(self, delete: bool) -> None:
        request = ua.CloseSessionRequest()
        request.DeleteSubscriptions = delete
        self.client.ask(request)

    def test_closeWithSubscriptions(self) -> None:
        """CloseSession ends the subscriptions when the client says so, and waiting requests."""
        self.monitor(self.subscribe().SubscriptionId, NUMBER)
        number = self.publish()
        self.close(delete=True)
        self.assertEqual(
            self.client.take(number).ResponseHeader.ServiceResult.name, "BadSessionClosed"
        )
        self.assertEqual(len(self.world.core.subscriptions), 0)
        self.assertEqual(self.world.changes.watched, [])

    def test_closeWithoutSubscriptions(self) -> None:
        """Left behind, a subscription lives until its own lifetime ends, and no longer."""
        self.monitor(self.subscribe(lifetime=15).SubscriptionId, NUMBER)
        self.close(delete=False)
        self.assertEqual(len(self.world.core.subscriptions), 1)
        self.world.pass_(1.6)
        self.assertEqual(len(self.world.core.subscriptions), 0)
        self.assertEqual(self.world.core.subscriptions.itemCount, 0)
        self.assertEqual(self.world.changes.watched, [])

    @shows("ActivateSession")
    def test_newChannel(self) -> None:
        """After the connection broke, nothing is lost that a Republish cannot bring back."""
        subscriptionId = self.subscribe(lifetime=100).SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        lost = self.publish()
        old, token = self.client, self.client.token
        old.lose()
        self.world.pass_(0.3)
        self.assertIsNone(old.take(lost))
        self.client = self.world.dial()
        self.client.hello()
        self.client.open()
        self.client.token = token
        self.client.activate()
        answer = self.client.take(self.publish())
        self.assertEqual(self.values(answer.Parameters), [(1, 1.5)])

    def test_vanishedClient(self) -> None:
        """A client that vanished leaves no subscription, item, watch or timer behind."""
        self.client.lose()
        for _ in range(3):
            client = self.client = self.world.client()
            self.monitor(self.subscribe().SubscriptionId, NUMBER, ua.NodeId(2258))
            self.publish()
            client.lose()
        self.world.pass_(70, step=0.5)
        core = self.world.core
        self.assertEqual((len(core.sessions), len(core.subscriptions)), (0, 0))
        self.assertEqual(core.subscriptions.itemCount, 0)
        self.assertEqual(core.monitoring.subjects, [])
        self.assertEqual(self.world.changes.watched, [])
        self.assertEqual(self.world.clock.getDelayedCalls(), [])


class GrowthTests(SubscriptionCase):
    """Somebody is told when there are many more items than ever."""

    def test_told(self) -> None:
        """Once for each so many more, and not again for what was there before."""
        self.patch(subscriptions, "GROWTH", 2)
        self.begin(World())
        first = self.subscribe().SubscriptionId
        for _ in range(5):
            self.monitor(first, NUMBER)
        self.assertEqual(self.world.growth, [2, 4])
        self.client.ask(deleteSubscriptions(first))
        second = self.subscribe().SubscriptionId
        for _ in range(6):
            self.monitor(second, NUMBER)
        self.assertEqual(self.world.growth, [2, 4, 6])


def deleteSubscriptions(*identifiers: int) -> Any:
    """A DeleteSubscriptions request."""
    request = ua.DeleteSubscriptionsRequest()
    request.Parameters.SubscriptionIds = list(identifiers)
    return request
