"""Tests of Publish: what a subscriber is told, when, and in which order."""

from __future__ import annotations

from opcua import ua

from ocppgw.uaserver.limits import Limits
from tests.conformance import shows
from tests.uaserver.subscriptions.case import (
    BAD,
    NUMBER,
    SubscriptionCase,
    items,
    worldWith,
)
from tests.uaserver.wire import FaultReceived


class PublishTests(SubscriptionCase):
    @shows("Monitor Value Change")
    def test_firstValueAndChanges(self) -> None:
        """The first value is notified, then each change, with its timestamps."""
        subscriptionId = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        self.assertEqual(self.values(self.published()), [(1, 1.5)])
        self.world.tell(self.world.space.change(number=2.0))
        found = self.published()
        self.assertEqual(self.values(found), [(1, 2.0)])
        self.assertIsNotNone(items(found)[0].Value.SourceTimestamp)
        self.assertIsNotNone(items(found)[0].Value.ServerTimestamp)

    def test_notBeforeTheInterval(self) -> None:
        """Notifications come at the publishing interval, not at once."""
        subscriptionId = self.subscribe(interval=1000.0).SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        number = self.publish()
        self.world.pass_(0.9)
        self.assertIsNone(self.client.take(number))
        self.world.pass_(0.2)
        self.assertIsNotNone(self.client.take(number))

    def test_lateRequestIsAnsweredAtOnce(self) -> None:
        """What waited for a Publish request goes out with the first that comes."""
        subscriptionId = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        self.world.pass_(0.3)
        answer = self.client.take(self.publish())
        self.assertEqual(self.values(answer.Parameters), [(1, 1.5)])

    def test_statusAlone(self) -> None:
        """A change of the StatusCode alone is notified; a mere new record is not."""
        subscriptionId = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        self.published()
        self.world.tell(self.world.space.change(text="something else"))
        number = self.publish()
        self.world.pass_(0.3)
        self.assertIsNone(self.client.take(number))
        self.world.tell(self.world.space.change(code=BAD))
        self.world.pass_(0.1)
        found = items(self.client.take(number).Parameters)
        self.assertEqual(found[0].Value.StatusCode.value, BAD)
        self.assertEqual(found[0].Value.Value.Value, 1.5)

    def test_keepAlive(self) -> None:
        """Without news a keep-alive comes at first and then after so many intervals."""
        subscriptionId = self.subscribe(keepAlive=5).SubscriptionId
        first = self.published()
        self.assertEqual(first.SubscriptionId, subscriptionId)
        self.assertEqual(first.NotificationMessage.NotificationData, [])
        self.assertEqual(first.NotificationMessage.SequenceNumber, 1)
        number = self.publish()
        self.world.pass_(0.4)
        self.assertIsNone(self.client.take(number))
        self.world.pass_(0.1)
        again = self.client.take(number).Parameters
        self.assertEqual(again.NotificationMessage.SequenceNumber, 1)
        self.assertEqual(again.AvailableSequenceNumbers, [])

    @shows("Publish")
    def test_sequenceAndAcknowledgement(self) -> None:
        """Messages are numbered and kept until they are acknowledged, each once."""
        subscriptionId = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        first = self.published()
        self.assertEqual(first.NotificationMessage.SequenceNumber, 1)
        self.assertEqual(first.AvailableSequenceNumbers, [1])
        self.world.tell(self.world.space.change(number=2.0))
        number = self.publish((subscriptionId, 1), (subscriptionId, 1), (subscriptionId + 9, 1))
        self.world.pass_(0.1)
        second = self.client.take(number).Parameters
        self.assertEqual(second.NotificationMessage.SequenceNumber, 2)
        self.assertEqual(second.AvailableSequenceNumbers, [2])
        self.assertEqual(
            [each.name for each in second.Results],
            ["Good", "BadSequenceNumberUnknown", "BadSubscriptionIdInvalid"],
        )

    @shows("Republish")
    def test_republish(self) -> None:
        """A message that got lost is sent again, the same; one that was acknowledged is not."""
        subscriptionId = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        self.published()
        request = ua.RepublishRequest()
        request.Parameters.SubscriptionId = subscriptionId
        request.Parameters.RetransmitSequenceNumber = 1
        message = self.client.ask(request).NotificationMessage
        self.assertEqual(message.SequenceNumber, 1)
        self.assertEqual(message.NotificationData[0].MonitoredItems[0].Value.Value.Value, 1.5)
        self.publish((subscriptionId, 1))
        fault = self.assertRaises(FaultReceived, self.client.ask, request)
        self.assertEqual(fault.code, ua.StatusCodes.BadMessageNotAvailable)

    def test_unacknowledgedAreBounded(self) -> None:
        """A client that never acknowledges costs a bounded number of messages."""
        self.begin(worldWith(unacknowledged=3))
        subscriptionId = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        for number in range(10):
            self.world.tell(self.world.space.change(number=float(number)))
            found = self.published()
        self.assertEqual(found.AvailableSequenceNumbers, [8, 9, 10])

    def test_moreNotifications(self) -> None:
        """A message holds so many notifications at most; the rest follows at once."""
        subscriptionId = self.subscribe(most=2).SubscriptionId
        self.monitor(subscriptionId, *[NUMBER] * 5)
        numbers = [self.publish() for _ in range(3)]
        self.world.pass_(0.1)
        answers = [self.client.take(each).Parameters for each in numbers]
        handles = [[handle for handle, _ in self.values(each)] for each in answers]
        self.assertEqual(handles, [[1, 2], [3, 4], [5]])
        self.assertEqual([each.MoreNotifications for each in answers], [True, True, False])

    @shows("Subscription Publish Min 10", "Subscription Publish Discard Policy")
    def test_tooManyRequests(self) -> None:
        """Of too many Publish requests the oldest is given back."""
        self.subscribe()
        most = Limits().publishRequests
        numbers = [self.publish() for _ in range(most + 1)]
        answer = self.client.take(numbers[0])
        self.assertEqual(answer.ResponseHeader.ServiceResult.name, "BadTooManyPublishRequests")
        self.assertIsNone(self.client.take(numbers[1]))

    def test_noSubscription(self) -> None:
        """Publish without a subscription is refused, also when the last one goes."""
        fault = self.assertRaises(FaultReceived, self.client.ask, ua.PublishRequest())
        self.assertEqual(fault.code, ua.StatusCodes.BadNoSubscription)
        subscriptionId = self.subscribe().SubscriptionId
        number = self.publish()
        self.delete(subscriptionId)
        answer = self.client.take(number)
        self.assertEqual(answer.ResponseHeader.ServiceResult.name, "BadNoSubscription")

    def delete(self, *subscriptionIds: int) -> list[str]:
        request = ua.DeleteSubscriptionsRequest()
        request.Parameters.SubscriptionIds = list(subscriptionIds)
        return [each.name for each in self.client.ask(request).Results]

    def test_staleRequest(self) -> None:
        """A Publish request whose client has given up is not used for a notification."""
        subscriptionId = self.subscribe(interval=1000.0).SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        self.client.timeoutHint = 500
        number = self.publish()
        self.client.timeoutHint = 0
        other = self.publish()
        self.world.pass_(1.0)
        self.assertEqual(self.client.take(number).ResponseHeader.ServiceResult.name, "BadTimeout")
        self.assertEqual(self.values(self.client.take(other).Parameters), [(1, 1.5)])

    def test_priority(self) -> None:
        """When requests are scarce, the subscription of higher priority goes first."""
        low = self.subscribe(priority=1).SubscriptionId
        high = self.subscribe(priority=9).SubscriptionId
        self.world.pass_(0.3)
        answers = [self.client.take(self.publish()).Parameters for _ in range(2)]
        self.assertEqual([each.SubscriptionId for each in answers], [high, low])

    def test_lifetime(self) -> None:
        """A subscription without Publish requests ends after its lifetime, and says so."""
        subscriptionId = self.subscribe(keepAlive=5, lifetime=15).SubscriptionId
        self.monitor(subscriptionId, NUMBER)
        self.world.pass_(1.6)
        self.assertEqual(len(self.world.core.subscriptions), 0)
        self.assertEqual(self.world.changes.watched, [])
        farewell = self.client.take(self.publish()).Parameters
        self.assertEqual(farewell.SubscriptionId, subscriptionId)
        status = farewell.NotificationMessage.NotificationData[0].Status
        self.assertEqual(status.name, "BadTimeout")
        fault = self.assertRaises(FaultReceived, self.client.ask, ua.PublishRequest())
        self.assertEqual(fault.code, ua.StatusCodes.BadNoSubscription)

    def test_livesOnWithRequests(self) -> None:
        """As long as Publish requests wait, a subscription lives without any news."""
        self.subscribe(keepAlive=5, lifetime=15)
        for _ in range(10):
            self.publish()
            self.world.pass_(0.5)
        self.assertEqual(len(self.world.core.subscriptions), 1)
