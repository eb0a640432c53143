"""
DataValues that are made once and sent many times.

Each remembers its encoding, so that a second reader or subscriber costs a copy of bytes.  Never
changed once made, hence free to be shared.  They may stand wherever the library's own may.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import datetime
from itertools import repeat
from typing import Any, ClassVar

from msgspec import Struct
from opcua import ua

from ocppgw.uaserver.codec.encoding import BOTH, dataValue, ticks
from ocppgw.uaserver.library import status

_DOUBLE = ua.VariantType.Double
_NUMBER = _DOUBLE.value
#: Value and both timestamps are there, the type Double, the value, the timestamps.
_GOOD_DOUBLE = struct.Struct("<BBdqq").pack
_GOOD_PARTS = 0b1101


class SharedVariant(Struct, gc=False, eq=False):
    """A Variant with one value; in a `SharedValue`, whose attributes are named alike."""

    Value: Any
    VariantType: Any
    Dimensions: ClassVar[None] = None
    is_array: ClassVar[bool] = False


class SharedValue(Struct, gc=False, eq=False):
    """
    A DataValue with both its timestamps.

    Its attributes are named as the library names them.

    :ivar content: the bytes that were asked for last.
    :ivar stamps: which timestamps are in them; -1 before.
    """

    Value: Any
    StatusCode: Any
    SourceTimestamp: Any
    ServerTimestamp: Any
    stamps: int = -1
    content: bytes = b""

    def encoded(self, timestamps: int) -> bytes:
        """The bytes, with these of its timestamps; clients mostly ask for the same ones."""
        if timestamps == self.stamps:
            return self.content
        found = None
        if timestamps == BOTH and not self.StatusCode.value:
            found = _ofGood(self)
        if found is None:
            found = _encoded(self, timestamps)
        self.content, self.stamps = found, timestamps
        return found


class GoodDouble(Struct, gc=False, eq=False):
    """
    The same of a Double that is Good, as nearly all that is measured: one object, not two.

    :ivar number: the value.
    :ivar content: as in `SharedValue`, and so is ``stamps``.
    """

    number: float
    SourceTimestamp: Any
    ServerTimestamp: Any
    stamps: int = -1
    content: bytes = b""
    StatusCode: ClassVar[Any] = status(ua.StatusCodes.Good)

    @property
    def Value(self) -> SharedVariant:
        """The Variant, made for who asks."""
        return SharedVariant(self.number, _DOUBLE)

    def encoded(self, timestamps: int) -> bytes:
        """As `SharedValue.encoded`."""
        if timestamps == self.stamps:
            return self.content
        if timestamps == BOTH:
            at, received = ticks(self.SourceTimestamp), ticks(self.ServerTimestamp)
            found = _GOOD_DOUBLE(_GOOD_PARTS, _NUMBER, self.number, at, received)
        else:
            found = _encoded(self, timestamps)
        self.content, self.stamps = found, timestamps
        return found


def goodDoubles(
    numbers: Sequence[float], sourceTime: datetime, receivedTime: datetime
) -> Sequence[GoodDouble]:
    """Those of one instant, encoded as nearly all clients want them; all in C."""
    contents = map(
        _GOOD_DOUBLE,
        repeat(_GOOD_PARTS),
        repeat(_NUMBER),
        numbers,
        repeat(ticks(sourceTime)),
        repeat(ticks(receivedTime)),
    )
    times = repeat(sourceTime), repeat(receivedTime)
    return tuple(map(GoodDouble, numbers, *times, repeat(BOTH), contents))


SHARED = (GoodDouble, SharedValue)
"""Whatever knows its own encoding."""


_FIXED = {
    ua.VariantType[name].value: struct.Struct(f"<BB{letter}qq").pack
    for name, letter in (("Boolean", "?"), ("Int32", "i"), ("UInt32", "I"), ("DateTime", "q"))
}
"""Of what is Good and has both timestamps, by the number of the type."""
_KNOWN = frozenset((bool, int, datetime))
_STRING = ua.VariantType.String.value
_TEXT = struct.Struct("<BBi").pack
_STAMPS = struct.Struct("<qq").pack


def _encoded(value: SharedValue | GoodDouble, timestamps: int) -> bytes:
    out = bytearray()
    dataValue(out, value, timestamps)
    return bytes(out)


def _ofGood(value: SharedValue) -> bytes | None:
    """With both timestamps, in one go, most of what is Good and no Double; ``None``: the rest."""
    variant = value.Value
    content, kind = variant.Value, variant.VariantType._value_
    if type(content) is str and kind == _STRING:
        text = content.encode("utf-8", "replace")
        stamps = _STAMPS(ticks(value.SourceTimestamp), ticks(value.ServerTimestamp))
        return _TEXT(_GOOD_PARTS, _STRING, len(text)) + text + stamps
    pack = _FIXED.get(kind)
    if pack is None or type(content) not in _KNOWN:
        return None
    number = ticks(content) if type(content) is datetime else content
    at, received = ticks(value.SourceTimestamp), ticks(value.ServerTimestamp)
    return pack(_GOOD_PARTS, kind, number, at, received)
