"""
Requests to the gateway itself: decided, stored, then answered.

Owns: one lock, so that each request is decided upon what the one before it changed.  In:
`perform`.  Out: facts to the store, links that are closed, the table of idTags.  Reactor thread.
Every Deferred fires with an outcome: an answer once the change is stored, or a refusal; at the
latest after `LONGEST` seconds.  A change that the store had in hand by then is still carried out
and written down, should the store go on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from twisted.internet.defer import CancelledError, Deferred, DeferredLock, maybeDeferred, succeed
from twisted.logger import Logger
from twisted.python.failure import Failure
from zope.interface import implementer

from ocppgw.central.administering import audit, chargepoints, decisions, idtags
from ocppgw.central.administering.deciding import Change, Decision, Site
from ocppgw.central.answering.idtagbook import IdTagBook
from ocppgw.central.means import Means
from ocppgw.interfaces import IAdministration, StoreFailed
from ocppgw.model import commands as c
from ocppgw.model.commands import GatewayRequest
from ocppgw.model.facts import (
    SITE,
    Fact,
    IdentityReplaced,
    IdTagChanged,
    IdTagRemoved,
    SettingsChanged,
)
from ocppgw.model.outcomes import Answered, Outcome, Refusal, Refused
from ocppgw.model.records import ChargePointRecord, Settings

LONGEST = 30.0
"""Seconds that somebody waits for the store at most."""

_UNDECIDED = Refused(Refusal.timedOut, "the store is held up; nothing was changed")
_IN_HAND = Refused(Refusal.timedOut, "the store is held up; the change may still come about")

log = Logger()

DECIDE: Mapping[type, Callable[[Any, Site], Decision]] = MappingProxyType(
    {
        c.AddChargePoint: chargepoints.addChargePoint,
        c.RemoveChargePoint: chargepoints.removeChargePoint,
        c.ReplaceChargePoint: chargepoints.replaceChargePoint,
        c.AcceptChargePoint: chargepoints.acceptChargePoint,
        c.SetName: decisions.setName,
        c.SetDescription: decisions.setDescription,
        c.SetEnabled: decisions.setEnabled,
        c.SetCommandIdTag: decisions.setCommandIdTag,
        c.ForceClose: decisions.forceClose,
        c.AddIdTag: idtags.addIdTag,
        c.RemoveIdTag: idtags.removeIdTag,
        c.ListIdTags: idtags.listIdTags,
    }
)


@implementer(IAdministration)
class Administration:
    """
    Performs gateway requests, one after another.

    :param settingsOf: what the file says of an identity.
    """

    def __init__(
        self, means: Means, book: IdTagBook, settingsOf: Callable[[str], Settings]
    ) -> None:
        self._means = means
        self._book = book
        self._settingsOf = settingsOf
        self._lock = DeferredLock()
        self._stopped = False
        means.recorder.observe(
            lambda nodeName, fact, record: book.take(fact), IdTagChanged, IdTagRemoved
        )

        # Told by the fact, which may come about after a commit that reported a failure.
        means.recorder.observe(self._closeUnwanted, SettingsChanged, IdentityReplaced)

    def _closeUnwanted(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """The link of one that is disabled, or whose hardware was replaced, ends."""
        if isinstance(fact, IdentityReplaced):
            self._means.caller.close(nodeName, "replaced")
        elif isinstance(fact, SettingsChanged) and not fact.settings.enabled:
            self._means.caller.close(nodeName, "disabled")

    def perform(self, request: GatewayRequest) -> Deferred[Outcome]:
        if self._stopped:
            return succeed(Refused(Refusal.stopping, "the gateway is stopping"))
        turn = self._lock.acquire()
        answered: Deferred[Outcome] = Deferred()
        timer = self._means.clock.callLater(LONGEST, self._held, request, turn, answered)

        def end(outcome: Outcome) -> None:
            if timer.active():
                timer.cancel()
            if not answered.called:
                answered.callback(outcome)

        done: Deferred[Any] = turn.addCallback(lambda _: self._inTurn(request))
        done.addErrback(_refusal)
        done.addCallback(self._audited, request)
        done.addCallback(end)
        return answered

    def stop(self) -> None:
        """Take no more requests.  Those under way end as the store ends them."""
        self._stopped = True

    def _held(
        self, request: GatewayRequest, turn: Deferred[Any], answered: Deferred[Outcome]
    ) -> None:
        """The store takes too long: who waits is told whether it has the change in hand."""
        if turn.called:
            answered.callback(self._audited(_IN_HAND, request))
        else:
            turn.cancel()

    def _inTurn(self, request: GatewayRequest) -> Deferred[Outcome]:
        def release(result: Any) -> Any:
            self._lock.release()
            return result

        return maybeDeferred(self._perform, request).addBoth(release)

    def _perform(self, request: GatewayRequest) -> Deferred[Outcome]:
        decision = DECIDE[type(request.action)](request.action, self._site())
        if not isinstance(decision, Change):
            return succeed(decision)
        committed = maybeDeferred(self._means.recorder.commit, decision.nodeName, *decision.facts)
        return committed.addCallback(lambda _: decision.answer)

    def _site(self) -> Site:
        means = self._means
        return Site(
            means.registry,
            self._book.table,
            means.caller.isConnected,
            self._settingsOf,
            means.now(),
        )

    def _audited(self, outcome: Outcome, request: GatewayRequest) -> Outcome:
        if not isinstance(request.action, c.ListIdTags) or not isinstance(outcome, Answered):
            entry = audit.ended(request, outcome, self._means.now())
            self._means.recorder.note(SITE, entry)
        return outcome


def _refusal(failure: Failure) -> Outcome:
    if failure.check(CancelledError):
        return _UNDECIDED
    if failure.check(StoreFailed):
        return Refused(Refusal.storeFailed, str(failure.value))
    log.failure("A gateway request failed", failure=failure)
    return Refused(Refusal.failed, "a mistake of the gateway; its log has it")
