"""
Letting those go on who waited for a commit, some in each turn of the reactor.

A transaction holds the messages of hundreds of charge points, and each that goes on answers one,
changes a record and tells its observers.  All in one go would hold the reactor for a tenth of a
second.  Owns those who are still to be told, in their order; reactor thread.  A test turns the
clock.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from ocppgw.interfaces import StoreFailed, Told

EACH = 25
"""How many are told in one turn."""

log = Logger()


class Releasing:
    """
    Tells them in order that all is well.

    :param clock: its next turn follows at once, after what else is due.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._waiting: deque[Told] = deque()
        self._isUnderWay = False

    def isUnderWay(self) -> bool:
        """Whether some are still to be told."""
        return self._isUnderWay

    def release(self, waiting: Iterable[Told]) -> None:
        """Tell these after those from before: the first now, the others in the next turns."""
        self._waiting.extend(waiting)
        if not self._isUnderWay:
            self._isUnderWay = True
            self._turn()

    def finish(self) -> None:
        """Tell all that wait."""
        while self._waiting:
            tell(self._waiting.popleft(), None)

    def _turn(self) -> None:
        waiting = self._waiting
        for _ in range(EACH):
            if not waiting:
                break
            tell(waiting.popleft(), None)
        if waiting:
            self._clock.callLater(0, self._turn)
        else:
            self._isUnderWay = False


def tell(told: Told, error: StoreFailed | None) -> None:
    """Call one: its mistake, of whatever kind, is no reason to keep the others waiting."""
    try:
        told(error)
    except BaseException:  # noqa: BLE001 - as above, and as a Deferred has it
        log.failure("Going on after a commit failed")
