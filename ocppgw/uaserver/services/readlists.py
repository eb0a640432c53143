"""
Lists of nodes that a session reads again and again, as SCADA does when it polls.

Equal bytes mean an equal list, which is decoded once.  A stretch of Values of one subject has the
same bytes for as long as the subject's record is the same one and the user is, so these are
remembered, too.  All lists together are bounded, because it is clients who choose them, and end
with their session.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import starmap
from typing import Any

from attrs import define, field

from ocppgw.uaserver.codec.sharedvalues import SHARED
from ocppgw.uaserver.nodes import VARIABLE, Viewer
from ocppgw.uaserver.services.operations import VALUE
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.values import encodedValue

KEPT = 2_097_152
"""What all lists that are kept may weigh, in bytes; then all are decoded anew."""
OPERATION = 64
"""What an operation weighs beside its bytes."""
ANSWER = 256
"""Bytes of the answer for one operation that are remembered at most, on average of a stretch."""

_SHARED = frozenset(SHARED)

Find = Callable[[Any], Any]


@define(eq=False)
class Stretch:
    """
    ReadValueIds side by side that are all of one subject's Values, or all of none.

    :ivar subject: whose; ``None`` where nothing can be remembered.
    :ivar isMissing: there were no such nodes when they were looked for first.
    :ivar isNew: that was just now.
    :ivar nodes: the node of each, where there is a subject.
    """

    subject: Any
    _viewer: Viewer
    isMissing: bool = False
    isNew: bool = True
    asked: list[Any] = field(factory=list)
    nodes: list[Any] = field(factory=list)
    _record: Any = None
    _content: bytes = b""

    def told(self, record: Any, viewer: Viewer, stamps: int) -> bytes | None:
        """
        The encoded DataValues that a record tells a user, or ``None`` where it is not that simple:
        not everything is for this user, or more than the record is told.

        :param record: the subject's present one.
        :param stamps: TimestampsToReturn, always the same.
        """
        isSame = viewer is self._viewer
        if isSame and record is self._record:
            return self._content
        nodes = self.nodes
        if not isSame and False in [node.mayRead(viewer) for node in nodes]:
            return None
        found = [node.valueFrom(record) for node in nodes]
        if not _SHARED.issuperset(map(type, found)):
            return None
        content = b"".join([encodedValue(each, stamps) for each in found])
        if len(content) <= ANSWER * len(self.asked):
            self._record, self._viewer, self._content = record, viewer, content
        return content


@define(eq=False)
class ReadList:
    """
    What a Read asks for.

    :ivar asked: the library's parameters; never changed, whoever shares parts of them.
    """

    asked: Any
    _stretches: list[Stretch] | None = None

    def stretches(self, find: Find, viewer: Viewer) -> Iterable[Stretch]:
        """
        All of it in its order.

        :param find: finds the node of a NodeId.
        :param viewer: whose list it is; what is refused now stands in stretches of its own.
        """
        if self._stretches is None:
            self._stretches = _divided(self.asked.NodesToRead, find, viewer)
        return self._stretches

    def forget(self) -> None:
        """A subject is gone, or nodes came: whose they are is to be found anew."""
        self._stretches = None


def _divided(nodesToRead: list[Any], find: Find, viewer: Viewer) -> list[Stretch]:
    found: list[Stretch] = []
    last: Stretch | None = None
    for each in nodesToRead:
        isPlain = each.AttributeId == VALUE and not (each.IndexRange or each.DataEncoding.Name)
        node = find(each.NodeId) if isPlain else None
        subject = None
        if node is not None and node.nodeClass == VARIABLE and node.mayRead(viewer):
            subject = node.subject
        isMissing = isPlain and node is None
        if last is None or subject != last.subject or isMissing is not last.isMissing:
            last = Stretch(subject, viewer, isMissing)
            found.append(last)
        last.asked.append(each)
        last.nodes.append(node)
    return found


class ReadLists:
    """
    The lists of all sessions.

    :param operations: of the longest list that is kept.
    """

    def __init__(self, operations: int) -> None:
        self._longest = operations
        self._bySession: dict[Session, dict[bytes, ReadList]] = {}
        self._weight = 0

    @property
    def weight(self) -> int:
        """What they weigh together; see `KEPT`."""
        return self._weight

    def find(self, session: Session, content: bytes) -> ReadList | None:
        """The list that came as these bytes before."""
        lists = self._bySession.get(session)
        return None if lists is None else lists.get(content)

    def keep(self, session: Session, content: bytes, asked: Any) -> ReadList:
        """A list that came as these bytes now."""
        made = ReadList(asked)
        weight = _weight(content, made)
        isKept = len(asked.NodesToRead) <= self._longest and weight <= KEPT
        if isKept and not session.closed:
            if self._weight + weight > KEPT:
                self._bySession.clear()
                self._weight = 0
            lists = self._bySession.setdefault(session, {})
            if content not in lists:
                lists[content] = made
                self._weight += weight
        return made

    def sessionEnded(self, session: Session, deleteSubscriptions: bool) -> None:
        """Nobody asks for its lists any more."""
        lists = self._bySession.pop(session, {})
        self._weight -= sum(starmap(_weight, lists.items()))


def _weight(content: bytes, made: ReadList) -> int:
    return len(content) + OPERATION * len(made.asked.NodesToRead)
