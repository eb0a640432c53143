"""Tests of reading a text into a frame."""

from __future__ import annotations

import json

import msgspec
from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.errorcodes import FORMATION_VIOLATION
from ocppgw.ocppj.frames import Call, CallError, CallResult, Ignored
from ocppgw.ocppj.parsing import FramingError, parse, usualCall

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("ab"), inner, max_size=3),
    max_leaves=8,
)


class WellFormed(SynchronousTestCase):
    """Frames as the specification writes them."""

    def test_call(self) -> None:
        """A Call comes apart into id, action and raw payload, and nothing is odd about it."""
        frame = parse('[2, "19", "Reset", {"type": "Soft"}]')
        self.assertEqual(frame, Call("19", b'"19"', "Reset", b'{"type": "Soft"}'))

    def test_callResult(self) -> None:
        """A CallResult comes apart into id and raw payload."""
        self.assertEqual(parse(b'[3,"19",{}]'), CallResult("19", b'"19"', b"{}"))

    def test_callError(self) -> None:
        """A CallError comes apart into id, code, description and raw details."""
        frame = parse(b'[4,"19","NotImplemented","no",{"a":1}]')
        expected = CallError("19", b'"19"', "NotImplemented", "no", b'{"a":1}')
        self.assertEqual(frame, expected)

    @given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=36), JSON)
    def test_strictTakesThem(self, messageId: str, inner: object) -> None:
        """Strict reading takes every Call to the letter, whatever id and payload hold."""
        text = json.dumps([2, messageId, "Heartbeat", {"x": inner}], ensure_ascii=False)
        frame = parse(text, lenient=False)
        assert isinstance(frame, Call)
        self.assertEqual(frame.id, messageId)
        self.assertEqual(json.loads(frame.payload), {"x": inner})
        self.assertEqual(frame.deviations, ())

    def test_usual(self) -> None:
        """A Call as nearly all are is read by the short way."""
        text = b'[2,"19223201","Heartbeat",{}]'
        self.assertEqual(usualCall(text), Call("19223201", b'"19223201"', "Heartbeat", b"{}"))

    def test_unknownType(self) -> None:
        """A message type that OCPP-J does not know is told apart, so that it gets no answer."""
        for lenient in (True, False):
            frame = parse(b'[5,"1",{}]', lenient)
            assert isinstance(frame, Ignored)
            self.assertEqual(frame.type, "5")


