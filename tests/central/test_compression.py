"""Compressed messages, where the site wants them (C17)."""

from __future__ import annotations

import json
import zlib

from twisted.trial.unittest import SynchronousTestCase

from tests.central.support import CLOSE, TEXT, RawChargePoint, Ring, configured

OFFER = "Sec-WebSocket-Extensions: permessage-deflate"
BEAT = b'[2,"x","Heartbeat",{}]'
COMPRESSED = 4
"""RSV1."""


def deflated(data: bytes) -> bytes:
    """A message as RFC 7692 section 7.2.1 wants it."""
    maker = zlib.compressobj(wbits=-15)
    return (maker.compress(data) + maker.flush(zlib.Z_SYNC_FLUSH))[:-4]


def inflated(data: bytes) -> bytes:
    """Section 7.2.2."""
    return zlib.decompressobj(-15).decompress(data + b"\x00\x00\xff\xff")


class CompressionTests(SynchronousTestCase):
    """permessage-deflate."""

    def connect(self, isWanted: bool = True, offer: str = OFFER) -> RawChargePoint:
        """A charge point that offers compression."""
        self.ring = Ring(self, configured(ocpp={"compression": isWanted}))
        chargePoint = self.ring.dial()
        chargePoint.shakeHands("/CP1", "ocpp1.6", offer)
        self.assertEqual(chargePoint.status, 101)
        return chargePoint

    def test_C17_notByDefault(self) -> None:
        """An offer is passed over unless the site wants compression."""
        self.assertIsNone(self.connect(False).header("Sec-WebSocket-Extensions"))

    def test_C17_agreed(self) -> None:
        """A charge point is asked to keep no window between messages, whatever it offered."""
        for more in ("", "; client_max_window_bits", "; client_no_context_takeover"):
            agreed = self.connect(offer=OFFER + more).header("Sec-WebSocket-Extensions") or ""
            self.assertEqual(agreed, "permessage-deflate; client_no_context_takeover")

    def test_C17_bothWays(self) -> None:
        """Compressed messages are understood and answered alike, each for itself; plain too."""
        chargePoint = self.connect()
        for _ in range(3):
            chargePoint.frame(TEXT, deflated(BEAT), rsv=COMPRESSED)
            self.assertEqual(json.loads(inflated(chargePoint.frames.pop()[1]))[:2], [3, "x"])
        chargePoint.frame(TEXT, BEAT)
        self.assertEqual(json.loads(inflated(chargePoint.frames.pop()[1]))[:2], [3, "x"])

    def test_C17_fragments(self) -> None:
        """A compressed message may come in pieces."""
        chargePoint, data = self.connect(), deflated(BEAT)
        chargePoint.frame(TEXT, data[:5], fin=False, rsv=COMPRESSED)
        chargePoint.frame(0, data[5:])
        self.assertEqual(json.loads(inflated(chargePoint.frames.pop()[1]))[:2], [3, "x"])

    def test_C17_bomb(self) -> None:
        """A small message that would inflate beyond the limit ends the link with 1009."""
        bomb = deflated(b" " * (256 * 1024 * 1024))
        self.assertLess(len(bomb), 300_000)
        chargePoint = self.connect()
        chargePoint.frame(TEXT, bomb, rsv=COMPRESSED)
        self.assertEqual(chargePoint.closeCode(), 1009)
        self.ring.advance(3)
        self.assertTrue(chargePoint.isClosed)

    def test_C17_bombInPieces(self) -> None:
        """The limit is that of the message, however many fragments it comes in."""
        chargePoint, piece = self.connect(), deflated(b" " * 600_000) + b"\x00\x00\xff\xff"
        chargePoint.frame(TEXT, piece, fin=False, rsv=COMPRESSED)
        self.assertIsNone(chargePoint.closeCode())
        chargePoint.frame(0, piece, fin=False)
        self.assertEqual(chargePoint.closeCode(), 1009)

    def test_C17_costsOfLongOnes(self) -> None:
        """Long messages that cost their sender nothing are read more slowly."""
        chargePoint, long = self.connect(), deflated(BEAT + b" " * 1_000_000)
        for _ in range(200):
            chargePoint.frame(TEXT, long, rsv=COMPRESSED)
        self.assertGreater(chargePoint.waiting, 0)

    def test_C17_garbage(self) -> None:
        """What cannot be inflated ends the link with 1007."""
        chargePoint = self.connect()
        chargePoint.frame(TEXT, b"\xff" * 20, rsv=COMPRESSED)
        self.assertEqual(chargePoint.closeCode(), 1007)

    def test_C17_clearReason(self) -> None:
        """Compressed frames that were not agreed upon: 1002, and a reason that says so."""
        ring = Ring(self)
        chargePoint = ring.connect()
        chargePoint.frame(TEXT, deflated(BEAT), rsv=COMPRESSED)
        self.assertEqual(chargePoint.closeCode(), 1002)
        chargePoint.frame(CLOSE, b"\x03\xea")
        ring.advance(3)
        self.assertIn("compression", ring.record().link.lastDisconnectReason)
