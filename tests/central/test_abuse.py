"""
Who sends too much, too deep, too broken: the close code or answer of each, and bounded cost.

In memory, so that every byte that is read is known; on real sockets with others connected:
``tests.endToEnd.test_abuse``.
"""

from __future__ import annotations

import json

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance.transport import MOST_FRAGMENTS
from ocppgw.central.linking.budget import RESERVE
from ocppgw.central.linking.link import UNREADABLE
from tests.central.support import PING, PONG, TEXT, RawChargePoint, Ring, configured
from tests.central.test_links import call

STRICT = {"strict": True}
BEAT = b'[2,"x","Heartbeat",{}]'


def frames(payload: bytes, count: int, opcode: int = TEXT, fin: bool = True) -> bytes:
    """The same short masked frame many times."""
    head = bytes([(0x80 if fin else 0) | opcode, 0x80 | len(payload)])
    return (head + bytes(4) + payload) * count


class AbuseCase(SynchronousTestCase):
    """A charge point whose link is in question."""

    def setUp(self) -> None:
        self.ring = Ring(self)
        self.chargePoint = self.ring.connect()

    def assertAlive(self, chargePoint: RawChargePoint | None = None) -> None:
        """The link works, once what was sent too much is made up for."""
        self.ring.advance(10)
        self.assertEqual((chargePoint or self.chargePoint).call("Heartbeat", None, "?")[0], 3)

    def assertClosed(self, code: int, chargePoint: RawChargePoint | None = None) -> None:
        """The link was closed so, and the connection is gone soon, whatever the peer does."""
        chargePoint = chargePoint or self.chargePoint
        self.assertEqual(chargePoint.closeCode(), code)
        self.ring.advance(3)
        chargePoint.ring.advance(3)
        self.assertTrue(chargePoint.isClosed)
        self.assertEqual(self.flushLoggedErrors(), [])


class UnreadableTests(AbuseCase):
    """Texts that nobody can read."""

    def test_S14_hexadecimal(self) -> None:
        """What is not even text is shown to the byte; what is, stays readable."""
        for sent, shown in ((b"\xff\x01{", "ff017b"), (b"not JSON", "not JSON")):
            self.chargePoint.frame(TEXT, sent)
            self.assertEqual(self.ring.record().deviations.examples["unreadable"], shown)
        self.chargePoint.frame(TEXT, b"\x01" * 5000)
        shown = self.ring.record().deviations.examples["unreadable"]
        self.assertEqual(
            (shown[:8], shown[-1], len(shown)), ("01010101", "\N{HORIZONTAL ELLIPSIS}", 120)
        )

    def test_S14_repaired(self) -> None:
        """JSON with a mistake that has one meaning is answered, and counted."""
        self.chargePoint.text('[2,"a","Authorize",{"idTag":"A\\x",},]')
        self.assertEqual(self.chargePoint.answerTo("a")[0], 3)
        self.assertEqual(self.ring.record().lastIdTag.idTag, "A\\x")
        self.assertEqual(self.ring.deviations(), {"S14"})

    def test_S14_severalInOneText(self) -> None:
        """Two Calls in one text get two answers."""
        self.chargePoint.text('[2,"a","Heartbeat",{}][2,"b","Heartbeat",{}]')
        self.assertEqual(self.chargePoint.answerTo("a")[0], 3)
        self.assertEqual(self.chargePoint.answerTo("b")[0], 3)

    def test_S14_notBeforeManyInARow(self) -> None:
        """Only a long row of unreadable texts ends the link, with 1008."""
        for _ in range(3):
            for usual in ('[2,"a","Heartbeat",{}]', '[2, "a", "Heartbeat", {}]'):
                for _ in range(UNREADABLE - 1):
                    self.chargePoint.text("garbage")
                self.chargePoint.text(usual)
            self.assertAlive()
        for _ in range(UNREADABLE):
            self.chargePoint.text("garbage")
        self.assertClosed(1008)

    def test_S14_countedOnce(self) -> None:
        """What it costs of memory does not grow with the row: counters and one example."""
        for number in range(UNREADABLE - 1):
            self.chargePoint.text(f"garbage {number}")
        deviations = self.ring.record().deviations
        self.assertEqual(dict(deviations.byKind), {"unreadable": UNREADABLE - 1})
        self.assertEqual(len(deviations.examples), 1)

    def test_S20_strict(self) -> None:
        """Strictly, a text that is not UTF-8 ends the link with 1007, as RFC 6455 says."""
        chargePoint = Ring(self, configured(ocpp=STRICT)).connect()
        chargePoint.frame(TEXT, b'[2,"a","Authorize",{"idTag":"\xff"}]')
        self.assertClosed(1007, chargePoint)

    def test_deep(self) -> None:
        """JSON as deep as a message can be long is a CallError, at once."""
        for text in ("[" * 500_000, '[2,"a","Heartbeat",' + "[" * 500_000):
            self.chargePoint.text(text)
            self.assertAlive()
        self.assertEqual(self.chargePoint.answerTo("a")[2], "FormationViolation")

    def test_numbers(self) -> None:
        """A number as long as a message can be is taken for none, in every place."""
        digits = "9" * 250_000
        for text in (
            f'[2,"a","StartTransaction",{{"connectorId":{digits},"idTag":"A","meterStart":0}}]',
            f'[2,"a","StopTransaction",{{"transactionId":{digits},"meterStop":-{digits}}}]',
            f'[2,"a","Heartbeat",{digits}]',
            f'[2,"a","MeterValues",{{"meterValue":{{"sampledValue":{{"value":{digits}e{digits}}}}}}}]',
            f"[{digits}]",
            f"[3,{digits},{{}}]",
        ):
            self.chargePoint.text(text)
            self.assertAlive()
        self.assertEqual(self.flushLoggedErrors(), [])


