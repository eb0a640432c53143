"""
DataValues that are made once and sent many times.

Each remembers its encoding, so that a second reader or subscriber costs a copy of bytes.  Never
changed once made, hence free to be shared.
"""

from __future__ import annotations

import struct
from typing import Any, ClassVar

from msgspec import Struct
from opcua import ua

from ocppgw.uaserver.codec.encoding import BOTH, dataValue, ticks

_DOUBLE = ua.VariantType.Double
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
    A DataValue with both its timestamps; to be used wherever the library's own may stand.

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
        if timestamps != self.stamps:
            self.content, self.stamps = self._encoded(timestamps), timestamps
        return self.content

    def _encoded(self, timestamps: int) -> bytes:
        variant, at = self.Value, self.SourceTimestamp
        if (
            timestamps == BOTH
            and variant.VariantType is _DOUBLE
            and type(variant.Value) is float
            and not self.StatusCode.value
        ):  # nearly all that is measured
            content, received = variant.Value, self.ServerTimestamp
            return _GOOD_DOUBLE(_GOOD_PARTS, _NUMBER, content, ticks(at), ticks(received))
        out = bytearray()
        dataValue(out, self, timestamps)
        return bytes(out)


_NUMBER = _DOUBLE.value
