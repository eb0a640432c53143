"""What is understood although it is no JSON."""

from __future__ import annotations

import json

from hypothesis import example, given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.frames import Call
from ocppgw.ocppj.parsing import FramingError
from ocppgw.ocppj.repairing import _BRACKETS, _PIECES, LONGEST, MOST, read, repaired


class BrokenTests(SynchronousTestCase):
    """Row S14: mistakes that real charge points make."""

    def assertRead(self, text: bytes, idTag: str) -> None:
        """The text is one Call with this idTag, and counted as repaired."""
        [frame] = read(text)
        assert isinstance(frame, Call)
        self.assertEqual(json.loads(frame.payload), {"idTag": idTag})
        self.assertEqual([odd.kind for odd in frame.deviations], ["S14"])

    def test_S14_loneBackslash(self) -> None:
        """A backslash that escapes nothing stands for itself; real escapes stay."""
        self.assertRead(rb'[2,"a","Authorize",{"idTag":"A\x\"B\u12\\"}]', 'A\\x"B\\u12\\')

    def test_S14_trailingCommas(self) -> None:
        """A comma before a closing bracket is left out, but not one in a text."""
        self.assertRead(b'[2,"a","Authorize",{"idTag":",]" , } ,]', ",]")

    def test_S14_marksAndControls(self) -> None:
        """A byte order mark and NULs are left out; a raw line end in a text is one."""
        self.assertRead(b'\xef\xbb\xbf[2,"a","Authorize",{"idTag":"A\nB\0"}]\0\0', "A\nB")

    def test_S14_severalInOne(self) -> None:
        """Messages written one after another into one text are several messages."""
        frames = read(b'[2,"a","Heartbeat",{}] [2,"b","Heartbeat",{}]')
        self.assertEqual([frame.id for frame in frames if isinstance(frame, Call)], ["a", "b"])

    def test_fineTexts(self) -> None:
        """What is fine is read as it is."""
        [frame] = read(rb'[2,"a","Authorize",{"idTag":"\u0041,]"}]')
        self.assertEqual(frame.deviations, ())

    def test_strict(self) -> None:
        """Strictly nothing is repaired."""
        with self.assertRaises(FramingError):
            read(b'[2,"a","Heartbeat",{},]', lenient=False)

    def test_beyondRepair(self) -> None:
        """What stays broken is the error of the text as it came."""
        for text in (b'[2,"a","Heartbeat",{"x":}]', b"", b"]", b"[2", b'[2,"a"]x', b'"\\'):
            with self.assertRaises(FramingError):
                read(text)

    def test_bounded(self) -> None:
        """A long text is not worth the trouble, and no text is more than a few messages."""
        with self.assertRaises(FramingError):
            read(b'[2,"a","Heartbeat",{},]' + b" " * LONGEST)
        self.assertEqual(len(repaired(b"[]" * 1000)), MOST)

    def test_textWithoutEnd(self) -> None:
        """A text that never ends is looked at once, however many quotes it escapes."""
        broken = b'[2,"a","Authorize",{"idTag":"' + b'\\"' * (LONGEST // 2 - 32)
        pieces = list(_PIECES.finditer(broken))
        self.assertEqual(len(pieces), 4)
        self.assertEqual(pieces[-1].end(), len(broken))
        self.assertEqual(len(list(_BRACKETS.finditer(broken))), 6)
        with self.assertRaises(FramingError):
            read(broken)

    @given(st.binary(max_size=200))
    @example(b'[2,"a","H",{"\xff\\')
    def test_anyBytes(self, raw: bytes) -> None:
        """Whatever is sent is read or refused, never anything else."""
        try:
            self.assertTrue(read(raw))
        except FramingError as error:
            self.assertTrue(str(error))
