"""What a client was told last is what it would read, whenever it began to look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from hypothesis import given, settings, strategies as st
from opcua import ua
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from ocppgw.crossing import OutwardDoor
from ocppgw.model import facts as f
from ocppgw.model.records import Settings
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.subscriptions.item import REPORTING, IItemOwner, MonitoredItem
from ocppgw.uaserver.subscriptions.monitoring import Monitoring
from tests.uaserver.layout.site import ENGINEER, Site, later

PATHS = (
    "Connectors/2/Status", "Connectors/2/Transaction/Active", "Connectors/1/Status", "Connected",
    "Connectors/1/Live/Power", "Connectors/1/Transaction/Active", "LastSeen",
)  # fmt: skip

HAPPENS: tuple[Callable[[Site], object], ...] = (
    Site.connect,
    Site.boot,
    lambda site: site.lose(site.at),
    lambda site: site.report("Available", 2),
    lambda site: site.report("Charging", 2),
    lambda site: site.report("Charging"),
    lambda site: site.report("Available"),
    lambda site: site.measure("Power.Active.Import", 7000.0),
    Site.start,
    lambda site: site.stop(2000),
    lambda site: site.apply(*[f.MessageReceived(site.at)] * 70),  # more than the door keeps
    lambda site: site.apply(f.ChargePointRemoved(site.at)),
    lambda site: site.apply(f.ChargePointAdded("CP1", "CP1", site.at, Settings())),
)

STEPS = st.lists(
    st.one_of(
        st.sampled_from([("happens", number) for number in range(len(HAPPENS))]),
        st.sampled_from([("watch", (path, size)) for path in PATHS for size in (1, 5)]),
        st.sampled_from([("resize", (number, size)) for number in range(3) for size in (1, 5)]),
        st.sampled_from([("forget", number) for number in range(3)]),
        st.just(("drain", 0)),
    ),
    max_size=40,
)


@implementer(IItemOwner)
class Owner:
    """A subscription whose queues nobody empties: the newest value is the last in each."""

    viewer: Viewer = ENGINEER
    sampler: Any = None

    def __init__(self) -> None:
        self.newest: dict[MonitoredItem, bytes] = {}

    def itemReady(self, item: MonitoredItem) -> None: ...

    def itemIdle(self, item: MonitoredItem) -> None: ...

    def itemRefused(self, item: MonitoredItem) -> None: ...

    def itemTriggered(self, item: MonitoredItem) -> None: ...


class Client:
    """It monitors nodes of a site through the door, and looks when it says so."""

    def __init__(self) -> None:
        self.owner = Owner()
        self.site = Site()
        self.items: list[MonitoredItem] = []
        self._wakes: list[Callable[[], None]] = []
        door = OutwardDoor(self._wakes.append, lambda: self._monitoring.arrived())
        self.site.registry.observe(lambda subject, old, new: door.changed(subject, new))
        layout = cast(Any, self.site.layout)
        self._monitoring = Monitoring(layout, self._read, door, cast(Any, None), Clock())

    def happens(self, number: int) -> None:
        """Something happens to the charge point."""
        self.site.at = later(len(self._wakes) + (self.site.at - later(0)).total_seconds() + 1)
        HAPPENS[number](self.site)

    def watch(self, what: tuple[str, int]) -> None:
        """CreateMonitoredItems, which is refused where there is no such node."""
        path, size = what
        node = self.site.find(f"CP1/{path}")
        if node is not None:
            asked = ua.ReadValueId()
            asked.AttributeId = ua.AttributeIds.Value
            item = MonitoredItem(cast(Any, self.owner), len(self.items), node, asked, False)
            item.queue.resize(size, True)
            item.mode = REPORTING
            self._monitoring.add(item)
            self.items.append(item)

    def forget(self, number: int) -> None:
        """DeleteMonitoredItems."""
        if number < len(self.items):
            self._monitoring.remove(self.items.pop(number))

    def resize(self, what: tuple[int, int]) -> None:
        """ModifyMonitoredItems."""
        number, size = what
        if number < len(self.items):
            with self._monitoring.changing(self.items[number]):
                self.items[number].queue.resize(size, True)

    def drain(self, _: int = 0) -> None:
        """The OPC UA thread takes what there is, and the subscription is about to publish."""
        while self._wakes:
            self._wakes.pop(0)()
        if self.owner.sampler is not None:
            self.owner.sampler.sample()

    def _read(self, asked: Any, viewer: Viewer) -> Any:
        raise AssertionError("nothing is polled")


class LastToldTests(SynchronousTestCase):
    @settings(max_examples=400)
    @given(STEPS)
    def test_lastToldIsTrue(self, steps: list[tuple[str, Any]]) -> None:
        """
        Whatever happens in between, whether the node, its connector or its charge point came
        before the item or after it, and whether it is told of each record or of the newest: value
        and StatusCode last told are those that Read gives.
        """
        client = Client()
        for step, what in steps:
            getattr(client, step)(what)
        client.drain()
        for item in client.items:
            item.settle()
            told = item.queue.values[-1]
            record = client.site.registry.record("CP1")
            now = item.node.valueFrom(record)
            self.assertEqual(
                (told.Value.Value, told.StatusCode.value), (now.Value.Value, now.StatusCode.value)
            )
