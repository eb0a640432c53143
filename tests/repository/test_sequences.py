"""Drawings that are made of text."""

from __future__ import annotations

from xml.etree import ElementTree

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from docs.tables.sequences import Step, Undrawable, draw, read

TEXT = """
a | b c | d
a -> d: one
b c: two <3>
d -> a: back
"""


class SequenceTests(SynchronousTestCase):
    """What is drawn of a text."""

    def test_read(self) -> None:
        """Columns, arrows in both directions, and notes."""
        columns, steps = read(TEXT)
        self.assertEqual(["a", "b c", "d"], columns)
        self.assertEqual(
            [Step(0, 2, "one"), Step(1, 1, "two <3>"), Step(2, 0, "back")],
            steps,
        )

    def test_drawn(self) -> None:
        """Every word is in the drawing, which is well-formed, with an arrow for each arrow."""
        tree = ElementTree.fromstring(draw(TEXT))
        words = [each.text for each in tree.iter() if each.tag.endswith("}text")]
        self.assertEqual(["a", "b c", "d", "one", "two <3>", "back"], words)
        arrows = [each for each in tree.iter() if "marker-end" in each.attrib]
        self.assertEqual(2, len(arrows))

    def test_undrawable(self) -> None:
        """A line that says nothing, and a column that is not there, are mistakes."""
        for line in ("words", "a -> x: y", "x: y"):
            self.assertRaises(Undrawable, draw, f"a | b\n{line}\n")

    @given(st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF), min_size=1))
    def test_anyText(self, text: str) -> None:
        """Whatever a step says, the drawing stays well-formed."""
        said = text.strip()
        if said and len(said.splitlines()) == 1:
            ElementTree.fromstring(draw(f"a | b\na -> b: {said}"))
