"""What one read brings is dealt with in shares, so that others have their turn in between."""

from __future__ import annotations

import zlib
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance.pacing import BYTES_PER_STEP, LAST, SHARE
from ocppgw.central.linking.link import UNREADABLE
from ocppgw.model import facts as f
from tests.central.support import CLOSE, PING, PONG, TEXT, RawChargePoint, Ring, configured
from tests.central.test_abuse import BEAT, frames
from tests.central.test_turns import START_CALL

STOP = (
    b'[2,"s","StopTransaction",'
    b'{"transactionId":1,"meterStop":1,"timestamp":"2026-05-04T12:00:00Z"}]'
)


def turn(ring: Ring) -> None:
    """One turn of the reactor, and what is sent in it."""
    turnOf(ring.clock)
    ring.flush()


def turnOf(clock: Any) -> None:
    """What is due now, and nothing that this makes due."""
    for one in [one for one in clock.calls if one.getTime() <= clock.seconds()]:
        clock.calls.remove(one)
        one.called = 1
        one.func(*one.args, **one.kw)


def status(word: str) -> bytes:
    """A StatusNotification, as a frame."""
    payload = f'{{"connectorId":1,"status":"{word}","errorCode":"NoError"}}'
    return frames(f'[2,"{word}","StatusNotification",{payload}]'.encode(), 1)


def bomb(size: int) -> bytes:
    """A Heartbeat that inflates to so many bytes and more, compressed and masked."""
    squeezed = zlib.compressobj(9, zlib.DEFLATED, -15)
    data = squeezed.compress(b" " * size + BEAT) + squeezed.flush(zlib.Z_SYNC_FLUSH)
    data = data[:-4]
    isShort = len(data) < 126
    length = bytes([0x80 | len(data)]) if isShort else b"\xfe" + len(data).to_bytes(2, "big")
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
        self.assertEqual(seen[-1], count)
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
        chargePoint.write(bomb(SHARE * BYTES_PER_STEP) * 15)
        self.turnsUntil(15, 1)

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


