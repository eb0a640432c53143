"""
One OPC UA session (OPC 10000-4, 5.6): data, and the few moments of its life.

Nothing here judges a request; `Sessions` does.
"""

from __future__ import annotations

from typing import Any

from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.timer import Timer
from ocppgw.uaserver.transport.channel import Channel


class Session:
    """
    A client's session.

    :ivar sessionId: its NodeId, no secret.
    :ivar token: the authentication token, a secret that every request carries.
    :ivar application: the client's ApplicationName, for people.
    :ivar channel: the channel it is bound to; ``None`` after that was lost.
    :ivar client: the client's certificate; ``None`` without one.
    :ivar nonce: what the next ActivateSession has to sign.
    :ivar viewer: the user, once activated.
    :ivar timeout: seconds without a request after which it ends.
    :ivar continuationPoints: what BrowseNext goes on with, oldest first.
    :ivar historyPoints: what HistoryRead goes on with.
    :ivar awaited: requests that wait for the reactor thread.
    :ivar waiting: exchanges that are not answered yet; what waits is bounded by its service.
    """

    def __init__(
        self, sessionId: Any, token: bytes, name: str, channel: Channel, timeout: float, life: Timer
    ) -> None:
        self.sessionId = sessionId
        self.token = token
        self.name = name
        self.application = ""
        self.channel: Channel | None = channel
        self.timeout = timeout
        self.life = life
        self.nonce = b""
        self.viewer: Viewer | None = None
        self.userName: str | None = None
        self.client = channel.client
        self.heard = 0.0
        self.closed = False
        self.activating = False
        self.continuationPoints: dict[bytes, Any] = {}
        self.historyPoints: dict[bytes, Any] = {}
        self.awaited = 0
        self.waiting: dict[Any, None] = {}

    @property
    def clientCertificate(self) -> bytes | None:
        """The client's certificate as bytes."""
        return self.client.der if self.client is not None else None

    @property
    def isActivated(self) -> bool:
        """Has a user been accepted?"""
        return self.viewer is not None

    def bind(self, channel: Channel) -> None:
        """Go on with another channel, or the same."""
        if self.channel is not None:
            self.channel.sessions.discard(self)
        self.channel = channel
        channel.sessions.add(self)

    def unbind(self) -> None:
        """The channel is gone."""
        if self.channel is not None:
            self.channel.sessions.discard(self)
            self.channel = None
