"""
Tests of subscriptions and monitored items as a client sees them: over the
wire, driven by a ``Clock``.
"""

from __future__ import annotations

from typing import Any

from attrs import evolve
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.access.roles import Role
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.settings import ServerSettings
from ocppgw.uaserver.subscriptions.queue import OVERFLOW
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import FaultReceived, WireClient, World, password

NUMBER = nodeId("Toy/Number")
BAD = int(ua.StatusCodes.BadNoCommunication)


def worldWith(**limits: float) -> World:
    """A server with other limits than usual."""
    return World(ServerSettings(limits=evolve(Limits(), **limits)))


def dataChangeFilter(trigger: int = 1, deadband: tuple[int, float] = (0, 0.0)) -> Any:
    """A DataChangeFilter."""
    found = ua.DataChangeFilter()
    found.Trigger = ua.DataChangeTrigger(trigger)
    found.DeadbandType, found.DeadbandValue = deadband
    return found


class SubscriptionCase(TestCase):
    def setUp(self) -> None:
        self.begin(World())

    def begin(self, world: World) -> None:
        """Work with this server."""
        self.world = world
        self.client = world.client()

    def subscribe(self, interval: float = 100.0, **more: Any) -> Any:
        """CreateSubscription; gives the parameters of the response."""
        request = ua.CreateSubscriptionRequest()
        asked = request.Parameters
        asked.RequestedPublishingInterval = interval
        asked.RequestedMaxKeepAliveCount = more.get("keepAlive", 5)
        asked.RequestedLifetimeCount = more.get("lifetime", 15)
        asked.MaxNotificationsPerPublish = more.get("most", 0)
        asked.PublishingEnabled = more.get("enabled", True)
        asked.Priority = more.get("priority", 0)
        return self.client.ask(request).Parameters

    def monitor(self, subscriptionId: int, *nodeIds: Any, **more: Any) -> list[Any]:
        """CreateMonitoredItems; client handles are 1, 2, 3 .."""
        request = ua.CreateMonitoredItemsRequest()
        asked = request.Parameters
        asked.SubscriptionId = subscriptionId
        asked.TimestampsToReturn = ua.TimestampsToReturn(more.get("stamps", 2))
        for handle, each in enumerate(nodeIds, 1):
            item = ua.MonitoredItemCreateRequest()
            item.ItemToMonitor.NodeId = each
            item.ItemToMonitor.AttributeId = more.get("attributeId", 13)
            item.ItemToMonitor.IndexRange = more.get("indexRange")
            item.MonitoringMode = ua.MonitoringMode(more.get("mode", 2))
            item.RequestedParameters = self.parameters(handle, **more)
            asked.ItemsToCreate.append(item)
        found: list[Any] = self.client.ask(request).Results
        return found

    def parameters(self, handle: int, **more: Any) -> Any:
        """MonitoringParameters."""
        found = ua.MonitoringParameters()
        found.ClientHandle = handle
        found.SamplingInterval = more.get("sampling", -1.0)
        found.QueueSize = more.get("queue", 1)
        found.DiscardOldest = more.get("oldest", True)
        found.Filter = more.get("filter")
        return found

    def publish(self, *acknowledged: tuple[int, int]) -> int:
        """Send a Publish request; gives its request id."""
        request = ua.PublishRequest()
        for subscriptionId, sequence in acknowledged:
            each = ua.SubscriptionAcknowledgement()
            each.SubscriptionId, each.SequenceNumber = subscriptionId, sequence
            request.Parameters.SubscriptionAcknowledgements.append(each)
        return self.client.send(request)

    def published(self, seconds: float = 0.1) -> Any:
        """Publish, let time pass, and give the answer."""
        number = self.publish()
        self.world.pass_(seconds)
        answer = self.client.take(number)
        self.assertIsNotNone(answer, "not published")
        return answer.Parameters

    def values(self, parameters: Any) -> list[Any]:
        """(client handle, value) of all notifications."""
        return [(each.ClientHandle, each.Value.Value.Value) for each in items(parameters)]


def items(parameters: Any) -> list[Any]:
    """The MonitoredItemNotifications of a Publish response."""
    data = parameters.NotificationMessage.NotificationData
    return [each for part in data for each in part.MonitoredItems]


class PublishTests(SubscriptionCase):
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


