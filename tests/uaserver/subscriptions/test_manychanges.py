"""Tests of more changes than items are told of in one turn."""

from __future__ import annotations

import gc
import itertools
from typing import Any

from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.codec.decoding import decode
from ocppgw.uaserver.codec.reader import Reader
from ocppgw.uaserver.subscriptions.item import REPORTING, MonitoredItem
from ocppgw.uaserver.subscriptions.monitoring import Monitoring
from tests.uaserver.doors import MemoryChanges, Passing
from tests.uaserver.toy import nodeId


class Variable:
    """A node whose value is its subject's record."""

    notifiedLast = False
    stem = None

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.nodeId = nodeId(subject)

    def changed(self, old: Any, new: Any) -> bool:
        return True

    def valueFrom(self, record: int) -> Any:
        return ua.DataValue(ua.Variant(record, ua.VariantType.Int32))


class Newest(dict[MonitoredItem, bytes]):
    """Notifications past the queues; what is in them is told to a function, and published."""

    def __init__(self, hear: Any) -> None:
        super().__init__()
        self._hear = hear

    def __setitem__(self, item: MonitoredItem, notification: bytes) -> None:
        found = decode("MonitoredItemNotification", Reader(notification))
        self._hear(item.node.subject, found.Value.Value.Value)


class Owner:
    """Whose items they are."""

    viewer = object()

    def __init__(self) -> None:
        self.sampler: Any = None
        self.told: dict[str, int] = {}
        self.newest = Newest(lambda name, value: self.hear(name, value))

    def itemReady(self, item: MonitoredItem) -> None:
        self.hear(item.node.subject, item.queue.pop().Value.Value)

    def hear(self, name: str, value: int) -> None:
        """An item has a value to report."""
        self.told[name] = value


class ManyChangesTests(SynchronousTestCase):
    """More records at the door than are told in one turn."""

    queue = 5

    def setUp(self) -> None:
        self.clock, self.owner, self.changes = Passing(), Owner(), MemoryChanges()
        self.names = [f"Subject{number}" for number in range(100)]
        self.records = dict.fromkeys(self.names, 0)
        self.monitoring = Monitoring(self, None, self.changes, None, self.clock)  # type: ignore[arg-type]
        self.items = {name: self.watch(name) for name in self.names}
        self.clock.isPassing = True

    def currentRecord(self, name: str) -> int:
        return self.records[name]

    def watch(self, name: str) -> MonitoredItem:
        item = MonitoredItem(self.owner, 1, Variable(name), None, False)  # type: ignore[arg-type]
        item.mode = REPORTING
        item.queue.resize(self.queue, True)
        self.monitoring.add(item)
        return item

    def change(self, record: int) -> None:
        self.records = dict.fromkeys(self.names, record)
        self.changes.waiting += [(name, [record], False) for name in self.names]
        self.monitoring.arrived()

    def rest(self) -> None:
        for _ in range(100):
            self.clock.advance(0)

    def test_inOrder(self) -> None:
        """What arrives while others are told is told after it, and the last is what is seen."""
        self.change(1)
        self.assertTrue(0 < list(self.owner.told.values()).count(1) < 100)
        self.change(2)
        self.rest()
        self.assertEqual(set(self.owner.told.values()), {2})

    def test_watchedAgain(self) -> None:
        """A subject that is given up and watched again does not hear of what was before."""
        self.change(1)
        last = self.names[-1]
        self.assertEqual(self.owner.told[last], 0)
        self.monitoring.remove(self.items[last])
        self.records[last] = 2
        self.watch(last)
        self.rest()
        self.assertEqual(self.owner.told, {**dict.fromkeys(self.names, 1), last: 2})

    def test_modifiedMeanwhile(self) -> None:
        """Where one item gets another queue meanwhile, the others miss no record for it."""
        heard: dict[str, list[int]] = {}

        def noted(name: str, value: int) -> None:
            heard.setdefault(name, []).append(value)

        self.owner.hear = noted  # type: ignore[method-assign]
        self.change(1)
        self.records = dict.fromkeys(self.names, 2)
        for name in self.names:
            self.changes.mark(name)
        if self.changes.watched:
            self.changes.waiting += [(name, [2], False) for name in self.names]
        first, *others = self.names
        with self.monitoring.changing(self.items[first]):
            self.items[first].queue.resize(6 - self.queue, True)
        self.monitoring.arrived()
        self.rest()
        self.assertEqual(heard[first][-1], 2)
        expected = [[1, 2]] if self.queue > 1 else [[1, 2], [2]]
        self.assertEqual([name for name in others if heard[name] not in expected], [])


class ManyMarksTests(ManyChangesTests):
    """More marked subjects than are looked at in one turn."""

    queue = 1

    def change(self, record: int) -> None:
        self.marked(record)
        self.owner.sampler.sample()

    def rest(self) -> None:
        super().rest()
        self.owner.sampler.sample()
        super().rest()

    def marked(self, record: int) -> None:
        """All have another record."""
        self.records = dict.fromkeys(self.names, record)
        for name in self.names:
            self.changes.mark(name)

    def test_done(self) -> None:
        """
        Who waits hears that all have looked once they have, and only then; who came while others
        looked hears it, too, after all have looked at what is newest.
        """
        heard: list[set[int]] = []

        def done() -> None:
            heard.append(set(self.owner.told.values()))

        self.marked(1)
        self.owner.sampler.sample(done)
        self.marked(2)
        self.owner.sampler.sample(done)
        self.owner.sampler.sample(done)
        self.assertEqual(heard, [])
        super().rest()
        self.assertEqual(heard, [{1, 2}, {2}, {2}])

    def test_memoryTidied(self) -> None:
        """What is marked while the garbage collector runs stops nobody from looking."""
        spare = iter(self.names[40:])
        kept: list[Any] = []

        def meanwhile(phase: str, info: dict[str, int]) -> None:
            for name in itertools.islice(spare, 1):
                self.changes.mark(name)

        self.clock.isPassing = False
        self.addCleanup(gc.set_threshold, *gc.get_threshold())
        self.addCleanup(gc.callbacks.remove, meanwhile)
        gc.callbacks.append(meanwhile)
        for record in range(1, 13):
            self.records = dict.fromkeys(self.names, record)
            spare = iter(self.names[40:])
            for name in self.names[:40]:
                self.changes.mark(name)
            gc.collect()
            kept.append([[] for _ in range(record)])  # it runs each so many of these
            gc.set_threshold(record)
            self.owner.sampler.sample()
            gc.set_threshold(0)
            self.assertEqual({self.owner.told[name] for name in self.names[:40]}, {record})
