"""Tests of items of one subject that are sampled, told of each record, or both."""

from __future__ import annotations

from typing import Any, cast

from opcua import ua

from tests.uaserver.layout.site import Site
from tests.uaserver.subscriptions.case import NUMBER, SubscriptionCase
from tests.uaserver.subscriptions.test_sampling import SamplingCase
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import World

LAST, TEXT = nodeId("Toy/Last"), nodeId("Toy/Text")


class MixedCase(SamplingCase):
    def told(self) -> list[Any]:
        """The values of the message that is there for a Publish request now."""
        answer = self.client.take(self.publish())
        self.assertIsNotNone(answer, "nothing to publish")
        return [value for _, value in self.values(answer.Parameters)]

    def begun(self, interval: float = 1000.0, **more: Any) -> None:
        """Another server with a subscription that publishes at this pace."""
        self.begin(World())
        self.subscriptionId = self.subscribe(interval, lifetime=1000, **more).SubscriptionId


class NotifiedLastTests(MixedCase):
    """Whatever the queues, what is notified last has nothing older behind it, or beside it."""

    def test_lastIsToldOthersAreSampled(self) -> None:
        """Before the last one is told, the others have looked at what it was made of."""
        self.monitor(self.subscriptionId, NUMBER)
        self.monitor(self.subscriptionId, LAST, queue=5)
        self.published()
        self.change(2.0)
        self.world.pass_(0.1)
        self.change(3.0)
        self.assertEqual(self.told(), [3.0, 2.0, 3.0])

    def test_lastIsSampledOthersAreTold(self) -> None:
        """Before the last one is sampled, the others have heard of what it is made of."""
        self.monitor(self.subscriptionId, NUMBER, queue=5)
        self.monitor(self.subscriptionId, LAST)
        self.published()
        self.world.core.monitoring.arrived = _nothing  # type: ignore[method-assign]
        self.change(2.0, 3.0)
        self.assertEqual([value for _, value in self.values(self.published())], [2.0, 3.0, 3.0])

    def test_notPassedOnYet(self) -> None:
        """So it is where the record is in place and the door was not told of it yet."""
        self.monitor(self.subscriptionId, NUMBER, queue=5)
        self.monitor(self.subscriptionId, LAST)
        self.published()
        record = self.world.space.change(number=2.0)
        self.world.changes.mark("Toy")
        self.assertEqual([value for _, value in self.values(self.published())], [2.0, 2.0])
        self.world.tell(record)
        self.assertEqual(self.values(self.published(0.6)), [])

    def test_betweenTwoMessages(self) -> None:
        """What changes between two messages of one cycle comes in its order, too."""
        self.begun(most=1)
        self.monitor(self.subscriptionId, NUMBER)
        self.monitor(self.subscriptionId, LAST, queue=5)
        first = [self.publish(), self.publish()]
        self.world.pass_(1.0)
        self.assertTrue(all(map(self.client.take, first)))
        self.change(2.0)
        self.world.pass_(1.0)
        self.assertEqual(self.told(), [2.0])
        self.change(3.0)
        self.assertEqual([self.told() for _ in range(3)], [[3.0], [2.0], [3.0]])

    def test_allAreSampled(self) -> None:
        """Where all are sampled each looks once in a cycle, and the last one is last."""
        self.monitor(self.subscriptionId, LAST, NUMBER)
        self.published()
        made = self.looks()
        self.change(2.0, 3.0)
        self.assertEqual(self.values(self.published()), [(2, 3.0), (1, 3.0)])
        self.assertEqual(made, [3.0])


