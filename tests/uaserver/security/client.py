"""
A client in memory with a certificate, protected by the library's own client-side
policy, so that ours is judged by another implementation.
"""

from __future__ import annotations

from typing import Any

from opcua import ua
from opcua.common.connection import SecureConnection
from opcua.crypto.security_policies import SecurityPolicyBasic256Sha256
from opcua.crypto.uacrypto import sign_sha256

from ocppgw.access.sparing import Sparing
from ocppgw.uaserver.security.security import INTERVAL, Security
from ocppgw.uaserver.security.trustlist import TrustList
from ocppgw.uaserver.settings import ServerSettings
from tests.uaserver.pki import CLIENT_URI, SERVER_URI, Holder, holder, serverIdentity
from tests.uaserver.wire import WireClient, World, anonymous

SIGN, ENCRYPT = ua.MessageSecurityMode.Sign, ua.MessageSecurityMode.SignAndEncrypt
AFAR = "192.0.2.7"


def securedWorld(trustList: TrustList, **more: Any) -> World:
    """A server as it is by default, with a certificate and a trust list."""
    world = World(ServerSettings(applicationUri=SERVER_URI), **more)
    sparing = Sparing(world.clock.seconds, INTERVAL)
    security = Security(serverIdentity(), trustList, now=world.now, sparing=sparing)
    return World(ServerSettings(applicationUri=SERVER_URI), security=security,
                 clock=world.clock, **more)  # fmt: skip


class SecureClient(WireClient):
    """
    One connection of a client with Basic256Sha256.

    :ivar uri: the ApplicationUri that it says it has.
    """

    def __init__(
        self, world: World, who: Holder | None = None, mode: Any = ENCRYPT, host: str = AFAR
    ) -> None:
        super().__init__(world, (host, 50000))
        self.who, self.mode = who or holder(), mode
        self.uri: str | None = CLIENT_URI
        self.secure = SecureConnection(self.policy())
        self.nonces = iter(bytes([n]) * 32 for n in range(1, 200))

    def policy(self) -> Any:
        """The library's policy, as a client uses it."""
        server = serverIdentity().certificate.content
        return SecurityPolicyBasic256Sha256(server, self.who.content, self.who.key, self.mode)

    def open(self, renew: bool = False, lifetime: int = 600_000, nonce: bytes | None = None) -> Any:
        """Open the secure channel, or renew its token."""
        kinds = ua.SecurityTokenRequestType
        request = ua.OpenSecureChannelRequest()
        request.Parameters.RequestType = kinds.Renew if renew else kinds.Issue
        request.Parameters.SecurityMode = self.mode
        request.Parameters.RequestedLifetime = lifetime
        request.Parameters.ClientNonce = next(self.nonces) if nonce is None else nonce
        answer = self.take(self.send(request, ua.MessageType.SecureOpen))
        if answer is not None:
            self.secure.set_channel(
                answer.Parameters, request.Parameters.RequestType, request.Parameters.ClientNonce
            )
        return answer

    def createSession(self, timeout: float = 60_000.0, **changes: Any) -> Any:
        """CreateSession; ``changes`` replace its parameters."""
        request = ua.CreateSessionRequest()
        parameters = request.Parameters
        parameters.EndpointUrl = "opc.tcp://gateway:4840/ocppgw/"
        parameters.ClientDescription.ApplicationUri = self.uri
        parameters.ClientCertificate = self.who.der
        parameters.ClientNonce = b"n" * 32
        parameters.RequestedSessionTimeout = timeout
        for name, value in changes.items():
            setattr(parameters, name, value)
        self.session = self.ask(request).Parameters
        self.token, self.nonce = self.session.AuthenticationToken, self.session.ServerNonce
        return self.session

    def activate(self, token: Any = None, signature: bytes | None = None, **more: Any) -> Any:
        """ActivateSession; ``signature`` replaces the right one."""
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = token or anonymous()
        algorithm = SecurityPolicyBasic256Sha256.AsymmetricSignatureURI
        request.Parameters.ClientSignature.Algorithm = algorithm
        right = self.signed(self.who)
        request.Parameters.ClientSignature.Signature = right if signature is None else signature
        for name, value in more.items():
            setattr(request.Parameters, name, value)
        answer = self.ask(request)
        self.nonce = answer.Parameters.ServerNonce
        return answer

    def signed(self, who: Holder) -> bytes:
        """What proves that ``who`` is there now: the server's certificate and nonce, signed."""
        return bytes(sign_sha256(who.key, serverIdentity().certificate.der + self.nonce))

    def begin(self) -> SecureClient:
        """Hello and a channel."""
        self.hello()
        self.open()
        return self

    @property
    def ended(self) -> str:
        """The StatusCode with which the connection was ended; empty while it goes on."""
        if not self.transport.isClosing:
            return ""
        return str(ua.StatusCode(self.errors[-1].Error.value).name) if self.errors else "closed"
