"""
An OPC UA client in memory, built on the legacy library's own encoding, so that
what our encoder and decoder do is judged by another one.
"""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from attrs import define, field
from opcua import ua
from opcua.common.connection import SecureConnection
from opcua.common.utils import Buffer
from opcua.crypto.uacrypto import encrypt_rsa_oaep, x509_from_der
from opcua.ua.ua_binary import (
    header_from_binary,
    nodeid_from_binary,
    struct_from_binary,
    struct_to_binary,
    uatcp_to_binary,
)
from twisted.internet.task import Clock

from ocppgw.uaserver.core import Outside, ServerCore
from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.library import silence
from ocppgw.uaserver.security.security import Security
from ocppgw.uaserver.settings import ServerSettings
from tests.uaserver.doors import (
    MemoryChanges,
    MemoryHappenings,
    MemoryRequests,
    MemoryTransport,
)
from tests.uaserver.pki import serverIdentity
from tests.uaserver.toy import ToySpace

silence()

BEGIN = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)


class FaultReceived(Exception):
    """The server answered with a ServiceFault."""

    def __init__(self, code: int) -> None:
        super().__init__(ua.StatusCode(code).name)
        self.code = code


@define
class World:
    """A server core and all that surrounds it."""

    settings: ServerSettings = field(factory=ServerSettings)
    authenticate: Any = None
    recognise: Any = None
    security: Security = field()
    clock: Clock = field(factory=Clock)
    space: ToySpace = field(factory=ToySpace)
    requests: MemoryRequests = field(factory=MemoryRequests)
    changes: MemoryChanges = field(factory=MemoryChanges)
    happenings: MemoryHappenings = field(factory=MemoryHappenings)
    growth: list[int] = field(factory=list)
    core: ServerCore = field(init=False)

    @security.default
    def _unencryptedEverywhere(self) -> Security:
        """Most tests are about other things."""
        return Security(serverIdentity(), allowUnencrypted=True)

    def __attrs_post_init__(self) -> None:
        environment = Environment(
            self.settings.limits, self.clock, self.now, random.Random(7).randbytes, self.security
        )
        outside = Outside(
            self.space,
            self.requests,
            self.changes,
            self.authenticate,
            self.recognise,
            self.happenings,
            self.noteGrowth,
        )
        self.core = ServerCore(self.settings, outside, environment)

    def noteGrowth(self) -> None:
        """There are more monitored items than ever."""
        self.growth.append(self.core.subscriptions.itemCount)

    def now(self) -> datetime:
        """The wall clock goes with the other one."""
        return BEGIN + timedelta(seconds=self.clock.seconds())

    def dial(self, host: str = "127.0.0.1", port: int = 50000) -> WireClient:
        """A new TCP connection."""
        return WireClient(self, (host, port))

    def client(self, host: str = "127.0.0.1", token: Any = None) -> WireClient:
        """A client with an activated session."""
        client = self.dial(host)
        client.hello()
        client.open()
        client.createSession()
        client.activate(token)
        return client

    def tell(self, *records: Any, overflowed: bool = False) -> None:
        """Records of the toy come by the outward door."""
        self.space.record = records[-1]
        self.changes.mark("Toy")
        if "Toy" in self.changes.watched:
            self.changes.waiting.append(("Toy", list(records), overflowed))
        self.core.arrived()

    def happen(self, *happenings: Any, lost: int = 0) -> None:
        """Something comes to pass; see `ToySpace.occurrence`."""
        self.happenings.waiting += happenings
        self.happenings.lost += lost
        self.core.arrived()

    def pass_(self, seconds: float, step: float = 0.05) -> None:
        """Let time pass, in small steps."""
        for _ in range(round(seconds / step)):
            self.clock.advance(step)
        self.clock.advance(1e-6)  # sums of tenths are a little less than they should be


