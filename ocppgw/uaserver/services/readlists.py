"""
Lists of nodes that a session reads again and again, as SCADA does when it polls.

Equal bytes mean an equal list, which is decoded once.  A stretch of Values of one subject has the
same bytes for as long as the subject's record is the same one and the user is, so these are
remembered, too.  Of each subject that keeps one record alive at most, its newest that was read.

All lists together are bounded, because it is clients who choose them, and end with their session.
When there is no more room, it is the session with the most that gives some.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from typing import Any

from attrs import define, field

from ocppgw.uaserver.codec.sharedvalues import SHARED
from ocppgw.uaserver.nodes import VALUE, VARIABLE, Viewer
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.turns import Steps, Turns
from ocppgw.uaserver.values import encodedValue

KEPT = 33_554_432
"""What all lists that are kept may weigh, in bytes."""
OPERATION = 2_560
"""
What an operation weighs beside its bytes: decoded, its node with its value, its part of the answer,
and a stretch of its own.  Less where others share these; but they may drop their share any time.
"""
SUBJECTS = 16_384
"""Of how many the newest record is known."""
CHARACTER = 5
"""What a byte of a request weighs: itself, and four of a string in which one character is rare."""
ANSWER = 256
"""Bytes of the answer for one operation that are remembered at most, on average of a stretch."""

_SHARED = frozenset(SHARED)

Find = Callable[[Any], Any]


@define(eq=False)
class Moment:
    """
    While a subject's record is this one.

    :ivar record: ``None`` when there is another one, whoever still remembers this moment.
    """

    record: Any


class Moments:
    """The newest moment of each subject."""

    def __init__(self) -> None:
        self._newest: OrderedDict[Any, Moment] = OrderedDict()

    def of(self, subject: Any, record: Any) -> Moment:
        """That of the subject's present record."""
        newest = self._newest.get(subject)
        if newest is not None and newest.record is record:
            return newest
        if newest is not None:
            newest.record = None
        elif len(self._newest) >= SUBJECTS:
            self._newest.popitem(last=False)[1].record = None
        made = self._newest[subject] = Moment(record)
        return made


_NEVER = Moment(None)


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
    _moments: Moments
    isMissing: bool = False
    isNew: bool = True
    asked: list[Any] = field(factory=list)
    nodes: list[Any] = field(factory=list)
    _moment: Moment = _NEVER
    _content: bytes = b""

    def told(self, record: Any, viewer: Viewer, stamps: int) -> bytes | None:
        """
        The encoded DataValues that a record tells a user, or ``None`` where it is not that simple:
        not everything is for this user, or more than the record is told.

        :param record: the subject's present one.
        :param stamps: TimestampsToReturn, always the same.
        """
        isSame = viewer is self._viewer
        if isSame and record is self._moment.record:
            return self._content
        nodes = self.nodes
        if not isSame and False in [node.mayRead(viewer) for node in nodes]:
            return None
        found = [node.valueFrom(record) for node in nodes]
        if not _SHARED.issuperset(map(type, found)):
            return None
        content = b"".join([encodedValue(each, stamps) for each in found])
        if len(content) <= ANSWER * len(self.asked):
            self._moment = self._moments.of(self.subject, record)
            self._viewer, self._content = viewer, content
        return content


@define(eq=False)
class ReadList:
    """
    What a Read asks for.

    :ivar asked: the library's parameters; never changed, whoever shares parts of them.
    :ivar weight: what it may come to in memory, in bytes.
    :ivar readAt: the number of its session's Read that it came with last.
    """

    asked: Any
    weight: int
    _moments: Moments
    readAt: int = 0
    _stretches: list[Stretch] | None = None

    def stretches(self, find: Find, viewer: Viewer) -> Iterable[Stretch]:
        """
        All of it in its order.

        :param find: finds the node of a NodeId.
        :param viewer: whose list it is; what is refused now stands in stretches of its own.
        """
        if self._stretches is None:
            self._stretches = _divided(self.asked.NodesToRead, find, viewer, self._moments)
        return self._stretches

    def forget(self) -> None:
        """A subject is gone, or nodes came: whose they are is to be found anew."""
        self._stretches = None


def _divided(nodesToRead: list[Any], find: Find, viewer: Viewer, moments: Moments) -> list[Stretch]:
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
            last = Stretch(subject, viewer, moments, isMissing)
            found.append(last)
        last.asked.append(each)
        last.nodes.append(node)
    return found


@define(eq=False)
class Own:
    """
    The lists of one session.

    :ivar lists: by the bytes they came as; first the one that was not read for longest.
    :ivar reads: how many Reads there were.
    """

    lists: OrderedDict[bytes, ReadList] = field(factory=OrderedDict)
    weight: int = 0
    reads: int = 0

    @property
    def isPolling(self) -> bool:
        """
        Does each list come again, so that a new one had better not take the place of another?

        Who polls a little more than can be kept would find nothing otherwise: each list would be
        gone just before it comes again.
        """
        oldest = next(iter(self.lists.values()))
        return self.reads - oldest.readAt <= 2 * len(self.lists)

    def dropped(self) -> Steps:
        """Free them one by one: all at once would hold the thread."""
        while self.lists:
            self.lists.popitem()
            yield


class ReadLists:
    """
    The lists of all sessions.

    :param operations: of the longest list that is kept.
    :param turns: for what takes long.
    """

    def __init__(self, operations: int, turns: Turns) -> None:
        self._longest = operations
        self._turns = turns
        self._moments = Moments()
        self._bySession: dict[Session, Own] = {}
        self._weight = 0

    @property
    def weight(self) -> int:
        """What they weigh together; see `KEPT`."""
        return self._weight

    def find(self, session: Session, content: bytes) -> ReadList | None:
        """The list that came as these bytes before."""
        own = self._bySession.get(session)
        if own is None:
            return None
        own.reads += 1
        found = own.lists.get(content)
        if found is not None:
            found.readAt = own.reads
            own.lists.move_to_end(content)
        return found

    def keep(self, session: Session, content: bytes, asked: Any) -> ReadList:
        """A list that came as these bytes now."""
        operations = len(asked.NodesToRead)
        weight = CHARACTER * len(content) + OPERATION * operations
        made = ReadList(asked, weight, self._moments)
        if operations > self._longest or session.closed:
            return made
        own = self._bySession.setdefault(session, Own())
        if content not in own.lists and self._hasRoom(weight, own):
            made.readAt = own.reads
            own.lists[content] = made
            self._weigh(own, weight)
        return made

    def _hasRoom(self, weight: int, own: Own) -> bool:
        """Make room, hardly more than is asked for: what is freed takes its time, too."""
        if weight > KEPT:
            return False
        while self._weight + weight > KEPT:
            most = max(self._bySession.values(), key=lambda each: each.weight)
            if most is own and own.isPolling:
                return False
            _, oldest = most.lists.popitem(last=False)
            self._weigh(most, -oldest.weight)
        return True

    def _weigh(self, own: Own, more: int) -> None:
        own.weight += more
        self._weight += more

    def sessionEnded(self, session: Session, deleteSubscriptions: bool) -> None:
        """Nobody asks for its lists any more."""
        own = self._bySession.pop(session, None)
        if own is not None:
            self._weight -= own.weight
            self._turns.work(own.dropped())