class EndsTests(SynchronousTestCase):
    """What was read is dealt with, where a link ends as well as where a read does."""

    def setUp(self) -> None:
        self.ring = Ring(self, configured(ocpp={"compression": True, "pingInterval": 0.0}))
        self.chargePoint = self.ring.connect()

    def received(self) -> int:
        return self.ring.record().traffic.messagesReceived

    def test_goneMeanwhile(self) -> None:
        """What somebody sent before he was gone counts, up to its end; no timer is left."""
        self.chargePoint.write(frames(BEAT, 100) + frames(STOP, 1))
        self.assertLess(self.received(), SHARE)
        self.chargePoint.vanish()
        self.assertEqual(self.received(), 101)
        self.assertEqual(self.ring.deviations(), {"X3"})
        self.ring.advance(1)
        self.assertFalse(self.ring.record().link.connected)
        self.assertEqual(self.ring.clock.getDelayedCalls(), [])

    def test_goneWhileHeld(self) -> None:
        """The same where the link was not listened to, since its answers waited for the store."""
        ring = Ring(self, delay=2.0)
        chargePoint = ring.connect()
        chargePoint.call("StartTransaction", START_CALL)
        chargePoint.write(frames(BEAT, 250))
        self.assertEqual(chargePoint.transport.producerState, "paused")
        chargePoint.vanish()
        ring.advance(2)
        self.assertEqual(ring.record().traffic.messagesReceived, 251)

    def test_goneBehindClose(self) -> None:
        """Who said goodbye behind much else, and did not wait, ended in good order."""
        self.chargePoint.write(frames(BEAT, 100) + frames(b"\x03\xe8", 1, CLOSE))
        self.chargePoint.vanish()
        self.assertEqual(self.received(), 100)
        self.ring.advance(1)
        [ended] = self.ring.noted(f.LinkLost)
        self.assertIn("closed by the charge point (1000)", ended.reason)

    def test_goneFlood(self) -> None:
        """Who floods and is gone costs no more than a long read does, however it inflates."""
        self.chargePoint.write(frames(BEAT, LAST))
        self.chargePoint.vanish()
        self.assertLessEqual(self.received(), (SHARE + LAST) // 2)
        ring = self.ring = Ring(self, configured(ocpp={"compression": True}))
        chargePoint = ring.dial()
        offer = "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover"
        chargePoint.shakeHands("/CP1", "ocpp1.6", offer)
        chargePoint.write(bomb(LAST * BYTES_PER_STEP // 4) * 20)
        self.assertEqual(self.received(), 1)
        chargePoint.vanish()
        self.assertLessEqual(self.received(), 5)
        self.assertGreater(self.received(), 1)

    def test_replacedWhileHeld(self) -> None:
        """What was read from the old connection is dealt with first, also where it was held."""
        ring = Ring(self, configured(ocpp={"pingInterval": 0.0}), delay=2.0)
        old = ring.connect()
        old.call("StartTransaction", START_CALL)
        old.write(frames(BEAT, 100) + status("Faulted"))
        self.assertEqual(old.transport.producerState, "paused")
        new = ring.connect()
        self.assertEqual(ring.record().traffic.messagesReceived, 102)
        new.write(status("Available"))
        ring.advance(2)
        statuses = [fact.report.status for fact in ring.noted(f.StatusReported)]
        self.assertEqual(statuses, ["Faulted", "Available"])

    def test_replacedFlood(self) -> None:
        """Who floods and comes again has no more dealt with than who floods and is gone."""
        ring = Ring(self, configured(ocpp={"pingInterval": 0.0}))
        ring.connect().write(frames(BEAT, LAST))
        ring.connect()
        self.assertLessEqual(ring.record().traffic.messagesReceived, (SHARE + LAST) // 2)
        self.assertGreater(ring.record().traffic.messagesReceived, SHARE)

    def test_replacedBehindClose(self) -> None:
        """Where the last that was read is the end, there is no gap all the same."""
        ring = Ring(self, configured(ocpp={"pingInterval": 0.0}))
        ring.connect().write(frames(BEAT, SHARE) + frames(b"\x03\xe8", 1, CLOSE))
        ring.connect()
        ring.advance(10)
        self.assertTrue(ring.record().link.connected)
        self.assertEqual(ring.noted(f.LinkLost), [])
        self.assertEqual(ring.record().traffic.messagesReceived, SHARE)

    def breakLastWords(self) -> None:
        """What the charge point sent last meets a mistake."""
        self.chargePoint.write(frames(BEAT, 100))
        self.patch(self.chargePoint.protocol, "onMessage", lambda payload, isBinary: 1 / 0)

    def test_mistakeInLastWords(self) -> None:
        """A mistake in what was read last is logged, and the connection is over all the same."""
        self.breakLastWords()
        self.chargePoint.vanish()
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertEqual(len(self.ring.factory.connections), 0)
        self.ring.advance(1)
        self.assertFalse(self.ring.record().link.connected)
        self.assertEqual(self.ring.clock.getDelayedCalls(), [])

    def test_mistakeInLastWordsOfReplaced(self) -> None:
        """A mistake in what the old connection sent last does not make the new one deaf."""
        self.breakLastWords()
        new = self.ring.connect()
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertTrue(self.chargePoint.transport.disconnecting)
        self.assertIsNotNone(new.call("Heartbeat"))
        self.ring.advance(10)
        self.assertTrue(self.ring.record().link.connected)

    def test_mistakeAtTheEnd(self) -> None:
        """A connection that is gone counts no more, whatever its end brings about."""
        self.patch(self.chargePoint.protocol, "onClose", lambda *said: 1 / 0)
        self.assertRaises(ZeroDivisionError, self.chargePoint.vanish)
        self.assertEqual(len(self.ring.factory.connections), 0)

    def test_endedByUs(self) -> None:
        """Of a link that we end, nothing more is dealt with."""
        self.chargePoint.write(frames(BEAT, 100))
        received = self.received()
        self.chargePoint.protocol.abort()
        self.chargePoint.vanish()
        self.assertEqual(self.received(), received)

    def test_emptyBehindLong(self) -> None:
        """An empty frame is dealt with even where its head took the last step of a turn."""
        for size in range(1, SHARE + 2):
            chargePoint = self.ring.connect(f"/P{size}")
            text = b" " * (size * BYTES_PER_STEP) + BEAT
            head = b"\x81\xfe" + len(text).to_bytes(2, "big") + bytes(4)
            chargePoint.write(head + text + frames(b"", 1, PING))
            self.ring.advance(0)
            self.assertEqual([opcode for opcode, _ in chargePoint.frames], [TEXT, PONG], size)
            self.assertEqual(chargePoint.transport.producerState, "producing", size)

    def test_emptyBehindMany(self) -> None:
        """The same for an empty close frame, and for an empty last fragment."""
        for count in range(SHARE):
            chargePoint = self.ring.connect(f"/C{count}")
            chargePoint.write(frames(BEAT, count) + frames(b"", 1, CLOSE))
            self.ring.advance(0)
            self.assertTrue(chargePoint.isClosed, count)
        ring = self.ring
        for size in range(SHARE):
            chargePoint = ring.dial()
            offer = "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover"
            chargePoint.shakeHands(f"/F{size}", "ocpp1.6", offer)
            chargePoint.write(bomb(size * BYTES_PER_STEP) + frames(b"", 1, PING))
            chargePoint.write(frames(BEAT, 1, fin=False) + frames(b"", 1, opcode=0))
            self.ring.advance(0)
            opcodes = [opcode for opcode, _ in chargePoint.frames]
            self.assertEqual(opcodes, [TEXT, PONG, TEXT], size)

    def test_partOfAFrame(self) -> None:
        """The head of a frame whose rest has not come leaves nothing to be done until it does."""
        calls = len(self.ring.clock.getDelayedCalls())
        self.chargePoint.write(frames(BEAT, SHARE // 2 - 1) + frames(BEAT, 1)[:6])
        self.assertEqual(self.chargePoint.transport.producerState, "producing")
        self.assertEqual(len(self.ring.clock.getDelayedCalls()), calls)
        self.chargePoint.write(BEAT)
        self.assertEqual(self.received(), SHARE // 2)

    def test_hungUp(self) -> None:
        """Of a link that is hung up, the other end's goodbye is read, whatever it waited for."""
        self.chargePoint.write(frames(BEAT, 100))
        self.assertEqual(self.chargePoint.transport.producerState, "paused")
        self.chargePoint.protocol.hangUp()
        self.assertEqual(self.chargePoint.transport.producerState, "producing")
        self.chargePoint.protocol.dataReceived(frames(BEAT, 100))
        self.assertEqual(self.chargePoint.protocol.data, b"")
        self.ring.advance(0)
        self.assertEqual(self.chargePoint.transport.producerState, "producing")
        self.assertTrue(self.chargePoint.isClosed)
