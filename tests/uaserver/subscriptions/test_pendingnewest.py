"""Tests of notifications that stand ready past the queues of their items."""

from __future__ import annotations

from typing import Any

from opcua import ua

from tests.uaserver.subscriptions.case import NUMBER, SubscriptionCase, items
from tests.uaserver.toy import nodeId

TEXT = nodeId("Toy/Text")


class PendingCase(SubscriptionCase):
    """Two items that looked, and no request that could be answered."""

    most = 0
    queue = 1

    def setUp(self) -> None:
        super().setUp()
        self.subscriptionId = self.subscribe(most=self.most).SubscriptionId
        results = self.monitor(self.subscriptionId, NUMBER, TEXT, queue=self.queue)
        self.number, self.text = (each.MonitoredItemId for each in results)
        self.assertEqual(len(self.told()), 2)
        self.change(2.0, "two")

    def change(self, number: float, text: str) -> None:
        """Both values change, and both items look."""
        self.world.tell(self.world.space.change(number=number, text=text))
        self.world.pass_(0.1)

    def told(self) -> list[Any]:
        """What is published when a request comes, as handles and values."""
        return self.values(self.published(0.6))

    def setMode(self, mode: int) -> None:
        """SetMonitoringMode of the number."""
        request = ua.SetMonitoringModeRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.MonitoringMode = ua.MonitoringMode(mode)
        request.Parameters.MonitoredItemIds = [self.number]
        self.client.ask(request)

    def modify(self, stamps: int = 2, **more: Any) -> None:
        """ModifyMonitoredItems of the number, whose handle becomes 7."""
        request = ua.ModifyMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.TimestampsToReturn = ua.TimestampsToReturn(stamps)
        each = ua.MonitoredItemModifyRequest()
        each.MonitoredItemId = self.number
        each.RequestedParameters = self.parameters(7, **more)
        request.Parameters.ItemsToModify.append(each)
        self.client.ask(request)


class PendingTests(PendingCase):
    def test_asItIs(self) -> None:
        """It is told once, and then no more."""
        self.assertEqual(sorted(self.told()), [(1, 2.0), (2, "two")])
        self.assertEqual(self.told(), [])

    def test_newer(self) -> None:
        """A newer value takes its place."""
        self.change(3.0, "two")
        self.assertEqual(sorted(self.told()), [(1, 3.0), (2, "two")])

    def test_firstValue(self) -> None:
        """It takes the place of an item's first value, which nobody was told yet."""
        [result] = self.monitor(self.subscriptionId, NUMBER)
        self.change(3.0, "two")
        self.assertEqual(sorted(self.told()), [(1, 3.0), (1, 3.0), (2, "two")])
        self.assertEqual(result.StatusCode.value, 0)

    def test_modified(self) -> None:
        """It is told with the handle and the timestamps of the item as it is when it is told."""
        self.modify(stamps=int(ua.TimestampsToReturn.Neither))
        found = {each.ClientHandle: each.Value for each in items(self.published(0.6))}
        self.assertEqual({7: 2.0, 2: "two"}, {h: each.Value.Value for h, each in found.items()})
        self.assertIsNone(found[7].SourceTimestamp)
        self.assertIsNotNone(found[2].SourceTimestamp)

    def test_longerQueue(self) -> None:
        """It is the first in the longer queue that its item gets."""
        self.modify(queue=5)
        self.change(3.0, "two")
        self.assertEqual(sorted(self.told()), [(2, "two"), (7, 2.0), (7, 3.0)])

    def test_samplingOnly(self) -> None:
        """Where its item only samples it is kept, and told once the item reports again."""
        self.setMode(1)
        self.assertEqual(self.told(), [(2, "two")])
        self.setMode(2)
        self.assertEqual(self.told(), [(1, 2.0)])

    def test_disabled(self) -> None:
        """Where its item is disabled it is forgotten."""
        self.setMode(0)
        self.assertEqual(self.told(), [(2, "two")])

    def test_deleted(self) -> None:
        """Where its item is deleted it is forgotten."""
        request = ua.DeleteMonitoredItemsRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.MonitoredItemIds = [self.number]
        self.client.ask(request)
        self.assertEqual(self.told(), [(2, "two")])

    def test_triggering(self) -> None:
        """Where its item gets links it is told all the same."""
        request = ua.SetTriggeringRequest()
        request.Parameters.SubscriptionId = self.subscriptionId
        request.Parameters.TriggeringItemId = self.number
        request.Parameters.LinksToAdd = [self.text]
        self.client.ask(request)
        self.assertEqual(sorted(self.told()), [(1, 2.0), (2, "two")])


