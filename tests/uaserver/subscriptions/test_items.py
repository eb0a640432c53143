"""Tests of monitored items as a client sees them."""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.subscriptions.queue import OVERFLOW
from tests.conformance import shows
from tests.uaserver.subscriptions.case import (
    NUMBER,
    SubscriptionCase,
    dataChangeFilter,
    items,
)
from tests.uaserver.toy import nodeId


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
            result = self.monitor(self.subscriptionId, NUMBER, sampling=asked, queue=2)[0]
            self.assertEqual(result.RevisedSamplingInterval, given)
            self.assertEqual(result.RevisedQueueSize, 2)
        result = self.monitor(self.subscriptionId, NUMBER, queue=2**32 - 1)[0]
        self.assertEqual(result.RevisedQueueSize, Limits().queueSize)

    @shows("CreateMonitoredItems")
    def test_refusals(self) -> None:
        """Each item that cannot be monitored says why; the others are made."""
        results = self.monitor(self.subscriptionId, nodeId("Nothing"), NUMBER)
        self.assertEqual(self.names(results), ["BadNodeIdUnknown", "Good"])
        results = self.monitor(self.subscriptionId, NUMBER, attributeId=21)
        self.assertEqual(self.names(results), ["BadAttributeIdInvalid"])
        results = self.monitor(self.subscriptionId, NUMBER, indexRange="3:1")
        self.assertEqual(self.names(results), ["BadIndexRangeInvalid"])
        results = self.monitor(self.subscriptionId, ua.NodeId(2253), attributeId=12)
        self.assertEqual(self.names(results), ["BadEventFilterInvalid"])

    @shows("Monitor Aggregate Filter")
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

    @shows("Data Access PercentDeadband")
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

    def test_doorOverflowedAndBack(self) -> None:
        """
        A value that is the same again behind a gap tells nothing; the next one tells of the gap,
        and only that one.
        """
        self.monitor(self.subscriptionId, NUMBER, queue=5)
        self.published()
        space = self.world.space
        self.world.tell(space.change(number=float("1.5")), overflowed=True)
        self.world.tell(space.change(number=9.0), space.change(number=10.0))
        found = items(self.published())
        bits = [bool(each.Value.StatusCode.value & OVERFLOW) for each in found]
        self.assertEqual(bits, [True, False])

    def test_nothingTwice(self) -> None:
        """A record that was seen when the item was made is not told again, nor older ones."""
        space = self.world.space
        older, newest = space.change(number=2.0), space.change(number=3.0)
        self.monitor(self.subscriptionId, NUMBER, queue=9)
        self.world.tell(older, newest)
        self.assertEqual(self.values(self.published()), [(1, 3.0)])

    def test_watching(self) -> None:
        """The outward door is told of a subject once, and when nobody looks any more."""
        first = self.monitor(self.subscriptionId, NUMBER, nodeId("Toy/Text"), queue=2)
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

    @shows("SetMonitoringMode")
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

    @shows("ModifyMonitoredItems")
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
        self.monitor(self.subscriptionId, nodeId("Toy/Name"), queue=2)
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
