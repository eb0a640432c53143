"""
Real sockets: who goes beyond a limit or sends nonsense hears the fitting StatusCode, and nobody
else notices.

Each limit and each malformed message has its closer tests in memory, beside the part that holds
it; here the bytes go through the operating system, and the server is on its own thread.
"""

from __future__ import annotations

import contextlib
import socket
import struct
from collections.abc import Callable
from typing import Any

from attrs import evolve
from opcua import ua
from opcua.common.utils import Buffer
from opcua.ua.ua_binary import header_from_binary, nodeid_to_binary, struct_to_binary
from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from ocppgw.crossing import OutwardDoor
from ocppgw.uaserver.core import Outside
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.server import OpcUaServer
from ocppgw.uaserver.settings import ServerSettings
from tests.uaserver.doors import MemoryRequests
from tests.uaserver.toy import ToySpace, nodeId
from tests.uaserver.wire import FaultReceived, WireClient, helloBytes, readValueId

BOUND = 30.0
"""Seconds that a client waits for bytes: a bound, not a measurement."""

TEXT = nodeId("Toy/Text")
CODES = ua.StatusCodes
LIMITS = evolve(
    Limits(), connections=8, perHost=6, chunks=4, messageSize=50_000, sessions=4,
    unactivatedSessions=4, subscriptionsPerSession=2, itemsPerSubscription=3, operations=50,
    publishRequests=2,
)  # fmt: skip


class SocketClient(WireClient):
    """A client on a real socket."""

    def __init__(self, port: int) -> None:
        self.link = socket.create_connection(("127.0.0.1", port), timeout=BOUND)
        self._forget()
        self._data = b""

    def feed(self, data: bytes) -> None:
        """Send raw bytes; the server may have hung up meanwhile."""
        with contextlib.suppress(OSError):
            self.link.sendall(data)

    def collect(self) -> None:
        """Nothing comes by itself."""

    def take(self, number: int) -> Any:
        """The answer to a request; ``None`` when the connection ends without one."""
        while number not in self._answers and self._hear():
            pass
        return self._answers.pop(number, None)

    def _hear(self) -> bool:
        """Decode what comes next; false at the end of the connection."""
        try:
            data = self.link.recv(65_536)
        except ConnectionError:
            return False
        self._data += data
        while len(self._data) >= 8:
            size = int.from_bytes(self._data[4:8], "little")
            if len(self._data) < size:
                break
            whole, self._data = Buffer(self._data[:size]), self._data[size:]
            header = header_from_binary(whole)
            self._received(self.secure.receive_from_header_and_body(header, whole))
        return bool(data)

    def begin(self) -> SocketClient:
        """Hello and a channel."""
        self.hello()
        self.open()
        return self

    def enter(self) -> SocketClient:
        """A session, too."""
        self.begin()
        self.createSession()
        self.activate()
        return self

    @property
    def ended(self) -> str:
        """The StatusCode that the server said at the end."""
        while self._hear():
            pass
        return str(self.errors[0].Error.name) if self.errors else "nothing"

    def refused(self, request: Any) -> str:
        """The StatusCode of the fault that answers a request."""
        try:
            self.ask(request)
        except FaultReceived as fault:
            return str(ua.StatusCode(fault.code).name)
        return "Good"


def chunk(client: SocketClient, kind: bytes, body: bytes, ahead: int = 1) -> bytes:
    """A chunk of a message that has a well-formed head."""
    token, number = client.secure.security_token, client.secure._sequence_number + ahead
    head = struct.pack("<IIII", token.ChannelId, token.TokenId, number, 77)
    return struct.pack("<3scI", b"MSG", kind, 24 + len(body)) + head + body


def manyReads(count: int) -> Any:
    """A Read of a node many times."""
    request = ua.ReadRequest()
    request.Parameters.NodesToRead = [readValueId(TEXT)] * count
    return request


Deed = Callable[[SocketClient], object]


def _wrongLength(client: SocketClient) -> None:
    hello = bytearray(helloBytes())
    struct.pack_into("<i", hello, 28, 4_000)
    client.feed(bytes(hello))


def _early(client: SocketClient) -> None:
    client.hello()
    client.feed(client.chunks(ua.GetEndpointsRequest()))


def _notOpening(client: SocketClient) -> None:
    client.hello()
    client.feed(client.chunks(ua.GetEndpointsRequest(), ua.MessageType.SecureOpen))


def _unknownPolicy(client: SocketClient) -> None:
    client.hello()
    client.secure.security_policy.URI = "http://example.org/#Basic1"
    client.open()


def _twice(client: SocketClient) -> None:
    data = client.begin().chunks(ua.ReadRequest())
    client.feed(data + data)


