"""Tests of `ocppgw.uaserver.services.indexrange`."""

from __future__ import annotations

from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.services.indexrange import applyRange, parseRange

KINDS = ua.VariantType


class IndexRangeTests(TestCase):
    def refused(self, value: Any, text: str) -> str:
        fault = self.assertRaises(Fault, applyRange, value, text)
        return str(ua.StatusCode(fault.statusCode).name)

    @given(st.lists(st.integers(0, 9), min_size=1), st.integers(0, 30), st.integers(1, 30))
    def test_likeASlice(self, values: list[int], first: int, more: int) -> None:
        """A range of a list is what a Python slice of it is, unless that is empty."""
        variant = ua.Variant(values, KINDS.Int32)
        text = f"{first}:{first + more}"
        if first < len(values):
            self.assertEqual(applyRange(variant, text).Value, values[first : first + more + 1])
        else:
            self.assertEqual(self.refused(variant, text), "BadIndexRangeNoData")

    def test_matrix(self) -> None:
        """Each dimension has its own range."""
        variant = ua.Variant([[1, 2, 3], [4, 5, 6]], KINDS.Int32)
        self.assertEqual(applyRange(variant, "0:1,2").Value, [[3], [6]])

    def test_byteString(self) -> None:
        """A ByteString has a range of bytes."""
        self.assertEqual(applyRange(ua.Variant(b"abcd", KINDS.ByteString), "1:2").Value, b"bc")

    @given(st.text(max_size=12))
    def test_anyText(self, text: str) -> None:
        """Whatever is sent as an IndexRange is a range or is refused as invalid."""
        try:
            ranges = parseRange(text)
        except Fault as fault:
            self.assertEqual(fault.statusCode, ua.StatusCodes.BadIndexRangeInvalid)
        else:
            self.assertTrue(all(first <= last for first, last in ranges))
