"""
Something that is done again and again.

Owns one timer.  What takes many steps is done some at a time, one bunch for each turn of the
reactor, so that others are served in between.  A mistake in what is done is logged and costs one
round, never the ones after it.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

log = Logger()

EACH = 50
"""Steps in one turn of the reactor; one of a charge point takes 0.1 ms where its sums are made."""


class Ticking:
    """
    Does ``what`` every ``interval`` seconds between `start` and `stop`.

    :param what: all of it when it is called, or an iterator that takes the steps of this round.
        The next round waits for the end of it.
    :param atOnce: whether the first time is the start.
    """

    def __init__(
        self,
        clock: IReactorTime,
        interval: float,
        what: Callable[[], Iterator[None] | None],
        atOnce: bool = False,
    ) -> None:
        self._clock = clock
        self._interval = interval
        self._what = what
        self._atOnce = atOnce
        self._next: IDelayedCall | None = None
        self._loop = LoopingCall(self._round)
        self._loop.clock = clock

    def start(self) -> None:
        """Begin."""
        self._loop.start(self._interval, now=self._atOnce)

    def stop(self) -> None:
        """End; harmless where it has not begun."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._loop.running:
            self._loop.stop()

    def _round(self) -> Deferred[None] | None:
        done: Deferred[None] = Deferred()
        self._go(self._steps(), done)
        return None if done.called else done

    def _steps(self) -> Iterator[None]:
        try:
            yield from self._what() or ()
        except Exception:  # noqa: BLE001 - the next round may be better
            log.failure("What is done every {interval} s failed", interval=self._interval)

    def _go(self, steps: Iterator[None], done: Deferred[None]) -> None:
        """Take some steps, and the others in the next turns."""
        self._next = None
        if sum(1 for _ in islice(steps, EACH)) < EACH:
            done.callback(None)
        elif self._loop.running:
            self._next = self._clock.callLater(0, self._go, steps, done)