class WireClient:
    """One connection of a client."""

    def __init__(self, world: World, peer: tuple[str, int]) -> None:
        self.world = world
        self.protocol = world.core.connections.build()
        self.transport = MemoryTransport(world.clock, self.protocol, peer)
        self._forget()
        self.protocol.connection_made(self.transport)

    def _forget(self) -> None:
        """Know nothing of the server yet."""
        self.secure = SecureConnection(ua.SecurityPolicy())
        self.token = ua.NodeId()
        self.session: Any = None
        self.nonce = b""
        self.timeoutHint = 0
        self.errors: list[Any] = []
        self._answers: dict[int, Any] = {}
        self._requestId = 0

    # -- the transport

    def feed(self, data: bytes) -> None:
        """Send raw bytes."""
        if not self.transport.isClosing:
            self.protocol.data_received(data)
        self.collect()

    def hello(self, url: str = "opc.tcp://gateway:4840/ocppgw/", **sizes: int) -> None:
        """Send Hello."""
        self.feed(helloBytes(url, **sizes))

    def open(self, renew: bool = False, lifetime: int = 600_000) -> Any:
        """Open the secure channel, or renew its token."""
        request = ua.OpenSecureChannelRequest()
        kinds = ua.SecurityTokenRequestType
        request.Parameters.RequestType = kinds.Renew if renew else kinds.Issue
        request.Parameters.SecurityMode = ua.MessageSecurityMode.None_
        request.Parameters.RequestedLifetime = lifetime
        request.Parameters.ClientNonce = b""
        number = self.send(request, ua.MessageType.SecureOpen)
        answer = self.take(number)
        if answer is not None:
            self.secure.set_channel(answer.Parameters, request.Parameters.RequestType, b"")
        return answer

    def chunks(self, request: Any, kind: Any = ua.MessageType.SecureMessage) -> bytes:
        """A request as bytes."""
        self._requestId += 1
        return bytes(
            self.secure.message_to_binary(
                struct_to_binary(request), message_type=kind, request_id=self._requestId
            )
        )

    def send(self, request: Any, kind: Any = ua.MessageType.SecureMessage) -> int:
        """Send a request and do not wait; gives its request id."""
        request.RequestHeader.AuthenticationToken = self.token
        request.RequestHeader.TimeoutHint = self.timeoutHint
        request.RequestHeader.RequestHandle = 1000 + self._requestId
        self.feed(self.chunks(request, kind))
        return self._requestId

    def collect(self) -> None:
        """Decode what the server wrote."""
        data, self.transport.written = bytes(self.transport.written), bytearray()
        self.decode(data)

    def decode(self, data: bytes) -> None:
        """Take whole messages of the server."""
        buffer = Buffer(data)
        while len(buffer):
            header = header_from_binary(buffer)
            body = buffer.copy(header.body_size)
            buffer.skip(header.body_size)
            self._received(self.secure.receive_from_header_and_body(header, body))

    def _received(self, message: Any) -> None:
        if isinstance(message, ua.ErrorMessage):
            self.errors.append(message)
        elif isinstance(message, ua.Acknowledge):
            self.acknowledge = message
        elif message is not None:
            self._answers[message.request_id()] = decodeResponse(message.body())

    def take(self, number: int) -> Any:
        """The answer to a request, or ``None`` while there is none."""
        self.collect()
        return self._answers.pop(number, None)

    def lose(self) -> None:
        """The TCP connection breaks."""
        self.protocol.connection_lost(None)

    # -- services

    def ask(self, request: Any) -> Any:
        """Send a request that is answered at once."""
        answer = self.take(self.send(request))
        assert answer is not None, "not answered"
        return judged(answer)

    def createSession(self, timeout: float = 60_000.0) -> Any:
        """CreateSession."""
        request = ua.CreateSessionRequest()
        request.Parameters.EndpointUrl = "opc.tcp://gateway:4840/ocppgw/"
        request.Parameters.SessionName = "wire"
        request.Parameters.ClientNonce = b"n" * 32
        request.Parameters.RequestedSessionTimeout = timeout
        self.session = self.ask(request).Parameters
        self.token, self.nonce = self.session.AuthenticationToken, self.session.ServerNonce
        return self.session

    def activate(self, token: Any = None) -> Any:
        """ActivateSession."""
        request = ua.ActivateSessionRequest()
        request.Parameters.UserIdentityToken = token or anonymous()
        answer = self.ask(request)
        self.nonce = answer.Parameters.ServerNonce
        return answer

    def password(self, user: str, secret: bytes, nonce: bytes | None = None) -> Any:
        """An identity token for this session; ``nonce`` takes the place of the server's."""
        token = ua.UserNameIdentityToken()
        token.PolicyId, token.UserName = "username", user
        secret += self.nonce if nonce is None else nonce
        plain = len(secret).to_bytes(4, "little") + secret
        certificate = x509_from_der(self.session.ServerCertificate)
        token.Password = encrypt_rsa_oaep(certificate.public_key(), plain)
        token.EncryptionAlgorithm = "http://www.w3.org/2001/04/xmlenc#rsa-oaep"
        return token

    def read(self, nodeId: Any, attributeId: int = 13, stamps: int = 2, **more: Any) -> Any:
        """Read one attribute; gives its DataValue."""
        request = ua.ReadRequest()
        request.Parameters.TimestampsToReturn = ua.TimestampsToReturn(stamps)
        request.Parameters.NodesToRead = [readValueId(nodeId, attributeId, **more)]
        return self.ask(request).Results[0]

    def browse(self, nodeId: Any, **more: Any) -> Any:
        """Browse one node; gives its BrowseResult."""
        request = ua.BrowseRequest()
        request.Parameters.RequestedMaxReferencesPerNode = more.pop("most", 0)
        request.Parameters.NodesToBrowse = [browseDescription(nodeId, **more)]
        return self.ask(request).Results[0]


