"""
Session Service Set (OPC 10000-4, 5.6): CreateSession, ActivateSession and
CloseSession.
"""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.access.attempts import ACCEPTED, LOG_IN, Attempt
from ocppgw.access.peers import hostOf
from ocppgw.access.users import ANONYMOUS
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.exchange import LATER, Exchange
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.security.security import Security
from ocppgw.uaserver.services.clients import judgeClient
from ocppgw.uaserver.services.discovery import Discovery
from ocppgw.uaserver.sessions.identity import Identities, Identity, Proof, claimed
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.sessions.sessions import Sessions

_NAME_LENGTH = 128


class SessionSet:
    """
    Makes, activates and closes sessions.

    :ivar userChanged: told a session whose user is another one than before.
    """

    def __init__(
        self,
        sessions: Sessions,
        identities: Identities,
        discovery: Discovery,
        security: Security,
        maxMessage: int,
    ) -> None:
        self.userChanged: list[Any] = []
        self._sessions = sessions
        self._identities = identities
        self._discovery = discovery
        self._security = security
        self._maxMessage = maxMessage

    def createSession(self, exchange: Exchange, request: Any) -> Any:
        """CreateSession."""
        asked = request.Parameters
        channel = exchange.channel
        try:
            judgeClient(channel, asked)
        except Fault as fault:
            self._security.refuse("CreateSession", fault.statusCode, channel.peer, str(fault))
            raise
        name = (asked.SessionName or "")[:_NAME_LENGTH]
        session = self._sessions.create(channel, name, asked.RequestedSessionTimeout)
        session.application = (asked.ClientDescription.ApplicationName.Text or "")[:_NAME_LENGTH]
        exchange.session = session
        response = ua.CreateSessionResponse()
        result = response.Parameters
        result.SessionId = session.sessionId
        result.AuthenticationToken = ua.NodeId(session.token, 0)
        result.RevisedSessionTimeout = session.timeout * 1000
        result.ServerNonce = session.nonce
        result.ServerCertificate = channel.ownChain
        result.ServerEndpoints = self._discovery.endpoints(asked.EndpointUrl, channel)
        signed = (channel.peerCertificate or b"") + (asked.ClientNonce or b"")
        result.ServerSignature.Algorithm, result.ServerSignature.Signature = channel.sign(signed)
        result.MaxRequestMessageSize = self._maxMessage
        return response

    def activateSession(self, exchange: Exchange, request: Any) -> Any:
        """ActivateSession, also on another channel and for another user."""
        session = self._sessions.find(request.RequestHeader.AuthenticationToken, exchange.channel)
        asked, channel = request.Parameters, exchange.channel
        user = claimed(asked.UserIdentityToken)
        try:
            self._judgeChannel(session, exchange, asked.ClientSignature)
            if session.activating:
                raise Fault(ua.StatusCodes.BadInvalidState, "already being activated")
            self._sessions.touch(session)
            self._identify(session, exchange, asked)
        except Fault as fault:
            self._security.refuse(LOG_IN, fault.statusCode, channel.peer, str(fault), user)
            raise
        return LATER

    def closeSession(self, exchange: Exchange, request: Any) -> Any:
        """
        CloseSession; also of a session that was never activated, but then by its own channel only
        (OPC 10000-4, 5.6.4.1).  It gives nothing away and nobody needs to wait for its timeout.
        """
        token = request.RequestHeader.AuthenticationToken
        session = self._sessions.findOwn(token, exchange.channel)
        self._sessions.close(session, bool(request.DeleteSubscriptions))
        return ua.CloseSessionResponse()

    def _identify(self, session: Session, exchange: Exchange, asked: Any) -> None:
        token = asked.UserIdentityToken
        proof = Proof(session.nonce, asked.UserTokenSignature, exchange.channel)

        def identified(found: Identity | str) -> None:
            session.activating = False
            try:
                self._activate(session, exchange, self._accepted(session, exchange, found))
            except Fault as fault:
                peer, user = exchange.channel.peer, claimed(token)
                self._security.refuse(LOG_IN, fault.statusCode, peer, str(fault), user)
                exchange.fault(fault.statusCode)

        session.activating = True
        try:
            self._identities.identify(token, proof, identified)
        except Fault:
            session.activating = False
            raise

    def _judgeChannel(self, session: Session, exchange: Exchange, signature: Any) -> None:
        channel = exchange.channel
        if not channel.maySession:
            raise Fault(ua.StatusCodes.BadSecurityPolicyRejected, "security is required")
        if session.channel is not channel and not session.isActivated:
            raise Fault(ua.StatusCodes.BadSecureChannelIdInvalid, "another channel's session")
        if session.clientCertificate != channel.peerCertificate:
            raise Fault(ua.StatusCodes.BadSecurityChecksFailed, "another client's session")
        if not channel.verify(session.nonce, signature.Signature):
            raise Fault(ua.StatusCodes.BadApplicationSignatureInvalid, "wrong signature")

    def _accepted(self, session: Session, exchange: Exchange, found: Identity | str) -> Identity:
        codes = ua.StatusCodes
        if session.closed or not exchange.channel.isOpen:
            raise Fault(codes.BadSessionClosed, "the client went away meanwhile")
        if isinstance(found, str):
            raise Fault(codes.BadIdentityTokenRejected, found)
        moved = session.channel is not exchange.channel
        if moved and session.userName != found.userName:
            # Another channel may take a session over for its own user only.
            raise Fault(codes.BadIdentityChangeNotSupported, "another user's session")
        return found

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
        user, host = session.viewer.user, hostOf(session.viewer.peer)
        self._security.tell(Attempt(LOG_IN, ACCEPTED, host, user))
        if before is not None and before.role != identity.role:
            for tell in self.userChanged:
                tell(session)
        response = ua.ActivateSessionResponse()
        response.Parameters.ServerNonce = session.nonce
        exchange.reply(response)
