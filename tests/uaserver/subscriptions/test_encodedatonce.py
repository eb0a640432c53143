"""What is sampled is encoded at once: the same bytes, and the same news, as by the general way."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.codec.encoding import newTicks
from ocppgw.uaserver.codec.sharedvalues import GoodDouble, SharedValue, SharedVariant
from ocppgw.uaserver.library import status
from ocppgw.uaserver.subscriptions.filters import DEFAULT, DataChange
from ocppgw.uaserver.subscriptions.item import REPORTING, MonitoredItem
from ocppgw.uaserver.subscriptions.messages import notification
from tests.uaserver.layout.site import later

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


class EncodedAtOnceTests(SynchronousTestCase):
    """Items that want the newest value only."""

    @given(st.lists(VALUES, max_size=12), FILTERS, st.integers(0, 3), st.integers(0, 2**32 - 1))
    def test_same(self, values: list[Any], filter: DataChange, stamps: int, handle: int) -> None:
        """Whatever an item sees, its notification is that of what its filter let pass last."""
        owner: Any = SimpleNamespace()
        item = MonitoredItem(owner, 1, SimpleNamespace(notifiedLast=False), None, False)
        item.mode, item.filter, item.timestamps, item.clientHandle = (
            REPORTING,
            filter,
            stamps,
            handle,
        )
        watched = SimpleNamespace(items=(item,))
        newest: dict[MonitoredItem, bytes] = {}
        last = None
        for value in values:
            newest.clear()
            MonitoredItem.sampleNewest([(watched, value)], newest)
            if filter.passes(last, value):
                last = value
                self.assertEqual(newest, {item: notification(handle, value, stamps)})
            else:
                self.assertEqual(newest, {})

    @given(st.lists(st.builds(GoodDouble, NUMBERS, MOMENTS, MOMENTS), min_size=1, max_size=8))
    def test_times(self, values: list[Any]) -> None:
        """Each of several has its own times, whatever those of the one before it are."""
        owner: Any = SimpleNamespace()
        items = []
        for handle in range(len(values)):
            item = MonitoredItem(owner, handle, SimpleNamespace(notifiedLast=False), None, False)
            item.mode, item.timestamps, item.clientHandle = REPORTING, 2, handle
            items.append(item)
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
