"""
When the next transaction begins while much is to be written: once the reactor has no more for it.

A transaction costs as much as dozens of the commits in it, and its thread takes the interpreter
from a busy reactor again and again.  So, when one has ended, the reactor hears the network once
more, whoever waits, because those who were told may answer; and again as long as some are still to
be told, or each turn brings further commits.  Who commits after that, while nothing is being
written, waits for nobody.  Reactor thread.  A test turns the clock.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime

LONGEST = 0.03
"""
Seconds after which no further turn is waited for; the one that runs takes as long as it does.

Only a busy reactor comes near: hundreds of charge points that send without pause.
"""


class Gathering:
    """
    Waits for company.

    :param waiting: how many commits wait.
    :param isTelling: whether some are still to be told that their commit is over.
    :param begin: called when it is over.
    """

    def __init__(
        self,
        clock: IReactorTime,
        waiting: Callable[[], int],
        isTelling: Callable[[], bool],
        begin: Callable[[], None],
    ) -> None:
        self._clock = clock
        self._waiting = waiting
        self._isTelling = isTelling
        self._begin = begin
        self._until = 0.0
        self._turn: IDelayedCall | None = None

    @property
    def isUnderWay(self) -> bool:
        """Whether it waits."""
        return self._turn is not None

    def start(self) -> None:
        """Wait from now on."""
        self.stop()
        self._until = self._clock.seconds() + LONGEST
        # What a call from a thread asks for is run in the same turn, before the network is heard.
        self._turn = self._clock.callLater(0, self._again)

    def stop(self) -> None:
        """Wait no more, and begin nothing."""
        if self._turn is not None:
            self._turn.cancel()
            self._turn = None

    def _again(self) -> None:
        self._turn = self._clock.callLater(0, self._look, self._waiting())

    def _look(self, before: int) -> None:
        isBusy = self._isTelling() or self._waiting() > before
        if isBusy and self._clock.seconds() < self._until:
            self._again()
        else:
            self._turn = None
            self._begin()
