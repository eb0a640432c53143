"""
All sessions: making, finding, timing out and ending them.

Owns the sessions by their authentication token.  Runs on the OPC UA thread.
Whoever keeps something for a session hears of its end by ``ended``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from opcua import ua

from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.timer import Timer
from ocppgw.uaserver.transport.channel import Channel

TOKEN_SIZE = 32
NONCE_SIZE = 32
#: What somebody wants whose request is in no session of its channel, as the audit trail has it.
SESSION = "Session"
_SHORTEST_REST = 0.01


class Sessions:
    """
    The sessions of a server.

    :ivar ended: called with (session, deleteSubscriptions) when one is over.
    """

    def __init__(self, environment: Environment) -> None:
        self.ended: list[Callable[[Session, bool], None]] = []
        self._environment = environment
        self._byToken: dict[bytes, Session] = {}

    def __len__(self) -> int:
        return len(self._byToken)

    def all(self) -> list[Session]:
        """The living sessions, the oldest first."""
        return list(self._byToken.values())

    @property
    def _limits(self) -> Limits:
        return self._environment.limits

    def create(self, channel: Channel, name: str, requestedTimeout: float) -> Session:
        """
        A new session, not yet activated.

        :param requestedTimeout: milliseconds as the client asks.
        :raise Fault: when there are too many.
        """
        self._makeRoom()
        entropy = self._environment.entropy
        session = Session(
            sessionId=ua.NodeId(UUID(bytes=entropy(16)), 1),
            token=entropy(TOKEN_SIZE),
            name=name,
            channel=channel,
            timeout=self._revisedTimeout(requestedTimeout) / 1000,
            life=Timer(self._environment.clock),
        )
        session.nonce = entropy(NONCE_SIZE)
        session.bind(channel)
        self._byToken[session.token] = session
        self.touch(session)
        self._watch(session)
        return session

    def find(self, token: Any, channel: Channel) -> Session:
        """
        The session of an authentication token that came by ``channel``, whichever its own is.

        :raise Fault: ``BadSessionIdInvalid`` when there is none.
        """
        identifier = token.Identifier
        found = self._byToken.get(identifier) if isinstance(identifier, bytes) else None
        if found is None:
            raise self._stray(channel, ua.StatusCodes.BadSessionIdInvalid, "no such session")
        return found

    def findOwn(self, token: Any, channel: Channel) -> Session:
        """
        The session of a token, if it came by the session's own channel.

        :raise Fault: also ``BadSecureChannelIdInvalid``.
        """
        session = self.find(token, channel)
        if session.channel is not channel:
            code, why = ua.StatusCodes.BadSecureChannelIdInvalid, "another channel's session"
            self._environment.security.refuse(SESSION, code, channel.peer, why)
            raise Fault(code, why)
        return session

    def findActivated(self, token: Any, channel: Channel) -> Session:
        """
        The activated session of a token, if it came by the session's own channel.

        :raise Fault: also ``BadSessionNotActivated``.
        """
        session = self.findOwn(token, channel)
        self.touch(session)
        if session.viewer is None:
            code = ua.StatusCodes.BadSessionNotActivated
            raise self._stray(channel, code, "session is not activated")
        return session

    def _stray(self, channel: Channel, code: int, why: str) -> Fault:
        # Every client that reconnects after a restart or a time-out does that: no warning.
        self._environment.security.strayed(SESSION, code, channel.peer, why)
        return Fault(code, why)

    def touch(self, session: Session) -> None:
        """The client gave a sign of life."""
        session.heard = self._environment.clock.seconds()

    def renewNonce(self, session: Session) -> None:
        """What was signed once is never asked for again."""
        session.nonce = self._environment.entropy(NONCE_SIZE)

    def close(self, session: Session, deleteSubscriptions: bool) -> None:
        """End a session."""
        if session.closed:
            return
        session.closed = True
        session.life.stop()
        del self._byToken[session.token]
        for tell in self.ended:
            tell(session, deleteSubscriptions)
        for exchange in list(session.waiting):  # OPC 10000-4, 5.6.4.1
            exchange.fault(ua.StatusCodes.BadSessionClosed)
        session.continuationPoints.clear()
        session.unbind()

    def closeOf(self, users: frozenset[str]) -> None:
        """End the sessions of these users: what they may do has changed."""
        for session in self.all():
            if session.userName in users:
                self.close(session, deleteSubscriptions=True)

    def closeWithout(self, trusts: Callable[[Certificate], bool]) -> None:
        """End the sessions of clients with a certificate that is not trusted any more."""
        for session in self.all():
            if session.client is not None and not trusts(session.client):
                self.close(session, deleteSubscriptions=True)

    def channelClosed(self, channel: Channel) -> None:
        """
        A channel is gone.  An activated session waits for another one until
        its timeout; any other ends.
        """
        for session in list(channel.sessions):
            if session.isActivated:
                session.unbind()
            else:
                self.close(session, deleteSubscriptions=True)

    def closeAll(self) -> None:
        """The server stops."""
        for session in self.all():
            self.close(session, deleteSubscriptions=True)

    def _revisedTimeout(self, requested: float) -> float:
        limits = self._limits
        if not requested > 0:  # also NaN
            return limits.sessionTimeoutDefault
        return min(max(requested, limits.sessionTimeoutMin), limits.sessionTimeoutMax)

    def _makeRoom(self) -> None:
        waiting = [each for each in self._byToken.values() if not each.isActivated]
        if len(waiting) >= self._limits.unactivatedSessions:
            # As OPC 10000-4, 5.6.2 advises: who never activated gives way.
            self.close(waiting[0], deleteSubscriptions=True)
        elif len(self._byToken) >= self._limits.sessions:
            raise Fault(ua.StatusCodes.BadTooManySessions, "too many sessions")

    def _watch(self, session: Session) -> None:
        silent = self._environment.clock.seconds() - session.heard
        if silent >= session.timeout:
            # Its subscriptions may still be transferred until their own lifetime ends.
            self.close(session, deleteSubscriptions=False)
        else:
            # What rounding leaves must not be waited for again and again.
            rest = max(session.timeout - silent, _SHORTEST_REST)
            session.life.start(rest, lambda: self._watch(session))
