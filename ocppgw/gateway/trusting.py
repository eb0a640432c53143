"""
Deciding about certificates of OPC UA clients, for the console.

Moves files between folders in the pool, and writes into the audit trail what was decided.  Reactor
thread; every Deferred fires.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool
from zope.interface import implementer

from ocppgw.central.administering.audit import VALUE, bounded, words
from ocppgw.interfaces import ITrust, KnownCertificate
from ocppgw.model.facts import CommandEnded
from ocppgw.model.outcomes import Answered, Outcome, Refusal, Refused
from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.trustfolders import Filed, filed, move

log = Logger()


@implementer(ITrust)
class Trusting:
    """
    Shows the certificates in a folder of `TrustList`, and moves them.

    :param keep: takes an entry of the audit trail.
    :param changed: told that somebody is trusted no more; has to return at once.
    """

    def __init__(
        self,
        folder: Path,
        keep: Callable[[CommandEnded], object],
        changed: Callable[[], None],
        pool: ThreadPool,
        reactor: Any,
        now: Callable[[], datetime],
    ) -> None:
        self._folder = folder
        self._keep = keep
        self._changed = changed
        self._pool = pool
        self._reactor = reactor
        self._now = now

    def certificates(self) -> Deferred[tuple[KnownCertificate, ...]]:
        return self._inPool(lambda: tuple(map(_known, filed(self._folder)))).addErrback(_nothing)

    def decide(self, thumbprint: str, trust: bool, user: str) -> Deferred[Outcome]:
        moved = self._inPool(lambda: move(self._folder, thumbprint, trust))
        done: Deferred[Outcome] = moved.addCallbacks(
            lambda found: self._decided(found, thumbprint, trust, user), _failed
        )
        return done.addCallback(self._audited, thumbprint, trust, user)

    def _inPool(self, work: Callable[[], Any]) -> Deferred[Any]:
        return deferToThreadPool(self._reactor, self._pool, work)

    def _decided(
        self, found: Certificate | None, thumbprint: str, trust: bool, user: str
    ) -> Outcome:
        if found is None:
            where = "rejected" if trust else "trusted"
            return Refused(Refusal.unknownTarget, f"pki/{where} has no such certificate")
        log.info(
            "{user} {decided} the certificate {certificate}",
            user=user,
            decided="trusts" if trust else "rejects",
            certificate=str(found),
        )
        if not trust:
            self._changed()
        return Answered("Trusted" if trust else "Distrusted", {"Name": found.commonName})

    def _audited(self, outcome: Outcome, thumbprint: str, trust: bool, user: str) -> Outcome:
        status, detail = words(outcome)
        arguments = f"thumbprint={bounded(thumbprint, VALUE)}"
        if isinstance(outcome, Answered):
            arguments = f"{arguments} name={bounded(outcome.outputs['Name'], VALUE)}"
        self._keep(
            CommandEnded(
                name="TrustCertificate" if trust else "RejectCertificate",
                arguments=arguments,
                status=status,
                detail=detail,
                user=user,
                origin="web",
                at=self._now(),
            )
        )
        return outcome


def _known(one: Filed) -> KnownCertificate:
    certificate, content = one.certificate, one.certificate.content
    return KnownCertificate(
        thumbprint=certificate.thumbprint.hex(),
        isTrusted=one.isTrusted,
        name=certificate.commonName,
        issuer="itself" if certificate.isSelfIssued else content.issuer.rfc4514_string(),
        uris=certificate.uris,
        begins=content.not_valid_before_utc,
        ends=content.not_valid_after_utc,
        keyBits=certificate.keyBits,
        file=one.path.name,
    )


def _nothing(failure: Failure) -> tuple[KnownCertificate, ...]:
    log.failure("The certificates of OPC UA clients could not be looked at", failure=failure)
    return ()


def _failed(failure: Failure) -> Outcome:
    if failure.check(OSError):
        return Refused(Refusal.failed, f"the file could not be moved: {failure.getErrorMessage()}")
    log.failure("Deciding about a certificate failed", failure=failure)
    return Refused(Refusal.failed, "a mistake of the gateway; its log has it")
