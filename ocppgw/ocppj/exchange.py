"""
Our Calls of one link: who waits for whom.

Owns the Calls that wait to be sent and the one that is out; knows no transport, no clock and no
Deferred: what waits is an opaque token of the caller's.  Flow: `ask` takes a Call in, `due` hands
out the next one to send (one at a time, OCPP-J 1.6 section 4.1.1), and each ends exactly once: by
`match` (answered), by `expire` (the caller's timer), by `withdraw`, or by `close` (the link went).
An answer that nobody waits for is told from others, never raised.
"""

from __future__ import annotations

import enum
from collections import OrderedDict, deque
from collections.abc import Callable
from typing import Generic, TypeVar

import attrs

from ocppgw.ocppj.frames import Call, CallError, CallResult, newCall

REMEMBERED = 32
"""How many Calls that ended without an answer are remembered, to recognise a late one."""

Waiter = TypeVar("Waiter")


class Closed(Exception):
    """The link is gone; nothing can be asked any more."""


class Standing(enum.Enum):
    """What an answer is to us."""

    inTime = "in time"
    late = "late"
    unknown = "unknown"


@attrs.frozen
class Pending(Generic[Waiter]):
    """A Call of ours, and who waits for its answer."""

    call: Call
    waiter: Waiter


@attrs.frozen
class Match(Generic[Waiter]):
    """
    What an answer belongs to.

    :ivar pending: the Call and its waiter; the waiter of a late one has long been told.  ``None``
        where we never asked.
    """

    standing: Standing
    answer: CallResult | CallError
    pending: Pending[Waiter] | None = None


class Exchange(Generic[Waiter]):
    """
    All Calls of ours on one link.

    :param newId: a source of message ids that never repeats itself on this link.
    """

    def __init__(self, newId: Callable[[], str]) -> None:
        self._newId = newId
        self._waiting: deque[Pending[Waiter]] = deque()
        self._outstanding: Pending[Waiter] | None = None
        self._ended: OrderedDict[str, Pending[Waiter]] = OrderedDict()
        self._closed = False

    @property
    def outstanding(self) -> Pending[Waiter] | None:
        """The Call that was sent and is not answered."""
        return self._outstanding

    @property
    def waiting(self) -> int:
        """How many Calls were taken in and not yet handed out."""
        return len(self._waiting)

    def ask(self, action: str, payload: bytes, waiter: Waiter) -> Pending[Waiter]:
        """
        Take a Call in, behind those that wait already.

        :raises Closed: after `close`.
        """
        if self._closed:
            raise Closed
        pending = Pending(newCall(self._newId(), action, payload), waiter)
        self._waiting.append(pending)
        return pending

    def due(self) -> Pending[Waiter] | None:
        """The Call to send now; ``None`` while another is out, or where none waits."""
        if self._outstanding is not None or not self._waiting:
            return None
        self._outstanding = self._waiting.popleft()
        return self._outstanding

    def match(self, answer: CallResult | CallError) -> Match[Waiter]:
        """Find who waits for an answer; that Call has ended now."""
        pending = self._outstanding
        if pending is not None and pending.call.id == answer.id:
            self._outstanding = None
            return Match(Standing.inTime, answer, pending)
        late = self._ended.pop(answer.id, None)
        return Match(Standing.unknown if late is None else Standing.late, answer, late)

    def expire(self, pending: Pending[Waiter]) -> bool:
        """Give up the Call that is out; ``False`` where it has ended already."""
        if self._outstanding is not pending:
            return False
        self._outstanding = None
        self._ended[pending.call.id] = pending
        while len(self._ended) > REMEMBERED:
            self._ended.popitem(last=False)
        return True

    def withdraw(self, pending: Pending[Waiter]) -> bool:
        """Take back a Call that was not sent; ``False`` where it is out or has ended."""
        if not any(one is pending for one in self._waiting):
            return False
        self._waiting = deque(one for one in self._waiting if one is not pending)
        return True

    def close(self) -> tuple[Pending[Waiter], ...]:
        """End everything; returns what still waited, the Call that was out first."""
        out = () if self._outstanding is None else (self._outstanding,)
        left = (*out, *self._waiting)
        self._closed = True
        self._outstanding = None
        self._waiting.clear()
        self._ended.clear()
        return left
