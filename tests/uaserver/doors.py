"""What surrounds a server in memory: doors, a clock, and a transport without a socket."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from twisted.internet.task import Clock
from zope.interface import implementer

from ocppgw.interfaces import IChanges, IHappenings, IRequests

STEP = 0.001


class Passing(Clock):
    """A clock on which each look takes a millisecond, as each step of the work does."""

    isPassing = False

    def seconds(self) -> float:
        if self.isPassing:
            self.rightNow += STEP
        return self.rightNow


@implementer(IRequests)
class MemoryRequests:
    """The inward door: what was posted stays until a test answers it."""

    def __init__(self) -> None:
        self.posted: list[tuple[Any, Callable[[Any], None]]] = []

    def post(self, request: Any, deliver: Callable[[Any], None]) -> None:
        self.posted.append((request, deliver))

    def answer(self, outcome: Any) -> None:
        """Answer the oldest request."""
        self.posted.pop(0)[1](outcome)


@implementer(IChanges)
class MemoryChanges:
    """The outward door: a test puts in what it likes."""

    def __init__(self) -> None:
        self.watched: list[str] = []
        self.followed: list[tuple[str, dict[str, None]]] = []
        self.waiting: list[tuple[str, list[Any], bool]] = []

    def follow(self, subject: str, marks: dict[str, None]) -> None:
        self.followed.append((subject, marks))

    def unfollow(self, subject: str, marks: dict[str, None]) -> None:
        self.followed = [
            (name, each) for name, each in self.followed if (name, each is marks) != (subject, True)
        ]

    def mark(self, subject: str) -> None:
        """It has another record."""
        for name, marks in self.followed:
            if name == subject:
                marks[name] = None

    def watch(self, subject: str) -> None:
        self.watched.append(subject)

    def unwatch(self, subject: str) -> None:
        self.watched.remove(subject)

    def drain(self) -> list[tuple[str, list[Any], bool]]:
        waiting, self.waiting = self.waiting, []
        return waiting

    def drainOne(self, subject: str) -> tuple[list[Any], bool]:
        found = [each for each in self.waiting if each[0] == subject]
        self.waiting = [each for each in self.waiting if each[0] != subject]
        return [record for each in found for record in each[1]], any(each[2] for each in found)


@implementer(IHappenings)
class MemoryHappenings:
    """The outward door's other half: a test puts in what it likes."""

    def __init__(self) -> None:
        self.isListening = False
        self.waiting: list[Any] = []
        self.lost = 0

    def listen(self) -> None:
        self.isListening = True

    def ignore(self) -> None:
        self.isListening = False

    def take(self) -> tuple[list[Any], int]:
        waiting, self.waiting = self.waiting, []
        lost, self.lost = self.lost, 0
        return waiting, lost


class MemoryTransport(asyncio.Transport):
    """What asyncio gives a protocol, without a socket."""

    def __init__(self, clock: Clock, protocol: Any, peer: tuple[str, int]) -> None:
        super().__init__()
        self.written = bytearray()
        self.isClosing = False
        self.isReading = True
        self.isAborted = False
        self.pauseAt: int | None = None
        self._clock = clock
        self._protocol = protocol
        self._peer = peer

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return self._peer if name == "peername" else default

    def write(self, data: Any) -> None:
        self.written += data
        if self.pauseAt is not None and len(self.written) >= self.pauseAt:
            self._protocol.pause_writing()

    def pause_reading(self) -> None:
        self.isReading = False

    def resume_reading(self) -> None:
        self.isReading = True

    def close(self) -> None:
        if not self.isClosing:
            self.isClosing = True
            self._clock.callLater(0, self._protocol.connection_lost, None)

    def abort(self) -> None:
        self.isAborted = True
        self.close()
