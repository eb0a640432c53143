"""
The other end of a TLS connection: whom its certificate is about, why there was no TLS with it.

Functions of a transport; a plain one has neither.
"""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.python.failure import Failure

from ocppgw.central.entrance.tls.clientcertificates import Subject, subjectOf
from ocppgw.central.entrance.tls.contexts import reason

_EVENTS = (
    # An alert is what the other end says, of us.
    ("alert certificate", "InvalidCentralSystemCertificate"),
    ("alert bad certificate", "InvalidCentralSystemCertificate"),
    ("alert unsupported certificate", "InvalidCentralSystemCertificate"),
    ("alert unknown ca", "InvalidCentralSystemCertificate"),
    ("certificate", "InvalidChargePointCertificate"),
    ("version", "InvalidTLSVersion"),
    ("protocol", "InvalidTLSVersion"),
    ("cipher", "InvalidTLSCipherSuite"),
)
"""What stands in OpenSSL's words, and which security event of the Whitepaper that is."""


def subjectOfPeer(transport: Any) -> Subject | None:
    """Whom the certificate of the other end is about; ``None`` where it showed none."""
    asking = getattr(transport, "getPeerCertificate", None)
    certificate = asking() if asking is not None else None
    return None if certificate is None else subjectOf(certificate.to_cryptography())


def troubleOf(lost: Failure, transport: Any) -> tuple[str, str] | None:
    """
    Why the TLS of a connection failed, and the security event that this is, if it is one.

    ``None`` where a connection ended for another reason.
    """
    error = lost.value
    if not isinstance(error, SSL.Error):
        return None
    said = reason(error)
    event = next((event for word, event in _EVENTS if word in said), "")
    connection = getattr(transport, "getHandle", lambda: None)()
    detail = connection.get_app_data() if isinstance(connection, SSL.Connection) else None
    return f"no TLS: {said}" + (f": {detail}" if detail else ""), event
