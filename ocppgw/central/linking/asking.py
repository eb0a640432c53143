"""
Our Calls of one link: sent one at a time, each ended once.

Owns the exchange of OCPP-J and the timer of the Call that is out.  Requests flow in, frames flow
out through ``send``; answers come in through `Asking.answered`.  Each Deferred ends by the
answer, a CallError, its timeout or the end of the link.  Reactor thread.  A test sees it through
its clock and what was sent.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.python.failure import Failure

from ocppgw.central.linking.calling import (
    AnswerInvalid,
    CallErrorReceived,
    CallTimedOut,
    LinkGone,
)
from ocppgw.ocppj import errorcodes
from ocppgw.ocppj.exchange import Closed, Exchange, Match, Pending, Standing
from ocppgw.ocppj.frames import CallError, CallResult
from ocppgw.v16 import actions, decoding
from ocppgw.v16.actions import Action
from ocppgw.v16.findings import Invalid
from ocppgw.v16.messages import Message


@attrs.define(eq=False)
class _Waiter:
    """Who waits for one answer; the timer runs from when the Call was sent."""

    action: Action
    timeout: float
    answer: Deferred[Any]
    timer: IDelayedCall | None = None
    sentAt: float = 0.0

    def end(self, result: Any) -> None:
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        if not self.answer.called:
            self.answer.callback(result)


class Asking:
    """
    Our Calls of one link.

    :param newId: message ids that never repeat on this link.
    :param send: writes a frame.
    :param strict: whether answers are held to the letter.
    :param took: told the milliseconds that an answer took.
    """

    def __init__(
        self,
        clock: IReactorTime,
        newId: Callable[[], str],
        send: Callable[[bytes], None],
        strict: bool,
        took: Callable[[float], None],
    ) -> None:
        self._clock = clock
        self._exchange: Exchange[_Waiter] = Exchange(newId)
        self._send = send
        self._strict = strict
        self._took = took

    def ask(self, request: Any, timeout: float) -> Deferred[Any]:
        """Send a request, behind those that wait; see `ICaller.call`."""
        action = actions.actionOf(request)
        answer: Deferred[Any] = Deferred(lambda _: self._withdraw(pending))
        try:
            pending = self._exchange.ask(
                action.name, decoding.encode(request), _Waiter(action, timeout, answer)
            )
        except Closed:
            return fail(LinkGone("the link is closed"))
        self._sendNext()
        return answer

    def answered(self, frame: CallResult | CallError) -> Match[_Waiter]:
        """An answer came; whoever waits for it is told.  A late or unknown one is only matched."""
        match = self._exchange.match(frame)
        if match.standing is Standing.inTime and match.pending is not None:
            waiter = match.pending.waiter
            self._took((self._clock.seconds() - waiter.sentAt) * 1000.0)
            waiter.end(self._read(waiter.action, frame))
            self._sendNext()
        return match

    def lateAnswer(self, match: Match[_Waiter]) -> Message | None:
        """What a late answer says, where it can be read."""
        if match.pending is None:
            return None
        read = self._read(match.pending.waiter.action, match.answer)
        return read if isinstance(read, Message) else None

    def close(self, reason: str) -> None:
        """The link is gone: everything that waits fails."""
        for pending in self._exchange.close():
            pending.waiter.end(Failure(LinkGone(reason)))

    def _read(self, action: Action, frame: CallResult | CallError) -> Any:
        if isinstance(frame, CallError):
            code = errorcodes.understand(frame.code)
            return Failure(CallErrorReceived(code, frame.description, frame.details))
        try:
            return decoding.decode(action.confirmation, frame.payload, self._strict).message
        except Invalid as error:
            return Failure(AnswerInvalid(error.description))

    def _sendNext(self) -> None:
        pending = self._exchange.due()
        if pending is None:
            return
        waiter = pending.waiter
        waiter.sentAt = self._clock.seconds()
        waiter.timer = self._clock.callLater(waiter.timeout, self._expire, pending)
        self._send(pending.call.serialise())

    def _expire(self, pending: Pending[_Waiter]) -> None:
        if self._exchange.expire(pending):
            pending.waiter.end(Failure(CallTimedOut(pending.waiter.timeout)))
            self._sendNext()

    def _withdraw(self, pending: Pending[_Waiter]) -> None:
        # One that was sent keeps the line busy until its answer or its timeout (4.1.1).
        self._exchange.withdraw(pending)
