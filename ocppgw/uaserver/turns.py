"""
Long work in turns, so that no client has to wait for another one's large request.

Work is a generator that yields where it may be interrupted.  It goes on until its turn is over,
then the thread's other work has its own.  In a test whose clock stands still it is one turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator

from twisted.internet.interfaces import IReactorTime

TURN = 0.005
"""Seconds that one piece of work may hold the thread; what ends may begin another at once."""

_ALL = object()

Steps = Generator[None, None, None]


class Turns:
    """Gives turns by a clock."""

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock

    def work(self, steps: Steps, isDone: Callable[[], bool] = lambda: False) -> None:
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


class Line:
    """Works of one kind, one after another: all that wait together have one turn's time."""

    def __init__(self, clock: IReactorTime) -> None:
        self._turns = Turns(clock)
        self._waiting: deque[tuple[Steps, Callable[[], bool], Callable[[], None]]] = deque()
        self._isWorking = False

    def work(self, steps: Steps, isDone: Callable[[], bool], ended: Callable[[], None]) -> None:
        """
        Do it once all that came before has ended.

        :param isDone: see `Turns.work`.
        :param ended: called once, when it is all done or nobody wants it any more.
        """
        self._waiting.append((steps, isDone, ended))
        if not self._isWorking:
            self._isWorking = True
            self._turns.work(self._working())

    def _working(self) -> Steps:
        while self._waiting:
            steps, isDone, ended = self._waiting.popleft()
            while not isDone() and next(steps, _ALL) is not _ALL:
                yield
            steps.close()
            ended()
            yield
        self._isWorking = False
