"""
Questions to the past: bounded in number and in time, answered by the store.

Owns: how many are under way.  In: history requests.  Out: an answer, or why there is none.
Reactor thread.  Every Deferred fires, by the store's answer, its failure or the deadline; what
the store is asked goes on to its end, and counts until then.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred, maybeDeferred, succeed
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.interfaces import IHistory, StoreFailed
from ocppgw.model.history import HistoryAnswer, HistoryRequest, Reply
from ocppgw.model.outcomes import Refusal, Refused

MOST = 64
"""Questions under way at once; more are refused."""

LONGEST = 30.0
"""Seconds that somebody waits for the past at most."""

_TIMED_OUT = Refused(Refusal.timedOut, "the store did not answer in time")

log = Logger()


class Inquiries:
    """Asks the store, for whoever wants to know."""

    def __init__(self, history: IHistory, clock: IReactorTime) -> None:
        self._history = history
        self._clock = clock
        self._underway = 0

    def read(self, request: HistoryRequest) -> Deferred[Reply]:
        """The pages, or a refusal; never fails."""
        if self._underway >= MOST:
            return succeed(Refused(Refusal.tooMany, "too many questions to the past"))
        self._underway += 1
        answered: Deferred[Reply] = Deferred()
        seconds = LONGEST if request.deadline is None else min(request.deadline, LONGEST)
        timer = self._clock.callLater(seconds, answered.callback, _TIMED_OUT)

        def end(reply: Reply) -> None:
            self._underway -= 1
            if timer.active():
                timer.cancel()
                answered.callback(reply)

        asked = maybeDeferred(self._history.readHistory, request.queries)
        asked.addCallbacks(
            lambda pages: end(HistoryAnswer(pages)), lambda failure: end(_refusal(failure))
        )
        return answered


def _refusal(failure: Failure) -> Reply:
    if failure.check(StoreFailed):
        return Refused(Refusal.storeFailed, str(failure.value))
    log.failure("A question to the past failed", failure=failure)
    return Refused(Refusal.failed, "a mistake of the gateway; its log has it")