def judged(answer: Any) -> Any:
    """An answer that is no fault."""
    code = answer.ResponseHeader.ServiceResult.value
    if isinstance(answer, ua.ServiceFault) or code:
        raise FaultReceived(code)
    return answer


def helloBytes(url: str = "opc.tcp://gateway:4840/ocppgw/", **sizes: int) -> bytes:
    """A Hello message."""
    hello = ua.Hello()
    hello.EndpointUrl = url
    hello.ReceiveBufferSize = sizes.get("receive", 65536)
    hello.SendBufferSize = sizes.get("send", 65536)
    hello.MaxMessageSize = sizes.get("message", 0)
    hello.MaxChunkCount = sizes.get("chunks", 0)
    return bytes(uatcp_to_binary(ua.MessageType.Hello, hello))


def decodeResponse(body: Any) -> Any:
    """Decode a response by the library."""
    typeId = nodeid_from_binary(body.copy())
    name = ua.ObjectIdNames[typeId.Identifier].removesuffix("_Encoding_DefaultBinary")
    response = struct_from_binary(getattr(ua, name), body)
    assert len(body) == 0, f"{name} has {len(body)} bytes too many"
    return response


def anonymous() -> Any:
    """An identity token."""
    token = ua.AnonymousIdentityToken()
    token.PolicyId = "anonymous"
    return token


def password(user: str, secret: bytes) -> Any:
    """An identity token with a password in clear."""
    token = ua.UserNameIdentityToken()
    token.PolicyId, token.UserName, token.Password = "username", user, secret
    return token


def readValueId(
    nodeId: Any, attributeId: int = 13, indexRange: str | None = None, encoding: Any = None
) -> Any:
    """A ReadValueId."""
    asked = ua.ReadValueId()
    asked.NodeId = nodeId
    asked.AttributeId = attributeId
    asked.IndexRange = indexRange
    if encoding is not None:
        asked.DataEncoding = encoding
    return asked


def browseDescription(
    nodeId: Any,
    kind: int = 0,
    subtypes: bool = True,
    direction: int = 0,
    classes: int = 0,
    mask: int = 63,
) -> Any:
    """A BrowseDescription."""
    asked = ua.BrowseDescription()
    asked.NodeId = nodeId
    asked.ReferenceTypeId = ua.NodeId(kind)
    asked.IncludeSubtypes = subtypes
    asked.BrowseDirection = ua.BrowseDirection(direction)
    asked.NodeClassMask = classes
    asked.ResultMask = mask
    return asked
