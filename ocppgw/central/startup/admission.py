"""
Lets start-ups begin a few at a time, and not all in the same moment (C28).

Owns: how many are inside or wait.  In: `enter` and `leave`.  Reactor thread.  The Deferred of
`pause` fires after its time, that of `enter` when there is room; both end when cancelled.
"""

from __future__ import annotations

from random import Random

from twisted.internet.defer import Deferred, DeferredSemaphore
from twisted.internet.interfaces import IReactorTime

MOST_AT_ONCE = 20
SPREAD = 0.1
"""Seconds per start-up that is under way: between how many a newcomer's delay is drawn."""

LONGEST_SPREAD = 60.0


class Admission:
    """One door for all charge points."""

    def __init__(self, clock: IReactorTime, randomness: Random) -> None:
        self._clock = clock
        self._randomness = randomness
        self._room = DeferredSemaphore(MOST_AT_ONCE)
        self._under = 0

    async def enter(self) -> None:
        """Wait for room.  Whoever was let in leaves, whatever happens."""
        spread = min(LONGEST_SPREAD, SPREAD * self._under)
        self._under += 1
        try:
            if spread:
                await pause(self._clock, self._randomness.uniform(0, spread))
            await self._room.acquire()
        except BaseException:
            self._under -= 1
            raise

    def leave(self) -> None:
        """Make room."""
        self._under -= 1
        self._room.release()


def pause(clock: IReactorTime, seconds: float) -> Deferred[None]:
    """Fires after ``seconds``; may be cancelled."""
    done: Deferred[None] = Deferred(lambda _: timer.cancel())
    timer = clock.callLater(seconds, done.callback, None)
    return done
