"""What is sampled is encoded at once: the same bytes, and the same news, as by the general way."""

from __future__ import annotations

from itertools import permutations
from operator import attrgetter
from types import SimpleNamespace
from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.codec.encoding import newTicks
from ocppgw.uaserver.codec.sharedvalues import GoodDouble, SharedValue, SharedVariant
from ocppgw.uaserver.library import status
from ocppgw.uaserver.subscriptions.filters import DEFAULT, DataChange
from ocppgw.uaserver.subscriptions.item import LONG, REPORTING, MonitoredItem
from ocppgw.uaserver.subscriptions.messages import notification
from tests.uaserver.layout.site import later
from tests.uaserver.subscriptions.case import NUMBER, SubscriptionCase

MOMENTS = st.integers(0, 3).map(later)
NUMBERS = st.sampled_from([0.0, -0.0, 1.0, 1.5, 1e300, float("nan"), float("inf")])
T = ua.VariantType
VARIANTS = st.one_of(
    st.builds(SharedVariant, st.integers(0, 3), st.just(T.UInt32)),
    st.builds(SharedVariant, st.booleans(), st.just(T.Boolean)),
    st.builds(SharedVariant, st.sampled_from(["", "Charging", "ä"]), st.just(T.String)),
    st.builds(SharedVariant, MOMENTS, st.just(T.DateTime)),
    st.builds(SharedVariant, st.none(), st.just(T.Double)),
)
CODES = st.sampled_from([0, 0x80000000]).map(status)
VALUES = st.one_of(
    st.builds(GoodDouble, NUMBERS, MOMENTS, MOMENTS),
    st.builds(SharedValue, VARIANTS, CODES, MOMENTS, MOMENTS),
)
FILTERS = st.sampled_from([DEFAULT, DataChange(), DataChange(deadband=1.0), DataChange(2)])
ITEMS = st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 3), FILTERS)
HANDLE = attrgetter("clientHandle")
LENGTHS = [22, 22, 30, 14]
"""Of a notification of a Double, by its timestamps: source, server, both, none."""