class TermsTests(SubscriptionCase):
    def test_interval(self) -> None:
        """The publishing interval is kept within bounds, also when it is no number."""
        for asked, given in ((0.0, 50), (-5.0, 50), (0.001, 50), (float("nan"), 50),
                             (1e12, 3_600_000), (250.0, 250)):  # fmt: skip
            self.assertEqual(self.subscribe(asked).RevisedPublishingInterval, given)

    def test_counts(self) -> None:
        """The lifetime is at least three keep-alives; 0 means a sensible default."""
        found = self.subscribe(keepAlive=20, lifetime=1)
        self.assertEqual((found.RevisedMaxKeepAliveCount, found.RevisedLifetimeCount), (20, 60))
        self.assertEqual(self.subscribe(keepAlive=0).RevisedMaxKeepAliveCount, 10)
        found = self.subscribe(keepAlive=2**32 - 1, lifetime=2**32 - 1)
        limits = Limits()
        self.assertEqual(found.RevisedMaxKeepAliveCount, limits.keepAliveMax)
        self.assertEqual(found.RevisedLifetimeCount, limits.lifetimeMax)

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


class ItemTests(SubscriptionCase):
    def setUp(self) -> None:
        super().setUp()
        self.subscriptionId = self.subscribe().SubscriptionId

    def names(self, results: list[Any]) -> list[str]:
        return [each.StatusCode.name for each in results]

    def change(self, *numbers: float) -> None:
        """Records come one by one."""
        for number in numbers:
            self.world.tell(self.world.space.change(number=number))

    def test_revisions(self) -> None:
        """Sampling interval and queue size are revised into their bounds."""
        for asked, given in ((-1.0, 100), (0.0, 50), (float("nan"), 100), (1e12, 3_600_000)):
            result = self.monitor(self.subscriptionId, NUMBER, sampling=asked, queue=0)[0]
            self.assertEqual(result.RevisedSamplingInterval, given)
            self.assertEqual(result.RevisedQueueSize, 1)
        result = self.monitor(self.subscriptionId, NUMBER, queue=2**32 - 1)[0]
        self.assertEqual(result.RevisedQueueSize, Limits().queueSize)

    def test_refusals(self) -> None:
        """Each item that cannot be monitored says why; the others are made."""
        results = self.monitor(self.subscriptionId, nodeId("Nothing"), NUMBER)
        self.assertEqual(self.names(results), ["BadNodeIdUnknown", "Good"])
        results = self.monitor(self.subscriptionId, NUMBER, attributeId=21)
        self.assertEqual(self.names(results), ["BadAttributeIdInvalid"])
        results = self.monitor(self.subscriptionId, NUMBER, indexRange="3:1")
        self.assertEqual(self.names(results), ["BadIndexRangeInvalid"])
        results = self.monitor(self.subscriptionId, ua.NodeId(2253), attributeId=12)
        self.assertEqual(self.names(results), ["BadMonitoredItemFilterUnsupported"])

    def test_filters(self) -> None:
        """Filters that do not fit say why, and no request is left unanswered."""
        text = nodeId("Toy/Text")
        cases = [
            (NUMBER, ua.AggregateFilter(), "BadMonitoredItemFilterUnsupported"),
            (NUMBER, ua.EventFilter(), "BadFilterNotAllowed"),
            (NUMBER, ua.Range(), "BadMonitoredItemFilterInvalid"),
            (text, dataChangeFilter(deadband=(1, 1.0)), "BadFilterNotAllowed"),
            (NUMBER, dataChangeFilter(deadband=(1, -1.0)), "BadDeadbandFilterInvalid"),
            (NUMBER, dataChangeFilter(deadband=(2, 101.0)), "BadDeadbandFilterInvalid"),
            (NUMBER, dataChangeFilter(deadband=(3, 1.0)), "BadMonitoredItemFilterUnsupported"),
            (nodeId("Toy/List"), dataChangeFilter(deadband=(2, 5.0)),
             "BadMonitoredItemFilterUnsupported"),
            (NUMBER, dataChangeFilter(deadband=(2, 5.0)), "Good"),
            (text, dataChangeFilter(trigger=0), "Good"),
        ]  # fmt: skip
        for node, asked, code in cases:
            self.assertEqual(self.names(self.monitor(self.subscriptionId, node, filter=asked)),
                             [code])  # fmt: skip

    def test_percentDeadband(self) -> None:
        """A percent deadband is taken of the node's EURange, here 0 to 200."""
        asked = dataChangeFilter(deadband=(2, 5.0))
        self.monitor(self.subscriptionId, NUMBER, filter=asked, queue=9)
        self.change(11.0, 12.0, 21.0, 22.1)
        self.assertEqual(self.values(self.published()), [(1, 1.5), (1, 12.0), (1, 22.1)])

    def test_queue(self) -> None:
        """All changes of an interval come in order, the newest as many as the queue holds."""
        self.monitor(self.subscriptionId, NUMBER, queue=3)
        self.change(2.0, 3.0, 4.0)
        found = items(self.published())
        self.assertEqual([each.Value.Value.Value for each in found], [2.0, 3.0, 4.0])
        bits = [bool(each.Value.StatusCode.value & OVERFLOW) for each in found]
        self.assertEqual(bits, [True, False, False])

    def test_batch(self) -> None:
        """Several records that come together are each seen, in their order."""
        self.monitor(self.subscriptionId, NUMBER, queue=9)
        space = self.world.space
        self.world.tell(*[space.change(number=float(each)) for each in (2, 3, 4)])
        numbers = [value for _, value in self.values(self.published())]
        self.assertEqual(numbers, [1.5, 2.0, 3.0, 4.0])

    def test_notifiedLast(self) -> None:
        """What a node declares to come last does, whatever was monitored or changed first."""
        self.monitor(self.subscriptionId, nodeId("Toy/Last"), NUMBER, queue=5)
        self.assertEqual(self.values(self.published()), [(2, 1.5), (1, 1.5)])
        self.change(2.0, 3.0)
        self.assertEqual([handle for handle, _ in self.values(self.published())], [2, 2, 1, 1])

    def test_doorOverflowed(self) -> None:
        """Records that were left out set the overflow bit where a queue could have held them."""
        self.monitor(self.subscriptionId, NUMBER, NUMBER, queue=5)
        self.monitor(self.subscriptionId, NUMBER, queue=1)
        self.published()
        self.world.tell(self.world.space.change(number=9.0), overflowed=True)
        found = items(self.published())
        bits = [bool(each.Value.StatusCode.value & OVERFLOW) for each in found]
        self.assertEqual(bits, [True, True, False])

    def test_nothingTwice(self) -> None:
        """A record that was seen when the item was made is not told again, nor older ones."""
        space = self.world.space
        older, newest = space.change(number=2.0), space.change(number=3.0)
        self.monitor(self.subscriptionId, NUMBER, queue=9)
        self.world.tell(older, newest)
        self.assertEqual(self.values(self.published()), [(1, 3.0)])

    def test_watching(self) -> None:
        """The outward door is told of a subject once, and when nobody looks any more."""
        first = self.monitor(self.subscriptionId, NUMBER, nodeId("Toy/Text"))
        self.assertEqual(self.world.changes.watched, ["Toy"])
        ids = [each.MonitoredItemId for each in first]
        self.assertEqual(self.delete(ids[0]), ["Good"])
        self.assertEqual(self.world.changes.watched, ["Toy"])
        self.assertEqual(self.delete(ids[1], ids[0]), ["Good", "BadMonitoredItemIdInvalid"])
        self.assertEqual(self.world.changes.watched, [])

    def delete(self, *itemIds: int) -> list[str]:
        request = ua.DeleteMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.MonitoredItemIds = list(itemIds)
        return [each.name for each in self.client.ask(request).Results]

    def setMode(self, mode: int, *itemIds: int) -> list[str]:
        request = ua.SetMonitoringModeRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.MonitoringMode = ua.MonitoringMode(mode)
        request.Parameters.MonitoredItemIds = list(itemIds)
        return [each.name for each in self.client.ask(request).Parameters.Results]

    def test_monitoringModes(self) -> None:
        """A sampling item collects and keeps silent; a disabled one does not even collect."""
        result = self.monitor(self.subscriptionId, NUMBER, mode=1, queue=9)[0]
        self.change(2.0)
        self.assertEqual(self.published().NotificationMessage.NotificationData, [])
        self.assertEqual(self.setMode(2, result.MonitoredItemId, 9999),
                         ["Good", "BadMonitoredItemIdInvalid"])  # fmt: skip
        self.assertEqual(self.values(self.published()), [(1, 1.5), (1, 2.0)])
        self.setMode(0, result.MonitoredItemId)
        self.change(3.0, 4.0)
        self.setMode(2, result.MonitoredItemId)
        self.assertEqual(self.values(self.published()), [(1, 4.0)])

    def test_modify(self) -> None:
        """A modified item keeps what it has and goes on with its new handle and filter."""
        result = self.monitor(self.subscriptionId, NUMBER, queue=3)[0]
        request = ua.ModifyMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.TimestampsToReturn = ua.TimestampsToReturn.Neither
        for itemId in (result.MonitoredItemId, 9999):
            each = ua.MonitoredItemModifyRequest()
            each.MonitoredItemId = itemId
            each.RequestedParameters = self.parameters(
                42, queue=5, filter=dataChangeFilter(deadband=(1, 10.0))
            )
            request.Parameters.ItemsToModify.append(each)
        results = self.client.ask(request).Results
        self.assertEqual(self.names(results), ["Good", "BadMonitoredItemIdInvalid"])
        self.assertEqual(results[0].RevisedQueueSize, 5)
        self.change(5.0, 20.0)
        found = self.published()
        self.assertEqual(self.values(found), [(42, 1.5), (42, 20.0)])
        self.assertIsNone(items(found)[0].Value.SourceTimestamp)

    def test_polled(self) -> None:
        """What no record tells about is sampled by the clock."""
        result = self.monitor(self.subscriptionId, ua.NodeId(2258), sampling=10.0)[0]
        self.assertEqual(result.RevisedSamplingInterval, Limits().pollingIntervalMin)
        first = self.values(self.published())[0][1]
        second = self.values(self.published(0.6))[0][1]
        self.assertAlmostEqual((second - first).total_seconds(), 0.5, places=4)

    def test_otherAttribute(self) -> None:
        """Attributes besides the Value are monitored as well."""
        self.monitor(self.subscriptionId, NUMBER, attributeId=4)
        self.assertEqual(self.values(self.published())[0][1].Text, "Number")

    def test_indexRange(self) -> None:
        """Part of an array is monitored."""
        self.monitor(self.subscriptionId, nodeId("Toy/List"), indexRange="1:2")
        self.assertEqual(self.values(self.published()), [(1, [2, 3])])

    def test_noRecordYet(self) -> None:
        """An item on a subject that has no record waits for the first one."""
        self.world.space.record = None
        self.monitor(self.subscriptionId, nodeId("Toy/Name"))
        self.assertEqual(self.values(self.published()), [(1, "name")])
        self.assertEqual(self.world.changes.watched, ["Toy"])

    def test_mistakeInOneNode(self) -> None:
        """A node that fails to compute its value does not silence the others."""
        self.monitor(self.subscriptionId, NUMBER, nodeId("Toy/Text"))
        self.published()
        self.world.tell(self.world.space.change(text="new", number=object()))  # no number
        codes = [each.Value.StatusCode.name for each in items(self.published())]
        self.assertEqual(codes, ["BadInternalError", "Good"])
        self.assertEqual(len(self.flushLoggedErrors()), 1)
        self.assertEqual(self.client.read(NUMBER).StatusCode.name, "BadInternalError")
        self.assertEqual(len(self.flushLoggedErrors()), 1)


