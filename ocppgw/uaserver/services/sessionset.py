"""
Session Service Set (OPC 10000-4, 5.6): CreateSession, ActivateSession and
CloseSession.
"""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.logger import Logger

from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.exchange import LATER, Exchange
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.services.clients import judgeClient
from ocppgw.uaserver.services.discovery import Discovery
from ocppgw.uaserver.sessions.identity import Identities, Identity, Proof
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.sessions.sessions import Sessions

ANONYMOUS = "anonymous"
_NAME_LENGTH = 128

log = Logger()


class SessionSet:
    """
    Makes, activates and closes sessions.

    :ivar userChanged: told a session whose user is another one than before.
    """

    def __init__(
        self, sessions: Sessions, identities: Identities, discovery: Discovery, maxMessage: int
    ) -> None:
        self.userChanged: list[Any] = []
        self._sessions = sessions
        self._identities = identities
        self._discovery = discovery
        self._maxMessage = maxMessage

    def createSession(self, exchange: Exchange, request: Any) -> Any:
        """CreateSession."""
        asked = request.Parameters
        channel = exchange.channel
        judgeClient(channel, asked)
        name = (asked.SessionName or "")[:_NAME_LENGTH]
        session = self._sessions.create(channel, name, asked.RequestedSessionTimeout)
        exchange.session = session
        response = ua.CreateSessionResponse()
        result = response.Parameters
        result.SessionId = session.sessionId
        result.AuthenticationToken = ua.NodeId(session.token, 0)
        result.RevisedSessionTimeout = session.timeout * 1000
        result.ServerNonce = session.nonce
        result.ServerCertificate = channel.ownCertificate
        result.ServerEndpoints = self._discovery.endpoints(asked.EndpointUrl, channel)
        signed = (channel.peerCertificate or b"") + (asked.ClientNonce or b"")
        result.ServerSignature.Algorithm, result.ServerSignature.Signature = channel.sign(signed)
        result.MaxRequestMessageSize = self._maxMessage
        return response

    def activateSession(self, exchange: Exchange, request: Any) -> Any:
        """ActivateSession, also on another channel and for another user."""
        session = self._sessions.find(request.RequestHeader.AuthenticationToken)
        asked = request.Parameters
        self._judgeChannel(session, exchange, asked.ClientSignature)
        if session.activating:
            raise Fault(ua.StatusCodes.BadInvalidState, "already being activated")
        self._sessions.touch(session)
        session.activating = True
        proof = Proof(session.nonce, asked.UserTokenSignature, exchange.channel)
        try:
            self._identities.identify(
                asked.UserIdentityToken,
                proof,
                lambda identity: self._identified(session, exchange, identity),
            )
        except Fault as fault:
            session.activating = False
            why, peer = str(fault), exchange.channel.peer
            log.warn("OPC UA user of {peer} refused: {why}", peer=peer, why=why)
            raise
        return LATER

    def closeSession(self, exchange: Exchange, request: Any) -> Any:
        """CloseSession; also of a session that was never activated."""
        session = self._sessions.find(request.RequestHeader.AuthenticationToken)
        if session.channel is not exchange.channel:
            raise Fault(ua.StatusCodes.BadSecureChannelIdInvalid, "another channel's session")
        self._sessions.close(session, bool(request.DeleteSubscriptions))
        return ua.CloseSessionResponse()

    def _judgeChannel(self, session: Session, exchange: Exchange, signature: Any) -> None:
        channel = exchange.channel
        if not channel.maySession:
            raise Fault(ua.StatusCodes.BadSecurityPolicyRejected, "security is required")
        if session.channel is not channel and not session.isActivated:
            raise Fault(ua.StatusCodes.BadSecureChannelIdInvalid, "another channel's session")
        if session.clientCertificate != channel.peerCertificate:
            raise Fault(ua.StatusCodes.BadSecurityChecksFailed, "another client's session")
        signed = (channel.ownCertificate or b"") + session.nonce
        if not channel.verify(signed, signature.Signature):
            raise Fault(ua.StatusCodes.BadApplicationSignatureInvalid, "wrong signature")

    def _identified(self, session: Session, exchange: Exchange, identity: Identity | None) -> None:
        session.activating = False
        code = self._refusal(session, exchange, identity)
        if code:
            log.info("Session of {peer} refused", peer=exchange.channel.peer)
            exchange.fault(code)
        elif identity is not None:
            self._activate(session, exchange, identity)

    def _refusal(self, session: Session, exchange: Exchange, identity: Identity | None) -> int:
        if session.closed or not exchange.channel.isOpen:
            return int(ua.StatusCodes.BadSessionClosed)
        if identity is None:
            return int(ua.StatusCodes.BadIdentityTokenRejected)
        moved = session.channel is not exchange.channel
        if moved and session.userName != identity.userName:
            # Another channel may take a session over for its own user only.
            return int(ua.StatusCodes.BadIdentityChangeNotSupported)
        return 0

    def _activate(self, session: Session, exchange: Exchange, identity: Identity) -> None:
        before = session.viewer
        session.bind(exchange.channel)
        session.userName = identity.userName
        session.viewer = Viewer(
            user=identity.userName or ANONYMOUS,
            role=identity.role,
            sessionId=session.sessionId.to_string(),
            peer=exchange.channel.peer,
        )
        self._sessions.renewNonce(session)
        if before is not None and before.role != identity.role:
            for tell in self.userChanged:
                tell(session)
        response = ua.ActivateSessionResponse()
        response.Parameters.ServerNonce = session.nonce
        exchange.reply(response)
