"""
Tests of connections and channels: what a client can rely on, and what a
hostile one cannot do.
"""

from __future__ import annotations

import struct
from typing import Any

from attrs import evolve
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import FaultReceived, WireClient, World, helloBytes, readValueId


def worldWith(**limits: int) -> World:
    """A server with other limits than usual."""
    return World(ServerSettings(limits=evolve(Limits(), **limits)))


def manyReads(count: int) -> ua.ReadRequest:
    """A Read of the same node many times."""
    request = ua.ReadRequest()
    request.Parameters.NodesToRead = [readValueId(nodeId("Toy/Text")) for _ in range(count)]
    return request


class HelloTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.client = self.world.dial()

    def ended(self) -> str:
        """The StatusCode with which the connection was ended."""
        self.assertTrue(self.client.transport.isClosing)
        self.assertEqual(len(self.client.errors), 1)
        return str(self.client.errors[0].Error.name)

    def test_acknowledge(self) -> None:
        """The server answers Hello with its own limits, never more than the client's."""
        self.client.hello(receive=8192, send=70000)
        acknowledge = self.client.acknowledge
        self.assertEqual(acknowledge.SendBufferSize, 8192)
        self.assertEqual(acknowledge.ReceiveBufferSize, 65536)
        self.assertEqual(acknowledge.MaxMessageSize, Limits().messageSize)
        self.assertEqual(acknowledge.MaxChunkCount, Limits().chunks)

    def test_tinyBuffers(self) -> None:
        """A client with buffers of 25 bytes, which would be answered byte by byte, is refused."""
        self.client.hello(receive=25)
        self.assertEqual(self.ended(), "BadConnectionRejected")

    def test_helloOnce(self) -> None:
        """A second Hello ends the connection."""
        self.client.hello()
        self.client.hello()
        self.assertEqual(self.ended(), "BadTcpMessageTypeInvalid")

    def test_helloFirst(self) -> None:
        """OpenSecureChannel before Hello ends the connection."""
        self.client.open()
        self.assertEqual(self.ended(), "BadTcpMessageTypeInvalid")

    def test_silence(self) -> None:
        """Who connects and says nothing is gone after the opening deadline."""
        self.world.clock.advance(Limits().opening)
        self.client.collect()
        self.assertEqual(self.ended(), "BadTimeout")
        self.world.clock.advance(5)
        self.assertEqual(len(self.world.core.connections), 0)
        self.assertEqual(self.world.clock.getDelayedCalls(), [])

    def test_helloAndSilence(self) -> None:
        """A Hello alone does not extend the deadline."""
        self.world.clock.advance(6)
        self.client.hello()
        self.world.clock.advance(4)
        self.client.collect()
        self.assertEqual(self.ended(), "BadTimeout")

    def test_somethingElse(self) -> None:
        """A web browser that strays here is told so, and nothing is logged as a mistake."""
        self.client.feed(b"GET / HTTP/1.1\r\nHost: gateway\r\n\r\n")
        self.assertEqual(self.ended(), "BadTcpMessageTypeInvalid")

    def test_helloWithoutUrlBytes(self) -> None:
        """A Hello whose URL is longer than the message ends the connection."""
        data = bytearray(helloBytes())
        struct.pack_into("<i", data, 28, 4000)
        self.client.feed(bytes(data))
        self.assertEqual(self.ended(), "BadDecodingError")

    def test_tooManyConnections(self) -> None:
        """Connections beyond the limit are turned away; when one ends there is room again."""
        world = worldWith(connections=3)
        first, *_ = [world.dial() for _ in range(3)]
        refused = world.dial()
        refused.collect()
        self.assertTrue(refused.transport.isClosing)
        self.assertEqual(refused.errors[0].Error.name, "BadTcpNotEnoughResources")
        first.lose()
        self.assertFalse(world.dial().transport.isClosing)

    def test_oneHostCannotTakeAll(self) -> None:
        """A flood from one address leaves room for another address."""
        world = worldWith(perHost=2)
        for _ in range(5):
            world.dial("192.0.2.1")
        self.assertEqual(len(world.core.connections), 2)
        self.assertFalse(world.dial("192.0.2.2").transport.isClosing)

    def test_oneNetworkCannotTakeAll(self) -> None:
        """Nor does one from all addresses of a network of IPv6."""
        world = worldWith(perHost=2)
        for number in range(5):
            world.dial(f"2001:db8::{number}")
        self.assertEqual(len(world.core.connections), 2)
        self.assertFalse(world.dial("2001:db8:0:1::1").transport.isClosing)


