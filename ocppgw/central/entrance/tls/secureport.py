"""
The TLS of one port: which files make it, and the context that new connections get.

Owns the context in force.  When the files change a new one is made of them; where that fails the
old one stays and the log says why.  Connections that are open keep theirs.  Reactor thread; a
test calls `SecurePort.refresh` instead of waiting.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path

from OpenSSL import SSL
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.logger import Logger
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from ocppgw.central.entrance.tls.certificates import (
    BadCertificate,
    Identification,
    endOf,
    inspect,
    readChain,
)
from ocppgw.central.entrance.tls.contexts import TrustedClients, context
from ocppgw.config.listeners import TLS_CERTIFICATE, ListenerTable

log = Logger()

_Stamp = tuple[tuple[str, int, int, int], ...]


@implementer(IOpenSSLServerConnectionCreator)
class SecurePort:
    """
    Gives each connection its TLS.

    :param now: the time of day, aware UTC.
    :ivar expiry: when the first certificate ends that is shown here.
    """

    def __init__(
        self,
        listener: ListenerTable,
        identifications: Sequence[Identification],
        now: Callable[[], datetime],
    ) -> None:
        self._listener = listener
        self._identifications = identifications
        self._now = now
        self._clients = (
            TrustedClients(listener.clientCas, listener.revocationLists)
            if listener.securityProfile == TLS_CERTIFICATE
            else None
        )
        self._stamp: _Stamp = ()
        self._context: SSL.Context | None = None
        self.expiry: datetime | None = None

    def load(self) -> None:
        """
        Read the files, for the first time or again, and look them over.

        :raises BadCertificate: where they cannot be used; what was in force stays so.
        """
        self._stamp = _stamp(self._files())
        made = context(self._identifications, self._clients, self._listener.legacyTls)
        chains = [readChain(one.certificate) for one in self._identifications]
        self._context, self.expiry = made, min(endOf(chain) for chain in chains)
        self.review()

    def refresh(self) -> None:
        """Read the files again if they changed."""
        if _stamp(self._files()) == self._stamp:
            return
        try:
            self.load()
        except BadCertificate as error:
            log.error("Certificates were not taken over: {why}", why=str(error))
        else:
            log.info("Certificates of {endpoint} read again", endpoint=self._listener.endpoint)

    def review(self) -> None:
        """Log what charge points may stumble over."""
        for one in self._identifications:
            for fault in inspect(readChain(one.certificate), self._listener.hostName, self._now()):
                log.warn("The certificate {file} {fault}", file=str(one.certificate), fault=fault)

    def serverConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """Called by Twisted for each new connection."""
        assert self._context is not None, "loaded before the port opens"
        return SSL.Connection(self._context, None)

    def _files(self) -> tuple[Path, ...]:
        shown = (path for one in self._identifications for path in (one.certificate, one.key))
        return (*shown, *self._listener.clientCas, *self._listener.revocationLists)


def _stamp(files: Sequence[Path]) -> _Stamp:
    """Changes when a file does."""
    found = []
    for path in files:
        try:
            status = path.stat()
        except OSError:
            found.append((str(path), 0, 0, 0))
        else:
            found.append((str(path), status.st_mtime_ns, status.st_size, status.st_ino))
    return tuple(found)
