"""
The Calls of each charge point, strictly in order, also while one waits for its commit.

Owns one queue per charge point, shared by its links one after another, so that what came over an
older link is dealt with first.  Calls flow in from links, frames flow back to the link that asked,
if it lives still.  A queue that fills holds its link (back-pressure on TCP); one that grows all
the same ends it.  Reactor thread.  Every Call ends with an answer or deliberately without one;
`Turns.stop` fires once none is under way.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime

import attrs
from msgspec import Struct
from twisted.internet.defer import Deferred, succeed

from ocppgw.central.linking.link import Link
from ocppgw.ocppj.frames import Call, CallError, CallResult

FULL = 32
"""Calls that wait before their link is held."""

EMPTY = 8
"""Calls that wait when it is let go again."""

FLOOD = 4096
"""Calls that wait before their link is dropped: each new link of a charge point may add one."""

Answer = Callable[[str, Call, bool, datetime], Deferred[CallResult | CallError | None]]
"""Answers one Call: node name, Call, strictness, time of receipt.  Its Deferred never fails."""


class _Waiting(Struct, frozen=True):
    link: Link
    call: Call
    size: int
    receivedAt: datetime


@attrs.define(eq=False)
class _Queue:
    waiting: deque[_Waiting] = attrs.field(factory=deque)
    size: int = 0
    isBusy: bool = False
    held: Link | None = None


class Turns:
    """
    The queues.

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
        self._queues: dict[str, _Queue] = {}
        self._stopped: Deferred[None] | None = None

    def take(self, link: Link, call: Call, size: int, at: datetime) -> None:
        """Answer a Call that came at this time, after those before; once stopping, not at all."""
        if self._stopped is not None:
            return
        queue = self._queues.get(link.nodeName)
        if queue is None:
            queue = self._queues[link.nodeName] = _Queue()
        if len(queue.waiting) >= FLOOD or queue.size + size > self._most:
            link.fail("sends more than can be dealt with")
            return
        queue.waiting.append(_Waiting(link, call, size, at))
        queue.size += size
        if len(queue.waiting) >= FULL:
            queue.held = link
            link.hold("queue", True)
        if queue.isBusy:
            self._crowd(link.nodeName)
        else:
            self._work(link.nodeName, queue)

    def isCrowded(self, nodeName: str) -> bool:
        """Whether Calls wait behind the one that is under way."""
        queue = self._queues.get(nodeName)
        return queue is not None and bool(queue.waiting)

    def stop(self) -> Deferred[None]:
        """Take no more, forget what waits; fires once no Call is under way, for the first asker."""
        if self._stopped is not None:
            return succeed(None)
        self._stopped = Deferred()
        for queue in self._queues.values():
            queue.waiting.clear()
        self._checkStopped()
        return self._stopped

    def _work(self, nodeName: str, queue: _Queue) -> None:
        queue.isBusy = True
        while queue.waiting:
            one = queue.waiting.popleft()
            queue.size -= one.size
            self._relieve(queue)
            answered = self._answer(nodeName, one.call, one.link.isStrict, one.receivedAt)
            answered.addCallback(self._send, one.link)
            if not answered.called:
                answered.addCallback(lambda _: self._work(nodeName, queue))
                return
        queue.isBusy = False
        self._queues.pop(nodeName, None)
        self._checkStopped()

    def _send(self, frame: CallResult | CallError | None, link: Link) -> None:
        if frame is not None:
            link.send(frame)

    def _relieve(self, queue: _Queue) -> None:
        if queue.held is not None and len(queue.waiting) <= EMPTY:
            held, queue.held = queue.held, None
            held.hold("queue", False)

    def _checkStopped(self) -> None:
        isBusy = any(queue.isBusy for queue in self._queues.values())
        if self._stopped is not None and not self._stopped.called and not isBusy:
            self._stopped.callback(None)
