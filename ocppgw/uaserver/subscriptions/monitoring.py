"""
From changed records to the monitored items that depend on them.

Owns, per monitored subject, the newest record that was told and the nodes that
are monitored.  A value is computed once per node and record, whoever monitors
it.  In: records from the outward door; out: `MonitoredItem.sample`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
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
from ocppgw.uaserver.values import badValue

Read = Callable[[Any, Viewer], Any]

log = Logger()


class _WatchedNode:
    """A Variable, and the items that look at its Value."""

    __slots__ = ("items", "node")

    def __init__(self, node: Any) -> None:
        self.node = node
        self.items: dict[MonitoredItem, None] = {}


class _WatchedSubject:
    """A subject, its newest record as told, and its watched nodes."""

    __slots__ = ("nodes", "record")

    def __init__(self, record: Any) -> None:
        self.record = record
        self.nodes: dict[Any, _WatchedNode] = {}


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
            subject = self._subject(item.node.subject)
            nodeId = item.node.nodeId
            if nodeId not in subject.nodes:
                subject.nodes[nodeId] = _WatchedNode(item.node)
            subject.nodes[nodeId].items[item] = None
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
        watched = subject.nodes.get(nodeId) if subject is not None else None
        if subject is None or watched is None:
            return
        watched.items.pop(item, None)
        if not watched.items:
            del subject.nodes[nodeId]
        if not subject.nodes:
            del self._subjects[name]
            self._changes.unwatch(name)

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

    def resend(self, items: Iterable[MonitoredItem]) -> None:
        """Have reporting items report their present value again."""
        for item in list(items):
            if not item.isEvents:
                item.resend(self._present(item))

    def changed(self, name: str, records: Sequence[Any], overflowed: bool) -> None:
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
            for watched in subject.nodes.values():
                if watched.node.changed(before, record):
                    value = _valueFrom(watched.node, record)
                    for item in watched.items:
                        item.sample(value, overflowed)
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
