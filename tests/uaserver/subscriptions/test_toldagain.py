"""Tests of values that are told again: who is told of them, and what that costs the others."""

from __future__ import annotations

from typing import Any

from attrs import evolve
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.subscriptions.filters import (
    DEFAULT,
    STATUS_VALUE_TIMESTAMP,
    DataChange,
)
from ocppgw.uaserver.subscriptions.item import REPORTING, MonitoredItem
from ocppgw.uaserver.subscriptions.monitoring import Monitoring
from tests.uaserver.doors import MemoryChanges
from tests.uaserver.layout.site import Site, later

STATUS = "Connectors/1/Status"
STAMPED = DataChange(STATUS_VALUE_TIMESTAMP)
QUALITY = DataChange(trigger=0)


class Owner:
    """A subscription that nobody publishes."""

    viewer = object()

    def __init__(self) -> None:
        self.sampler: Any = None
        self.newest: dict[MonitoredItem, bytes] = {}

    def itemReady(self, item: MonitoredItem) -> None:
        self.newest.pop(item, None)

    itemIdle = itemReady


class ToldAgainTests(SynchronousTestCase):
    """A status that is told again each second, and items with queues of one and longer ones."""

    def setUp(self) -> None:
        self.site, self.changes, self.owner = Site(), MemoryChanges(), Owner()
        self.site.connect()
        self.site.boot()
        self.site.report("Available")
        layout: Any = self.site.layout
        nobody: Any = None
        self.monitoring = Monitoring(layout, nobody, self.changes, nobody, Clock())

    def item(self, size: int, filter: DataChange = DEFAULT) -> MonitoredItem:
        """An item that has told its first value."""
        owner: Any = self.owner
        found = MonitoredItem(owner, 1, self.site.node(STATUS), None, False)
        found.mode, found.filter = REPORTING, filter
        found.queue.resize(size, True)
        self.monitoring.add(found)
        self.told(found)
        return found

    def report(self, status: str, at: float, isOverflowed: bool = False) -> None:
        """A StatusNotification, at which all items look."""
        self.site.at = later(at)
        self.site.report(status)
        self.changes.mark("CP1")
        if self.changes.watched:
            self.changes.waiting.append(("CP1", [self.site.record], isOverflowed))
        self.monitoring.arrived()
        if self.owner.sampler is not None:
            self.owner.sampler.sample()

    def told(self, item: MonitoredItem) -> list[Any]:
        """Values and times that it has to tell, which it has told then."""
        item.settle()
        values = item.queue.values
        item.queue.clear()
        return [(each.Value.Value, each.SourceTimestamp) for each in values]

    def test_newStatus(self) -> None:
        """A status that is another one is told, however often the one before it was told."""
        for size in (1, 5):
            item = self.item(size)
            self.report("Available", size + 1)
            self.assertEqual(self.told(item), [])
            self.report("Charging", size + 2)
            self.assertEqual(self.told(item), [("Charging", later(size + 2))])
            self.report("Available", size + 3)
            self.monitoring.remove(item)

    def test_timestamps(self) -> None:
        """Whose filter asks for it is told of the new time, others are not."""
        for size in (1, 5):
            stamped, plain = self.item(size, STAMPED), self.item(size)
            self.report("Available", size + 1)
            self.assertEqual(self.told(stamped), [("Available", later(size + 1))])
            self.assertEqual(self.told(plain), [])
            self.monitoring.remove(stamped)
            self.monitoring.remove(plain)

    def test_laterFilter(self) -> None:
        """That is so from when an item is given such a filter until it has another one."""
        for size in (1, 5):
            item = self.item(size)
            for at, filter, expected in (
                (1, DEFAULT, []),
                (2, STAMPED, [("Available", later(size * 10 + 2))]),
                (3, DEFAULT, []),
            ):
                with self.monitoring.changing(item):
                    item.filter = filter
                self.told(item)  # perhaps what it has passed over so far
                self.report("Available", size * 10 + at)
                self.assertEqual(self.told(item), expected)
            self.monitoring.remove(item)

    def test_otherFilter(self) -> None:
        """What another filter would have told is told once an item has that one."""
        for size in (1, 5):
            item = self.item(size, QUALITY)
            self.report("Charging", size * 10 + 1)
            self.assertEqual(self.told(item), [])
            with self.monitoring.changing(item):
                item.filter = DEFAULT
            self.report("Charging", size * 10 + 2)
            self.assertEqual(self.told(item), [("Charging", later(size * 10 + 1))])
            self.report("Available", size * 10 + 3)
            self.monitoring.remove(item)

    def test_notMade(self) -> None:
        """Nobody makes a value that none of the items could tell."""
        for size in (1, 5):
            item = self.item(size)
            before = item.node.valueFrom(self.site.record)
            made = self.noted(item.node)
            self.report("Available", size + 1)
            self.assertEqual(made, [])
            after = item.node.valueFrom(self.site.record)
            self.assertEqual(after.SourceTimestamp, later(size + 1))
            self.assertNotEqual(before.SourceTimestamp, after.SourceTimestamp)
            self.monitoring.remove(item)

    def noted(self, node: Any) -> list[str]:
        """From now on, the statuses of which the node's point is made."""
        made: list[str] = []
        source = node.declaration.source

        def point(holder: Any, since: Any) -> Any:
            made.append(holder.status.status)
            return source.point(holder, since)

        node.declaration = evolve(node.declaration, source=evolve(source, point=point))
        return made

    def test_lostBefore(self) -> None:
        """Lost records are confessed with the next value, also where one is told again."""
        item = self.item(5)
        self.report("Available", 1, isOverflowed=True)
        self.assertEqual(self.told(item), [])
        self.report("Charging", 2)
        [value] = item.queue.values
        self.assertEqual(value.StatusCode.value & 0x480, 0x480)
