"""Tests of bodies that are too large."""

from __future__ import annotations

from typing import Any

from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource

from ocppgw.web.console import ConsoleSite
from ocppgw.web.security.requests import MOST_BODY, MOST_READ


class Lengths(Resource):
    """Tells how much of a body came through, and whether it was too much."""

    isLeaf = True

    def render_POST(self, request: Any) -> bytes:
        return f"{request.isTooLarge} {len(request.content.read())}".encode()


class Transport(StringTransport):
    """One that can be cut."""

    def abortConnection(self) -> None:
        self.disconnecting = True


class BoundedRequestTests(SynchronousTestCase):
    """What becomes of a body."""

    def setUp(self) -> None:
        site = ConsoleSite(Lengths(), Clock())
        self.channel = site.buildProtocol(None)
        self.transport = Transport()
        self.channel.makeConnection(self.transport)

    def post(self, head: str, *chunks: bytes) -> str:
        self.channel.dataReceived(f"POST / HTTP/1.1\r\nHost: a\r\n{head}\r\n\r\n".encode())
        for chunk in chunks:
            if not self.transport.disconnecting:
                self.channel.dataReceived(chunk)
        return self.transport.value().decode().rpartition("\r\n\r\n")[2]

    def test_fits(self) -> None:
        """A body within the bound arrives whole."""
        self.assertEqual(self.post("Content-Length: 5", b"abcde"), "False 5")

    def test_announced(self) -> None:
        """One that is announced as too large is not kept, and known as such."""
        size = MOST_BODY + 1
        self.assertEqual(self.post(f"Content-Length: {size}", b"x" * size), "True 0")

    def test_chunked(self) -> None:
        """One that is not announced is kept up to the bound only."""
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        told = self.post("Transfer-Encoding: chunked", *[chunk] * 20, b"0\r\n\r\n")
        self.assertIn("True", told)

    def test_endless(self) -> None:
        """One that goes on and on is cut."""
        chunk = b"10000\r\n" + b"x" * 0x10000 + b"\r\n"
        self.post("Transfer-Encoding: chunked", *[chunk] * (MOST_READ // 0x10000 + 2))
        self.assertTrue(self.transport.disconnecting)
