"""
The TLS of the console: what new connections of browsers get.

Owns the certificate in force.  `readTls` reads files and blocks; `ConsoleTls.use` puts what was
read in force, and connections that are open keep theirs.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import attrs
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates
from OpenSSL import SSL
from OpenSSL.crypto import X509, PKey
from twisted.internet.interfaces import IOpenSSLServerConnectionCreator
from twisted.internet.ssl import CertificateOptions, TLSVersion
from twisted.logger import Logger
from twisted.protocols.tls import TLSMemoryBIOProtocol
from zope.interface import implementer

from ocppgw.central.entrance.tls.certificates import SOON, endOf
from ocppgw.config.web import WebSection

log = Logger()


@attrs.frozen
class Tls:
    """
    What to speak TLS with.

    :ivar expiry: when the first certificate of the chain ends.
    :ivar stamp: the certificate and its chain, to tell one from another.
    """

    options: CertificateOptions = attrs.field(eq=False, repr=False)
    expiry: datetime
    stamp: tuple[bytes, ...] = attrs.field(repr=False)


def readTls(section: WebSection) -> Tls | None:
    """
    What to speak TLS with, off the disk; ``None`` where that is not wanted.

    Blocks.  Fails with ``OSError``, whose text names the files.
    """
    if not section.certificates:
        return None
    path = section.certificates[0]
    keyPath = section.keys[0] if section.keys else path
    try:
        chain = load_pem_x509_certificates(path.read_bytes())
        key = load_pem_private_key(keyPath.read_bytes(), None)
        own, *issuers = map(X509.from_cryptography, chain)
        options = CertificateOptions(
            privateKey=PKey.from_cryptography_key(key),  # type: ignore[arg-type]
            certificate=own,
            extraCertChain=issuers,
            raiseMinimumTo=TLSVersion.TLSv1_2,
        )
        options.getContext().check_privatekey()
    except (ValueError, TypeError, SSL.Error) as error:
        raise OSError(f"{path} and {keyPath} are no certificate with its key: {error}") from None
    return Tls(options, endOf(chain), tuple(one.tbs_certificate_bytes for one in chain))


@implementer(IOpenSSLServerConnectionCreator)
class ConsoleTls:
    """
    Gives each connection its TLS.

    :param now: the time of day, aware UTC.
    """

    def __init__(self, tls: Tls, now: Callable[[], datetime]) -> None:
        self._tls = tls
        self._now = now
        self._review()

    def use(self, tls: Tls) -> None:
        """New connections get this from now on."""
        before, self._tls = self._tls, tls
        if before != tls:
            log.info("The console shows another certificate; it ends at {end}", end=self._end)
        self._review()

    def values(self) -> Mapping[str, datetime]:
        """What the object Gateway shows of it."""
        return {"CertificateExpiry": self._tls.expiry}

    def serverConnectionForTLS(self, tlsProtocol: TLSMemoryBIOProtocol) -> SSL.Connection:
        """Called by Twisted for each new connection."""
        return SSL.Connection(self._tls.options.getContext(), None)

    @property
    def _end(self) -> str:
        return self._tls.expiry.isoformat()

    def _review(self) -> None:
        if self._tls.expiry - self._now() < SOON:
            log.warn("The certificate of the console ends at {end}", end=self._end)
