"""
The six DataTypes of our Variables: what fits into them, and what a client may write.

Nothing here knows a node.
"""

from __future__ import annotations

import enum
from datetime import UTC, datetime
from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.sharedvalues import SharedVariant
from ocppgw.uaserver.library import bareVariant, status

NEVER = datetime(1601, 1, 1, tzinfo=UTC)
"""The null DateTime of OPC UA: something that never happened."""

_INTEGERS = frozenset(
    getattr(ua.VariantType, name)
    for name in ("SByte", "Byte", "Int16", "UInt16", "Int32", "UInt32", "Int64", "UInt64")
)
_FLOATS = frozenset((ua.VariantType.Float, ua.VariantType.Double))

MISMATCH = status(ua.StatusCodes.BadTypeMismatch)
OUT_OF_RANGE = status(ua.StatusCodes.BadOutOfRange)


class DataType(enum.Enum):
    """A DataType of ours, by its name in OPC UA."""

    Boolean = "Boolean"
    Int32 = "Int32"
    UInt32 = "UInt32"
    Double = "Double"
    String = "String"
    DateTime = "DateTime"

    __hash__ = object.__hash__  # that of enumerations is slow, and asked for with each value

    @property
    def variantType(self) -> Any:
        """The library's VariantType."""
        return getattr(ua.VariantType, self.value)

    @property
    def nodeId(self) -> Any:
        """The DataType's NodeId in namespace 0."""
        return _NODE_IDS[self]

    @property
    def zero(self) -> Any:
        """The value that stands for nothing where something has to stand."""
        return _ZEROS[self]

    def fitted(self, value: Any) -> Any:
        """``value`` as this type holds it, or ``None`` where it cannot."""
        if value is None:
            return None
        cls = _CLASSES.get(self)
        if cls is not None:
            return value if isinstance(value, cls) else None
        if self is _DOUBLE:
            return float(value) if isinstance(value, (int, float)) else None
        return _fittedInteger(value, *_LIMITS[self])

    def variant(self, value: Any) -> Any:
        """A Variant of this type; ``value`` fits already, or is a list of such."""
        return bareVariant(value, _VARIANT_TYPES[self], None, isinstance(value, list))

    def single(self, value: Any) -> SharedVariant:
        """The same for one value that is never changed."""
        return SharedVariant(value, _VARIANT_TYPES[self])

    def written(self, variant: Any) -> Any:
        """
        What a client wrote, as a Python value, or the StatusCode that refuses it.

        Any integer Variant that holds the value serves for an integer, any number for a
        Double; nothing is made of text, and no Boolean of a number.
        """
        value, sent = variant.Value, variant.VariantType
        if value is None or isinstance(value, (list, tuple)):
            return MISMATCH
        if self in _LIMITS:
            if sent not in _INTEGERS:
                return MISMATCH
            fitted = self.fitted(value)
            return OUT_OF_RANGE if fitted is None else fitted
        if self is DataType.Double:
            return float(value) if sent in _INTEGERS or sent in _FLOATS else MISMATCH
        return value if sent is _VARIANT_TYPES[self] else MISMATCH


_DOUBLE = DataType.Double
_VARIANT_TYPES = {each: each.variantType for each in DataType}
_NODE_IDS = {each: ua.NodeId(each.variantType.value, 0) for each in DataType}
_LIMITS = {DataType.Int32: (-(2**31), 2**31 - 1), DataType.UInt32: (0, 2**32 - 1)}
_CLASSES: dict[DataType, type] = {
    DataType.Boolean: bool,
    DataType.String: str,
    DataType.DateTime: datetime,
}
_ZEROS: dict[DataType, Any] = {
    DataType.Boolean: False,
    DataType.Int32: 0,
    DataType.UInt32: 0,
    DataType.Double: 0.0,
    DataType.String: "",
    DataType.DateTime: NEVER,
}


def _isWhole(value: Any) -> bool:
    isNumber = isinstance(value, (int, float)) and not isinstance(value, bool)
    return isNumber and bool(value == value // 1)


def _fittedInteger(value: Any, low: int, high: int) -> int | None:
    if type(value) is not int and not _isWhole(value):  # it nearly always is one
        return None
    return int(value) if low <= value <= high else None
