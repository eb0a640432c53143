"""Tests of items that want the newest value only, which look when their subscription publishes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from opcua import ua

from tests.uaserver.subscriptions.case import NUMBER, SubscriptionCase, dataChangeFilter, items
from tests.uaserver.toy import ToyRecord, nodeId
from tests.uaserver.wire import World

TEXT = nodeId("Toy/Text")


class SamplingCase(SubscriptionCase):
    """A subscription, and records that come one by one."""

    def setUp(self) -> None:
        super().setUp()
        self.subscriptionId = self.subscribe().SubscriptionId

    def change(self, *numbers: float, **more: Any) -> None:
        """Records come one by one."""
        for number in numbers:
            self.world.tell(self.world.space.change(number=number, **more))

    def modify(self, itemId: int, **more: Any) -> Any:
        """ModifyMonitoredItems; gives the result."""
        request = ua.ModifyMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        each = ua.MonitoredItemModifyRequest()
        each.MonitoredItemId = itemId
        each.RequestedParameters = self.parameters(1, **more)
        request.Parameters.ItemsToModify.append(each)
        [result] = self.client.ask(request).Results
        return result

    def looks(self) -> list[Any]:
        """From now on, of which records the number's value is made."""
        node: Any = self.world.space.find(NUMBER)
        made, valueFrom = [], node.valueFrom

        def noted(record: Any) -> Any:
            made.append(record.number)
            return valueFrom(record)

        node.valueFrom = noted
        return made


