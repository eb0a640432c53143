"""
The certificate of the OPC UA side: ready before the server is, and kept from running out.

Owns when it is looked at: once before the start, then daily.  All work is done in the pool.
Reactor thread.  `OpcUaCertificate.prepare` fires with the identity or fails with ``OSError``; the
daily look ends in the log where it fails.  A test gives a folder, a ``Clock`` and a pool.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.task import LoopingCall
from twisted.internet.threads import deferToThreadPool
from twisted.logger import Logger
from twisted.python.failure import Failure
from twisted.python.threadpool import ThreadPool

from ocppgw.uaserver.security.ownidentity import OwnIdentity, Wanted, prepared

DAY = 86_400.0
WARNING = timedelta(days=30)
"""Before its end, a certificate that only the site can renew is told of daily."""

log = Logger()


class OpcUaCertificate:
    """
    Keeps our certificate.

    :param folder: ``STATE/pki/own``.
    :param wanted: what a certificate of ours says; may ask a name server, in the pool.
    """

    def __init__(
        self,
        folder: Path,
        wanted: Callable[[], Wanted],
        pool: ThreadPool,
        reactor: Any,
        now: Callable[[], datetime],
    ) -> None:
        self._folder, self._wanted = folder, wanted
        self._pool, self._reactor, self._now = pool, reactor, now
        self._identity: OwnIdentity | None = None
        self._replaced: Callable[[OwnIdentity], None] = lambda identity: None
        self._looking: Deferred[Any] = succeed(None)
        self._daily = LoopingCall(self.look)
        self._daily.clock = reactor

    def prepare(self) -> Deferred[OwnIdentity]:
        """Read it, or make it; fires with it."""
        return self._prepared().addCallback(self._keep)

    def start(self, replaced: Callable[[OwnIdentity], None]) -> None:
        """Begin to look daily; ``replaced`` is told of a new one."""
        self._replaced = replaced
        self._daily.start(DAY, now=False)

    def stop(self) -> Deferred[Any]:
        """End; fires when nothing is being done any more."""
        if self._daily.running:
            self._daily.stop()
        return self._looking

    def values(self) -> Mapping[str, datetime]:
        """What the object Gateway shows of it."""
        return {} if self._identity is None else {"CertificateExpiry": self._identity.expiry}

    def _prepared(self) -> Deferred[OwnIdentity]:
        return deferToThreadPool(
            self._reactor,
            self._pool,
            lambda: prepared(self._folder, self._wanted(), self._now()),
        )

    def look(self) -> Deferred[Any]:
        """Look at it now; fires when that is done, and never fails."""
        self._looking = self._prepared().addCallbacks(self._looked, self._failed)
        return self._looking

    def _looked(self, identity: OwnIdentity) -> None:
        before = self._identity
        self._keep(identity)
        if before is None or before.certificate != identity.certificate:
            log.info(
                "The OPC UA certificate is another one: {name}", name=str(identity.certificate)
            )
            self._replaced(identity)

    def _keep(self, identity: OwnIdentity) -> OwnIdentity:
        self._identity = identity
        if identity.expiry - self._now() < WARNING:
            log.warn("The OPC UA certificate ends at {end}", end=identity.expiry.isoformat())
        return identity

    def _failed(self, failure: Failure) -> None:
        log.failure("The OPC UA certificate could not be looked at", failure=failure)
