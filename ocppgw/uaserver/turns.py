"""
Long work in turns, so that no client has to wait for another one's large request.

Work is a generator that yields where it may be interrupted.  It goes on until its turn is over,
then the thread's other work has its own.  In a test whose clock stands still it is one turn.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from twisted.internet.interfaces import IReactorTime

TURN = 0.005
"""Seconds that one piece of work may hold the thread; what ends may begin another at once."""

_ALL = object()


class Turns:
    """Gives turns by a clock."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock

    def work(
        self, steps: Generator[None, None, None], isDone: Callable[[], bool] = lambda: False
    ) -> None:
        """
        Do it, beginning now.

        :param isDone: asked before each step, also the first of a turn: does nobody want the rest
            any more?
        """
        seconds = self._clock.seconds
        end = seconds() + TURN
        while not isDone():
            if next(steps, _ALL) is _ALL:
                return
            if seconds() > end:
                self._clock.callLater(0, self.work, steps, isDone)
                return
        steps.close()
