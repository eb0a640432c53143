"""
The Calls of each charge point, strictly in order, also while one waits for its commit.

Owns one queue for each charge point with a Call under way, shared by its links one after another,
so that what came over an older link is dealt with first.  Calls flow in from links, frames flow
back to the link that asked, if it lives still.  A queue that fills holds its link (back-pressure on
TCP); one that grows all the same ends it.  Reactor thread.  Every Call ends with an answer or
deliberately without one; `Turns.stop` fires once none is under way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

import attrs
from msgspec import Struct
from twisted.internet.defer import Deferred, succeed
from twisted.logger import Logger

from ocppgw.central.answering.pending import Frame, Pending
from ocppgw.central.linking.link import Link
from ocppgw.ocppj.frames import Call

log = Logger()

FULL = 32
"""Calls that wait before their link is held."""

EMPTY = 8
"""Calls that wait when it is let go again."""

FLOOD = 4096
"""Calls that wait before their link is dropped: each new link of a charge point may add one."""

Answer = Callable[[str, Call, bool, datetime], Frame | Pending]
"""Answers one Call: node name, Call, strictness, time of receipt."""


class _Waiting(Struct, frozen=True, gc=False):
    link: Link
    call: Call
    size: int
    receivedAt: datetime


@attrs.define(eq=False)
class _Queue:
    """What waits behind the Call that is under way."""

    waiting: deque[_Waiting] = attrs.field(factory=deque)
    size: int = 0
    held: Link | None = None


class Turns:
    """
    The queues: one for each charge point with a Call under way, made when another one comes.

    :param most: bytes that may wait for one charge point.
    :param crowd: told the node name when a Call comes in behind one that is under way.
    """

    def __init__(
        self,
        answer: Answer,
        most: int,
        crowd: Callable[[str], None] = lambda nodeName: None,
    ) -> None:
        self._answer = answer
        self._crowd = crowd
        self._most = most
        self._queues: dict[str, _Queue | None] = {}
        self._stopped: Deferred[None] | None = None

    def take(self, link: Link, call: Call, size: int, at: datetime) -> None:
        """Answer a Call that came at this time, after those before; once stopping, not at all."""
        if self._stopped is not None:
            return
        nodeName = link.nodeName
        if nodeName not in self._queues:
            self._queues[nodeName] = None
            if self._isAnswered(nodeName, link, call, at):
                self._goOn(nodeName)
            return
        queue = self._queues[nodeName]
        if queue is None:
            queue = self._queues[nodeName] = _Queue()
        if len(queue.waiting) >= FLOOD or queue.size + size > self._most:
            link.fail("sends more than can be dealt with")
        else:
            self._append(queue, _Waiting(link, call, size, at))
            self._crowd(nodeName)

    def isCrowded(self, nodeName: str) -> bool:
        """Whether Calls wait behind the one that is under way."""
        queue = self._queues.get(nodeName)
        return queue is not None and bool(queue.waiting)

    def stop(self) -> Deferred[None]:
        """Take no more, forget what waits; fires once no Call is under way, for the first asker."""
        if self._stopped is not None:
            return succeed(None)
        self._stopped = stopped = Deferred[None]()
        for queue in self._queues.values():
            if queue is not None:
                queue.waiting.clear()
        self._checkStopped(stopped)
        return stopped

    def _append(self, queue: _Queue, one: _Waiting) -> None:
        queue.waiting.append(one)
        queue.size += one.size
        if len(queue.waiting) >= FULL:
            queue.held = one.link
            one.link.hold("queue", True)

    def _isAnswered(self, nodeName: str, link: Link, call: Call, at: datetime) -> bool:
        """Answer a Call; whether that is done, and does not take time."""
        answered = self._answer(nodeName, call, link.isStrict, at)
        if isinstance(answered, Pending):
            if not answered.isOver:
                answered.told, answered.whose = self._answered, link
                return False
            answered = answered.frame
        self._send(answered, link)
        return True

    def _answered(self, link: Link, frame: Frame) -> None:
        self._send(frame, link)
        self._goOn(link.nodeName)

    def _goOn(self, nodeName: str) -> None:
        """Answer the Calls that wait, until one of them takes time."""
        while (queue := self._queues[nodeName]) is not None and queue.waiting:
            one = self._next(queue)
            if not self._isAnswered(nodeName, one.link, one.call, one.receivedAt):
                return
        del self._queues[nodeName]
        if self._stopped is not None:
            self._checkStopped(self._stopped)

    def _send(self, frame: Frame, link: Link) -> None:
        if frame is not None:
            try:
                link.send(frame)
            except Exception:  # noqa: BLE001 - the Calls behind this one have to be answered
                log.failure("{node} could not be answered", node=link.nodeName)

    def _next(self, queue: _Queue) -> _Waiting:
        one = queue.waiting.popleft()
        queue.size -= one.size
        if queue.held is not None and len(queue.waiting) <= EMPTY:
            held, queue.held = queue.held, None
            held.hold("queue", False)
        return one

    def _checkStopped(self, stopped: Deferred[None]) -> None:
        if not self._queues and not stopped.called:
            stopped.callback(None)