class EncodedAtOnceTests(SynchronousTestCase):
    """Items that want the newest value only."""

    def item(self, handle: int, stamps: int, filter: DataChange = DEFAULT) -> MonitoredItem:
        """An item that reports, with these timestamps."""
        owner: Any = SimpleNamespace()
        item = MonitoredItem(owner, 1, SimpleNamespace(notifiedLast=False), None, False)
        item.mode, item.filter, item.timestamps, item.clientHandle = (
            REPORTING,
            filter,
            stamps,
            handle,
        )
        return item

    @given(st.lists(VALUES, max_size=12), st.lists(ITEMS, min_size=1, max_size=3))
    def test_same(self, values: list[Any], asked: list[tuple[int, int, DataChange]]) -> None:
        """
        Whatever items see, the notification of each is that of what its filter let pass last.

        They look at one value, and each at its own timestamps.
        """
        items = [self.item(*each) for each in asked]
        watched = SimpleNamespace(items=tuple(items))
        newest: dict[MonitoredItem, bytes] = {}
        last: dict[MonitoredItem, Any] = {}
        for value in values:
            newest.clear()
            MonitoredItem.sampleNewest([(watched, value)], newest)
            told = {}
            for item in items:
                if item.filter.passes(last.get(item), value):
                    last[item] = value
                    told[item] = notification(item.clientHandle, value, item.timestamps)
            self.assertEqual(newest, told)

    @given(st.lists(VALUES, max_size=12), ITEMS)
    def test_alone(self, values: list[Any], asked: tuple[int, int, DataChange]) -> None:
        """An item that looks alone has the same to tell."""
        item, other = self.item(*asked), self.item(*asked)
        newest: dict[MonitoredItem, bytes] = {}
        alone = item.owner.newest = {}
        for value in values:
            newest.clear()
            alone.clear()
            MonitoredItem.sampleNewest([(SimpleNamespace(items=(other,)), value)], newest)
            item.sampleAtOnce(value)
            self.assertEqual(list(alone.values()), list(newest.values()))

    def test_inTheQueue(self) -> None:
        """What is told behind others, makes others report or is long, is put into the queue."""
        short = GoodDouble(7.0, later(1), later(2))
        text = SharedVariant("x" * LONG, T.String)
        long = SharedValue(text, status(0), later(1), later(2))
        for isLast, isLinked, value in (
            (True, False, short),
            (False, True, short),
            (False, False, long),
        ):
            for isFirst in (True, False):
                item, linked = self.item(1, 2), self.item(2, 2)
                ready: list[MonitoredItem] = []
                for each in (item, linked):
                    owner: Any = each.owner
                    owner.newest, owner.itemReady = {}, ready.append
                    owner.itemTriggered = ready.append
                item.isLast = isLast
                if isLinked:
                    item.link(linked)
                newest: dict[MonitoredItem, bytes] = {}
                if isFirst:
                    item.sampleAtOnce(value)
                else:
                    news = [(SimpleNamespace(items=(item,)), value)]
                    MonitoredItem.sampleNewest(news, newest)
                self.assertEqual((newest, item.owner.newest), ({}, {}))
                self.assertEqual(item.queue.values, [value])
                self.assertEqual(ready, [item, linked] if isLinked else [item])

    def test_stamps(self) -> None:
        """Items that want other timestamps of one number have these, in whichever order."""
        for order in permutations(range(4)):
            items = [self.item(stamps, stamps) for stamps in order]
            value = GoodDouble(7.0, later(1), later(2))
            newest: dict[MonitoredItem, bytes] = {}
            MonitoredItem.sampleNewest([(SimpleNamespace(items=tuple(items)), value)], newest)
            for item in items:
                alone = GoodDouble(7.0, later(1), later(2))
                told = notification(item.clientHandle, alone, item.timestamps)
                self.assertEqual(newest[item], told)
            self.assertEqual([len(newest[item]) for item in sorted(items, key=HANDLE)], LENGTHS)

    @given(st.lists(st.builds(GoodDouble, NUMBERS, MOMENTS, MOMENTS), min_size=1, max_size=8))
    def test_times(self, values: list[Any]) -> None:
        """Each of several has its own times, whatever those of the one before it are."""
        items = [self.item(handle, 2) for handle in range(len(values))]
        newest: dict[MonitoredItem, bytes] = {}
        news = [
            (SimpleNamespace(items=(item,)), value)
            for item, value in zip(items, values, strict=True)
        ]
        MonitoredItem.sampleNewest(news, newest)
        for item, value in zip(items, values, strict=True):
            stamps = b"".join(
                newTicks(each).to_bytes(8, "little")
                for each in (value.SourceTimestamp, value.ServerTimestamp)
            )
            self.assertEqual(newest[item][-16:], stamps)


class FirstValueTests(SubscriptionCase):
    """The first values of very many items, which are all to be sent at once."""

    def pending(self, **more: Any) -> tuple[list[bytes], int]:
        """The notifications of a new item that are ready, and how much its queue holds."""
        subscriptionId = self.subscribe().SubscriptionId
        self.monitor(subscriptionId, NUMBER, **more)
        (session,) = self.world.core.sessions.all()
        subscription = self.world.core.subscriptions.find(session, subscriptionId)
        (item,) = subscription.items.values()
        return list(subscription.newest.values()), len(item.queue)

    def test_newest(self) -> None:
        """One that wants the newest only has it encoded when it is made."""
        [told], queued = self.pending()
        self.assertEqual((len(told), queued), (LENGTHS[2], 0))

    def test_longerQueue(self) -> None:
        """One that has a longer queue has it there."""
        self.assertEqual(self.pending(queue=2), ([], 1))

    def test_samplingOnly(self) -> None:
        """So has one that does not report."""
        self.assertEqual(self.pending(mode=1), ([], 1))
