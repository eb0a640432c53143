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
from ocppgw.uaserver.library import status

_GOOD = status(ua.StatusCodes.Good)
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
        if timestamps == self.stamps:
            return self.content
        variant = self.Value
        content = variant.Value
        if (
            type(content) is float
            and timestamps == BOTH
            and self.StatusCode is _GOOD
            and variant.VariantType is _DOUBLE
        ):  # nearly all that is measured
            at, received = ticks(self.SourceTimestamp), ticks(self.ServerTimestamp)
            found = _GOOD_DOUBLE(_GOOD_PARTS, _NUMBER, content, at, received)
        else:
            out = bytearray()
            dataValue(out, self, timestamps)
            found = bytes(out)
        self.content, self.stamps = found, timestamps
        return found
