"""Tests of the text of an idTag."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16.idtags import KEPT_LENGTH, maySend, sameIdTag, trimIdTag


class IdTags(SynchronousTestCase):
    """Reading, comparing, sending."""

    def test_S22_padding(self) -> None:
        """Blanks and NULs around it do not belong to it; leading zeros do."""
        self.assertEqual(trimIdTag(" 0004A1\0\0"), "0004A1")

    @given(st.text(max_size=400))
    def test_S22_bounded(self, text: str) -> None:
        """Whatever is sent, no more than 255 characters are kept."""
        self.assertLessEqual(len(trimIdTag(text)), KEPT_LENGTH)

    def test_S22_comparing(self) -> None:
        """Case and padding make no difference, anything else does."""
        self.assertTrue(sameIdTag("04a1B2", "04A1b2\0"))
        self.assertFalse(sameIdTag("04A1B2", "4A1B2"))

    def test_S22_sending(self) -> None:
        """No more than 20 printable characters go out, fewer where the site says so."""
        self.assertTrue(maySend("x" * 20))
        for text, limit in (("", 20), ("x" * 21, 30), ("x" * 17, 16), ("a\0", 20)):
            self.assertFalse(maySend(text, limit))
