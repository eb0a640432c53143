"""
From a Call to its answer: find the action, read the request, let its responder answer, keep the
facts, write the confirmation.

Holds no state.  The answer always comes, with one exception: a store that cannot keep what the
answer would promise.  A mistake of ours is a CallError InternalError and a log entry.  Reactor
thread.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from datetime import datetime
from typing import Any

import attrs
from msgspec import Struct
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from ocppgw.central.answering.deviating import Deviating
from ocppgw.central.answering.patience import Patience
from ocppgw.central.answering.pending import Frame, Pending
from ocppgw.central.answering.reading import HEAVY, Reading
from ocppgw.central.answering.responders import RESPONDERS
from ocppgw.central.answering.responders.answer import Answer, Refused, Responder
from ocppgw.central.answering.responders.desk import Desk
from ocppgw.central.answering.responders.situation import Situation
from ocppgw.central.recording import FEW, Recorder
from ocppgw.interfaces import StoreFailed
from ocppgw.model.records import ChargePointRecord
from ocppgw.ocppj import errorcodes
from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.ocppj.frames import Call, CallError
from ocppgw.v16 import actions, decoding
from ocppgw.v16.findings import Invalid
from ocppgw.v16.messages import Message

log = Logger()

UNREGISTERED = ("Pending", "Rejected")
"""Registrations that a strict Central System lets send BootNotification only."""


class _Kind(Struct, frozen=True, gc=False):
    """
    What a charge point may ask.

    :ivar glance: reads a request about which nothing is odd.
    """

    action: actions.Action
    glance: Callable[[bytes], Message | None]
    respond: Responder


def _kindOf(name: str) -> _Kind:
    action = actions.ACTIONS[name]
    return _Kind(action, decoding.glancing(action.request), RESPONDERS[name])


_KINDS = {name: _kindOf(name) for name in RESPONDERS}
"""By the name that the action should have."""


class _Asked(Struct, frozen=True, gc=False):
    """A Call, and where it came from."""

    nodeName: str
    call: Call
    kind: _Kind
    isStrict: bool
    receivedAt: datetime


async def _instead(error: Exception, answer: Answer) -> Message:
    """As `_otherwise`, for somebody who awaits it."""
    return _otherwise(error, answer)


def _otherwise(error: Exception, answer: Answer) -> Message:
    """What to answer where a promise could not be kept; raises the error where nothing is."""
    if answer.otherwise is None or not isinstance(error, StoreFailed):
        raise error
    return answer.otherwise


@attrs.frozen
class Answering:
    """Answers Calls of any charge point."""

    desk: Desk
    recorder: Recorder
    deviating: Deviating
    patience: Patience
    reading: Reading

    def answer(
        self, nodeName: str, call: Call, isStrict: bool, receivedAt: datetime
    ) -> Frame | Pending:
        """The frame to send; ``None`` where an answer would promise what cannot be kept."""
        try:
            kind = _KINDS.get(call.action) or self._find(nodeName, call, isStrict)
            record = self._record(nodeName)
            if isStrict and record.registration.status in UNREGISTERED and kind.action.name != BOOT:
                raise Refused(errorcodes.SECURITY_ERROR, "not accepted yet")
            mayGlance = not isStrict and len(call.payload) < HEAVY
            request = (call.said or kind.glance(call.payload)) if mayGlance else None
            asked = _Asked(nodeName, call, kind, isStrict, receivedAt)
            if request is None:
                return _pending(self._studied(asked))
            return self._answered(asked, request, record)
        except Exception as error:  # noqa: BLE001 - whatever went wrong, the charge point waits
            return self._failed(nodeName, call, error)

    async def _studied(self, asked: _Asked) -> Frame:
        try:
            request = await self._study(asked)
            record = self._record(asked.nodeName)
            answered = self._answered(asked, request, record, studied=request)
            return await _ended(answered) if isinstance(answered, Pending) else answered
        except Exception as error:  # noqa: BLE001 - as above
            return self._failed(asked.nodeName, asked.call, error)

    def _answered(
        self,
        asked: _Asked,
        request: Message,
        record: ChargePointRecord,
        studied: Message | None = None,
    ) -> Frame | Pending:
        answer = self._respond(asked, request, record)
        if not isinstance(answer, Answer) or len(answer.facts) > FEW:
            return _pending(self._patiently(asked, request, self._attempt(asked, answer)))
        if not answer.isPromise:
            self._note(asked, answer)
            return asked.call.result(decoding.encode(answer.confirmation))
        # The usual way of a promise, without a coroutine, and without a Deferred.
        promise = _Promise(answering=self, asked=asked, answer=answer, studied=studied)
        self.recorder.keep(asked.nodeName, answer.facts, promise.decide)
        return promise

    def _record(self, nodeName: str) -> ChargePointRecord:
        record = self.desk.registry.record(nodeName)
        if record is None:
            raise Refused(errorcodes.SECURITY_ERROR, "not known any more")
        return record

    def _respond(
        self, asked: _Asked, request: Message, record: ChargePointRecord
    ) -> Answer | Awaitable[Answer]:
        settings = self.desk.terms.holding(record)
        situation = Situation(asked.nodeName, record, self.desk, asked.receivedAt, settings)
        return asked.kind.respond(request, situation)

    def kept(self, asked: _Asked, answer: Answer) -> Frame:
        """What to send once an answer's facts are on disk."""
        try:
            self.recorder.apply(asked.nodeName, answer.facts)
            self._deviated(asked, answer)
            return asked.call.result(decoding.encode(answer.confirmation))
        except Exception as error:  # noqa: BLE001 - as above
            return self._failed(asked.nodeName, asked.call, error)

    async def broken(
        self, asked: _Asked, answer: Answer, studied: Message | None, error: StoreFailed
    ) -> Frame:
        """The same where they could not be kept; never fails."""
        try:
            request = asked.kind.glance(asked.call.payload) if studied is None else studied
            assert request is not None, "it was found by a glance"
        except Exception as mistake:  # noqa: BLE001 - as above
            return self._failed(asked.nodeName, asked.call, mistake)
        return await self._patiently(asked, request, _instead(error, answer))

    async def _patiently(
        self, asked: _Asked, request: Message, attempt: Coroutine[Any, Any, Message]
    ) -> Frame:
        """What an attempt comes to, and the ones after it once the store works again."""
        try:
            while True:
                try:
                    confirmation = await attempt
                    return asked.call.result(decoding.encode(confirmation))
                except StoreFailed:
                    if not await self.patience.wait(asked.nodeName):
                        raise
                record = self._record(asked.nodeName)
                attempt = self._attempt(asked, self._respond(asked, request, record))
        except Exception as error:  # noqa: BLE001 - as above
            return self._failed(asked.nodeName, asked.call, error)

    async def _attempt(self, asked: _Asked, answer: Answer | Awaitable[Answer]) -> Message:
        if not isinstance(answer, Answer):
            answer = await answer
        return await self._keep(asked, answer)

    def _failed(self, nodeName: str, call: Call, error: Exception) -> CallError | None:
        """What to answer instead.  To be called while the error is handled."""
        if isinstance(error, Refused):
            self.deviating.note(nodeName, error.deviations, call.token)
            return call.error(error.code, str(error))
        if isinstance(error, StoreFailed):
            log.error(
                "{node}: {action} stays without an answer, because the store failed: {why}",
                node=nodeName,
                action=call.action,
                why=str(error),
            )
            return None
        log.failure("Answering {action} of {node} failed", action=call.action, node=nodeName)
        return call.error(errorcodes.INTERNAL_ERROR, "the Central System failed")

    def _find(self, nodeName: str, call: Call, isStrict: bool) -> _Kind:
        found = actions.find(call.action, lenient=not isStrict)
        if found.action is None:
            raise Refused(errorcodes.NOT_IMPLEMENTED, "this action is not known")
        if found.action.name not in RESPONDERS:
            raise Refused(errorcodes.NOT_SUPPORTED, "a charge point does not ask this")
        if found.deviation is not None:
            self.deviating.note(nodeName, (found.deviation,), call.token)
        return _KINDS[found.action.name]

    async def _study(self, asked: _Asked) -> Message:
        nodeName, call = asked.nodeName, asked.call
        try:
            decoded = await self.reading.study(
                asked.kind.action.request, call.payload, asked.isStrict
            )
        except Invalid as error:
            example = excerpt(call.payload)
            odd = Deviation("unreadable", error.path, error.description, example, error.errorCode)
            self.deviating.note(nodeName, (odd,), call.token)
            raise Refused(error.errorCode, error.description) from None
        self.deviating.note(nodeName, decoded.deviations, call.token)
        return decoded.message

    async def _keep(self, asked: _Asked, answer: Answer) -> Message:
        if not answer.isPromise:
            self._note(asked, answer)
            return answer.confirmation
        try:
            await self.recorder.commit(asked.nodeName, *answer.facts)
        except StoreFailed as error:
            return _otherwise(error, answer)
        self._deviated(asked, answer)
        return answer.confirmation

    def _note(self, asked: _Asked, answer: Answer) -> None:
        self._deviated(asked, answer)
        if answer.facts:
            self.recorder.note(asked.nodeName, *answer.facts)

    def _deviated(self, asked: _Asked, answer: Answer) -> None:
        if answer.deviations:
            self.deviating.note(asked.nodeName, answer.deviations, asked.call.token)