class SiteTests(SubscriptionCase):
    """The same on a charge point, whose nodes are asked for news together."""

    def test_lastTransaction(self) -> None:
        """No number comes before, or beside, the fields of an earlier transaction."""
        site = Site()
        self.begin(World(space=cast(Any, site.layout)))
        changes = self.world.changes

        def passOn(subject: str, old: Any, new: Any) -> None:
            changes.mark(subject)
            if subject in changes.watched:
                changes.waiting.append((subject, [new], False))

        site.registry.observe(passOn)
        subscription = self.subscribe().SubscriptionId
        site.connect()
        site.boot()
        path = "CP1/Connectors/1/LastTransaction"
        [result] = self.monitor(subscription, nodeId(f"{path}/Number"), queue=5)
        self.assertTrue(result.StatusCode.is_good())
        self.monitor(subscription, nodeId(f"{path}/MeterStop"))
        self.published()
        for transactionId, meterStop in ((7, 2000), (8, 3000)):
            site.start(transactionId)
            self.world.pass_(0.1)
            site.stop(meterStop, transactionId)
            self.world.core.arrived()
        answer = self.client.take(self.publish()).Parameters
        self.assertEqual([value for _, value in self.values(answer)], [3000.0, 1, 2])
        site.start(9)
        site.stop(4000, 9)
        self.world.core.arrived()
        self.assertEqual([value for _, value in self.values(self.published())], [4000.0, 3])


class NeverBackTests(MixedCase):
    """Whatever makes an item look anew, it sees the newest that there is."""

    def setUp(self) -> None:
        super().setUp()
        self.begun(10_000.0)

    def queues(self) -> list[list[Any]]:
        """The values that wait to be told, by item."""
        (session,) = self.world.core.sessions.all()
        (subscription,) = self.world.core.subscriptions.of(session)
        for item in subscription.items.values():
            item.settle()
        return [
            [value.Value.Value for value in item.queue.values]
            for item in subscription.items.values()
        ]

    def test_newItem(self) -> None:
        """A new item on a subject that others look at, whatever its queue and theirs."""
        self.monitor(self.subscriptionId, TEXT)
        self.monitor(self.subscriptionId, TEXT, queue=5)
        self.published(10.0)
        self.world.core.monitoring.arrived = _nothing  # type: ignore[method-assign]
        self.change(2.0, 3.0)
        self.monitor(self.subscriptionId, NUMBER)
        self.monitor(self.subscriptionId, NUMBER, queue=5)
        self.assertEqual([value for _, value in self.values(self.published(10.0))], [3.0, 3.0])

    def test_initialValues(self) -> None:
        """TransferSubscriptions with SendInitialValues."""
        self.monitor(self.subscriptionId, NUMBER)
        self.published(10.0)
        self.change(2.0)
        self.world.pass_(10.0)
        self.change(3.0)
        self.client = self.world.client()
        request = ua.TransferSubscriptionsRequest()
        request.Parameters.SubscriptionIds = [self.subscriptionId]
        request.Parameters.SendInitialValues = True
        self.client.ask(request)
        self.assertEqual(self.told(), [3.0])

    def test_shorterQueue(self) -> None:
        """An item whose queue becomes one."""
        self.monitor(self.subscriptionId, TEXT)
        [result] = self.monitor(self.subscriptionId, NUMBER, queue=5)
        self.published(10.0)
        self.change(2.0)
        self.world.pass_(10.0)
        self.change(3.0)
        self.assertEqual(self.told(), [2.0, 3.0])
        self.world.core.monitoring.arrived = _nothing  # type: ignore[method-assign]
        self.change(4.0, 5.0)
        self.modify(result.MonitoredItemId, queue=1)
        self.assertEqual(self.queues(), [[], [5.0]])

    def test_enabled(self) -> None:
        """An item that was disabled hears of nothing that happened before it was enabled."""
        items = self.monitor(self.subscriptionId, NUMBER, mode=0)
        items += self.monitor(self.subscriptionId, NUMBER, mode=0, queue=5)
        self.world.core.monitoring.arrived = _nothing  # type: ignore[method-assign]
        self.change(2.0, 3.0)
        request = ua.SetMonitoringModeRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.MonitoringMode = ua.MonitoringMode.Reporting
        request.Parameters.MonitoredItemIds = [each.MonitoredItemId for each in items]
        self.client.ask(request)
        self.assertEqual(self.queues(), [[3.0], [3.0]])


def _nothing() -> None:
    """Nobody is woken yet."""
