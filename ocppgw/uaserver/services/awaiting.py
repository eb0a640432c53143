"""
What waits for the reactor thread: requests that went through the inward door
and the responses that cannot be given before they come back.

Owns every request under way, bounded per session.  Each ends exactly once, by
`Awaited.finish`: with its outcome, or with a refusal of ours.  Runs on the OPC UA thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from opcua import ua
from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger

from ocppgw.interfaces import IRequests
from ocppgw.model.outcomes import Refusal, Refused
from ocppgw.uaserver.library import status
from ocppgw.uaserver.nodes import Awaited
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.timer import Timer

_STOPPING = Refused(Refusal.stopping, "the gateway is stopping")

log = Logger()


class Awaiting:
    """
    Requests under way.

    :param requests: the inward door.
    :param perSession: how many one session may have under way.
    """

    def __init__(self, requests: IRequests, perSession: int) -> None:
        self._requests = requests
        self._perSession = perSession
        self._underway: dict[int, tuple[Awaited, Session, Callable[[Any], None]]] = {}
        self._number = 0
        self._stopped = False

    def __len__(self) -> int:
        return len(self._underway)

    def post(self, awaited: Awaited, session: Session, done: Callable[[Any], None]) -> None:
        """
        Have a request carried out; ``done`` gets what ``awaited.finish`` makes
        of its outcome, also when that says that it was not even begun.
        """
        if self._stopped:
            done(_finished(awaited, _STOPPING))
            return
        if session.awaited >= self._perSession:
            done(_finished(awaited, Refused(Refusal.tooMany, "too many of one session")))
            return
        self._number += 1
        number = self._number
        session.awaited += 1
        self._underway[number] = (awaited, session, done)
        self._requests.post(
            awaited.request,  # type: ignore[arg-type] # the layout puts in what the door takes
            lambda outcome: self._deliver(number, outcome),
        )

    def stop(self) -> None:
        """End everything as stopping, and begin nothing more."""
        self._stopped = True
        for number in list(self._underway):
            self._deliver(number, _STOPPING)

    def _deliver(self, number: int, outcome: Any) -> None:
        awaited, session, done = self._underway.pop(number, (None, None, None))
        if awaited is None or session is None or done is None:
            return
        session.awaited -= 1
        done(_finished(awaited, outcome))


def _finished(awaited: Awaited, outcome: Any) -> Any:
    try:
        return awaited.finish(outcome)
    except Exception:  # noqa: BLE001 - the client gets an answer whatever we did wrong
        log.failure("Outcome of {request} could not be used", request=awaited.request)
        return status(ua.StatusCodes.BadInternalError)


class Gathering:
    """
    The results of the operations of one request, some of which come later.

    :param finish: called once with all results, in the order of the request.
    :ivar timer: ends the waiting with `giveUp`, where a service wants that.
    """

    def __init__(
        self, count: int, finish: Callable[[list[Any]], None], clock: IReactorTime
    ) -> None:
        self.timer = Timer(clock)
        self._results: list[Any] = [None] * count
        self._missing = count
        self._finish: Callable[[list[Any]], None] | None = finish

    @property
    def isFinished(self) -> bool:
        """Are the results given away?"""
        return self._finish is None

    def begin(
        self,
        index: int,
        result: Any,
        awaiting: Awaiting,
        session: Session,
        answer: Callable[[Any], Any] = lambda outcome: outcome,
    ) -> None:
        """
        The result of one operation, or what has to be awaited for it.

        :param answer: makes the result of what an operation returned.
        """
        if isinstance(result, Awaited):
            awaiting.post(result, session, lambda outcome: self.put(index, answer(outcome)))
        else:
            self.put(index, answer(result))

    def put(self, index: int, result: Any) -> None:
        """The result of one operation; late ones are ignored."""
        if self._finish is None:
            return
        self._results[index] = result
        self._missing -= 1
        if self._missing == 0:
            self._end()

    def giveUp(self, result: Any) -> None:
        """Fill in what is still missing and finish."""
        self._results = [result if each is None else each for each in self._results]
        self._end()

    def _end(self) -> None:
        self.timer.stop()
        finish, self._finish = self._finish, None
        if finish is not None:
            finish(self._results)