class FragmentTests(AbuseCase):
    """Messages that never end."""

    def test_emptyFragments(self) -> None:
        """Fragments without content are limited by their number: 1009."""
        self.chargePoint.frame(TEXT, b"", fin=False)
        self.chargePoint.write(frames(b"", MOST_FRAGMENTS, 0, fin=False))
        self.ring.advance(0)
        self.assertClosed(1009)

    def test_manyFragments(self) -> None:
        """A message in many small fragments is one; the next begins to count anew."""
        for _ in range(3):
            self.chargePoint.frame(TEXT, BEAT[:1], fin=False)
            self.chargePoint.write(frames(b" ", 1000, 0, fin=False))
            self.chargePoint.frame(0, BEAT[1:])
            self.ring.advance(0)
            self.assertEqual(self.chargePoint.answerTo("x")[0], 3)
            self.ring.advance(4)  # Fragments cost time, too.

    def test_fragmentsInTime(self) -> None:
        """Who sends a fragment now and then lives, but keeps nothing waiting but itself."""
        self.chargePoint.frame(TEXT, BEAT[:5], fin=False)
        self.ring.advance(44)
        self.chargePoint.frame(0, BEAT[5:])
        self.assertEqual(self.chargePoint.answerTo("x")[0], 3)

    def test_tooManyBytes(self) -> None:
        """Fragments that add up to more than the limit end the link with 1009."""
        self.chargePoint.frame(TEXT, b"", fin=False)
        for _ in range(17):
            self.chargePoint.frame(0, b" " * 65_000, fin=False)
        self.assertClosed(1009)