def _chunks(size: int, count: int) -> Deed:
    def deed(client: SocketClient) -> None:
        client.begin()
        for number in range(1, count + 1):
            client.feed(chunk(client, b"C", bytes(size), number))

    return deed


MALFORMED: tuple[tuple[str, str, Deed], ...] = (
    ("a browser", "BadTcpMessageTypeInvalid", lambda one: one.feed(b"GET / HTTP/1.1\r\n\r\n")),
    ("4 GB", "BadTcpMessageTooLarge", lambda one: one.feed(b"MSGF\xff\xff\xff\xff")),
    ("small", "BadDecodingError", lambda one: one.feed(b"HELF\x09\x00\x00\x00" + bytes(24))),
    ("chunk type", "BadTcpMessageTypeInvalid", lambda one: one.feed(b"HELX" + helloBytes()[4:])),
    ("tiny buffers", "BadConnectionRejected", lambda one: one.hello(receive=25)),
    ("length of the URL", "BadDecodingError", _wrongLength),
    ("Hello twice", "BadTcpMessageTypeInvalid", lambda one: one.feed(helloBytes() * 2)),
    ("no Hello", "BadTcpMessageTypeInvalid", lambda one: one.open()),
    ("no channel", "BadTcpSecureChannelUnknown", _early),
    ("another request opens", "BadDecodingError", _notOpening),
    ("unknown policy", "BadSecurityPolicyRejected", _unknownPolicy),
    ("opened twice", "BadRequestTypeInvalid", lambda one: one.begin().open()),
    ("replayed", "BadSecurityChecksFailed", _twice),
    ("early", "BadSecurityChecksFailed", lambda one: one.feed(chunk(one.begin(), b"F", b"", 7))),
    ("chunks without end", "BadTcpMessageTooLarge", _chunks(1_000, 2 * LIMITS.chunks)),
    ("a large message", "BadTcpMessageTooLarge", _chunks(LIMITS.messageSize // 2 + 1, 2)),
)
"""What comes, what the server says at the end, and how it is sent."""


class LimitTests(TestCase):
    """A server with low limits, and a client that is content with them."""

    timeout = 120

    def start(self, limits: Limits) -> Any:
        """Have a server with these limits."""
        self.space = ToySpace()
        door = OutwardDoor(lambda action: self.server.call(action), lambda: self.server.arrived())
        settings = ServerSettings(port=0, limits=limits)
        self.server = OpcUaServer(reactor, settings, Outside(self.space, MemoryRequests(), door))
        self.addCleanup(self.server.stop)
        return self.server.start().addCallback(self._started)

    def _started(self, url: str) -> None:
        self.port = int(url.split(":")[2].split("/")[0])

    def dial(self) -> SocketClient:
        """A new connection; ended with the test."""
        client = SocketClient(self.port)
        self.addCleanup(client.link.close)
        return client

    def served(self, other: SocketClient) -> None:
        """Somebody else's session works as ever."""
        self.assertEqual(other.read(TEXT).Value.Value, "text")

    @inlineCallbacks
    def test_malformed(self) -> Any:
        """Each is told at the end of its connection, and costs nobody else anything."""
        yield self.start(LIMITS)
        yield deferToThread(self._malformed)

    def _malformed(self) -> None:
        other = self.dial().enter()
        for what, code, deed in MALFORMED:
            client = self.dial()
            deed(client)
            self.assertEqual(client.ended, code, what)
            client.link.close()
            self.served(other)

    @inlineCallbacks
    def test_connections(self) -> Any:
        """Connections beyond the limit are turned away; who is there stays, a free place serves."""
        yield self.start(LIMITS)
        yield deferToThread(self._connections)

    def _connections(self) -> None:
        other = self.dial().enter()
        idle = [self.dial().begin() for _ in range(LIMITS.perHost - 1)]
        self.assertEqual(self.dial().ended, "BadTcpNotEnoughResources")
        self.served(other)
        request = ua.CloseSecureChannelRequest()
        idle[0].feed(idle[0].chunks(request, ua.MessageType.SecureClose))
        self.assertEqual(idle[0].ended, "nothing")
        self.served(self.dial().enter())

    @inlineCallbacks
    def test_deadlines(self) -> Any:
        """Who says nothing, Hello alone, or nothing in an open channel hears that it was long."""
        yield self.start(evolve(LIMITS, opening=0.5, idle=0.5))
        yield deferToThread(self._deadlines)

    def _deadlines(self) -> None:
        silent, hello, idle = self.dial(), self.dial(), self.dial()
        hello.hello()
        idle.begin()
        for client in (silent, hello, idle):
            self.assertEqual(client.ended, "BadTimeout")

    @inlineCallbacks
    def test_services(self) -> Any:
        """What a service refuses has its StatusCode; the session goes on."""
        yield self.start(LIMITS)
        yield deferToThread(self._services)

    def _services(self) -> None:
        other, client = self.dial().enter(), self.dial().enter()
        self.assertEqual(client.refused(manyReads(LIMITS.operations)), "Good")
        self.assertEqual(client.refused(manyReads(LIMITS.operations + 1)), "BadTooManyOperations")
        self.served(client)
        first = client.ask(ua.CreateSubscriptionRequest()).Parameters.SubscriptionId
        self.assertEqual(client.refused(ua.CreateSubscriptionRequest()), "Good")
        self.assertEqual(client.refused(ua.CreateSubscriptionRequest()), "BadTooManySubscriptions")
        self.assertEqual(
            self._monitored(client, first, 4), ["Good"] * 3 + ["BadTooManyMonitoredItems"]
        )
        self.served(other)
        self.served(client)

    def _monitored(self, client: SocketClient, subscriptionId: int, count: int) -> list[str]:
        request = ua.CreateMonitoredItemsRequest()
        request.Parameters.SubscriptionId = subscriptionId
        item = ua.MonitoredItemCreateRequest()
        item.ItemToMonitor = readValueId(TEXT)
        item.RequestedParameters.Filter = None
        request.Parameters.ItemsToCreate = [item] * count
        return [str(each.StatusCode.name) for each in client.ask(request).Results]

    @inlineCallbacks
    def test_publishRequests(self) -> Any:
        """Of more Publish requests than may wait the oldest is refused."""
        yield self.start(LIMITS)
        yield deferToThread(self._publishRequests)

    def _publishRequests(self) -> None:
        client = self.dial().enter()
        request = ua.CreateSubscriptionRequest()
        request.Parameters.RequestedPublishingInterval = 3_600_000.0
        client.ask(request)
        first, *_ = [client.send(ua.PublishRequest()) for _ in range(LIMITS.publishRequests + 1)]
        header = client.take(first).ResponseHeader
        self.assertEqual(header.ServiceResult.name, "BadTooManyPublishRequests")

    @inlineCallbacks
    def test_sessions(self) -> Any:
        """A session too many is refused, and those that there are stay."""
        yield self.start(LIMITS)
        yield deferToThread(self._sessions)

    def _sessions(self) -> None:
        clients = [self.dial().enter() for _ in range(LIMITS.sessions)]
        late = self.dial().begin()
        fault = self.assertRaises(FaultReceived, late.createSession)
        self.assertEqual(fault.code, CODES.BadTooManySessions)
        for client in clients:
            self.served(client)

    @inlineCallbacks
    def test_invented(self) -> Any:
        """A length that is not there, and what nests without end, are faults of one request."""
        yield self.start(LIMITS)
        yield deferToThread(self._invented)

    def _invented(self) -> None:
        client = self.dial().enter()
        nested = b"\x98\x01\x00\x00\x00" * 300
        for tail, code in (
            (b"\xff\xff\xff\x7f", "BadDecodingError"),
            (b"\x10\x27\x00\x00", "BadDecodingError"),
            (_valueToWrite(nested), "BadEncodingLimitsExceeded"),
        ):
            request = ua.WriteRequest()
            request.RequestHeader.AuthenticationToken = client.token
            body = struct_to_binary(request)[:-4] + tail
            client.feed(bytes(client.secure.message_to_binary(body, request_id=900)))
            answer = client.take(900)
            self.assertEqual(answer.ResponseHeader.ServiceResult.name, code)
            self.served(client)

    @inlineCallbacks
    def test_withoutSession(self) -> Any:
        """Without an activated session there is no service on nodes (CVE-2023-26150)."""
        yield self.start(LIMITS)
        yield deferToThread(self._withoutSession)

    def _withoutSession(self) -> None:
        client = self.dial().begin()
        self.assertEqual(client.refused(manyReads(1)), "BadSessionIdInvalid")
        client.createSession()
        self.assertEqual(client.refused(manyReads(1)), "BadSessionNotActivated")
        thief = self.dial().begin()
        thief.token = client.token
        self.assertEqual(thief.refused(manyReads(1)), "BadSecureChannelIdInvalid")


def _valueToWrite(variant: bytes) -> bytes:
    """A list of one WriteValue with this Variant."""
    node = bytes(nodeid_to_binary(TEXT))
    return b"\x01\x00\x00\x00" + node + struct.pack("<Ii", 13, -1) + b"\x01" + variant
