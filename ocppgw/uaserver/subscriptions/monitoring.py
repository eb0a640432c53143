"""
From changed records to the monitored items that depend on them.

Owns, per monitored subject, the newest record that was told and the nodes that
are monitored.  A value is computed once per node and record, whoever monitors
it.  In: records from the outward door; out: `MonitoredItem.sample`.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from opcua import ua
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from ocppgw.interfaces import IChanges
from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.events.distribution import Distribution
from ocppgw.uaserver.events.eventitem import EventItem
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.subscriptions.polling import Polling
from ocppgw.uaserver.turns import Turns
from ocppgw.uaserver.values import badValue

Read = Callable[[Any, Viewer], Any]

log = Logger()


class _WatchedNode:
    """A Variable, and the items that look at its Value."""

    __slots__ = ("items", "node")

    def __init__(self, node: Any) -> None:
        self.node = node
        self.items: list[MonitoredItem] = []


class _WatchedSubject:
    """
    A subject, its newest record as told, and its watched nodes.

    :ivar groups: the same nodes by what they have in common, see `IVariable.stem`.
    """

    __slots__ = ("groups", "nodes", "record")

    def __init__(self, record: Any) -> None:
        self.record = record
        self.nodes: dict[Any, _WatchedNode] = {}
        self.groups: dict[Any, list[_WatchedNode]] = {}

    def watch(self, node: Any) -> _WatchedNode:
        """Begin to watch a node, if it is not watched already."""
        watched = self.nodes.get(node.nodeId.Identifier)
        if watched is None:
            watched = self.nodes[node.nodeId.Identifier] = _WatchedNode(node)
            self.groups.setdefault(node.stem, []).append(watched)
        return watched

    def forget(self, watched: _WatchedNode) -> None:
        """Watch a node no more."""
        del self.nodes[watched.node.nodeId.Identifier]
        group = self.groups[watched.node.stem]
        group.remove(watched)
        if not group:
            del self.groups[watched.node.stem]


class Monitoring:
    """
    Distributes changes.

    :param read: gives the DataValue that a ReadValueId means for a viewer.
    :ivar events: tells the items that are for events.
    """

    def __init__(
        self,
        space: AddressSpace,
        read: Read,
        changes: IChanges,
        distribution: Distribution,
        clock: IReactorTime,
    ) -> None:
        self.events = distribution
        self._space = space
        self._read = read
        self._changes = changes
        self._subjects: dict[str, _WatchedSubject] = {}
        self._polling = Polling(clock, self.refresh)
        self._turns = Turns(clock)
        self._pending: dict[str, tuple[Sequence[Any], bool]] = {}
        self._isTelling = False

    @property
    def subjects(self) -> list[str]:
        """The subjects that are monitored."""
        return list(self._subjects)

    def add(self, item: MonitoredItem) -> None:
        """Begin to tell an item; it is given the present value at once."""
        if isinstance(item, EventItem):
            self.events.add(item)
            return
        if item.isPolled:
            self._polling.add(item)
        else:
            watched = self._subject(item.node.subject).watch(item.node)
            item.node = watched.node  # one node for all items, and with it one value
            watched.items.append(item)
        self.refresh(item)

    def remove(self, item: MonitoredItem) -> None:
        """Tell an item nothing more."""
        if isinstance(item, EventItem):
            self.events.remove(item)
            return
        if item.isPolled:
            self._polling.remove(item)
            return
        name, nodeId = item.node.subject, item.node.nodeId
        subject = self._subjects.get(name)
        watched = subject.nodes.get(nodeId.Identifier) if subject is not None else None
        if subject is None or watched is None or item not in watched.items:
            return
        watched.items.remove(item)
        if not watched.items:
            subject.forget(watched)
        if not subject.nodes:
            del self._subjects[name]
            self._changes.unwatch(name)
            # Should it be watched again at once, these are older than what it then begins with.
            self._pending.pop(name, None)

    @contextmanager
    def changing(self, item: MonitoredItem) -> Iterator[None]:
        """While the sampling interval of an item changes."""
        isPolled = item.isPolled and not item.isEvents
        if isPolled:
            self._polling.remove(item)
        yield
        if isPolled:
            self._polling.add(item)

    def refresh(self, item: MonitoredItem) -> None:
        """Give an item the present value; events have none."""
        if item.isEvents:
            return
        if item.owner.viewer is not None or not item.isPolled:
            item.sample(self._present(item))

    def resend(self, items: Mapping[int, MonitoredItem]) -> None:
        """
        Have reporting items report their present value again, in turns if they are many.

        :param items: those that their subscription has, by identifier.
        """
        self._turns.work(self._resending(items))

    def _resending(self, items: Mapping[int, MonitoredItem]) -> Generator[None, None, None]:
        for itemId, item in list(items.items()):
            if not item.isEvents and items.get(itemId) is item:
                item.resend(self._present(item))
            yield

    def arrived(self) -> None:
        """There is something at the outward door: tell the items, in turns if it is much."""
        if not self._isTelling:
            self._isTelling = True
            self._turns.work(self._telling())

    def _telling(self) -> Generator[None, None, None]:
        try:
            while self._drained():
                while self._pending:
                    name = next(iter(self._pending))
                    self._changed(name, *self._pending.pop(name))
                    yield
        finally:
            self._isTelling = False

    def _drained(self) -> bool:
        """Take what is at the door; false when that is nothing."""
        for name, records, overflowed in self._changes.drain():
            self._pending[name] = records, overflowed
        return bool(self._pending)

    def _changed(self, name: str, records: Sequence[Any], overflowed: bool) -> None:
        """
        A subject changed.

        :param records: the oldest first.
        :param overflowed: records before them were left out.
        """
        subject = self._subjects.get(name)
        if subject is None:
            return
        for record in _after(subject.record, records):
            before, subject.record = subject.record, record
            for stem, group in subject.groups.items():
                if stem is None:
                    changed = [each for each in group if each.node.changed(before, record)]
                else:
                    changed = stem.changed(before, record, group)
                if changed:  # mostly there is none, and there are dozens of groups
                    _tell(changed, record, overflowed)
            overflowed = False

    def _present(self, item: MonitoredItem) -> Any:
        if item.isPolled:
            return self._read(item.asked, item.owner.viewer)
        return _valueFrom(item.node, self._subjects[item.node.subject].record)

    def _subject(self, name: str) -> _WatchedSubject:
        found = self._subjects.get(name)
        if found is None:
            # First watch, then look: what happens in between is told twice, never missed.
            self._changes.watch(name)
            found = _WatchedSubject(self._space.currentRecord(name))
            self._subjects[name] = found
        return found


def _tell(group: Iterable[_WatchedNode], record: Any, overflowed: bool) -> None:
    for watched in group:
        MonitoredItem.sampleAll(watched.items, _valueFrom(watched.node, record), overflowed)


def _after(known: Any, records: Sequence[Any]) -> Sequence[Any]:
    """The records behind the one that was already told, if that is among them."""
    listed = list(records)
    for index in range(len(listed) - 1, -1, -1):
        if listed[index] is known:
            return listed[index + 1 :]
    return listed


def _valueFrom(node: Any, record: Any) -> Any:
    try:
        return node.valueFrom(record)
    except Exception:  # noqa: BLE001 - one node's mistake must not silence the others
        log.failure("No value of {nodeId}", nodeId=str(node.nodeId))
        return badValue(ua.StatusCodes.BadInternalError)
