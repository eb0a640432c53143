"""
When the next transaction begins while much is to be written: once the reactor has no more for it.

A transaction costs as much as dozens of the commits in it, and its thread takes the interpreter
from a busy reactor again and again.  So, when one has ended and others wait, it is given some more
turns of the reactor, as long as each of them brings further commits.  Who commits while nothing
is being written waits for nobody.  Reactor thread.  A test turns the clock.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime

LONGEST = 0.01
"""Seconds that are waited at most."""


class Gathering:
    """
    Waits for company.

    :param waiting: how many commits wait.
    :param begin: called when it is over.
    """

    def __init__(
        self, clock: IReactorTime, waiting: Callable[[], int], begin: Callable[[], None]
    ) -> None:
        self._clock = clock
        self._waiting = waiting
        self._begin = begin
        self._until = 0.0
        self.isUnderWay = False

    def start(self) -> None:
        """Wait from now on."""
        self._until = self._clock.seconds() + LONGEST
        self.isUnderWay = True
        self._again()

    def stop(self) -> None:
        """Wait no more, and begin nothing."""
        self.isUnderWay = False

    def _again(self) -> None:
        self._clock.callLater(0, self._look, self._waiting())

    def _look(self, before: int) -> None:
        if not self.isUnderWay:
            return
        if self._waiting() > before and self._clock.seconds() < self._until:
            self._again()
        else:
            self.isUnderWay = False
            self._begin()
