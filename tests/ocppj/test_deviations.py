"""Tests of what is kept of a deviation."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.ocppj.deviations import EXAMPLE_LENGTH, excerpt


class Excerpts(SynchronousTestCase):
    """The beginning of what was sent."""

    def test_short(self) -> None:
        """A short text is kept as it is."""
        self.assertEqual(excerpt("abc"), "abc")
        self.assertEqual(excerpt(b"\xc3\xa4"), "\N{LATIN SMALL LETTER A WITH DIAERESIS}")

    @given(st.text(max_size=300) | st.binary(max_size=900) | st.lists(st.text(), max_size=50))
    def test_bounded(self, sent: Any) -> None:
        """However long it is and whatever it holds, it is short and can be printed on a line."""
        text = excerpt(sent)
        self.assertLessEqual(len(text), EXAMPLE_LENGTH)
        self.assertTrue(text.isprintable())

    def test_cut(self) -> None:
        """A text that was cut says so."""
        self.assertTrue(excerpt("x" * 10_000).endswith("\N{HORIZONTAL ELLIPSIS}"))
