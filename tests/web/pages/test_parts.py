"""Tests of what pages are made of: texts, curves, spreadsheets, notices."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.web.pages.notices import MOST, Notice, Notices, noticeOf
from ocppgw.web.pages.plots import HEIGHT, MOST_POINTS, WIDTH, pieces, plot, thinned
from ocppgw.web.spreadsheets import read, safe, written
from ocppgw.web.texts import visible, wattHours, watts

NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CELLS = st.text(max_size=20) | st.text("=+-@|% ;'\uff1da", max_size=20)


class TextTests(SynchronousTestCase):
    """How values are written."""

    @given(st.text(max_size=50))
    def test_visible(self, text: str) -> None:
        """Nothing invisible is left but line ends, and plain text is left as it is."""
        shown = visible(text)
        self.assertTrue(shown.replace("\n", "").isprintable(), repr(shown))
        if text.isprintable():
            self.assertEqual(shown, text)

    def test_amounts(self) -> None:
        """Amounts have a unit that a person reads, negative ones too."""
        self.assertEqual(watts(999.4), "999 W")
        self.assertEqual(watts(-7400.0), "-7.40 kW")
        self.assertEqual(wattHours(1500.0), "1.50 kWh")
        self.assertEqual(watts(None), "\N{EN DASH}")


class PlotTests(SynchronousTestCase):
    """Curves."""

    def test_nothing(self) -> None:
        """Without values, or with none within the span, there is nothing to draw."""
        self.assertIsNone(plot("P", "W", {}, NOW, HOUR))
        self.assertIsNone(plot("P", "W", {"a": [(NOW - 2 * HOUR, 1.0)]}, NOW, HOUR))

    @given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=700))
    def test_within(self, values: list[float]) -> None:
        """Every point lies within the drawing."""
        step = HOUR / len(values)
        curve = [(NOW - HOUR + step * n, value) for n, value in enumerate(values)]
        made = plot("P", "W", {"a": curve}, NOW, HOUR)
        assert made is not None
        [line] = made.lines
        [piece] = line.pieces
        points = [tuple(map(float, pair.split(","))) for pair in piece.split()]
        self.assertTrue(all(0 <= x <= WIDTH and 0 <= y <= HEIGHT for x, y in points))
        self.assertLessEqual(len(points), MOST_POINTS + 1)

    def test_young(self) -> None:
        """A curve that began a short while ago fills the drawing."""
        curve = [(NOW - timedelta(minutes=10), 1.0), (NOW, 2.0)]
        made = plot("P", "W", {"a": curve}, NOW, HOUR)
        assert made is not None
        self.assertTrue(made.lines[0].pieces[0].startswith("0.0,"))

    def test_gap(self) -> None:
        """Over a time without values nothing is drawn, however often values come otherwise."""
        for step in (timedelta(seconds=1), timedelta(minutes=15)):
            pause = max(step, timedelta(seconds=5)) * 5
            curve = [(NOW + step * n + (pause if n >= 6 else step * 0), 1.0) for n in range(10)]
            self.assertEqual([len(one) for one in pieces(curve)], [6, 4])
        self.assertEqual([len(one) for one in pieces([(NOW, 1.0)])], [1])

    def test_thinned(self) -> None:
        """Few values stay as they are."""
        values = [(NOW, float(n)) for n in range(MOST_POINTS)]
        self.assertEqual(thinned(values), values)


class SpreadsheetTests(SynchronousTestCase):
    """CSV."""

    @given(CELLS)
    def test_noFormula(self, text: str) -> None:
        """
        No cell begins like a formula, whatever blanks are before it, also where a spreadsheet cuts
        at semicolons.
        """
        for part in safe(text).split(";"):
            self.assertFalse(part.lstrip().startswith(("=", "+", "-", "@", "|", "%", "\uff1d")))

    def test_numbers(self) -> None:
        """Numbers are numbers, negative ones too; times and nothing are plain."""
        self.assertEqual([safe(one) for one in (-5, 1.5, None, NOW)][:3], ["-5", "1.5", ""])
        self.assertEqual(safe(NOW), "2026-05-04T12:00:00Z")

    @given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=5))
    def test_rows(self, rows: list[list[str]]) -> None:
        """Each row is one row, whatever its cells hold."""
        text = "".join(written(rows))
        self.assertEqual(len(list(csv.reader(io.StringIO(text, newline="")))), len(rows))

    @given(st.text("=+-@ab,;' ", min_size=1, max_size=10).map(str.strip).filter(bool))
    def test_roundTrip(self, text: str) -> None:
        """What was written is read again."""
        rows = read("".join(written([("IdTag", "Status"), (text, "x")])))
        self.assertEqual(rows[1], [text, "x"])


class NoticeTests(SynchronousTestCase):
    """What a form did."""

    def test_once(self) -> None:
        """A notice is shown to whom it is meant for, once."""
        notices = Notices()
        notices.leave("a", Notice("done"))
        self.assertIsNone(notices.take("b"))
        self.assertEqual(notices.take("a"), Notice("done"))
        self.assertIsNone(notices.take("a"))

    def test_bounded(self) -> None:
        """Those that nobody comes for do not pile up; without a key there is nobody."""
        notices = Notices()
        notices.leave("", Notice("x"))
        for number in range(MOST + 5):
            notices.leave(str(number), Notice("x"))
        self.assertEqual(len(notices), MOST)

    def test_words(self) -> None:
        """It tells a yes from a no, and why."""
        self.assertTrue(noticeOf("Reset", Answered("Accepted")).isGood)
        self.assertFalse(noticeOf("Reset", Answered("Rejected")).isGood)
        self.assertFalse(noticeOf("A", Answered("Accepted", {"Kept": False})).isGood)
        refused = noticeOf("Reset", Refused(Refusal.timedOut, "no answer in 30 s"))
        self.assertEqual(refused.text, "Reset: timedOut (no answer in 30 s)")
        self.assertFalse(refused.isGood)