class PersonalDataTests(SubscriptionCase):
    def setUp(self) -> None:
        self.asked: list[Any] = []
        world = World(
            ServerSettings(anonymousRemote=Role.observer),
            authenticate=lambda *args: self.asked.append(args),
        )
        self.world = world

    def observed(self, client: WireClient) -> Any:
        self.client = client
        self.monitor(self.subscribe().SubscriptionId, nodeId("Toy/Secret"))
        return items(self.published())[0].Value

    def test_observer(self) -> None:
        """An item on personal data is made for an observer, and tells that it may not be seen."""
        value = self.observed(self.world.client("192.0.2.1"))
        self.assertEqual(value.StatusCode.name, "BadUserAccessDenied")
        self.assertIsNone(value.Value.Value)
        self.world.tell(self.world.space.change(number=2.0))
        number = self.publish()
        self.world.pass_(0.3)
        self.assertIsNone(self.client.take(number))

    def test_userChanges(self) -> None:
        """When another user takes the session over, items tell what that one may see."""
        client = self.world.client()
        self.assertEqual(self.observed(client).Value.Value, "secret")
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = password("anna", b"secret")
        client.send(request)
        self.asked.pop()[3](Role.observer)
        value = items(self.published())[0].Value
        self.assertEqual(value.StatusCode.name, "BadUserAccessDenied")

    def test_writeOnly(self) -> None:
        """What nobody may read is monitored by nobody."""
        self.client = self.world.client()
        self.monitor(self.subscribe().SubscriptionId, nodeId("Toy/Hidden"))
        value = items(self.published())[0].Value
        self.assertEqual(value.StatusCode.name, "BadNotReadable")
