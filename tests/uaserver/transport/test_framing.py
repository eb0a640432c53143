"""Tests of `ocppgw.uaserver.transport.framing`."""

from __future__ import annotations

import struct

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver.transport.framing import Frame, Framing, TransportError


def chunk(kind: bytes = b"MSG", final: bytes = b"F", body: bytes = b"x" * 16) -> bytes:
    """One chunk."""
    return struct.pack("<3scI", kind, final, len(body) + 8) + body


class FramingTests(TestCase):
    def setUp(self) -> None:
        self.framing = Framing(65536)

    def refused(self, data: bytes) -> str:
        self.framing.feed(data)
        error = self.assertRaises(TransportError, list, self.framing.frames())
        return str(ua.StatusCode(error.statusCode).name)

    @given(st.lists(st.binary(min_size=16, max_size=60), min_size=1), st.integers(1, 40))
    def test_anyPieces(self, bodies: list[bytes], size: int) -> None:
        """However TCP cuts the stream, the same chunks come out."""
        framing = Framing(65536)
        stream = b"".join(chunk(body=body) for body in bodies)
        found: list[Frame] = []
        for at in range(0, len(stream), size):
            framing.feed(stream[at : at + size])
            found += framing.frames()
        self.assertEqual([frame.content[8:] for frame in found], bodies)
        self.assertEqual(framing.waiting, 0)

    def test_bogusSizes(self) -> None:
        """Sizes of 0 to 23 bytes for a message are refused, whatever follows."""
        for size in (0, 4, 7, 8, 11, 23):
            self.framing = Framing(65536)
            data = struct.pack("<3scI", b"MSG", b"F", size) + bytes(64)
            self.assertEqual(self.refused(data), "BadDecodingError")

    def test_announcedFourGigabytes(self) -> None:
        """A chunk that announces 4 GB is refused by its header; nothing is collected."""
        self.assertEqual(
            self.refused(struct.pack("<3scI", b"MSG", b"F", 0xFFFFFFFF)), "BadTcpMessageTooLarge"
        )

    def test_largeHello(self) -> None:
        """A Hello is never larger than its URL may be."""
        self.assertEqual(
            self.refused(struct.pack("<3scI", b"HEL", b"F", 60000)), "BadTcpMessageTooLarge"
        )

    def test_unknownTypes(self) -> None:
        """Unknown message and chunk types are refused; OpenSecureChannel comes in one chunk."""
        for data in (chunk(b"XYZ"), chunk(final=b"Z"), chunk(b"OPN", b"C"), b"GET / HTTP/1.1\r\n"):
            self.framing = Framing(65536)
            self.assertEqual(self.refused(data), "BadTcpMessageTypeInvalid")

    def test_stopAndGoOn(self) -> None:
        """Who stops in the middle gets the rest with the next call."""
        self.framing.feed(chunk(body=b"a" * 16) + chunk(body=b"b" * 16))
        first = next(self.framing.frames())
        rest = list(self.framing.frames())
        self.assertEqual([first.content[8:9], *(each.content[8:9] for each in rest)], [b"a", b"b"])
