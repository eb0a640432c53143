"""
The two-way talk over one link: our Calls and their answers, and the commands that come.

Owns the exchange of our Calls (one outstanding at a time), the timer of the one that is out, and
the answers that mischief holds back.  Flow: `ask` out, `received` in.  A Deferred of `ask` ends by
the answer, a refusal, the time-out, or `close`.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger

from ocppgw.ocppj.errorcodes import INTERNAL_ERROR, NOT_IMPLEMENTED
from ocppgw.ocppj.exchange import Closed, Exchange, Pending, Standing
from ocppgw.ocppj.frames import Call, CallError, CallResult
from ocppgw.ocppj.parsing import FramingError, parse
from ocppgw.simulator.alarm import Alarm
from ocppgw.simulator.mischief import Mischief
from ocppgw.simulator.wire import IWire
from ocppgw.v16.actions import Action, actionOf, find
from ocppgw.v16.decoding import Invalid, decode, encode
from ocppgw.v16.messages import Message

log = Logger()

MOST_LATE = 100
"""How many answers may be held back at a time; a command beyond is lost."""


class AskFailed(Exception):
    """A Call got no answer that can be used."""


class Refused(AskFailed):
    """The answer was a CallError, or not what the action asks for."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(f"{code}: {description}")
        self.code = code


class TimedOut(AskFailed):
    """No answer came in time."""


class Disconnected(AskFailed):
    """The link went, or was never there."""


@attrs.frozen
class Answer:
    """
    What a command gets.

    :ivar then: what happens once the confirmation is on its way.
    """

    confirmation: Message
    then: Callable[[], object] = attrs.field(default=lambda: None)


@attrs.frozen
class _Waiter:
    action: Action
    result: Deferred[Message]


class Conversation:
    """
    The talk over one link.

    :param answer: carries out a command of the Central System.
    :param timeout: how many seconds a Call may stay unanswered, asked for each.
    :param newId: message ids that never repeat.
    :param sent: told of each frame that goes out.
    """

    def __init__(
        self,
        wire: IWire,
        clock: IReactorTime,
        mischief: Mischief,
        *,
        answer: Callable[[Message], Answer],
        timeout: Callable[[], float],
        newId: Callable[[], str],
        sent: Callable[[], object],
    ) -> None:
        self._wire = wire
        self._clock = clock
        self._mischief = mischief
        self._answer = answer
        self._timeout = timeout
        self._sent = sent
        self._exchange: Exchange[_Waiter] = Exchange(newId)
        self._expiry = Alarm(clock, self._expired)
        self._late: set[IDelayedCall] = set()
        self._isOpen = True

    # What we ask

    def ask(self, request: Message) -> Deferred[Message]:
        """
        Send a Call, after those that were asked before; fires with the confirmation.

        Fails with `Refused`, `TimedOut` or `Disconnected`.
        """
        action, result = actionOf(request), Deferred[Message]()
        try:
            self._exchange.ask(action.name, encode(request), _Waiter(action, result))
        except Closed:
            return fail(Disconnected("no link"))
        self._next()
        return result

    def _next(self) -> None:
        pending = self._exchange.due()
        if pending is None:
            return
        self._expiry.set(self._timeout())
        call = pending.call
        if self._mischief.drops(call.action):
            self._wire.abort()
        else:
            self._send(self._mischief.frame(call.action, call.token, call.serialise()))

    def _expired(self) -> None:
        pending = self._exchange.outstanding
        if pending is not None and self._exchange.expire(pending):
            pending.waiter.result.errback(TimedOut(pending.call.action))
            self._next()

    def _answered(self, answer: CallResult | CallError) -> None:
        match = self._exchange.match(answer)
        if match.standing is not Standing.inTime or match.pending is None:
            log.debug("An answer that nobody waits for: {id}", id=answer.id)
            return
        self._expiry.cancel()
        self._finish(match.pending, answer)
        self._next()

    @staticmethod
    def _finish(pending: Pending[_Waiter], answer: CallResult | CallError) -> None:
        waiter = pending.waiter
        if isinstance(answer, CallError):
            waiter.result.errback(Refused(answer.code, answer.description))
            return
        try:
            decoded = decode(waiter.action.confirmation, answer.payload)
        except Invalid as error:
            waiter.result.errback(Refused(error.errorCode, error.description))
        else:
            waiter.result.callback(decoded.message)

    # What we are asked

    def received(self, text: bytes) -> None:
        """A frame came; whatever it is, nothing is raised."""
        try:
            frame = parse(text)
        except FramingError as error:
            refusal = error.answer()
            if refusal is not None:
                self._send(refusal.serialise())
            return
        if isinstance(frame, Call):
            self._asked(frame)
        elif isinstance(frame, CallResult | CallError):
            self._answered(frame)

    def _asked(self, call: Call) -> None:
        if self._mischief.drops(call.action):
            self._wire.abort()
            return
        if self._mischief.isSilent(call.action) or len(self._late) >= MOST_LATE:
            return
        answer, then = self._carryOut(call)
        text = self._mischief.frame(call.action, call.token, answer.serialise())
        seconds = self._mischief.lateness(call.action)
        if seconds:
            self._sendLater(seconds, text, then)
        else:
            self._send(text)
            then()

    def _carryOut(self, call: Call) -> tuple[CallResult | CallError, Callable[[], object]]:
        """The answer to a command, and what comes after it."""
        action = find(call.action, lenient=False).action
        if action is None or not action.fromCentralSystem:
            return call.error(NOT_IMPLEMENTED), _nothing
        try:
            answer = self._answer(decode(action.request, call.payload, strict=True).message)
        except Invalid as error:
            return call.error(error.errorCode, error.description), _nothing
        except Exception:  # noqa: BLE001 - a mistake of ours must not cost the answer
            log.failure("A command could not be carried out: {action}", action=call.action)
            return call.error(INTERNAL_ERROR), _nothing
        return call.result(encode(answer.confirmation)), answer.then

    def _sendLater(self, seconds: float, text: bytes, then: Callable[[], object]) -> None:
        def due() -> None:
            self._late.discard(call)
            self._send(text)
            then()

        call = self._clock.callLater(seconds, due)
        self._late.add(call)

    def _send(self, text: bytes) -> None:
        if self._isOpen:
            self._wire.send(text)
            self._sent()

    def close(self) -> None:
        """The link is gone; ends everything."""
        self._isOpen = False
        self._expiry.cancel()
        late, self._late = self._late, set()
        for call in late:
            call.cancel()
        for pending in self._exchange.close():
            pending.waiter.result.errback(Disconnected(pending.call.action))


def _nothing() -> None:
    pass
