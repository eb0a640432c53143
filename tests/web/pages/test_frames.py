"""Tests of the page of frames, and of how frames are held against the specification."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model.frames import RecordedFrame
from ocppgw.web.checking import CheckedFrame, checked
from tests.web.pages.case import PagesCase

PATH = "/chargepoints/CP1/frames"


def frame(text: str, isOurs: bool = False, length: int = 0) -> RecordedFrame:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC)
    return RecordedFrame(1, now, isOurs, text, length or len(text.encode()))


def one(text: str, isOurs: bool = False) -> CheckedFrame:
    return checked([frame(text, isOurs)])[0]


class CheckingTests(SynchronousTestCase):
    """Frames and the specification."""

    def test_fine(self) -> None:
        """A frame to the letter has no fault, and its JSON is laid out."""
        found = one('[2,"1","Heartbeat",{}]')
        self.assertEqual((found.kind, found.action, found.fault), ("Call", "Heartbeat", ""))
        self.assertEqual(json.loads(found.pretty), [2, "1", "Heartbeat", {}])
        self.assertIn("\n", one('[2,"1","Authorize",{"idTag":"A"}]').pretty)

    def test_faults(self) -> None:
        """What is missing, of the wrong kind or not known is told with its place."""
        for text, part in (
            ('[2,"1","Authorize",{}]', "idTag"),
            ('[2,"1","Authorize",{"idTag":5}]', "idTag"),
            ('[2,"1","Explode",{}]', "no such action"),
        ):
            self.assertIn(part, one(text).fault)

    def test_unreadable(self) -> None:
        """What is no frame is shown as it is."""
        found = one("hello")
        self.assertEqual((found.kind, found.pretty), ("Unreadable", "hello"))
        self.assertNotEqual(found.fault, "")

    def test_answer(self) -> None:
        """An answer is held against its Call, which went the other way."""
        call, answer = '[2,"1","Authorize",{"idTag":"A"}]', '[3,"1",{}]'
        found = checked([frame(call), frame(answer, isOurs=True)])[1]
        self.assertEqual(found.action, "Authorize")
        self.assertIn("idTagInfo", found.fault)
        self.assertEqual(checked([frame(call), frame(answer)])[1].action, "")

    def test_cut(self) -> None:
        """Of a frame that was cut nobody can say."""
        [found] = checked([frame('[2,"1","Auth', length=9000)])
        self.assertIn("cut", found.fault)

    @given(st.text(max_size=60) | st.text('[]{}",:23a1', max_size=30))
    def test_anything(self, text: str) -> None:
        """Whatever it is, it can be shown."""
        self.assertEqual(one(text).frame.text, text)


class FramesPageTests(PagesCase):
    """The page."""

    def test_seen(self) -> None:
        """Frames of both directions are there, the last one first, and where they are faulty."""
        self.chargePoint.call("Authorize", {"idTag": "ANNA"})
        self.chargePoint.call("Authorize", {})
        words = self.words(PATH)
        self.assertIn('"idTag": "ANNA"', words)
        self.assertIn("← Authorize Call", words)
        self.assertIn("→ Authorize CallResult", words)
        self.assertIn("Fault", words)
        self.assertLess(words.index("{}"), words.index("ANNA"))

    def test_narrowed(self) -> None:
        """They are narrowed by a word and by direction."""
        self.chargePoint.call("Authorize", {"idTag": "A"})
        words = self.words(f"{PATH}?search=authorize&kind=from+the+charge+point")
        self.assertIn("1 kept", words)
        self.assertIn("0 kept", self.words(f"{PATH}?search=nothing-like-that"))
        self.assertNotIn(" 0 kept", self.words(f"{PATH}?kind=nonsense"))

    def test_secret(self) -> None:
        """The charge point's password is on no page."""
        words = self.words(PATH)
        self.assertIn("AuthorizationKey", words)
        self.assertNotIn("very-secret-key", words)

    def test_lines(self) -> None:
        """They are downloaded as JSON lines, those included that are no JSON."""
        self.chargePoint.text("hello")
        page = self.browser.get(f"{PATH}.jsonl")
        lines = [json.loads(line) for line in page.text.splitlines()]
        self.assertIn("hello", [line["frame"] for line in lines])
        self.assertEqual({line["from"] for line in lines}, {"gateway", "chargePoint"})

    def test_small(self) -> None:
        """However much passes, the page stays small."""
        for _ in range(120):
            self.chargePoint.call("DataTransfer", {"vendorId": "x", "data": "<&>" * 2500})
        self.assertLess(len(self.browser.get(PATH).text), 200_000)
