"""Many items of one node are told together: the short way does what the long one does."""

from __future__ import annotations

from math import nan
from types import SimpleNamespace
from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.codec.sharedvalues import GoodDouble, SharedValue, SharedVariant
from ocppgw.uaserver.library import status
from ocppgw.uaserver.subscriptions.filters import DEFAULT, STATUS, DataChange
from ocppgw.uaserver.subscriptions.item import DISABLED, REPORTING, SAMPLING, MonitoredItem
from ocppgw.uaserver.subscriptions.messages import notification
from ocppgw.uaserver.values import badValue
from tests.uaserver.toy import RECEIVED, ToySpace, nodeId

CODES = (ua.StatusCodes.Good, ua.StatusCodes.UncertainSubNormal)
FILTERS = (DEFAULT, DataChange(STATUS), DataChange(deadband=1.0))


class Owner:
    """Takes note of the items that have something to report."""

    viewer = None

    def __init__(self) -> None:
        self.ready: list[MonitoredItem] = []
        self.newest: dict[MonitoredItem, bytes] = {}

    def itemReady(self, item: MonitoredItem) -> None:
        self.newest.pop(item, None)
        self.ready.append(item)

    def itemIdle(self, item: MonitoredItem) -> None:
        """Nothing to be noted."""

    itemTriggered = itemReady


def value(number: float, code: int) -> Any:
    """A value that may be shared."""
    if not code:
        return GoodDouble(number, RECEIVED, RECEIVED)
    variant = SharedVariant(number, ua.VariantType.Double)
    return SharedValue(variant, status(code), RECEIVED, RECEIVED)


values = st.builds(value, st.sampled_from([1.0, 1.5, 3.0, nan]), st.sampled_from(CODES))
kinds = st.tuples(
    st.sampled_from([DISABLED, SAMPLING, REPORTING, REPORTING, REPORTING]),
    st.sampled_from(FILTERS),
    st.integers(1, 3),
    st.booleans(),
    st.booleans(),
)
steps = st.lists(st.tuples(values, st.booleans()), max_size=6)


class TogetherTests(SynchronousTestCase):
    """Items of all kinds on one node."""

    def make(self, drawn: list[Any]) -> tuple[Owner, list[MonitoredItem]]:
        """Items: mode, filter, size of the queue, whether refused, whether one that triggers."""
        owner: Any = Owner()
        node = ToySpace().find(nodeId("Toy/Number"))
        items = [MonitoredItem(owner, number, node, None, False) for number in range(len(drawn))]
        for item, (mode, filter_, size, isRefused, isTrigger) in zip(items, drawn, strict=True):
            item.mode, item.filter = mode, filter_
            item.queue.resize(size, True)
            if isRefused:
                item.refusal = badValue(ua.StatusCodes.BadUserAccessDenied)
            if isTrigger:
                item.link(items[0])
        return owner, items

    def seen(self, owner: Owner, items: list[MonitoredItem]) -> Any:
        """What is to be reported, and by whom."""
        queues = [
            [(str(each.Value.Value), each.StatusCode.value) for each in item.queue.values]
            for item in items
        ]
        return queues, {item.itemId for item in owner.ready}

    @given(st.lists(kinds, max_size=5), steps, st.data())
    def test_asOneByOne(self, drawn: list[Any], told: list[Any], data: st.DataObject) -> None:
        """Whatever the items were told before, they keep and report the same."""
        together, apart = self.make(drawn), self.make(drawn)
        for each, overflowed in told:
            alone = data.draw(st.integers(0, max(0, len(drawn) - 1)))
            for _, items in (together, apart):  # so that they do not all know the same
                for item in items[alone : alone + 1]:
                    item.sample(each)
            new = data.draw(values)
            MonitoredItem.sampleAll([(SimpleNamespace(items=together[1]), new)], overflowed)
            for item in apart[1]:
                item.sample(new, overflowed)
            if data.draw(st.booleans()):
                continue
            for item in together[1]:
                item.settle()
            self.assertEqual(self.seen(*together), self.seen(*apart))

    def test_timestamps(self) -> None:
        """What is encoded for one item serves others that asked for the same timestamps."""
        owner, items = self.make([(REPORTING, DEFAULT, 3, False, False)] * 4)
        for item, stamps in zip(items, (2, 2, 0, 3), strict=True):
            item.timestamps = stamps
        MonitoredItem.sampleAll([(SimpleNamespace(items=items), value(1.0, 0))], False)
        for item in items:
            alone = notification(item.clientHandle, value(1.0, 0), item.timestamps)
            self.assertEqual(owner.newest[item], alone)

    @given(st.lists(kinds, max_size=5), steps, st.data())
    def test_newestAsOneByOne(self, drawn: list[Any], told: list[Any], data: st.DataObject) -> None:
        """What wants the newest value only, and is told past its queue, keeps and reports it."""
        drawn = [(mode, filter_, 1, *rest) for mode, filter_, _, *rest in drawn]
        together, apart = self.make(drawn), self.make(drawn)
        for each, _ in told:
            alone = data.draw(st.integers(0, max(0, len(drawn) - 1)))
            for _, items in (together, apart):
                for item in items[alone : alone + 1]:
                    item.sample(each)
            new = data.draw(values)
            owner, items = together
            MonitoredItem.sampleNewest([(SimpleNamespace(items=items), new)], owner.newest)
            for item in apart[1]:
                item.sample(new)
            if data.draw(st.booleans()):
                continue
            for item in items:
                item.settle()
            self.assertEqual(self.seen(*together), self.seen(*apart))
