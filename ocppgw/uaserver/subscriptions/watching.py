"""
What is watched: subjects, their Variables, and the items that look at these.

A *watch* holds the record of each of its subjects as told to its items, and tells them what is
other in the next.  A value is computed once per node and record, whoever monitors it, because all
watches share their nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from opcua import ua
from twisted.logger import Logger

from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.values import badValue

log = Logger()


class WatchedNode:
    """
    A Variable, and the items that look at its Value.

    :ivar group: in which it is.
    :ivar isTimed: to one of them other timestamps of the same value are news.
    """

    __slots__ = ("group", "isTimed", "items", "node")

    def __init__(self, node: Any, group: WatchedGroup) -> None:
        self.node = node
        self.group = group
        self.items: tuple[MonitoredItem, ...] = ()  # mostly one
        self.isTimed = False

    def add(self, item: MonitoredItem) -> None:
        """One more looks at it."""
        self.items = (*self.items, item)
        if item.filter.isTimed:
            self.judge()

    def remove(self, item: MonitoredItem) -> None:
        """One does so no more."""
        self.items = tuple([each for each in self.items if each is not item])
        if item.filter.isTimed:
            self.judge()

    def judge(self) -> None:
        """They may have other filters now."""
        isTimed = any(item.filter.isTimed for item in self.items)
        if isTimed is not self.isTimed:
            self.isTimed = isTimed
            self.group.memo = None


News = tuple[WatchedNode, Any]
"""A node, and the DataValue that it could have now."""


class WatchedGroup(list[WatchedNode]):
    """
    Nodes that have something in common.

    :ivar memo: what their trunk remembers of them, until there are others, or others are timed.
    """

    __slots__ = ("memo",)

    def __init__(self) -> None:
        super().__init__()
        self.memo: Any = None


class Stems(dict[Any, WatchedGroup]):
    """
    Groups by what their nodes have in common.

    :ivar memo: what their trunk remembers of them, until there are others.
    :ivar isBlamed: a mistake was made about them, and told.
    """

    __slots__ = ("isBlamed", "memo")

    def __init__(self) -> None:
        super().__init__()
        self.memo: Any = None
        self.isBlamed = False


class WatchedSubject:
    """
    A subject, its newest record as told, and its watched nodes.

    :ivar groups: the same nodes by trunk, and these by stem: by what they have in common, see
        `IVariable.stem`.
    """

    __slots__ = ("groups", "nodes", "record")

    def __init__(self, record: Any) -> None:
        self.record = record
        self.nodes: dict[Any, WatchedNode] = {}
        self.groups: dict[Any, Stems] = {}

    def watch(self, node: Any) -> WatchedNode:
        """Begin to watch a node that is not watched yet."""
        stem = node.stem
        trunk = _trunkOf(stem)
        stems = self.groups.get(trunk)
        if stems is None:
            stems = self.groups[trunk] = Stems()
        group = stems.get(stem)
        if group is None:
            group = stems[stem] = WatchedGroup()
            stems.memo = None
        watched = self.nodes[node.nodeId.Identifier] = WatchedNode(node, group)
        group.append(watched)
        group.memo = None
        return watched

    def forget(self, watched: WatchedNode) -> None:
        """Watch a node no more."""
        del self.nodes[watched.node.nodeId.Identifier]
        stem = watched.node.stem
        trunk = _trunkOf(stem)
        stems = self.groups[trunk]
        group = watched.group
        group.remove(watched)
        group.memo = None
        if not group:
            del stems[stem]
            stems.memo = None
        if not stems:
            del self.groups[trunk]

    def tell(self, record: Any, overflowed: bool = False) -> None:
        """
        Tell the items what is other in the next record.

        :param overflowed: records before it were left out.
        """
        for news in self._next(record, overflowed):
            MonitoredItem.sampleAll(news, overflowed)

    def tellNewest(self, record: Any, newest: dict[MonitoredItem, bytes]) -> None:
        """The same, where the items are of one owner and want nothing else."""
        for news in self._next(record, False):
            MonitoredItem.sampleNewest(news, newest)

    def _next(self, record: Any, isWhole: bool) -> Iterator[Iterable[News]]:
        before, self.record = self.record, record
        if record is not before:
            for trunk, stems in self.groups.items():
                yield _news(trunk, stems, before, record, isWhole)


class Nodes:
    """Which watched subjects there are of each name: they share their nodes."""

    def __init__(self) -> None:
        self._subjects: dict[str, list[WatchedSubject]] = {}

    @property
    def subjects(self) -> list[str]:
        """Their names."""
        return list(self._subjects)

    def include(self, name: str, subject: WatchedSubject) -> None:
        """One more."""
        self._subjects.setdefault(name, []).append(subject)

    def exclude(self, name: str, subject: WatchedSubject) -> None:
        """One less."""
        rest = [each for each in self._subjects[name] if each is not subject]
        if rest:
            self._subjects[name] = rest
        else:
            del self._subjects[name]

    def shared(self, node: Any) -> Any:
        """The node that others watch already, if they do."""
        for subject in self._subjects[node.subject]:
            found = subject.nodes.get(node.nodeId.Identifier)
            if found is not None:
                return found.node
        return node


class Watch:
    """
    The subjects of items that are told in one way.

    :param begin: begins to hear of a subject's records, and gives the newest.
    :param end: ends that.
    """

    def __init__(
        self, nodes: Nodes, begin: Callable[[str], Any], end: Callable[[str], None]
    ) -> None:
        self._nodes = nodes
        self._begin = begin
        self._end = end
        self._subjects: dict[str, WatchedSubject] = {}

    def subject(self, name: str) -> WatchedSubject | None:
        """A subject, while it is watched."""
        return self._subjects.get(name)

    def add(self, item: MonitoredItem) -> None:
        """Begin to tell an item."""
        name, identifier = item.node.subject, item.node.nodeId.Identifier
        subject = self._subjects.get(name)
        if subject is None:
            subject = self._subjects[name] = WatchedSubject(self._begin(name))
            self._nodes.include(name, subject)
        watched = subject.nodes.get(identifier)
        if watched is None:
            watched = subject.watch(self._nodes.shared(item.node))
        item.node = watched.node  # one node for all items, and with it one value
        watched.add(item)

    def remove(self, item: MonitoredItem) -> None:
        """Tell an item nothing more."""
        name = item.node.subject
        subject = self._subjects.get(name)
        watched = subject.nodes.get(item.node.nodeId.Identifier) if subject is not None else None
        if subject is None or watched is None or item not in watched.items:
            return
        watched.remove(item)
        if not watched.items:
            subject.forget(watched)
        if not subject.nodes:
            del self._subjects[name]
            self._nodes.exclude(name, subject)
            self._end(name)

    def judgeAgain(self, item: MonitoredItem) -> None:
        """An item of this watch has another filter now."""
        subject = self._subjects[item.node.subject]
        subject.nodes[item.node.nodeId.Identifier].judge()

    def present(self, item: MonitoredItem) -> Any:
        """The value of an item of this watch, by the record that is told."""
        return _valueFrom(item.node, self._subjects[item.node.subject].record)


def _trunkOf(stem: Any) -> Any:
    return None if stem is None else stem.trunk


def _news(trunk: Any, stems: Stems, before: Any, record: Any, isWhole: bool) -> Iterable[News]:
    """What of a trunk could be other in a record, and its values."""
    if trunk is None:
        changed = (each for each in stems[None] if each.node.changed(before, record))
        return ((each, _valueFrom(each.node, record)) for each in changed)
    try:
        found: Iterable[News] = trunk.news(before, record, stems, isWhole)
    except Exception:  # noqa: BLE001 - one of them is to blame, and the others are not to suffer
        if not stems.isBlamed:  # which would be told with each message
            stems.isBlamed = True
            log.failure("All values of {trunk} are made anew", trunk=str(trunk))
        return [(each, _valueFrom(each.node, record)) for group in stems.values() for each in group]
    return found


def _valueFrom(node: Any, record: Any) -> Any:
    try:
        return node.valueFrom(record)
    except Exception:  # noqa: BLE001 - one node's mistake must not silence the others
        log.failure("No value of {nodeId}", nodeId=str(node.nodeId))
        return badValue(ua.StatusCodes.BadInternalError)
