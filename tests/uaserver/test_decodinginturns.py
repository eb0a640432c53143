"""Tests of requests that are decoded in turns."""

from __future__ import annotations

from typing import Any

from opcua import ua
from opcua.ua.ua_binary import struct_to_binary

from ocppgw.uaserver.codec.reader import STEP_ELEMENTS
from ocppgw.uaserver.limits import Limits
from tests.uaserver.doors import Passing
from tests.uaserver.subscriptions.case import NUMBER
from tests.uaserver.test_turns import ItemsCase
from tests.uaserver.toy import nodeId
from tests.uaserver.wire import World, readValueId


def writing(count: int) -> Any:
    """A large Write, however few its values are."""
    request = ua.WriteRequest()
    for number in range(count):
        each = ua.WriteValue()
        each.NodeId, each.AttributeId = nodeId("Toy/Text"), ua.AttributeIds.Value
        each.Value = ua.DataValue(ua.Variant("x" * (1 if number else 17_000)))
        each.Value.SourceTimestamp = each.Value.ServerTimestamp = each.Value.StatusCode = None
        request.Parameters.NodesToWrite.append(each)
    return request


class DecodingTests(ItemsCase):
    """Requests that take more than one turn to decode."""

    def test_decoding(self) -> None:
        """Others are served while a large request is decoded; nothing is made before."""
        other = self.world.client()
        number = self.client.send(self.items(400))
        self.assertEqual(self.count, 0)
        self.assertTrue(other.read(NUMBER).StatusCode.is_good())
        self.rest()
        self.rest()
        self.assertEqual((len(self.client.take(number).Results), self.count), (400, 400))

    def chunks(self, count: int) -> bytes:
        """A request for so many items."""
        request = self.items(count)
        request.RequestHeader.AuthenticationToken = self.client.token
        return self.client.chunks(request)

    def test_oneAtATime(self) -> None:
        """What a client sends while its large request is decoded waits, and is answered after."""
        before = len(self.clock.getDelayedCalls())
        read = ua.ReadRequest()
        read.RequestHeader.AuthenticationToken = self.client.token
        read.Parameters.NodesToRead = [readValueId(NUMBER)]
        self.client.feed(self.chunks(400) + self.chunks(401) + self.client.chunks(read))
        self.assertFalse(self.client.transport.isReading)
        self.assertEqual(len(self.clock.getDelayedCalls()), before + 1)
        for _ in range(400):
            self.clock.advance(0)
        last = self.client._requestId
        answers = [self.client.take(number).Results for number in range(last - 2, last + 1)]
        self.assertEqual([len(each) for each in answers], [400, 401, 1])
        self.assertTrue(self.client.transport.isReading)
        self.assertEqual(self.count, 801)

    def test_severalClients(self) -> None:
        """The large requests of several clients are decoded after each other."""
        clients = [self.world.client() for _ in range(5)]
        self.clock.isPassing = True
        before = len(self.clock.getDelayedCalls())
        for each in clients:
            each.send(writing(100))
        self.assertEqual(len(self.clock.getDelayedCalls()), before + 1)
        self.assertEqual([each.transport.isReading for each in clients], [False] * 5)
        for _ in range(100):
            self.clock.advance(0)
        self.assertEqual(len(self.world.requests.posted), 500)
        self.assertEqual([each.transport.isReading for each in clients], [True] * 5)

    def test_notReadMeanwhile(self) -> None:
        """A client that stops reading meanwhile is taken from again when it reads."""
        number = self.client.send(self.items(400))
        protocol = self.client.protocol
        protocol.pause_writing()
        protocol.resume_writing()
        self.assertFalse(self.client.transport.isReading)
        protocol.pause_writing()
        for _ in range(100):
            self.clock.advance(0)
        self.assertFalse(self.client.transport.isReading)
        protocol.resume_writing()
        self.assertTrue(self.client.transport.isReading)
        self.assertEqual(len(self.client.take(number).Results), 400)

    def test_connectionEndsMeanwhile(self) -> None:
        """A large request whose connection ended is not decoded to its end, and makes nothing."""
        self.client.send(self.items(400))
        self.client.lose()
        for _ in range(100):
            self.clock.advance(0)
        (session,) = self.world.core.sessions.all()
        self.assertEqual((self.count, len(session.waiting)), (0, 0))

    def refusal(self, request: Any, size: int | None = None) -> str:
        """What a request of so many bytes is answered in its first turn."""
        request.RequestHeader.AuthenticationToken = self.client.token
        data = struct_to_binary(request)[:size]
        self.client._requestId += 1
        number = self.client._requestId
        self.client.feed(bytes(self.client.secure.message_to_binary(data, request_id=number)))
        return str(self.client.take(number).ResponseHeader.ServiceResult.name)

    def test_tooMany(self) -> None:
        """Too many operations are refused when their number is read, whatever comes behind it."""
        most = Limits().operations
        self.assertEqual(self.refusal(self.items(most + 1), 20_000), "BadTooManyOperations")
        request = ua.RegisterNodesRequest()
        request.Parameters.NodesToRegister = [NUMBER] * (most * 2)
        self.assertEqual(self.refusal(request, 17_000), "BadTooManyOperations")

    def test_header(self) -> None:
        """A header that would hold up others by itself is refused."""
        request = self.items(400)
        request.RequestHeader.AdditionalHeader = ua.KeyValuePair()
        request.RequestHeader.AdditionalHeader.Value = ua.Variant(["x"] * (STEP_ELEMENTS + 1))
        self.assertEqual(self.refusal(request), "BadEncodingLimitsExceeded")

    def test_undecodable(self) -> None:
        """A large request that makes no sense at its end is refused as a whole."""
        self.clock.isPassing = False
        request = self.items(500)
        request.RequestHeader.AuthenticationToken = self.client.token
        cut = struct_to_binary(request)[:-1]
        self.client.feed(bytes(self.client.secure.message_to_binary(cut, request_id=99)))
        answer = self.client.take(99)
        self.assertEqual(answer.ResponseHeader.ServiceResult.value, ua.StatusCodes.BadDecodingError)
        self.assertEqual(self.count, 0)

    def test_sessionEndsMeanwhile(self) -> None:
        """A session that ends while its request is decoded gets an answer, and no items."""
        number = self.client.send(self.items(400))
        (session,) = self.world.core.sessions.all()
        self.world.core.sessions.closeAll()
        self.rest()
        answer = self.client.take(number)
        self.assertEqual(answer.ResponseHeader.ServiceResult.value, ua.StatusCodes.BadSessionClosed)
        self.assertEqual((self.count, len(session.waiting)), (0, 0))

    def test_sessionEndsBeforeTheService(self) -> None:
        """Nothing is written for a session that ended, however much was decoded before."""
        posted = set()
        for count in range(1, 12):
            clock = Passing()
            world = World(clock=clock)
            client = world.client()
            clock.isPassing = True
            number = client.send(writing(count))
            if world.requests.posted:
                continue  # all was done in the first turn
            world.core.sessions.closeAll()
            for _ in range(50):
                world.clock.advance(0)
            answer = client.take(number).ResponseHeader.ServiceResult
            posted.add((len(world.requests.posted), answer.name))
        self.assertEqual(posted, {(0, "BadSessionClosed")})
