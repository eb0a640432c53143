"""DataTypes: what fits, and what a client may write."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial import unittest

from ocppgw.uaserver.layout.datatypes import MISMATCH, OUT_OF_RANGE, DataType
from ocppgw.uaserver.library import bareVariant

V = ua.VariantType
INTEGERS = (V.SByte, V.Byte, V.Int16, V.UInt16, V.Int32, V.UInt32, V.Int64, V.UInt64)


def sent(value: Any, variantType: Any) -> Any:
    """A Variant as a client sends it."""
    return bareVariant(value, variantType, None, isinstance(value, list))


class Fitting(unittest.SynchronousTestCase):
    """Values of records in their declared types."""

    @given(st.sampled_from(DataType), st.one_of(
        st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.datetimes()
    ))  # fmt: skip
    def test_neverAnotherType(self, dataType: DataType, value: Any) -> None:
        """Whatever a record holds, a value has the declared type or there is none."""
        fitted = dataType.fitted(value)
        classes = {
            "Boolean": bool, "Int32": int, "UInt32": int, "Double": float, "String": str,
            "DateTime": datetime,
        }  # fmt: skip
        if fitted is not None:
            self.assertIs(type(fitted), classes[dataType.value])

    def test_limits(self) -> None:
        """Integers beyond 32 bits do not fit."""
        self.assertEqual(DataType.UInt32.fitted(2**32 - 1), 2**32 - 1)
        self.assertIsNone(DataType.UInt32.fitted(2**32))
        self.assertIsNone(DataType.UInt32.fitted(-1))
        self.assertIsNone(DataType.Int32.fitted(2**31))
        self.assertIsNone(DataType.Int32.fitted(1.5))


class Written(unittest.SynchronousTestCase):
    """Variants of clients."""

    def test_anyIntegerServes(self) -> None:
        """Any integer Variant that holds the value serves for Int32."""
        for variantType in INTEGERS:
            self.assertEqual(DataType.Int32.written(sent(5, variantType)), 5)

    def test_outOfRange(self) -> None:
        """A number that the type cannot hold is BadOutOfRange."""
        self.assertIs(DataType.Int32.written(sent(2**31, V.Int64)), OUT_OF_RANGE)
        self.assertIs(DataType.UInt32.written(sent(-1, V.Int32)), OUT_OF_RANGE)

    def test_mismatches(self) -> None:
        """Nothing is made of text, no Boolean of a number, nothing of an array or of null."""
        for dataType, value, variantType in (
            (DataType.Boolean, "true", V.String),
            (DataType.Boolean, 1, V.Int32),
            (DataType.Int32, "5", V.String),
            (DataType.Int32, True, V.Boolean),
            (DataType.Int32, 5.0, V.Double),
            (DataType.Int32, None, V.Int32),
            (DataType.Int32, [5], V.Int32),
            (DataType.String, 5, V.Int32),
            (DataType.String, b"x", V.ByteString),
            (DataType.Double, "1.0", V.String),
            (DataType.DateTime, "now", V.String),
        ):
            self.assertIs(dataType.written(sent(value, variantType)), MISMATCH)

    def test_exactTypes(self) -> None:
        """The declared type itself is taken as it is."""
        moment = datetime(2026, 1, 1, tzinfo=UTC)
        self.assertIs(DataType.Boolean.written(sent(True, V.Boolean)), True)
        self.assertEqual(DataType.String.written(sent("x", V.String)), "x")
        self.assertEqual(DataType.Double.written(sent(3, V.Int16)), 3.0)
        self.assertEqual(DataType.DateTime.written(sent(moment, V.DateTime)), moment)
