"""What the server is told once, at its start; data only."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import field, frozen

from ocppgw.access.roles import Role
from ocppgw.uaserver.limits import Limits


@frozen
class ServerSettings:
    """
    :ivar built: when this copy of the software was put together; ``None`` where nobody knows.
    :ivar host: interface to listen on.
    :ivar hostName: what clients are told where they named no host themselves.
    :ivar port: TCP port; 0 lets the system choose.
    :ivar path: path of the endpoint URL, beginning with a slash.
    :ivar anonymousLoopback: role of a client on this machine without a user name.
    :ivar anonymousRemote: the same for any other machine.
    :ivar writeWait: seconds after which a waiting Write is answered
        ``GoodCompletesAsynchronously``.
    """

    applicationUri: str = "urn:localhost:ocppgw"
    applicationName: str = "ocppgw"
    productUri: str = "urn:ocppgw"
    softwareVersion: str = "0"
    built: datetime | None = None
    host: str = "127.0.0.1"
    hostName: str = "localhost"
    port: int = 4840
    path: str = "/ocppgw/"
    anonymousLoopback: Role = Role.engineer
    anonymousRemote: Role = Role.none
    writeWait: float = 4.0
    started: datetime = field(factory=lambda: datetime.now(UTC))
    limits: Limits = field(factory=Limits)
