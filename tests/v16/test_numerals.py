"""Tests of numbers in texts."""

from __future__ import annotations

import math

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16.numerals import (
    numbersOf,
    plainNumber,
    plainRow,
    readBoolean,
    readInteger,
    readNumber,
)

TEXTS = st.one_of(
    st.integers(-(10**16), 10**16).map(str),
    st.floats(-1e6, 1e6).map(lambda number: f"{number:.2f}"),
    st.text("0123456789.;-+eE_ ,\u0661", max_size=17),
)


class Numbers(SynchronousTestCase):
    """Reading a number with a fraction."""

    @given(st.floats(allow_nan=False, allow_infinity=False))
    def test_anyNumber(self, number: float) -> None:
        """Every number that Python writes is read back exactly."""
        self.assertEqual(readNumber(repr(number)), number)

    def test_S8_blanksAndComma(self) -> None:
        """Blanks around are left out, and a comma is a decimal sign."""
        for text, expected in ((" 230.5 ", 230.5), ("230,5", 230.5), ("-.5\0", -0.5), ("5.", 5.0)):
            self.assertEqual(readNumber(text), expected)

    def test_S8_notANumber(self) -> None:
        """What is no number is none; infinity and NaN are none either."""
        for text in (
            "",
            " ",
            "abc",
            "1.2.3",
            "1,234.5",
            "12 34",
            "nan",
            "inf",
            "1e999",
            "0x10",
            "1_000",
            "\N{ARABIC-INDIC DIGIT ONE}",
            "9" * 65,
            "--1",
            ".",
        ):
            self.assertIsNone(readNumber(text), text)

    @given(st.text(max_size=80))
    def test_anyText(self, text: str) -> None:
        """Any text is a finite number or none."""
        number = readNumber(text)
        self.assertTrue(number is None or math.isfinite(number))


class Integers(SynchronousTestCase):
    """Reading an integer."""

    @given(st.integers(-(2**63), 2**63 - 1))
    def test_anyInteger(self, number: int) -> None:
        """Every integer of 64 bits is read exactly."""
        self.assertEqual(readInteger(str(number)), number)

    def test_S12_roundedHalfUp(self) -> None:
        """A fraction is rounded, a half away from zero."""
        for text, expected in (
            ("1234.0", 1234),
            ("1234.5", 1235),
            ("1234.4999", 1234),
            ("2,5", 3),
            ("-2.5", -3),
            ("1e3", 1000),
            ("0.4", 0),
            ("1e-99999", 0),
        ):
            self.assertEqual(readInteger(text), expected)

    def test_S12_tooLarge(self) -> None:
        """What needs more than 64 bits is none, and takes no time to find out."""
        for text in (str(2**63), "1e19", "1e99999", "9" * 5000):
            self.assertIsNone(readInteger(text))

    @given(st.text("0123456789.,eE+- ", max_size=80))
    def test_anyText(self, text: str) -> None:
        """Any text is an integer of 64 bits or none."""
        number = readInteger(text)
        self.assertTrue(number is None or -(2**63) <= number < 2**63)


class Truths(SynchronousTestCase):
    """Reading a truth value."""

    def test_S11_texts(self) -> None:
        """True and false in any case, 1 and 0; anything else is none."""
        for text, expected in (("TRUE", True), (" false ", False), ("1", True), ("maybe", None)):
            self.assertIs(readBoolean(text), expected)


class PlainNumbers(SynchronousTestCase):
    """Reading many short numbers at once."""

    @given(st.lists(TEXTS, min_size=1, max_size=6))
    def test_each(self, texts: list[str]) -> None:
        """All are read as each is read alone, or none is; those that are plain alone always are."""
        row = plainRow(texts)
        if row is None:
            self.assertIn(None, [plainNumber(text) for text in texts])
        else:
            self.assertEqual(row.split(","), texts)
            self.assertEqual(numbersOf(row), tuple(readNumber(text) for text in texts))
            self.assertTrue(all(text.isascii() and text == text.strip() for text in texts))

    def test_plain(self) -> None:
        """What most charge points send."""
        row = plainRow(("12", "-0.5", "230.10"))
        self.assertEqual(row, "12,-0.5,230.10")
        self.assertEqual(numbersOf("12,-0.5,230.10"), (12.0, -0.5, 230.1))
        odds = ("1-2", "1,5", " 1", "", "1e3", "1_0", "--1", "0.1234567890123456", ",", "1]", "-")
        for odd in odds:
            self.assertIsNone(plainRow(("12", odd)), odd)
            self.assertIsNone(plainRow((odd,)), odd)