class Quirks(SynchronousTestCase):
    """What charge points send instead, a test per row of the quirks table."""

    def kinds(self, text: bytes) -> list[str]:
        """Which deviations are found."""
        return [deviation.kind for deviation in parse(text).deviations]

    def refused(self, text: bytes) -> FramingError:
        """How a strict reader refuses the text."""
        return self.assertRaises(FramingError, parse, text, lenient=False)

    def test_S14_brokenCallIsAnswered(self) -> None:
        """A broken Call whose type and id are readable can be answered; the queue goes on."""
        for broken in (
            b'[2,"17","BootNotification",{"a":"\\q"}]',
            b' [2, "17","X",{"a":1,}]',
            b'[2,"17","X",{"a":',
            b'\xef\xbb\xbf[2,"17"',
            b'[2,"17","X",' + b"[" * 100_000,
        ):
            error = self.assertRaises(FramingError, parse, broken)
            answer = error.answer()
            assert answer is not None
            self.assertEqual((answer.token, answer.code), (b'"17"', FORMATION_VIOLATION))

    def test_S14_unreadableIsNotAnswered(self) -> None:
        """Where no id can be read, or what is broken is an answer, nothing is answered."""
        for broken in (
            b"",
            b"hello",
            b"{}",
            b"[]",
            b"[2]",
            b'[2,"\\q","X",{',
            b'[3,"17",{"a":}]',
            b'[4,"17","X',
            b" " * 200_000,
            b"\xff\xfe",
        ):
            error = self.assertRaises(FramingError, parse, broken)
            self.assertFalse(error.answerable, broken)
            self.assertIsNone(error.answer())

    def test_S14_brokenAnswerNamesItsCall(self) -> None:
        """Whoever waits for a broken answer can be told, because its id is there."""
        error = self.assertRaises(FramingError, parse, b'[3,"17",{"a":}]')
        self.assertEqual((error.messageType, error.id), (3, "17"))

    def test_S15_nullPayload(self) -> None:
        """A payload that is null, missing or an empty list is an empty one."""
        for text in (b'[2,"1","Heartbeat",null]', b'[2,"1","Heartbeat"]', b'[2,"1","X",[]]'):
            frame = parse(text)
            assert isinstance(frame, Call)
            self.assertEqual(frame.payload, b"{}")
            self.assertEqual(self.kinds(text), ["S15"])
            self.assertEqual(self.refused(text).errorCode, FORMATION_VIOLATION)

    def test_S16_callErrorWithoutItsEnd(self) -> None:
        """A CallError may lack description and details, or have them of any type."""
        for text, description, details in (
            (b'[4,"1","InternalError"]', "", b"null"),
            (b'[4,"1","InternalError",null]', "", b"null"),
            (b'[4,"1","InternalError","bad"]', "bad", b"null"),
            (b'[4,"1","InternalError","bad","worse"]', "bad", b'"worse"'),
            (b'[4,"1","InternalError",null,{}]', "", b"{}"),
        ):
            frame = parse(text)
            assert isinstance(frame, CallError)
            self.assertEqual(
                (frame.code, frame.description, frame.details),
                ("InternalError", description, details),
            )
            self.assertEqual(self.kinds(text), ["S16"])
            self.refused(text)

    def test_S16_callErrorWithoutCode(self) -> None:
        """A CallError that says nothing at all is a GenericError."""
        frame = parse(b'[4,"1"]')
        assert isinstance(frame, CallError)
        self.assertEqual(frame.code, "GenericError")

    def test_S17_anyMessageId(self) -> None:
        """An id of any type and length is taken, and echoed exactly as received."""
        long = b'"' + b"x" * 100 + b'"'
        for token in (b"17", b"1.50", b"null", b'""', long, b'{"a": 1}', b"[ 1 ]", b'"\\u0041"'):
            frame = parse(b'[2,%b,"Heartbeat",{}]' % token)
            assert isinstance(frame, Call)
            self.assertEqual(frame.result(b"{}").serialise(), b"[3,%b,{}]" % token)
            self.assertTrue(frame.error("GenericError").serialise().startswith(b"[4," + token))

    def test_S17_isCounted(self) -> None:
        """Such an id is counted; a strict reader refuses it, and the refusal echoes it too."""
        for token in (b"17", b"null", b'""', b'"' + b"x" * 37 + b'"'):
            text = b'[2,%b,"Heartbeat",{}]' % token
            self.assertEqual(self.kinds(text), ["S17"])
            answer = self.refused(text).answer()
            assert answer is not None
            self.assertEqual(answer.token, token)

    def test_S20_bytesThatAreNotUtf8(self) -> None:
        """They are replaced and counted, and what we echo is valid all the same."""
        frame = parse(b'[2,"a\xff","Heart\xfebeat",{"x":"\xc3"}]')
        assert isinstance(frame, Call)
        self.assertEqual([one.kind for one in frame.deviations], ["S20"])
        frame.result(frame.payload).serialise().decode("utf-8")

    def test_extraElements(self) -> None:
        """What stands behind the payload is ignored and counted."""
        text = b'[2,"1","Heartbeat",{},"more"]'
        self.assertEqual(self.kinds(text), ["extraElements"])
        self.refused(text)


