"""
Letting those go on who waited for a commit, some in each turn of the reactor.

A transaction holds the messages of hundreds of charge points, and each that goes on answers one,
changes a record and tells its observers.  All in one go would hold the reactor for a tenth of a
second.  Owns the Deferreds that are still to fire, in their order; reactor thread.  A test turns
the clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

EACH = 25
"""Deferreds that fire in one turn."""


class Releasing:
    """
    Fires Deferreds in order.

    :param clock: its next turn follows at once, after what else is due.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._waiting: deque[Deferred[None]] = deque()
        self._isUnderWay = False

    def isUnderWay(self) -> bool:
        """Whether some are still to fire."""
        return self._isUnderWay

    def release(self, waiting: Iterable[Deferred[None]]) -> None:
        """Fire these after those from before: the first now, the others in the next turns."""
        self._waiting.extend(waiting)
        if not self._isUnderWay:
            self._isUnderWay = True
            self._turn()

    def finish(self) -> None:
        """Fire all that wait."""
        while self._waiting:
            self._waiting.popleft().callback(None)

    def _turn(self) -> None:
        waiting = self._waiting
        for _ in range(EACH):
            if not waiting:
                break
            waiting.popleft().callback(None)
        if waiting:
            self._clock.callLater(0, self._turn)
        else:
            self._isUnderWay = False