class PendingOfLongerQueueTests(PendingCase):
    """What has a longer queue is told in one go while it is alone in it."""

    queue = 3

    def pending(self) -> int:
        """How many notifications are ready past their queues."""
        (session,) = self.world.core.sessions.all()
        subscription = self.world.core.subscriptions.find(session, self.subscriptionId)
        return len(subscription.newest)

    def test_alone(self) -> None:
        """It is told once, and then no more."""
        self.assertEqual(self.pending(), 2)
        self.assertEqual(sorted(self.told()), [(1, 2.0), (2, "two")])
        self.assertEqual(self.told(), [])

    def test_followed(self) -> None:
        """What follows it is told behind it."""
        self.change(3.0, "two")
        self.change(4.0, "two")
        self.assertEqual(self.pending(), 1)
        self.assertEqual(sorted(self.told()), [(1, 2.0), (1, 3.0), (1, 4.0), (2, "two")])
        self.change(5.0, "two")
        self.assertEqual(self.told(), [(1, 5.0)])

    def test_tooMany(self) -> None:
        """It is the first that gives way, and the next one says so."""
        for number in (3.0, 4.0, 5.0):
            self.change(number, "two")
        told = [each for each in items(self.published(0.6)) if each.ClientHandle == 1]
        self.assertEqual([each.Value.Value.Value for each in told], [3.0, 4.0, 5.0])
        self.assertEqual([each.Value.StatusCode.value & 0x480 for each in told], [0x480, 0, 0])

    def test_missed(self) -> None:
        """It stays, where records behind it were lost."""
        self.world.tell(self.world.space.change(number=9.0), overflowed=True)
        told = [each for each in items(self.published(0.6)) if each.ClientHandle == 1]
        self.assertEqual([each.Value.Value.Value for each in told], [2.0, 9.0])
        self.assertEqual([each.Value.StatusCode.value & 0x480 for each in told], [0, 0x480])

    def test_modified(self) -> None:
        """It is told with the handle and the timestamps of the item as it is when it is told."""
        self.modify(stamps=int(ua.TimestampsToReturn.Neither), queue=3)
        self.change(3.0, "two")
        found = [each for each in items(self.published(0.6)) if each.ClientHandle == 7]
        self.assertEqual([each.Value.Value.Value for each in found], [2.0, 3.0])
        self.assertEqual([each.Value.SourceTimestamp for each in found], [None, None])

    def test_samplingOnly(self) -> None:
        """Where its item only samples it is kept with the rest, and told once it reports again."""
        self.setMode(1)
        self.change(3.0, "two")
        self.assertEqual(self.told(), [(2, "two")])
        self.setMode(2)
        self.assertEqual(self.told(), [(1, 2.0), (1, 3.0)])

    def test_disabled(self) -> None:
        """Where its item is disabled it is forgotten."""
        self.setMode(0)
        self.assertEqual(self.told(), [(2, "two")])


class PendingInPartsTests(PendingCase):
    most = 1

    def told(self) -> list[Any]:
        """What two messages tell."""
        numbers = [self.publish(), self.publish()]
        self.world.pass_(0.6)
        answers = [self.client.take(each).Parameters for each in numbers]
        self.assertEqual([len(items(each)) for each in answers], [1, 1])
        return [pair for each in answers for pair in self.values(each)]

    def test_parts(self) -> None:
        """What one message has no room for is told by the next."""
        self.assertEqual(sorted(self.told()), [(1, 2.0), (2, "two")])

    def test_besideLongerQueue(self) -> None:
        """It does not wait for ever behind a longer queue that fills each message."""
        self.monitor(self.subscriptionId, NUMBER, queue=10)
        told: list[Any] = []
        for number in range(6):
            self.change(float(number + 10), "two")
            told += self.values(self.published())
        self.assertIn((2, "two"), told)
        self.assertGreater(len([value for _, value in told if value != "two"]), 1)
