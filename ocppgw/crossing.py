"""
The two doors between the reactor thread and the OPC UA thread, and nothing else.

Outward (`OutwardDoor`): records that changed and outcomes of requests go from the reactor
thread to the OPC UA thread.  It owns, per watched subject, up to 64 successive records; beyond
that the newest and a flag that some are missing, so it cannot grow.  Nothing is collected for
subjects that nobody watches.  Who *follows* a subject finds it marked once it has another record,
and looks at that in its own time: nothing is kept, and nobody is woken.  Beside the records go
happenings, what OPC UA knows as events: up to 2,000, beyond that the newest ones and how many
were lost, and only while somebody listens.  One wake-up is under way at most; the OPC UA thread
then takes all there is.

Inward (`InwardDoor`): requests go from the OPC UA thread to the reactor thread, where they are
answered by a Deferred; its outcome takes the outward door back.  Each is delivered once: by
the answer, by a failure of ours, or by `InwardDoor.stop`.

Only frozen values pass.  A test needs no thread: both directions are callables given in.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import partial
from typing import Any

from twisted.internet.defer import Deferred, maybeDeferred
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from ocppgw.interfaces import IChanges, IHappenings, IRequests
from ocppgw.model.happenings import Happening
from ocppgw.model.history import Asked, Reply
from ocppgw.model.outcomes import Refusal, Refused

DEPTH = 64
"""Successive records kept for one subject between two drains."""

HAPPENINGS = 2_000
"""Happenings kept until they are taken."""

log = Logger()

CallOnThread = Callable[[Callable[[], None]], None]


class _Collected:
    """The records of one subject since the last drain."""

    __slots__ = ("overflowed", "records")

    def __init__(self) -> None:
        self.records: deque[Any] = deque(maxlen=DEPTH)
        self.overflowed = False

    def add(self, record: object) -> None:
        if len(self.records) == DEPTH:
            self.records.clear()
            self.overflowed = True
        self.records.append(record)


@implementer(IChanges, IHappenings)
class OutwardDoor:
    """
    From the reactor thread to the OPC UA thread.

    :ivar isListening: does anybody want to hear of happenings?

    :param callOnOpcUa: runs a callable soon on the OPC UA thread, or drops it once that ended.
    :param arrived: called on the OPC UA thread when there is something to `drain`.
    :param lock: held while what is collected changes; tests look in between.
    """

    def __init__(
        self,
        callOnOpcUa: CallOnThread,
        arrived: Callable[[], None],
        lock: AbstractContextManager[Any] | None = None,
    ) -> None:
        self._callOnOpcUa = callOnOpcUa
        self._arrived = arrived
        self._lock = threading.Lock() if lock is None else lock
        self._watched: set[str] = set()
        self._followers: dict[str, tuple[dict[str, None], ...]] = {}
        self._collected: dict[str, _Collected] = {}
        self._awake = False
        self._happenings: deque[Happening] = deque()
        self._lost = 0
        self.isListening = False

    def changed(self, subject: str, record: object) -> None:
        """Pass on a new record, which is in place already.  Reactor thread."""
        for marks in self._followers.get(subject, ()):  # each step is one of the interpreter's
            marks[subject] = None
        if subject not in self._watched:  # mostly so, and then no lock is needed
            return
        with self._lock:
            if subject not in self._watched:
                return
            collected = self._collected.get(subject)
            if collected is None:
                collected = self._collected[subject] = _Collected()
            collected.add(record)
            isFirst = self._rouse()
        if isFirst:
            self._callOnOpcUa(self._arrived)

    def happened(self, happening: Happening) -> None:
        """Pass on what came to pass; the oldest gives way to it.  Reactor thread."""
        if not self.isListening:
            return
        with self._lock:
            isFirst = self._kept(happening) and self._rouse()
        if isFirst:
            self._callOnOpcUa(self._arrived)

    def _kept(self, happening: Happening) -> bool:
        """Keep one, unless nobody listens any more.  The lock is held."""
        if not self.isListening:
            return False
        if len(self._happenings) == HAPPENINGS:
            self._happenings.popleft()
            self._lost += 1
        self._happenings.append(happening)
        return True

    def _rouse(self) -> bool:
        """Is the other thread still to be woken for what is there now?  The lock is held."""
        wasAwake, self._awake = self._awake, True
        return not wasAwake

    def listen(self) -> None:
        with self._lock:
            self.isListening = True

    def ignore(self) -> None:
        with self._lock:
            self.isListening = False
        self.take()

    def take(self) -> tuple[Sequence[Happening], int]:
        with self._lock:
            taken, self._happenings = self._happenings, deque()
            lost, self._lost = self._lost, 0
        return list(taken), lost

    def call(self, callable: Callable[[], None]) -> None:
        """Have something done on the OPC UA thread, after what was passed on before."""
        self._callOnOpcUa(callable)

    def watch(self, subject: str) -> None:
        with self._lock:
            self._watched.add(subject)

    def unwatch(self, subject: str) -> None:
        with self._lock:
            self._watched.discard(subject)
            self._collected.pop(subject, None)

    # Followers change on the OPC UA thread alone, so no lock is needed: `changed` sees the tuple
    # before or that after.

    def follow(self, subject: str, marks: dict[str, None]) -> None:
        self._followers[subject] = (*self._followers.get(subject, ()), marks)

    def unfollow(self, subject: str, marks: dict[str, None]) -> None:
        rest = tuple(each for each in self._followers.get(subject, ()) if each is not marks)
        if rest:
            self._followers[subject] = rest
        else:
            self._followers.pop(subject, None)

    def drain(self) -> Sequence[tuple[str, Sequence[Any], bool]]:
        with self._lock:
            collected, self._collected = self._collected, {}
            self._awake = False
        return [(subject, c.records, c.overflowed) for subject, c in collected.items()]

    def drainOne(self, subject: str) -> tuple[Sequence[Any], bool]:
        with self._lock:
            found = self._collected.pop(subject, None)
        return ((), False) if found is None else (found.records, found.overflowed)


@implementer(IRequests)
class InwardDoor:
    """
    From the OPC UA thread to the reactor thread, and back with the outcome.

    :param callOnReactor: ``reactor.callFromThread``.
    :param answer: answers a request on the reactor thread; its Deferred should not fail.
    :param callOnOpcUa: `OutwardDoor.call`.
    """

    def __init__(
        self,
        callOnReactor: CallOnThread,
        answer: Callable[[Asked], Deferred[Reply]],
        callOnOpcUa: CallOnThread,
    ) -> None:
        self._callOnReactor = callOnReactor
        self._answer = answer
        self._callOnOpcUa = callOnOpcUa
        self._waiting: set[Callable[[Reply], None]] = set()
        self._stopped = False

    def post(self, request: Asked, deliver: Callable[[Reply], None]) -> None:
        self._callOnReactor(partial(self._begin, request, deliver))

    def stop(self) -> None:
        """Refuse what waits and all that comes later.  Reactor thread."""
        self._stopped = True
        for deliver in list(self._waiting):
            self._deliver(deliver, Refused(Refusal.stopping, "the gateway is stopping"))

    def _begin(self, request: Asked, deliver: Callable[[Reply], None]) -> None:
        self._waiting.add(deliver)
        if self._stopped:
            self._deliver(deliver, Refused(Refusal.stopping, "the gateway is stopping"))
            return
        maybeDeferred(self._answer, request).addCallbacks(
            partial(self._deliver, deliver), partial(self._failed, request, deliver)
        )

    def _failed(self, request: Asked, deliver: Callable[[Reply], None], failure: Failure) -> None:
        log.failure("Request {name} failed", failure=failure, name=request.name)
        self._deliver(deliver, Refused(Refusal.failed, "internal error; the gateway's log has it"))

    def _deliver(self, deliver: Callable[[Reply], None], outcome: Reply) -> None:
        if deliver in self._waiting:
            self._waiting.discard(deliver)
            self._callOnOpcUa(partial(deliver, outcome))
