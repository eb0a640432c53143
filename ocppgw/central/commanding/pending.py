"""
One command between its issue and its outcome.

Owns: the outcome's Deferred and the one timer that ends it in time.  In: `end`, from whoever
knows how the command ended; the first word counts.  Out: ``outcome`` fires once, after ``ended``
was called with it.  Reactor thread.  The Deferred ends by an answer, a failure, the deadline, a
lost link, the gateway's stop, or by being cancelled.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from ocppgw.model.commands import Command
from ocppgw.model.outcomes import Outcome, Refusal, Refused

WITHDRAWN = Refused(Refusal.failed, "withdrawn by whoever issued it")


class Pending:
    """
    A command that has not ended.

    :ivar queuedAt: when it was given.
    :ivar provisional: what the charge point answered already while something is still being
        done about it: then this counts instead of a failure.
    :ivar calling: the Call that is made for it; withdrawn when the command ends before.
    """

    def __init__(
        self,
        command: Command,
        queuedAt: datetime,
        clock: IReactorTime,
        limit: float,
        ended: Callable[[Pending, Outcome], None],
    ) -> None:
        self.command = command
        self.queuedAt = queuedAt
        self.provisional: Outcome | None = None
        self.calling: Deferred[Any] | None = None
        self.outcome: Deferred[Outcome] = Deferred(lambda _: self.end(WITHDRAWN))
        self.isOver = False
        self._clock = clock
        self._ended = ended
        self._limit = limit
        self._timer = clock.callLater(limit, self._expire)

    def remaining(self) -> float:
        """Seconds until the command must have ended; 0 once it has."""
        return 0.0 if self.isOver else max(0.0, self._timer.getTime() - self._clock.seconds())

    def end(self, outcome: Outcome) -> None:
        """This is how it ended.  Later words are ignored: somebody was told already."""
        if self.isOver:
            return
        self.isOver = True
        if self._timer.active():
            self._timer.cancel()
        if isinstance(outcome, Refused) and self.provisional is not None:
            outcome = self.provisional
        self._ended(self, outcome)
        self.outcome.callback(outcome)
        # What nobody waits for any more must not be sent later.
        if self.calling is not None:
            self.calling.cancel()

    def _expire(self) -> None:
        self.end(Refused(Refusal.timedOut, f"no answer within {self._limit:g} s"))
