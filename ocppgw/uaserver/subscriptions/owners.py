"""
Who a subscription belongs to, so that nobody else takes it over (OPC 10000-4,
5.13.7.1).  Pure.
"""

from __future__ import annotations

from attrs import frozen

from ocppgw.access.peers import hostOf
from ocppgw.uaserver.sessions.session import Session


@frozen
class Owner:
    """
    A client and its user.

    :ivar userName: ``None`` for the anonymous user.
    :ivar certificate: of the client; ``None`` without security.
    :ivar host: where a client without user name and certificate comes from,
        because nothing else tells one from another; else empty.
    """

    userName: str | None
    certificate: bytes | None
    host: str


def ownerOf(session: Session) -> Owner:
    """The owner of what a session makes."""
    isNobody = session.userName is None and session.clientCertificate is None
    peer = session.viewer.peer if isNobody and session.viewer is not None else ""
    return Owner(session.userName, session.clientCertificate, hostOf(peer))
