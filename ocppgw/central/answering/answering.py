"""
From a Call to its answer: find the action, read the request, let its responder answer, keep the
facts, write the confirmation.

Holds no state.  The answer always comes, with one exception: a store that cannot keep what the
answer would promise.  A mistake of ours is a CallError InternalError and a log entry.  Reactor
thread.
"""

from __future__ import annotations

import inspect
from datetime import datetime

import attrs
from twisted.internet.defer import Deferred
from twisted.logger import Logger

from ocppgw.central.answering.deviating import Deviating
from ocppgw.central.answering.patience import Patience
from ocppgw.central.answering.reading import Reading
from ocppgw.central.answering.responders import RESPONDERS
from ocppgw.central.answering.responders.answer import Answer, Refused
from ocppgw.central.answering.responders.desk import Desk
from ocppgw.central.answering.responders.situation import Situation
from ocppgw.central.recording import Recorder
from ocppgw.interfaces import StoreFailed
from ocppgw.ocppj import errorcodes
from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.ocppj.frames import Call, CallError, CallResult
from ocppgw.v16 import actions, decoding
from ocppgw.v16.findings import Invalid
from ocppgw.v16.messages import Message

log = Logger()

UNREGISTERED = ("Pending", "Rejected")
"""Registrations that a strict Central System lets send BootNotification only."""


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
    ) -> Deferred[CallResult | CallError | None]:
        """The frame to send, ``None`` for no answer; never fails."""
        return Deferred.fromCoroutine(self._answer(nodeName, call, isStrict, receivedAt))

    async def _answer(
        self, nodeName: str, call: Call, isStrict: bool, receivedAt: datetime
    ) -> CallResult | CallError | None:
        try:
            confirmation = await self._confirm(nodeName, call, isStrict, receivedAt)
        except Refused as refused:
            self.deviating.note(nodeName, refused.deviations)
            return call.error(refused.code, str(refused))
        except StoreFailed as failed:
            log.error(
                "{node}: {action} stays without an answer, because the store failed: {why}",
                node=nodeName,
                action=call.action,
                why=str(failed),
            )
            return None
        except Exception:  # noqa: BLE001 - whatever went wrong, the charge point waits
            log.failure("Answering {action} of {node} failed", action=call.action, node=nodeName)
            return call.error(errorcodes.INTERNAL_ERROR, "the Central System failed")
        return call.result(decoding.encode(confirmation))

    async def _confirm(
        self, nodeName: str, call: Call, isStrict: bool, receivedAt: datetime
    ) -> Message:
        action = self._find(nodeName, call, isStrict)
        record = self.desk.registry.record(nodeName)
        if record is None:
            raise Refused(errorcodes.SECURITY_ERROR, "not known any more")
        if isStrict and record.registration.status in UNREGISTERED and action.name != BOOT:
            raise Refused(errorcodes.SECURITY_ERROR, "not accepted yet")
        request = None if isStrict else decoding.glance(action.request, call.payload)
        if request is None:
            request = await self._study(nodeName, call, action, isStrict)
        while True:
            try:
                return await self._respond(nodeName, action.name, request, receivedAt)
            except StoreFailed:
                if not await self.patience.wait(nodeName):
                    raise

    async def _respond(
        self, nodeName: str, action: str, request: Message, receivedAt: datetime
    ) -> Message:
        record = self.desk.registry.record(nodeName)
        if record is None:
            raise Refused(errorcodes.SECURITY_ERROR, "not known any more")
        answer = RESPONDERS[action](request, Situation(nodeName, record, self.desk, receivedAt))
        if inspect.isawaitable(answer):
            answer = await answer
        return await self._keep(nodeName, answer)

    def _find(self, nodeName: str, call: Call, isStrict: bool) -> actions.Action:
        found = actions.find(call.action, lenient=not isStrict)
        if found.action is None:
            raise Refused(errorcodes.NOT_IMPLEMENTED, "this action is not known")
        if found.action.name not in RESPONDERS:
            raise Refused(errorcodes.NOT_SUPPORTED, "a charge point does not ask this")
        if found.deviation is not None:
            self.deviating.note(nodeName, (found.deviation,))
        return found.action

    async def _study(
        self, nodeName: str, call: Call, action: actions.Action, isStrict: bool
    ) -> Message:
        try:
            decoded = await self.reading.study(action.request, call.payload, isStrict)
        except Invalid as error:
            example = excerpt(call.payload)
            odd = Deviation("unreadable", error.path, error.description, example, error.errorCode)
            self.deviating.note(nodeName, (odd,))
            raise Refused(error.errorCode, error.description) from None
        self.deviating.note(nodeName, decoded.deviations)
        return decoded.message

    async def _keep(self, nodeName: str, answer: Answer) -> Message:
        if not answer.isPromise:
            self._note(nodeName, answer)
            return answer.confirmation
        try:
            await self.recorder.commit(nodeName, *answer.facts)
        except StoreFailed:
            if answer.otherwise is None:
                raise
            return answer.otherwise
        self.deviating.note(nodeName, answer.deviations)
        return answer.confirmation

    def _note(self, nodeName: str, answer: Answer) -> None:
        self.deviating.note(nodeName, answer.deviations)
        self.recorder.note(nodeName, *answer.facts)


BOOT = "BootNotification"
