"""How messages may be framed, and what is harmless although it is none."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import given, settings, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16.actions import ACTIONS
from tests.central.support import BINARY, TEXT, RawChargePoint, Ring, configured

STRICT = {"strict": True}
BEAT = b'[2,"x","Heartbeat",{}]'


def inPieces(chargePoint: RawChargePoint, size: int) -> None:
    """Have what it sends arrive so many bytes at a time."""
    send = chargePoint.write

    def write(data: bytes) -> None:
        for place in range(0, len(data), size):
            send(data[place : place + size])

    chargePoint.write = write  # type: ignore[method-assign]


class LinkCase(SynchronousTestCase):
    """A charge point with an open link."""

    def setUp(self) -> None:
        self.ring = Ring(self)
        self.chargePoint = self.ring.connect()

    def assertAlive(self, chargePoint: RawChargePoint | None = None) -> None:
        """The link works."""
        self.assertEqual((chargePoint or self.chargePoint).call("Heartbeat", None, "?")[0], 3)

    def last(self) -> Any:
        """What was sent last."""
        return json.loads(self.chargePoint.frames[-1][1])


class FrameTests(LinkCase):
    """OCPP-J frames."""

    def test_S15_nullPayload(self) -> None:
        """A payload of ``null``, or none, is an empty one."""
        for text in ('[2,"a","Heartbeat",null]', '[2,"a","Heartbeat"]'):
            self.chargePoint.text(text)
            self.assertEqual(self.chargePoint.answerTo("a")[0], 3)
        self.assertIn("S15", self.ring.deviations())

    def test_S17_idsEchoed(self) -> None:
        """Message ids come back exactly, whatever their type and length, and may repeat."""
        for token in ("17", '""', '"%s"' % ("y" * 50), "1.5", '"ä\\u00e4"', "17"):
            self.chargePoint.text(f'[2,{token},"Heartbeat",{{}}]')
            answer = self.chargePoint.frames.pop()[1].decode()
            self.assertTrue(answer.startswith(f"[3,{token},"), answer)
        self.assertIn("S17", self.ring.deviations())

    def test_S17_strict(self) -> None:
        """Strictly, an id that is no string or too long is a FormationViolation."""
        ring = Ring(self, configured(ocpp=STRICT))
        chargePoint = ring.connect()
        chargePoint.text('[2,17,"Heartbeat",{}]')
        self.assertEqual(chargePoint.answerTo(17)[2], "FormationViolation")

    def test_S19_action(self) -> None:
        """An action in another case or with ``.req`` is understood and counted."""
        for action in ("heartbeat", "Heartbeat.req", "HEARTBEAT"):
            self.assertEqual(self.chargePoint.call(action)[0], 3)
        self.assertIn("S19", self.ring.deviations())
        chargePoint = Ring(self, configured(ocpp=STRICT)).connect()
        self.assertEqual(chargePoint.call("heartbeat")[2], "NotImplemented")

    def test_unknownAction(self) -> None:
        """An unknown action is NotImplemented; one that only we may ask is NotSupported."""
        self.assertEqual(self.chargePoint.call("TransferMoney")[2], "NotImplemented")
        self.assertEqual(self.chargePoint.call("Reset", {"type": "Hard"})[2], "NotSupported")
        self.assertAlive()

    def test_unknownMessageType(self) -> None:
        """A message type that nobody knows is ignored."""
        self.chargePoint.text('[5,"x",{}]')
        self.assertEqual(self.chargePoint.frames, [])
        self.assertAlive()

    def test_brokenCallIsAnswered(self) -> None:
        """Broken JSON whose id can be read is answered, so that the queue there does not stick."""
        self.chargePoint.text('[2,"a","Heartbeat",{"x":}]')
        self.assertEqual(self.last()[:3], [4, "a", "FormationViolation"])
        self.assertIn("unreadable", self.ring.deviations())
        self.assertAlive()

    def test_payloadThatMakesNoSense(self) -> None:
        """A payload without what the action needs is a CallError that says so."""
        answer = self.chargePoint.call("SignCertificate", {})
        self.assertEqual(answer[0], 4)
        self.assertIn("unreadable", self.ring.deviations())

    def test_C19_fragments(self) -> None:
        """A message in fragments is put together, a ping between them does no harm."""
        self.chargePoint.frame(TEXT, BEAT[:5], fin=False)
        self.chargePoint.frame(9, b"ping")
        self.chargePoint.frame(0, BEAT[5:9], fin=False)
        self.chargePoint.frame(0, BEAT[9:])
        self.assertEqual(self.chargePoint.answerTo("x")[0], 3)

    def test_C19_emptyAndBinary(self) -> None:
        """An empty text is ignored, a binary one is read; strictly it ends the link with 1003."""
        self.chargePoint.text("")
        self.assertEqual(self.ring.deviations(), set())
        self.chargePoint.frame(BINARY, BEAT)
        self.assertEqual(self.chargePoint.answerTo("x")[0], 3)
        self.assertIn("C19", self.ring.deviations())
        chargePoint = Ring(self, configured(ocpp=STRICT)).connect()
        chargePoint.frame(BINARY, BEAT)
        self.assertEqual(chargePoint.closeCode(), 1003)

    def test_S20_invalidUtf8(self) -> None:
        """Bytes that are not UTF-8 do not cost the link."""
        self.chargePoint.frame(TEXT, b'[2,"a","Authorize",{"idTag":"\xff\xfe"}]')
        self.assertEqual(self.chargePoint.answerTo("a")[0], 3)

    def test_traffic(self) -> None:
        """Every message is counted, also what cannot be read."""
        self.assertAlive()
        self.chargePoint.text("nonsense")
        self.assertEqual(self.ring.record().traffic.messagesReceived, 2)


class HostileTests(LinkCase):
    """What somebody may send who means no good."""

    def test_garbage(self) -> None:
        """Garbage of all kinds gets no answer or a CallError, and the link lives."""
        for text in (
            "", "[]", "{}", "[2]", "[2,[],{},[]]", '[2,"a"]', "null", "17", '"x"', "[" * 10000,
            '[2,"a","Heartbeat",' + '{"a":' * 5000, "\0", "[3]", '[3,"x"]', "[4,{}]", "[1e999]",
            '[2,"a","Heartbeat",[1,2]]', '[2,"a","Heartbeat","x"]', '[2,"a",7,{}]',
        ):  # fmt: skip
            self.chargePoint.text(text)
            self.assertAlive()
        self.assertEqual(self.flushLoggedErrors(), [])

    def test_hugeNumbers(self) -> None:
        """Numbers beyond all measure do not break anything."""
        for number in ("1" * 400, "-1e400", "1e308", "9223372036854775808"):
            self.chargePoint.text(
                f'[2,"a","StartTransaction",{{"connectorId":1,"idTag":"A","meterStart":{number},'
                '"timestamp":"2026-05-04T12:00:00Z"}]'
            )
            self.assertIsNotNone(self.chargePoint.answerTo("a"))
        self.assertEqual(self.flushLoggedErrors(), [])
        self.assertAlive()

    def test_tooLong(self) -> None:
        """A message over the limit ends the link with 1009, whether in one frame or in many."""
        limit = {"maxMessageSize": 4096}
        ring = Ring(self, configured(ocpp=limit))
        whole, pieces = ring.connect("/A"), ring.connect("/B")
        whole.frame(TEXT, b" " * 5000)
        for _ in range(5):
            pieces.frame(TEXT if not _ else 0, b" " * 1000, fin=False)
        for chargePoint in (whole, pieces):
            self.assertEqual(chargePoint.closeCode(), 1009)
        ring.advance(3)
        self.assertTrue(whole.isClosed and pieces.isClosed)

    def test_announcedTooLong(self) -> None:
        """A frame is refused by its announced length; nobody waits for terabytes."""
        self.chargePoint.write(b"\x81\xff" + (2**40).to_bytes(8, "big") + b"\0\0\0\0")
        self.assertEqual(self.chargePoint.closeCode(), 1009)

    def test_C17_reservedBits(self) -> None:
        """RSV bits that were not negotiated end the link with 1002."""
        self.chargePoint.frame(TEXT, BEAT, rsv=4)
        self.assertEqual(self.chargePoint.closeCode(), 1002)

    def test_unmasked(self) -> None:
        """A frame that is not masked ends the link with 1002."""
        self.chargePoint.write(b"\x81\x02[]")
        self.assertEqual(self.chargePoint.closeCode(), 1002)

    def test_octetByOctet(self) -> None:
        """One byte at a time is a message in the end."""
        for octet in b"\x81" + bytes([0x80 | len(BEAT)]) + b"\0\0\0\0" + BEAT:
            self.chargePoint.write(bytes([octet]))
        self.assertEqual(self.chargePoint.answerTo("x")[0], 3)

    def test_deafAfterClosing(self) -> None:
        """What follows a violation is not listened to."""
        self.chargePoint.frame(TEXT, BEAT, rsv=4)
        self.assertIsNone(self.chargePoint.call("StatusNotification", {"connectorId": 1}))
        self.assertEqual(self.ring.record().traffic.messagesReceived, 0)

    def test_ourMistake(self) -> None:
        """A mistake of ours is an InternalError for them, an error in the log for us."""

        def broken(*arguments: object) -> None:
            raise ZeroDivisionError

        self.patch(type(self.ring.central._outgoing), "_observe", broken)
        self.patch(self.ring.registry, "record", broken)
        self.assertEqual(self.chargePoint.call("Heartbeat")[2], "InternalError")
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)

    @settings(max_examples=50)
    @given(st.lists(st.tuples(st.sampled_from([0, 1, 2, 8, 9, 10, 3]), st.binary(max_size=300))))
    def test_anyFrames(self, frames: list[tuple[int, bytes]]) -> None:
        """Any sequence of frames leaves the link working or ended, and nothing in the log."""
        ring = Ring(self)
        chargePoint = ring.connect()
        for opcode, payload in frames:
            chargePoint.frame(opcode, payload)
        if chargePoint.closeCode() is None and not chargePoint.isClosed:
            self.assertAlive(chargePoint)
        self.assertEqual(self.flushLoggedErrors(), [])

    @settings(max_examples=50)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from([TEXT, TEXT, TEXT, 0, BINARY, 8, 9]),
                st.sampled_from([BEAT, b"", b"[]", b"\xff", BEAT + b" " * 200]) | st.binary(),
                st.booleans(),
                st.sampled_from([0, 0, 0, 4]),
            ),
            max_size=8,
        ),
        st.integers(1, 9),
    )
    def test_wholeOrInPieces(self, frames: list[tuple[int, bytes, bool, int]], size: int) -> None:
        """What is read in one piece, the short way, means what it means in several."""
        found = []
        for isWhole in (True, False):
            ring = Ring(self)
            chargePoint = ring.connect()
            if not isWhole:
                inPieces(chargePoint, size)
            for frame in frames:
                chargePoint.frame(*frame)
            answers = [one for one in chargePoint.frames if not one[1].startswith(b"[2")]
            traffic = ring.record().traffic
            found.append((answers, traffic, ring.deviations()))
        self.assertEqual(found[0], found[1])

    @settings(max_examples=50)
    @given(
        st.sampled_from(sorted(ACTIONS)),
        st.dictionaries(
            st.sampled_from(["connectorId", "idTag", "meterValue", "status", "timestamp", "value"]),
            st.recursive(
                st.none() | st.booleans() | st.integers() | st.text(max_size=30),
                lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
                max_leaves=5,
            ),
        ),
    )
    def test_anyPayload(self, action: str, payload: dict[str, Any]) -> None:
        """Any payload of any action is answered."""
        ring = Ring(self)
        answer = ring.connect().call(action, payload)
        self.assertIn(answer[0], (3, 4))
        self.assertNotEqual(answer[2], "InternalError")
        self.assertEqual(self.flushLoggedErrors(), [])


class AlwaysConfirmedTests(LinkCase):
    """The messages that a charge point keeps and repeats until they are confirmed."""

    def test_withNothing(self) -> None:
        """They get a CallResult even where nearly everything is missing."""
        for action in (
            "BootNotification",
            "StartTransaction",
            "StopTransaction",
            "MeterValues",
            "StatusNotification",
        ):
            self.assertEqual(self.chargePoint.call(action)[0], 3, action)
