"""
Requests to the gateway itself: decided, stored, then answered.

Owns: one lock, so that each request is decided upon what the one before it changed.  In:
`perform`.  Out: facts to the store, links that are closed, the table of idTags.  Reactor thread.
Every Deferred fires with an outcome: an answer once the change is stored, or a refusal.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from twisted.internet.defer import Deferred, DeferredLock, maybeDeferred, succeed
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
from ocppgw.model.facts import SITE
from ocppgw.model.outcomes import Answered, Outcome, Refusal, Refused
from ocppgw.model.records import Settings

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

    def perform(self, request: GatewayRequest) -> Deferred[Outcome]:
        if self._stopped:
            return succeed(Refused(Refusal.stopping, "the gateway is stopping"))
        done: Deferred[Outcome] = self._lock.run(self._perform, request)
        done.addErrback(_refusal)
        return done.addCallback(self._audited, request)

    def stop(self) -> None:
        """Take no more requests.  Those under way end as the store ends them."""
        self._stopped = True

    def _perform(self, request: GatewayRequest) -> Deferred[Outcome]:
        decision = DECIDE[type(request.action)](request.action, self._site())
        if not isinstance(decision, Change):
            return succeed(decision)
        committed = maybeDeferred(self._means.recorder.commit, decision.nodeName, *decision.facts)
        return committed.addCallback(lambda _: self._carriedOut(decision))

    def _site(self) -> Site:
        means = self._means
        return Site(
            means.registry,
            self._book.table,
            means.caller.isConnected,
            self._settingsOf,
            means.now(),
        )

    def _carriedOut(self, change: Change) -> Outcome:
        for fact in change.facts:
            self._book.take(fact)
        if change.closing:
            self._means.caller.close(change.nodeName, change.closing)
        return change.answer

    def _audited(self, outcome: Outcome, request: GatewayRequest) -> Outcome:
        if not isinstance(request.action, c.ListIdTags) or not isinstance(outcome, Answered):
            entry = audit.ended(request, outcome, self._means.now(), queued=False)
            self._means.recorder.note(SITE, entry)
        return outcome


def _refusal(failure: Failure) -> Outcome:
    if failure.check(StoreFailed):
        return Refused(Refusal.storeFailed, str(failure.value))
    log.failure("A gateway request failed", failure=failure)
    return Refused(Refusal.failed, "a mistake of the gateway; its log has it")