class SamplingTests(SamplingCase):
    def each(self, *numbers: float) -> dict[int, list[Any]]:
        """Change before each cycle; gives the values that each subscription told."""
        told: dict[int, list[Any]] = defaultdict(list)
        waiting = [self.publish() for _ in range(15)]
        for number in numbers:
            self.change(number)
            self.world.pass_(0.1)
        for answer in filter(None, map(self.client.take, waiting)):
            found = answer.Parameters
            told[found.SubscriptionId] += [value for _, value in self.values(found)]
        return told

    def modifySubscription(self, interval: float) -> None:
        """ModifySubscription."""
        request = ua.ModifySubscriptionRequest()
        asked = request.Parameters
        asked.SubscriptionId = self.subscriptionId
        asked.RequestedPublishingInterval = interval
        asked.RequestedMaxKeepAliveCount, asked.RequestedLifetimeCount = 5, 15
        self.client.ask(request)

    def enable(self, enabled: bool) -> None:
        """SetPublishingMode."""
        request = ua.SetPublishingModeRequest()
        request.Parameters.PublishingEnabled = enabled
        request.Parameters.SubscriptionIds = [self.subscriptionId]
        self.client.ask(request)

    def test_newestOnly(self) -> None:
        """However many records come, one value is made and told, that of the newest."""
        self.monitor(self.subscriptionId, NUMBER)
        self.published()
        made = self.looks()
        self.change(2.0, 3.0, 4.0)
        self.assertEqual(made, [])
        self.assertEqual(self.values(self.published()), [(1, 4.0)])
        self.assertEqual(made, [4.0])

    def test_revision(self) -> None:
        """The publishing interval is how often such an item is sampled, and that is told."""
        for asked, queue, given in ((0.0, 1, 100), (-1.0, 1, 100), (5e5, 1, 100), (0.0, 2, 50)):
            [result] = self.monitor(self.subscriptionId, NUMBER, sampling=asked, queue=queue)
            self.assertEqual(result.RevisedSamplingInterval, given)
            request = ua.DeleteMonitoredItemsRequest()
            request.Parameters.SubscriptionId = self.subscriptionId
            request.Parameters.MonitoredItemIds = [result.MonitoredItemId]
            if queue == 1:
                made = self.looks()
                self.each(*map(float, range(10)))
                self.assertEqual(len(made), 10)
            self.client.ask(request)

    def test_thereAndBack(self) -> None:
        """What is the same again when it is sampled is no news; a longer queue has both changes."""
        self.monitor(self.subscriptionId, NUMBER)
        self.published()
        self.change(2.0, 1.5)
        self.assertEqual(self.values(self.published(0.6)), [])
        self.monitor(self.subscriptionId, NUMBER, queue=5)
        self.published()
        self.change(2.0, 1.5)
        self.assertEqual(self.values(self.published()), [(1, 2.0), (1, 1.5)])

    def test_deadband(self) -> None:
        """A deadband is around the last value that was worth a notification, however it drifts."""
        self.monitor(self.subscriptionId, NUMBER, filter=dataChangeFilter(deadband=(1, 1.0)))
        self.published()
        told = self.each(2.0, 2.4, 2.6, 3.0, 3.5, 3.7)
        self.assertEqual(told[self.subscriptionId], [2.6, 3.7])

    def test_status(self) -> None:
        """A change of quality is news to a filter for the status alone, one of the value is not."""
        self.monitor(self.subscriptionId, NUMBER, filter=dataChangeFilter(trigger=0))
        self.published()
        self.change(2.0)
        self.assertEqual(self.values(self.published(0.6)), [])
        self.change(3.0, code=ua.StatusCodes.UncertainLastUsableValue)
        [found] = items(self.published())
        self.assertEqual(found.Value.StatusCode.value, ua.StatusCodes.UncertainLastUsableValue)

    def test_newsInsteadOfKeepAlive(self) -> None:
        """A message has the news of its own cycle, also when a keep-alive was due."""
        self.begin(World())
        self.monitor(self.subscribe(keepAlive=1).SubscriptionId, NUMBER)
        self.published()
        for number in (2.0, 3.0):
            self.change(number)
            self.assertEqual(self.values(self.published()), [(1, number)])

    def test_keepAlive(self) -> None:
        """Where nothing changed, or nothing that matters, a keep-alive comes in its time."""
        self.monitor(self.subscriptionId, NUMBER)
        self.published()
        self.change(1.5)
        number = self.publish()
        self.world.pass_(0.4)
        self.assertIsNone(self.client.take(number))
        self.world.pass_(0.1)
        answer = self.client.take(number).Parameters
        self.assertEqual(answer.NotificationMessage.NotificationData, [])

    def test_twoPaces(self) -> None:
        """Each subscription has the value that is the newest at its own time."""
        slow = self.subscribe(300.0).SubscriptionId
        self.monitor(self.subscriptionId, NUMBER)
        self.monitor(slow, NUMBER)
        told = self.each(2.0, 3.0, 4.0, 5.0, 6.0, 7.0)
        self.assertEqual(told[self.subscriptionId], [2.0, 3.0, 4.0, 5.0, 6.0, 7.0])
        self.assertEqual(told[slow], [4.0, 7.0])

    def test_oneNode(self) -> None:
        """Items of all subscriptions and queues look at one node, which makes a value once."""
        others = [self.subscribe().SubscriptionId for _ in range(2)]
        self.monitor(self.subscriptionId, NUMBER)
        self.monitor(others[0], NUMBER)
        self.monitor(others[1], NUMBER, queue=5)
        (session,) = self.world.core.sessions.all()
        found = [
            item.node
            for subscription in self.world.core.subscriptions.of(session)
            for item in subscription.items.values()
        ]
        self.assertEqual(len(found), 3)
        self.assertEqual(len(set(map(id, found))), 1)

    def test_publishingDisabled(self) -> None:
        """What changed while publishing was disabled is told once it is enabled."""
        self.monitor(self.subscriptionId, NUMBER)
        self.published()
        self.enable(False)
        self.change(2.0)
        self.world.pass_(0.3)
        self.change(3.0)
        self.enable(True)
        self.assertEqual(self.values(self.published()), [(1, 3.0)])

    def test_lateRequest(self) -> None:
        """A Publish request that comes after the cycle takes what was sampled in it, at once."""
        self.monitor(self.subscriptionId, NUMBER)
        self.published()
        self.change(2.0)
        self.world.pass_(0.1)
        self.change(3.0)
        answer = self.client.take(self.publish()).Parameters
        self.assertEqual(self.values(answer), [(1, 2.0)])
        self.assertEqual(self.values(self.published()), [(1, 3.0)])

    def test_triggering(self) -> None:
        """Trigger and linked item both look in the same cycle, and are told together."""
        [trigger] = self.monitor(self.subscriptionId, NUMBER)
        [linked] = self.monitor(self.subscriptionId, TEXT, mode=1)
        request = ua.SetTriggeringRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.TriggeringItemId = trigger.MonitoredItemId
        request.Parameters.LinksToAdd = [linked.MonitoredItemId]
        self.client.ask(request)
        self.published()
        self.world.tell(ToyRecord(text="first"))
        self.assertEqual(self.values(self.published(0.6)), [])
        self.world.tell(ToyRecord(2.5, text="second"))
        found = [value for _, value in self.values(self.published())]
        self.assertEqual(sorted(found, key=str), [2.5, "second"])

    def test_longerQueue(self) -> None:
        """An item that gets a longer queue hears of each record from then on, and misses none."""
        [result] = self.monitor(self.subscriptionId, NUMBER)
        self.published()
        self.change(2.0, 3.0)
        modified = self.modify(result.MonitoredItemId, queue=5)
        self.assertEqual(modified.RevisedQueueSize, 5)
        self.assertEqual((self.world.changes.watched, self.world.changes.followed), (["Toy"], []))
        self.change(4.0)
        self.assertEqual(self.values(self.published()), [(1, 3.0), (1, 4.0)])

    def test_shorterQueue(self) -> None:
        """One whose queue becomes one tells the newest from then on, and nothing twice."""
        [result] = self.monitor(self.subscriptionId, NUMBER, queue=5)
        self.published()
        self.change(2.0, 3.0)
        self.modify(result.MonitoredItemId, queue=1)
        self.assertEqual(self.world.changes.watched, [])
        self.assertEqual(self.values(self.published()), [(1, 3.0)])
        self.change(4.0, 5.0)
        self.assertEqual(self.values(self.published()), [(1, 5.0)])

    def test_nothingWasLost(self) -> None:
        """What was lost before an item wanted the newest only is no business of later values."""
        [result] = self.monitor(self.subscriptionId, NUMBER, queue=5)
        self.published()
        self.world.tell(self.world.space.change(text="other"), overflowed=True)
        self.modify(result.MonitoredItemId, queue=1)
        self.change(2.0)
        self.published()
        self.modify(result.MonitoredItemId, queue=5)
        self.change(3.0)
        [told] = items(self.published())
        self.assertEqual((told.Value.Value.Value, told.Value.StatusCode.value), (3.0, 0))

    def test_longerQueueBehindTheDoor(self) -> None:
        """Records that wait at the door are not told to an item that has seen later ones."""
        self.monitor(self.subscriptionId, TEXT, queue=5)
        [result] = self.monitor(self.subscriptionId, NUMBER)
        self.published()
        arrived, self.world.core.monitoring.arrived = self.world.core.monitoring.arrived, _nothing  # type: ignore[method-assign]
        self.change(2.0, 3.0)
        self.assertEqual(self.values(self.published()), [(1, 3.0)])
        self.modify(result.MonitoredItemId, queue=5)
        self.world.core.monitoring.arrived = arrived  # type: ignore[method-assign]
        self.world.core.arrived()
        self.change(4.0)
        self.assertEqual(self.values(self.published()), [(1, 4.0)])

    def test_longerPublishingInterval(self) -> None:
        """Items are sampled as often as they were promised, also where it is published later."""
        self.monitor(self.subscriptionId, NUMBER)
        self.published()
        self.modifySubscription(1000.0)
        self.change(2.0)
        self.world.pass_(0.15)
        self.change(1.5)
        self.assertEqual(self.values(self.published(1.0)), [(1, 1.5)])

    def test_laterPromise(self) -> None:
        """So they are where the shorter interval was promised by a change of the item."""
        self.modifySubscription(1000.0)
        [result] = self.monitor(self.subscriptionId, NUMBER)
        self.published(1.0)
        self.modifySubscription(100.0)
        self.assertEqual(self.modify(result.MonitoredItemId).RevisedSamplingInterval, 100.0)
        self.modifySubscription(1000.0)
        self.change(2.0)
        self.world.pass_(0.15)
        self.change(1.5)
        self.assertEqual(self.values(self.published(1.0)), [(1, 1.5)])

    def test_promisedNoMore(self) -> None:
        """Who promised the shorter interval is gone, or was promised the longer one since."""
        first, second = self.monitor(self.subscriptionId, NUMBER, TEXT)
        self.modifySubscription(1000.0)
        request = ua.DeleteMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.MonitoredItemIds = [second.MonitoredItemId]
        self.client.ask(request)
        made = self.looks()
        self.each(*map(float, range(20)))
        self.assertEqual(len(made), 20)
        self.assertEqual(self.modify(first.MonitoredItemId).RevisedSamplingInterval, 1000.0)
        self.world.pass_(0.15)
        made.clear()
        self.each(*map(float, range(20)))
        self.assertEqual(len(made), 2)

    def test_allArePromisedNoMore(self) -> None:
        """Nothing is waited for once there is nothing to sample in between."""
        calls = self.world.clock.getDelayedCalls
        before = len(calls())
        for how in ({"queue": 5}, {}):
            [result] = self.monitor(self.subscriptionId, NUMBER)
            self.modifySubscription(1000.0)
            self.assertEqual(len(calls()), before + 1)
            self.modify(result.MonitoredItemId, **how)
            self.world.pass_(0.15)
            self.assertEqual(len(calls()), before)
            self.modifySubscription(100.0)

    def test_shorterPublishingInterval(self) -> None:
        """Nothing is sampled in between any more once publishing is as quick again."""
        self.monitor(self.subscriptionId, NUMBER)
        self.published()
        made = self.looks()
        self.modifySubscription(1000.0)
        self.modifySubscription(100.0)
        self.change(2.0)
        self.assertEqual(self.values(self.published(0.15)), [(1, 2.0)])
        self.assertEqual(made, [2.0])

    def test_following(self) -> None:
        """A subject is followed once for a subscription, while one of its items is left."""
        first = self.monitor(self.subscriptionId, NUMBER, TEXT)
        followed = self.world.changes.followed
        self.assertEqual([name for name, _ in followed], ["Toy"])
        for each in first:
            self.assertEqual([name for name, _ in self.world.changes.followed], ["Toy"])
            request = ua.DeleteMonitoredItemsRequest()
            request.Parameters.SubscriptionId = self.subscriptionId
            request.Parameters.MonitoredItemIds = [each.MonitoredItemId]
            self.client.ask(request)
        self.assertEqual(self.world.changes.followed, [])
        self.assertEqual(self.world.core.monitoring.subjects, [])

    def test_end(self) -> None:
        """Nothing is sampled for a subscription that is over."""
        self.monitor(self.subscriptionId, NUMBER)
        self.modifySubscription(1000.0)
        made = self.looks()
        request = ua.DeleteSubscriptionsRequest()
        request.Parameters.SubscriptionIds = [self.subscriptionId]
        self.client.ask(request)
        self.change(2.0)
        self.world.pass_(1.2)
        self.assertEqual((made, self.world.changes.followed), ([], []))


def _nothing() -> None:
    """Nobody is woken yet."""
