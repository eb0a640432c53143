"""What is written in one turn goes out behind it, in order, and nothing is lost."""

# Twisted's connections are not annotated.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from typing import Any
from unittest.mock import patch

from twisted.internet.address import IPv4Address
from twisted.internet.protocol import Protocol
from twisted.internet.task import Clock
from twisted.internet.tcp import Server
from twisted.internet.testing import MemoryReactor, StringTransport
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance import posting
from tests.central.support import Ring
from tests.central.test_centralsystem import HANDSHAKE
from tests.central.test_prompting import Socket, connection


class PostTests(SynchronousTestCase):
    """`Post`, over connections of Twisted's without a network."""

    def setUp(self) -> None:
        """Two connections, and a clock whose turns are ours."""
        self.clock = Clock()
        self.post = posting.Post(lambda action: self.clock.callLater(0, action))
        self.sockets = [Socket(), Socket()]
        self.servers = [self.server(each) for each in self.sockets]

    def server(self, socket: Any) -> Server:
        """A connection whose socket has room."""
        socket.room = 10_000
        return connection(socket, Protocol(), MemoryReactor())

    def sent(self) -> list[bytes]:
        """What each socket got so far."""
        return [each.sent for each in self.sockets]

    def test_behindTheTurn(self) -> None:
        """It waits for the end of the turn, for which there is one timer; each is in order."""
        for turn in range(2):
            first, second = self.servers
            self.post.write(first, b"1")
            self.post.write(second, b"2")
            self.post.write(first, b"3")
            self.assertEqual(len(self.clock.getDelayedCalls()), 1)
            self.assertEqual(self.sent(), [b"13" * turn, b"2" * turn])
            self.clock.advance(0)
            self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.sent(), [b"1313", b"22"])

    def test_many(self) -> None:
        """So many writes do not wait; those behind them do, until the turn ends."""
        for _ in range(posting.MOST + 1):
            self.post.write(self.servers[0], b"x")
        self.assertEqual(self.sent()[0], b"x" * posting.MOST)
        self.assertEqual(len(self.clock.getDelayedCalls()), 1)
        self.clock.advance(0)
        self.assertEqual(self.sent()[0], b"x" * (posting.MOST + 1))

    def test_empty(self) -> None:
        """Whoever is about to write past it has all written first, and nothing twice."""
        self.post.write(self.servers[0], b"x")
        self.post.empty()
        self.assertEqual(self.sent()[0], b"x")
        self.clock.advance(0)
        self.assertEqual(self.sent()[0], b"x")

    def test_others(self) -> None:
        """Other transports write at once, TLS too."""
        transport = StringTransport()
        self.post.write(transport, b"answer")
        self.assertEqual(transport.value(), b"answer")
        server = self.servers[0]
        with patch.object(server, "TLS", True), patch.object(server, "write") as write:
            self.post.write(server, b"x")
        write.assert_called_once_with(b"x")
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_mistake(self) -> None:
        """Where one cannot be written by a mistake of ours, the others are all the same."""
        broken = self.server(Socket())
        with patch.object(broken.socket, "send", side_effect=ZeroDivisionError):
            self.post.write(self.servers[0], b"1")
            self.post.write(broken, b"2")
            self.post.write(self.servers[1], b"3")
            self.clock.advance(0)
        self.assertEqual(self.sent(), [b"1", b"3"])
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertEqual(self.clock.getDelayedCalls(), [])

    def test_gone(self) -> None:
        """To who is lost meanwhile nothing is written."""
        self.post.write(self.servers[0], b"x")
        self.servers[0].connected = False
        self.clock.advance(0)
        self.assertEqual(self.sent()[0], b"")


class PlainSocket(Socket):
    """With what a connection asks of it besides."""

    def __init__(self) -> None:
        super().__init__()
        self.room = 10_000

    def setsockopt(self, *arguments: Any) -> None:
        """Whatever it is."""

    def getsockname(self) -> tuple[str, int]:
        """Any address."""
        return ("127.0.0.1", 8180)


class EndTests(SynchronousTestCase):
    """Over connections of Twisted's that come to a Central System."""

    def setUp(self) -> None:
        """One that said nothing so far."""
        self.ring = Ring(self)
        self.socket = PlainSocket()
        protocol: Any = self.ring.factory.buildProtocol(IPv4Address("TCP", "127.0.0.1", 9))
        protocol.makeConnection(connection(self.socket, protocol, MemoryReactor()))
        self.protocol = protocol

    def test_refused(self) -> None:
        """What was written before the end is out when it comes."""
        self.protocol.dataReceived(b"POST / HTTP/1.0\r\n\r\n")
        self.assertTrue(self.protocol.transport.disconnecting)
        self.assertTrue(self.socket.sent.startswith(b"HTTP/1.1 4"), self.socket.sent)

    def test_pastIt(self) -> None:
        """What Autobahn writes itself does not overtake what waits, and is not overtaken."""
        self.protocol.sendData(b"first ")
        self.protocol.sendData(b"second ", sync=True)
        self.protocol.transport.doWrite()
        self.assertEqual(self.socket.sent, b"first second ")
        self.protocol.send_queue.append((b"third ", True))
        self.protocol.sendData(b"fourth")
        self.protocol.send_queue.clear()
        self.ring.clock.advance(0)
        self.assertNotIn(b"fourth", self.socket.sent)

    def test_halfClosed(self) -> None:
        """Who says much and then ends its half has every answer before more is read: the end."""
        self.protocol.dataReceived(HANDSHAKE)
        frames = b"".join(self.frame(f'[2,"{number}","Heartbeat",{{}}]') for number in range(33))
        answered: list[int] = []

        def resume() -> None:
            answered.append(self.socket.sent.count(b"currentTime"))

        with patch.object(self.protocol.transport, "resumeProducing", resume):
            self.protocol.dataReceived(frames)
            while self.protocol.isResting:
                self.ring.clock.advance(0)
        self.assertEqual(answered, [33])

    def frame(self, text: str) -> bytes:
        """A masked frame with a text of medium length."""
        data = text.encode()
        return bytes((0x81, 0x80 | len(data), 0, 0, 0, 0)) + data
