"""
Is the application that asks for a session the one that opened the channel, and
is the channel safe enough (OPC 10000-4, 5.6.2)?
"""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.refusals import SecurityRefused
from ocppgw.uaserver.security.suites import NONCE_SIZE
from ocppgw.uaserver.transport.channel import Channel

_CODES = ua.StatusCodes


def judgeClient(channel: Channel, asked: Any) -> None:
    """
    Judge the parameters of a CreateSession.

    :raise Fault: when the client may not have a session.
    """
    if not channel.maySession:
        reason = "security is required from another machine"
        raise Fault(_CODES.BadSecurityPolicyRejected, reason)
    client = channel.client
    if client is None:
        return
    if _leaf(asked.ClientCertificate) != client.der:
        raise Fault(_CODES.BadSecurityChecksFailed, "not the certificate of the channel")
    uri = asked.ClientDescription.ApplicationUri
    if not uri or uri not in client.uris:
        reason = f"its certificate is for {client.uris}, not for the application {uri!r}"
        raise Fault(_CODES.BadCertificateUriInvalid, reason)
    if len(asked.ClientNonce or b"") < NONCE_SIZE:
        raise Fault(_CODES.BadNonceInvalid, "its nonce is too short")


def _leaf(data: bytes | None) -> bytes | None:
    try:
        return Certificate.received(data).der
    except SecurityRefused:
        return None
