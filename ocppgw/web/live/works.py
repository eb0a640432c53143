"""
What takes long, and how far it is: imports, exports, reading a whole configuration.

Owns the works, bounded, each of one user.  In: whoever does one says how far it is, and asks now
and then whether it was cancelled.  Out: pages show them, streams tell that something changed.
Reactor thread; no call waits.
"""

from __future__ import annotations

from collections.abc import Callable

MOST_RUNNING = 20
"""Works at once, of all users."""

MOST_ENDED = 5
"""Works that ended, of one user, that are still shown."""

SHOWN = 600.0
"""Seconds that one that ended is shown, where nobody puts it away before."""


class TooManyWorks(Exception):
    """The text is for people."""


class Work:
    """
    Something that takes long.

    :ivar title: what it is, for people.
    :ivar unit: what is counted, in the plural.
    :ivar total: how much there is to do; ``None`` while nobody can say.
    :ivar isCancellable: whether it looks at ``isCancelled``.
    :ivar text: how it ended; empty while it runs.
    """

    def __init__(
        self, number: int, user: str, title: str, unit: str, measure: Callable[[], int] | None
    ) -> None:
        self.number = number
        self.user = user
        self.title = title
        self.unit = unit
        self.total: int | None = None
        self.isCancellable = measure is None
        self.isCancelled = False
        self.isGood = True
        self.text = ""
        self.endedAt = 0.0
        self._done = 0
        self._measure = measure

    @property
    def isRunning(self) -> bool:
        """Whether it has not ended."""
        return not self.text

    @property
    def done(self) -> int:
        """How much is done; never more than there is."""
        done = self._measure() if self._measure is not None and self.isRunning else self._done
        return done if self.total is None else min(done, self.total)

    def advance(self, done: int) -> None:
        """So much is done by now."""
        self._done = done


class Works:
    """All of them. ``seconds`` is a clock that never goes back."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._works: dict[int, Work] = {}
        self._last = 0
        self._observers: tuple[Callable[[str], None], ...] = ()

    def observe(self, observer: Callable[[str], None]) -> None:
        """Have ``observer(user)`` called when one of a user begins or ends."""
        self._observers = (*self._observers, observer)

    def begin(
        self, user: str, title: str, unit: str, measure: Callable[[], int] | None = None
    ) -> Work:
        """
        Something long begins.

        :param measure: tells how much is done, for what cannot be cancelled and does not say.
        """
        if sum(one.isRunning for one in self._works.values()) >= MOST_RUNNING:
            raise TooManyWorks("too much is being done at once; try again in a while")
        self._last += 1
        work = Work(self._last, user, title, unit, measure)
        self._works[work.number] = work
        self._tell(user)
        return work

    def end(self, work: Work, text: str, isGood: bool = True) -> None:
        """It is over; ``text`` says how."""
        work.advance(work.done)
        work.text, work.isGood, work.endedAt = text, isGood, self._seconds()
        ended = [one for one in self.of(work.user) if not one.isRunning]
        for one in ended[:-MOST_ENDED]:
            del self._works[one.number]
        self._tell(work.user)

    def of(self, user: str) -> list[Work]:
        """Those of a user that are to be shown, the oldest first."""
        old = self._seconds() - SHOWN
        for one in tuple(self._works.values()):
            if not one.isRunning and one.endedAt < old:
                del self._works[one.number]
        return [one for one in self._works.values() if one.user == user]

    def isBusy(self, user: str) -> bool:
        """Whether something of this user runs."""
        return any(one.isRunning and one.user == user for one in self._works.values())

    def stop(self, user: str, number: int) -> bool:
        """Cancel one, or put away one that ended; false where there is nothing to be stopped."""
        work = self._works.get(number)
        if work is None or work.user != user or (work.isRunning and not work.isCancellable):
            return False
        if work.isRunning:
            work.isCancelled = True
        else:
            del self._works[number]
        self._tell(user)
        return True

    def cancelAll(self) -> None:
        """The gateway stops."""
        for one in self._works.values():
            one.isCancelled = True

    def _tell(self, user: str) -> None:
        for observer in self._observers:
            observer(user)