class _Promise(Pending, kw_only=True, gc=False):
    """
    An answer that is pending until the store has decided.

    Hundreds wait at a time.  So a request, which is dozens of objects, is read once more in the
    rare case that it is needed again.

    :ivar studied: the request, where a glance does not give it.
    """

    answering: Answering
    asked: _Asked
    answer: Answer
    studied: Message | None

    def decide(self, error: StoreFailed | None) -> None:
        """Its facts are on disk, or they are not."""
        if error is None:
            self.end(self.answering.kept(self.asked, self.answer))
        else:
            _endWith(self, self.answering.broken(self.asked, self.answer, self.studied, error))


def _pending(coroutine: Coroutine[Any, Any, Frame]) -> Pending:
    """What a coroutine comes to, which never fails."""
    pending = Pending()
    _endWith(pending, coroutine)
    return pending


def _endWith(pending: Pending, coroutine: Coroutine[Any, Any, Frame]) -> None:
    Deferred.fromCoroutine(coroutine).addCallback(pending.end)


async def _ended(pending: Pending) -> Frame:
    """The same, to be awaited by somebody else."""
    if not pending.isOver:
        waiting = Deferred[Frame]()
        pending.told, pending.whose = Deferred.callback, waiting
        await waiting
    return pending.frame


BOOT = "BootNotification"