class Hostile(SynchronousTestCase):
    """Whatever comes, it is a frame or a FramingError."""

    def test_notAnAction(self) -> None:
        """A Call whose action is no text is answered with a FormationViolation."""
        for text in (b'[2,"1"]', b'[2,"1",5,{}]', b'[2,"1",null,{}]'):
            error = self.assertRaises(FramingError, parse, text)
            self.assertTrue(error.answerable)

    def test_notAnObject(self) -> None:
        """A payload that is neither an object nor empty is refused."""
        for payload in (b'"text"', b"5", b"[1]", b"true"):
            error = self.assertRaises(FramingError, parse, b'[2,"1","X",%b]' % payload)
            self.assertTrue(error.answerable)

    def test_depthAndSize(self) -> None:
        """Deep nesting and enormous numbers end in an error, not in a crash."""
        for text in (b"[" * 500_000, b'[2,"1","X",{"a":' + b"[" * 500_000, b"[" + b"9" * 100_000):
            self.assertRaises(FramingError, parse, text)
        huge = b'[2,%b,"X",{"a":%b}]' % (b"9" * 9_000, b"9" * 9_000)
        self.assertIsInstance(parse(huge), Call)

    @given(st.binary(max_size=60) | st.text(max_size=60))
    def test_anyText(self, text: bytes | str) -> None:
        """No text whatever raises anything else."""
        try:
            parse(text)
        except FramingError as error:
            self.assertTrue(error.description)

    @given(st.lists(JSON, max_size=6), st.booleans())
    def test_anyArray(self, parts: list[object], lenient: bool) -> None:
        """Any array is a frame whose answer is JSON again, or an error."""
        text = json.dumps([2, *parts])
        try:
            frame = parse(text, lenient)
        except FramingError as error:
            answer: CallError | CallResult | None = error.answer()
        else:
            assert isinstance(frame, Call)
            answer = frame.result(b"{}")
        if answer is not None:
            written = msgspec.json.decode(answer.serialise())
            self.assertEqual(written[1], json.loads(text)[1])


IDS = st.text(max_size=40) | st.sampled_from(["1", "a", "\\", '"', "\x00", "\u00e4", "\x7f"])
ELSEWHERE = st.sampled_from(["", " ", "\n", ",", "]", "[", "\ufeff", "{}", "\x00"])


class ShortWay(SynchronousTestCase):
    """What `usualCall` takes is what the general way makes of it."""

    def same(self, raw: bytes) -> None:
        """Both ways give the same, leniently and strictly, where the short one gives anything."""
        usual = usualCall(raw)
        if usual is not None:
            for lenient in (True, False):
                self.assertEqual(usual, parse(raw, lenient))

    @given(st.sampled_from([2, 3, 4, 5, "2", 2.0, True, None]), IDS | JSON, st.text() | JSON, JSON)
    def test_arrays(self, kind: object, messageId: object, action: object, payload: object) -> None:
        """Of arrays that are Calls, or nearly, with escapes and without, packed and loose."""
        for ascii in (True, False):
            for separators in ((",", ":"), None):
                for sent in (payload, {"x": payload}):
                    text = json.dumps(
                        [kind, messageId, action, sent], ensure_ascii=ascii, separators=separators
                    )
                    self.same(text.encode("utf-8", "surrogatepass"))

    @given(st.lists(JSON, max_size=3), ELSEWHERE, ELSEWHERE, ELSEWHERE)
    def test_around(self, more: list[object], before: str, within: str, behind: str) -> None:
        """Of texts with something before, within or behind them."""
        call = json.dumps([2, "1", "A", {}, *more], separators=(",", ":"))
        self.same((before + call[0] + within + call[1:] + behind).encode())

    @given(st.binary(max_size=8), st.integers(0, 40))
    def test_bytes(self, odd: bytes, place: int) -> None:
        """Of texts with any bytes in them."""
        call = b'[2,"1234","DataTransfer",{"data":"abc"}]'
        self.same(call[:place] + odd + call[place:])
