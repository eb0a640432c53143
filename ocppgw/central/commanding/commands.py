"""
Takes commands in: refuses what cannot be, has the rest done in order and in time.

Owns: the commands that have not ended.  In: `issue`, and facts about links.  Out: Calls, facts,
outcomes.  Reactor thread.  The Deferred of `issue` always fires with an outcome: the answer, a
refusal, the deadline, a lost link or the gateway's stop.  A test counts on the record's
``commandsWaiting`` and ``lastCommand``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from twisted.internet.defer import CancelledError, Deferred, succeed
from twisted.logger import Logger
from zope.interface import implementer

from ocppgw.central.administering import audit
from ocppgw.central.commanding.conversation import Conversation
from ocppgw.central.commanding.errands import ERRANDS
from ocppgw.central.commanding.limits import invalid
from ocppgw.central.commanding.lines import Lines, Turn
from ocppgw.central.commanding.pending import WITHDRAWN, Pending
from ocppgw.central.commanding.refusals import fromFailure, fromState
from ocppgw.central.commanding.remotestarts import RemoteStarts
from ocppgw.central.commanding.requests import requestOf
from ocppgw.central.commanding.setpoints import Setpoints
from ocppgw.central.linking.calling import CallFailed
from ocppgw.central.means import Means
from ocppgw.central.terms import Terms
from ocppgw.interfaces import ICommands
from ocppgw.model.commands import Command
from ocppgw.model.facts import CommandQueued, Fact, LinkLost, LinkOpened
from ocppgw.model.outcomes import Outcome, Refusal, Refused
from ocppgw.model.records import ChargePointRecord
from ocppgw.v16.idtags import maySend
from ocppgw.v16.messages import Message, RemoteStartTransactionRequest

log = Logger()

STOPPING = Refused(Refusal.stopping, "the gateway is stopping")
LOST = Refused(Refusal.connectionLost, "the connection was lost")
MISTAKE = Refused(Refusal.failed, "a mistake of the gateway; its log has it")


@implementer(ICommands)
class Commands:
    """Commands to all charge points."""

    hearsOf: ClassVar[tuple[type[Fact], ...]] = (LinkLost, LinkOpened)

    def __init__(
        self, means: Means, terms: Terms, lines: Lines, remoteStarts: RemoteStarts
    ) -> None:
        self._means = means
        self._terms = terms
        self._lines = lines
        self._remoteStarts = remoteStarts
        self._setpoints = Setpoints()
        self._pending: dict[Pending, Turn] = {}
        self._stopped = False

    def issue(self, command: Command) -> Deferred[Outcome]:
        refused = self._refusal(command)
        if refused is None:
            return self._takeIn(command)
        self._means.note(command.nodeName, audit.ended(command, refused, self._means.now()))
        return succeed(refused)

    def observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """Commands do not outlive the link that they were meant for."""
        if isinstance(fact, LinkLost | LinkOpened):
            self._endAll(LOST, lambda pending: pending.command.nodeName == nodeName)

    def stop(self) -> None:
        """Refuse what comes, end what waits or runs."""
        self._stopped = True
        self._endAll(STOPPING, lambda pending: True)

    def _refusal(self, command: Command) -> Refused | None:
        if self._stopped:
            return STOPPING
        record = self._means.record(command.nodeName)
        if record is None:
            return Refused(Refusal.unknownTarget, "no such charge point is known")
        request = requestOf(command.action, record, self._terms.remoteIdTag)
        refused = self._cut(command, request)
        if refused is not None and refused.refusal is Refusal.invalidArgument:
            return refused
        isConnected = self._means.caller.isConnected(command.nodeName)
        waiting = self._lines.waiting(command.nodeName) + self._setpoints.waiting(command.nodeName)
        return fromState(command.action, record, isConnected, waiting) or refused

    def _cut(self, command: Command, request: Message | Refused) -> Refused | None:
        """An idTag that this charge point would cut (S22) is refused, like what cannot be sent."""
        if isinstance(request, RemoteStartTransactionRequest):
            limit = self._terms.of(command.nodeName).idTagLength
            if not maySend(request.idTag, limit):
                return invalid("idTag", f"is longer than the {limit} characters it takes")
        return request if isinstance(request, Refused) else None

    def _takeIn(self, command: Command) -> Deferred[Outcome]:
        settings = self._terms.of(command.nodeName)
        limits = (settings.callTimeout, command.deadline)
        limit = max(0.0, min(one for one in limits if one is not None))
        now = self._means.now()
        pending = Pending(command, now, self._means.clock, limit, self._ended)
        turn = Turn(lambda: self._begin(talk))
        talk = Conversation(
            pending,
            self._means,
            settings,
            self._terms.remoteIdTag,
            self._remoteStarts,
            lambda: self._lines.done(command.nodeName, turn),
        )
        self._pending[pending] = turn
        self._means.note(command.nodeName, CommandQueued(command.name, now))
        if not self._setpoints.follows(pending):
            self._lines.join(command.nodeName, turn)
        return pending.outcome

    def _begin(self, talk: Conversation) -> None:
        Deferred.fromCoroutine(self._run(talk))

    async def _run(self, talk: Conversation) -> None:
        try:
            outcome = await ERRANDS[type(talk.pending.command.action)](talk)
        except CancelledError:
            outcome = WITHDRAWN
        except CallFailed as error:
            outcome = fromFailure(error)
        except Exception:  # noqa: BLE001 - a mistake of ours must not leave somebody waiting
            log.failure("Command {name} failed", name=talk.pending.command.name)
            outcome = MISTAKE
        talk.pending.end(outcome)
        talk.release()

    def _ended(self, pending: Pending, outcome: Outcome) -> None:
        command, now = pending.command, self._means.now()
        turn = self._pending.pop(pending)
        alike, heir = self._setpoints.ended(pending, outcome)
        if heir is None:
            self._lines.leave(command.nodeName, turn)
        else:
            # In its place: behind newer words on the same thing, the older one would win.
            self._lines.succeed(command.nodeName, turn, self._pending[heir])
        self._means.note(command.nodeName, audit.ended(command, outcome, now, pending.queuedAt))
        for one in alike:
            one.end(outcome)

    def _endAll(self, outcome: Outcome, isMeant: Callable[[Pending], bool]) -> None:
        for pending in tuple(self._pending):
            if isMeant(pending):
                pending.end(outcome)