class ChannelTests(TestCase):
    def setUp(self) -> None:
        self.world = World()
        self.client = self.world.client()

    def ended(self) -> str:
        self.assertTrue(self.client.transport.isClosing)
        return str(self.client.errors[0].Error.name)

    def test_messageBeforeOpen(self) -> None:
        """A request without a secure channel ends the connection."""
        client = self.world.dial()
        client.hello()
        client.send(ua.GetEndpointsRequest())
        self.assertEqual(client.errors[0].Error.name, "BadTcpSecureChannelUnknown")

    def test_CVE_2022_25304_chunksWithoutEnd(self) -> None:
        """A message that never ends is cut off at the chunk limit, not collected."""
        body = bytes(1000)
        token = self.client.secure.security_token
        sent = 0
        while not self.client.transport.isClosing and sent < 1000:
            sent += 1
            number = self.client.secure._sequence_number + sent
            head = struct.pack("<IIII", token.ChannelId, token.TokenId, number, 77)
            self.client.feed(struct.pack("<3scI", b"MSG", b"C", 24 + len(body)) + head + body)
        self.assertEqual(self.ended(), "BadTcpMessageTooLarge")
        self.assertEqual(sent, Limits().chunks + 1)

    def test_messageSizeIsBounded(self) -> None:
        """Chunks within their number but too large together are cut off as well."""
        world = worldWith(messageSize=100_000)
        client = world.client()
        client.secure._max_chunk_size = 65536
        client.feed(client.chunks(manyReads(5000)))
        self.assertEqual(client.errors[0].Error.name, "BadTcpMessageTooLarge")

    @shows("UA-TCP UA-SC UA-Binary")
    def test_chunkedRequestAndResponse(self) -> None:
        """A request in many chunks is answered, in chunks that the client takes."""
        client = self.world.dial()
        client.hello(receive=8192)
        client.open()
        client.createSession()
        client.activate()
        client.secure._max_chunk_size = 8192
        self.assertEqual(len(client.ask(manyReads(1000)).Results), 1000)

    def test_responseTooLarge(self) -> None:
        """A response larger than the client takes becomes a fault that it does take."""
        client = self.world.dial()
        client.hello(message=16_384)
        client.open()
        client.createSession()
        client.activate()
        fault = self.assertRaises(FaultReceived, client.ask, manyReads(1000))
        self.assertEqual(fault.code, ua.StatusCodes.BadResponseTooLarge)
        self.assertEqual(client.read(nodeId("Toy/Text")).Value.Value, "text")

    def test_abortedMessage(self) -> None:
        """A message that the client aborts is forgotten; the channel goes on."""
        secure = self.client.secure
        token = secure.security_token
        for kind, body in ((b"C", bytes(100)), (b"A", struct.pack("<Ii", 0x80000000, -1))):
            secure._sequence_number += 1
            head = struct.pack(
                "<IIII", token.ChannelId, token.TokenId, secure._sequence_number, 500
            )
            self.client.feed(struct.pack("<3scI", b"MSG", kind, 24 + len(body)) + head + body)
        self.assertEqual(self.client.read(nodeId("Toy/Text")).Value.Value, "text")

    def test_replayedMessage(self) -> None:
        """The same bytes twice, or out of order, end the channel."""
        data = self.client.chunks(manyReads(1))
        self.client.feed(data)
        self.client.feed(data)
        self.assertEqual(self.ended(), "BadSecurityChecksFailed")

    def test_foreignChannelId(self) -> None:
        """A message for another channel ends this one."""
        self.client.secure.security_token.ChannelId += 1
        self.client.feed(self.client.chunks(manyReads(1)))
        self.assertEqual(self.ended(), "BadSecurityChecksFailed")

    def test_tokenZero(self) -> None:
        """The token id 0, which no token ever has, is not taken for the next one."""
        self.client.secure.security_token.TokenId = 0
        self.client.feed(self.client.chunks(manyReads(1)))
        self.assertEqual(self.ended(), "BadSecurityChecksFailed")

    def test_renew(self) -> None:
        """A renewed token takes over, and the channel lives past the first one's end."""
        self.client.open(renew=True)
        self.client.secure.revolve_tokens()
        self.assertEqual(self.client.read(nodeId("Toy/Text")).Value.Value, "text")
        self.assertFalse(self.client.transport.isClosing)

    def test_tokenExpires(self) -> None:
        """A channel whose token is not renewed ends a quarter after its life."""
        client = self.world.dial()
        client.hello()
        answer = client.open(lifetime=1)
        self.assertEqual(answer.Parameters.SecurityToken.RevisedLifetime, 10_000)
        self.world.clock.advance(12.4)
        self.assertFalse(client.transport.isClosing)
        self.world.clock.advance(0.2)
        client.collect()
        self.assertEqual(client.errors[0].Error.name, "BadTcpSecureChannelUnknown")

    def test_issueTwice(self) -> None:
        """An open channel is renewed, not issued again."""
        self.client.open(renew=False)
        self.assertEqual(self.ended(), "BadRequestTypeInvalid")

    def test_unknownPolicy(self) -> None:
        """A security policy that is not offered is refused in so many words."""
        client = self.world.dial()
        client.hello()
        client.secure.security_policy.URI = "http://example.org/#Basic1"
        client.open()
        self.assertEqual(client.errors[0].Error.name, "BadSecurityPolicyRejected")

    @shows("CloseSecureChannel")
    def test_closeSecureChannel(self) -> None:
        """CloseSecureChannel ends the connection without an error."""
        self.client.send(ua.CloseSecureChannelRequest(), ua.MessageType.SecureClose)
        self.assertTrue(self.client.transport.isClosing)
        self.assertEqual(self.client.errors, [])

    def test_idleWithoutSession(self) -> None:
        """A channel that nobody uses and that has no session ends; one with a session stays."""
        idle = self.world.dial()
        idle.hello()
        idle.open()
        for _ in range(20):
            self.world.clock.advance(Limits().idle / 10)
            self.client.read(nodeId("Toy/Text"))
        self.assertTrue(idle.transport.isClosing)
        self.assertFalse(self.client.transport.isClosing)

    def test_clientThatDoesNotRead(self) -> None:
        """Nothing more is read from a client that does not read; in the end it is cut off."""
        self.client.protocol.pause_writing()
        self.assertFalse(self.client.transport.isReading)
        self.client.protocol.resume_writing()
        self.assertTrue(self.client.transport.isReading)
        self.client.protocol.pause_writing()
        self.world.clock.advance(Limits().stalled)
        self.assertTrue(self.client.transport.isClosing)

    def test_pipelineIsHeldBack(self) -> None:
        """Of many requests sent at once none is worked on while the answers pile up unread."""
        data = b"".join(self.client.chunks(self.withToken(manyReads(1))) for _ in range(3))
        self.client.transport.pauseAt = 1
        self.client.feed(data)
        last = self.client._requestId
        self.assertIsNotNone(self.client.take(last - 2))
        self.assertIsNone(self.client.take(last - 1))
        self.client.transport.pauseAt = None
        self.client.protocol.resume_writing()
        self.assertIsNotNone(self.client.take(last - 1))
        self.assertIsNotNone(self.client.take(last))

    def withToken(self, request: Any) -> Any:
        request.RequestHeader.AuthenticationToken = self.client.token
        return request

    def test_turns(self) -> None:
        """A client that keeps the server busy lets others have their turn, and loses nothing."""
        advance, self.world.space.find = self.world.clock.advance, self.slowly  # type: ignore[method-assign]
        data = b"".join(self.client.chunks(self.withToken(manyReads(1))) for _ in range(2))
        self.client.feed(data)
        last = self.client._requestId
        self.assertIsNotNone(self.client.take(last - 1))
        self.assertIsNone(self.client.take(last))
        self.assertFalse(self.client.transport.isReading)
        advance(0)
        self.assertIsNotNone(self.client.take(last))
        self.assertTrue(self.client.transport.isReading)

    def slowly(self, nodeId: Any) -> Any:
        """A look-up that takes long."""
        self.world.clock.rightNow += 0.06
        return None

    def test_othersGoOn(self) -> None:
        """What one client breaks, another does not notice."""
        other = self.world.client()
        self.client.feed(b"\x00" * 64)
        self.assertTrue(self.client.transport.isClosing)
        self.assertEqual(other.read(nodeId("Toy/Text")).Value.Value, "text")

    def test_stop(self) -> None:
        """When the server stops, what was written may still leave; then the line is cut."""
        self.world.core.stop()
        self.assertTrue(self.client.transport.isClosing)
        self.assertFalse(self.client.transport.isAborted)
        self.world.core.connections.cutAll()
        self.assertTrue(self.client.transport.isAborted)
        self.world.clock.advance(0)
        self.assertEqual(self.world.clock.getDelayedCalls(), [])

    def test_nothingStaysBehind(self) -> None:
        """After all clients vanished no connection, channel or timer is left but the sessions'."""
        clients: list[WireClient] = [self.client, self.world.client(), self.world.client()]
        for each in clients:
            each.lose()
        self.assertEqual(len(self.world.core.connections), 0)
        self.world.clock.advance(61)
        self.assertEqual(len(self.world.core.sessions), 0)
        self.assertEqual(self.world.clock.getDelayedCalls(), [])
