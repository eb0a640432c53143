"""What one read brings is dealt with in shares, so that others have their turn in between."""

from __future__ import annotations

import zlib
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance.pacing import LARGE, SHARE
from ocppgw.central.linking.link import UNREADABLE
from tests.central.support import CLOSE, PING, RawChargePoint, Ring, configured
from tests.central.test_abuse import BEAT, frames
from tests.central.test_turns import START_CALL


def turn(ring: Ring) -> None:
    """One turn of the reactor: what is due now, and nothing that this makes due."""
    clock: Any = ring.clock
    for one in [one for one in clock.calls if one.getTime() <= clock.seconds()]:
        clock.calls.remove(one)
        one.called = 1
        one.func(*one.args, **one.kw)
    ring.flush()


def bomb(size: int) -> bytes:
    """A Heartbeat that inflates to so many bytes and more, compressed and masked."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = squeezed.compress(b" " * size + BEAT) + squeezed.flush(zlib.Z_SYNC_FLUSH)
    data = data[:-4]
    length = bytes([0xFE]) + len(data).to_bytes(2, "big")
    return b"\xc1" + length + bytes(4) + data


class SharesTests(SynchronousTestCase):
    """A connection has a share of each turn of the reactor."""

    def setUp(self) -> None:
        self.ring = Ring(self, configured(ocpp={"compression": True, "pingInterval": 0.0}))
        self.chargePoint = self.ring.connect()

    def received(self, nodeName: str = "CP1") -> int:
        return self.ring.record(nodeName).traffic.messagesReceived

    def turnsUntil(self, count: int, most: int) -> list[int]:
        """How much was received after each turn, until it is all."""
        seen = [self.received()]
        while seen[-1] < count and len(seen) < 1000:
            turn(self.ring)
            seen.append(self.received())
            self.assertLessEqual(seen[-1] - seen[-2], most)
        return seen

    def test_manyFrames(self) -> None:
        """A thousand messages in one read take many turns, and all are answered, in order."""
        self.chargePoint.write(b"".join(
            frames(b'[2,"%03d","Heartbeat",{}]' % number, 1) for number in range(1000)
        ))  # fmt: skip
        self.assertLessEqual(self.received(), SHARE // 2)
        seen = self.turnsUntil(1000, SHARE // 2)
        self.assertGreaterEqual(len(seen), 1000 // SHARE)
        answers = [payload[4:7] for _, payload in self.chargePoint.frames]
        self.assertEqual(answers, [b"%03d" % number for number in range(1000)])
        self.assertEqual(self.chargePoint.transport.producerState, "producing")

    def test_othersInBetween(self) -> None:
        """Another charge point is answered while the first has much left."""
        other = self.ring.connect("/CP2")
        self.chargePoint.write(frames(BEAT, 1000))
        self.assertIsNotNone(other.call("Heartbeat"))
        self.assertLess(self.received(), SHARE)

    def test_C17_oneBombATurn(self) -> None:
        """Messages that inflate to much count by what they become."""
        chargePoint: RawChargePoint = self.ring.dial()
        offer = "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover"
        chargePoint.shakeHands("/CP1", "ocpp1.6", offer)
        self.assertIsNotNone(chargePoint.header("Sec-WebSocket-Extensions"))
        chargePoint.write(bomb(SHARE * LARGE) * 20)
        self.turnsUntil(20, 1)

    def test_heldMeanwhile(self) -> None:
        """While its answers wait, what was read of it waits as well, and is not lost."""
        ring = Ring(self, delay=2.0)
        chargePoint = ring.connect()
        chargePoint.call("StartTransaction", START_CALL)
        chargePoint.write(frames(BEAT, 1000))
        ring.advance(0)
        self.assertLess(ring.record().traffic.messagesReceived, 50)
        ring.advance(2)
        self.assertEqual(ring.record().traffic.messagesReceived, 1001)

    def test_closeBehind(self) -> None:
        """A close frame behind much else is found, and answered."""
        self.chargePoint.write(frames(b"", 500, PING) + frames(b"\x03\xe8", 1, CLOSE))
        self.assertFalse(self.chargePoint.isClosed)
        self.ring.advance(5)
        self.assertTrue(self.chargePoint.isClosed)
        self.ring.advance(1)
        self.assertFalse(self.ring.record().link.connected)

    def test_overMeanwhile(self) -> None:
        """What still comes over a link that ended costs nothing that outlives it."""
        ring = Ring(self, configured(ocpp={"maxMessageRate": 20, "pingInterval": 0.0}))
        chargePoint = ring.connect()
        chargePoint.write(frames(b"x", UNREADABLE) + frames(b"", 500, PING))
        ring.advance(0)
        self.assertEqual(chargePoint.closeCode(), 1008)
        chargePoint.vanish()
        ring.advance(1)
        self.assertEqual(ring.clock.getDelayedCalls(), [])

    def test_goneMeanwhile(self) -> None:
        """Who is gone leaves nothing to be done, and no timer."""
        self.chargePoint.write(frames(BEAT, 1000))
        self.chargePoint.vanish()
        received = self.received()
        self.ring.advance(1)
        self.assertEqual((self.received(), self.ring.clock.getDelayedCalls()), (received, []))