class FloodTests(AbuseCase):
    """More messages than a charge point has to say."""

    def test_read(self) -> None:
        """After its reserve it is read no faster than the rate; what it sent is not lost."""
        rate = {"maxMessageRate": 10}
        ring = Ring(self, configured(ocpp=rate | {"pingInterval": 0.0}))
        chargePoint = ring.connect()
        for _ in range(100):
            chargePoint.write(frames(BEAT, 1))
        received = ring.record().traffic.messagesReceived
        self.assertLessEqual(received, 10 * RESERVE + 1)
        for _ in range(100):
            ring.advance(0.1)
        self.assertEqual(ring.record().traffic.messagesReceived, 100)

    def test_debt(self) -> None:
        """
        Many in one read come no faster, and what was not read shows that it lives: it is not taken
        for dead because its pongs have to wait.
        """
        rate = {"maxMessageRate": 10}
        ring = Ring(self, configured(ocpp=rate))
        chargePoint = ring.connect()
        chargePoint.write(frames(BEAT, 1000))
        for second in range(1, 91):
            ring.advance(1)
            received = ring.record().traffic.messagesReceived
            self.assertLessEqual(received, 10 * (RESERVE + second) + 1)
        for _ in range(20):
            ring.advance(1)
        self.assertEqual(ring.record().traffic.messagesReceived, 1000)
        self.assertFalse(chargePoint.isClosed)

    def test_everyFrameCounts(self) -> None:
        """Pings, pongs, empty messages and fragments are no way around the rate."""
        for opcode, fin in ((PING, True), (PONG, True), (TEXT, True), (0, False)):
            chargePoint = Ring(self, configured(ocpp={"maxMessageRate": 10})).connect()
            if opcode == 0:
                chargePoint.frame(TEXT, b"", fin=False)
            for _ in range(100):
                chargePoint.write(frames(b"", 1, opcode, fin))
            self.assertGreater(chargePoint.waiting, 0, opcode)

    def test_longMessagesCount(self) -> None:
        """A long message counts like many, because it costs like many."""
        chargePoint = self.ring.connect("/LONG")
        for _ in range(10):
            chargePoint.text('[2,"x","Heartbeat",{}]' + " " * 1_000_000)
        self.assertLessEqual(self.ring.record("LONG").traffic.messagesReceived, 2)
        self.assertAlive()

    def test_noLimit(self) -> None:
        """0 sets no limit."""
        ring = Ring(self, configured(ocpp={"maxMessageRate": 0}))
        chargePoint = ring.connect()
        chargePoint.write(frames(BEAT, 5000))
        ring.advance(0)
        self.assertEqual(ring.record().traffic.messagesReceived, 5000)
        self.assertEqual(chargePoint.transport.producerState, "producing")

    def test_endWhileHeld(self) -> None:
        """A link that ends while it is held leaves no timer behind."""
        rate = {"maxMessageRate": 1, "pingInterval": 0.0}
        ring = Ring(self, configured(ocpp=rate))
        chargePoint = ring.connect()
        chargePoint.write(frames(BEAT, 100))
        chargePoint.vanish()
        ring.advance(1)
        self.assertEqual(ring.clock.getDelayedCalls(), [])


class MessageIdTests(AbuseCase):
    """Message ids are echoed, and mean nothing else (S17)."""

    def test_S17_everyJsonType(self) -> None:
        """An id of any JSON type comes back to the letter."""
        for token in ("null", "true", "-0.10", "1e5", "[1, 2]", '{"a":"b"}', '"\\u00e9\\/"', "007"):
            self.chargePoint.text(f'[2,{token},"Heartbeat",{{}}]')
            if token != "007":
                answer = self.chargePoint.frames.pop()[1].decode()
                self.assertTrue(answer.startswith(f"[3,{token},{{"), answer)
        self.assertAlive()

    def test_S17_oneIdForEverything(self) -> None:
        """One id for every message: each is dealt with."""
        for connectorId in (1, 2, 3):
            sent = {"connectorId": connectorId, "status": "Available", "errorCode": "NoError"}
            self.assertEqual(self.chargePoint.call("StatusNotification", sent, "1")[2], {})
        self.assertEqual(
            {number for number, one in self.ring.record().connectors.items() if one.status},
            {1, 2, 3},
        )

    def test_S17_sameSequenceAfterBoot(self) -> None:
        """The same ids after each boot: each boot is one."""
        for _ in range(3):
            chargePoint = self.ring.connect()
            for messageId, action in (("1", "BootNotification"), ("2", "Heartbeat")):
                payload = {"chargePointVendor": "A", "chargePointModel": "B"}
                self.assertEqual(chargePoint.call(action, payload, messageId)[0], 3)

    def test_S17_idsThatWeSent(self) -> None:
        """A Call with the id of a Call of ours is a Call; ours still gets its answer."""
        ring = Ring(self)
        chargePoint = ring.connect()
        called = call(ring)
        [ours] = chargePoint.takeCalls()
        self.assertEqual(chargePoint.call("Heartbeat", None, ours[1])[0], 3)
        chargePoint.text(json.dumps([3, ours[1], {"status": "Accepted"}]))
        self.assertEqual(self.successResultOf(called).status, "Accepted")
