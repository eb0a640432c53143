"""What a socket takes at once is sent at once, and nothing is lost, doubled or overtaken."""

# Twisted's connections are not annotated.
# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

import errno
from typing import Any

from hypothesis import given, strategies as st
from twisted.internet.protocol import Protocol
from twisted.internet.tcp import Server
from twisted.internet.testing import MemoryReactor
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance import prompting


class Socket:
    """Takes so many bytes, then none until there is room again."""

    def __init__(self) -> None:
        self.room = 0
        self.sent = b""
        self.isBroken = False

    def setblocking(self, isBlocking: bool) -> None:
        """It never does."""

    def fileno(self) -> int:
        """Any number."""
        return 3

    def send(self, data: bytes) -> int:
        """As a socket that does not block."""
        if self.isBroken:
            raise OSError(errno.EPIPE, "broken")
        if not self.room:
            raise OSError(errno.EWOULDBLOCK, "full")
        took = min(self.room, len(data))
        self.room -= took
        self.sent += bytes(data[:took])
        return took


def connection(socket: Any, protocol: Protocol, reactor: Any) -> Server:
    """One of Twisted's over a socket that is none."""
    port: Any = None
    return Server(socket, protocol, ("127.0.0.1", 9), port, 1, reactor)


class PromptingTests(SynchronousTestCase):
    """`prompting.write`, over a connection of Twisted's without a network."""

    def setUp(self) -> None:
        """One connection."""
        self.reactor = MemoryReactor()
        self.socket = Socket()
        self.server = connection(self.socket, Protocol(), self.reactor)

    def test_atOnce(self) -> None:
        """What the socket takes is out, and the reactor has nothing to do."""
        self.socket.room = 100
        prompting.write(self.server, b"answer")
        self.assertEqual(self.socket.sent, b"answer")
        self.assertEqual(self.reactor.getWriters(), [])

    @given(st.lists(st.tuples(st.integers(0, 9), st.binary(max_size=8), st.booleans())))
    def test_order(self, steps: list[tuple[int, bytes, bool]]) -> None:
        """All goes out once and in order, whatever is taken when; the reactor has the rest."""
        self.setUp()
        written = b""
        for room, data, isTurn in steps:
            self.socket.room = room
            prompting.write(self.server, data)
            written += data
            if isTurn and self.reactor.getWriters():
                self.server.doWrite()
            isBehind = self.socket.sent != written
            self.assertTrue(written.startswith(self.socket.sent))
            self.assertEqual(self.reactor.getWriters() == [self.server], isBehind)
        self.socket.room = len(written)
        self.server.doWrite()
        self.assertEqual(self.socket.sent, written)

    def test_lost(self) -> None:
        """A connection that is lost finds that out as it always does."""
        self.socket.isBroken = True
        prompting.write(self.server, b"answer")
        self.assertEqual(self.reactor.getWriters(), [self.server])
        self.assertIsInstance(self.server.doWrite(), Exception)

    def test_closing(self) -> None:
        """Nothing is written that Twisted would not write."""
        self.socket.room = 100
        self.server.connected = False
        prompting.write(self.server, b"answer")
        self.assertEqual(self.socket.sent, b"")
        self.assertEqual(self.reactor.getWriters(), [])
