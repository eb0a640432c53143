"""
Long work in turns, so that no client has to wait for another one's large request.

Work is a generator that yields where it may be interrupted.  It goes on until its turn is over,
then the thread's other work has its own.  In a test whose clock stands still it is one turn.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Generator

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

log = Logger()

TURN = 0.005
"""Seconds that one piece of work may hold the thread; what ends may begin another at once."""

SHARE = 0.001
"""Seconds of a turn after which one of several works gives way to the others."""

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


class Round:
    """
    Works of one kind, side by side: all together have one turn's time, and each a share of it.

    So those that begin in the same moment hold nobody up, however many they are, and what is
    little does not wait for what is much.  A mistake in one of them is logged and ends it alone.

    :ivar clock: by which they have their turns.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self.clock = clock
        self._turns = Turns(clock)
        self._works: deque[Steps] = deque()
        self._isWorking = False

    def work(self, steps: Steps) -> None:
        """Do it beside the others, beginning now if there are none."""
        self._works.append(steps)
        if not self._isWorking:
            self._isWorking = True
            self._turns.work(self._working())

    def _working(self) -> Steps:
        while self._works:
            steps = self._works.popleft()
            end = self.clock.seconds() + SHARE
            while self._goesOn(steps):
                yield
                if self.clock.seconds() > end:
                    self._works.append(steps)
                    break
            yield
        self._isWorking = False

    def _goesOn(self, steps: Steps) -> bool:
        """Take a step; whether there was one."""
        try:
            return next(steps, _ALL) is not _ALL
        except Exception:  # noqa: BLE001 - the works beside it are not to suffer
            log.failure("A piece of work in turns failed")
            return False
