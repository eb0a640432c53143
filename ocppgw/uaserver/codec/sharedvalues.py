"""
DataValues that are made once and sent many times.

Each remembers its encoding, so that a second reader or subscriber costs a copy of bytes.  Never
changed once made, hence free to be shared.
"""

from __future__ import annotations

from typing import Any

from ocppgw.uaserver.codec.encoding import dataValue


class SharedVariant:
    """A Variant with one value; in a `SharedValue`, whose attributes are named alike."""

    __slots__ = ("Value", "VariantType")
    Dimensions = None
    is_array = False

    def __init__(self, value: Any, variantType: Any) -> None:
        self.Value = value
        self.VariantType = variantType


class SharedValue:
    """
    A DataValue with both its timestamps; to be used wherever the library's own may stand.

    Its attributes are named as the library names them.

    :ivar content: the bytes that were asked for last.
    :ivar stamps: which timestamps are in them; -1 before.
    """

    __slots__ = ("ServerTimestamp", "SourceTimestamp", "StatusCode", "Value", "content", "stamps")

    def __init__(self, variant: Any, code: Any, sourceTimestamp: Any, serverTimestamp: Any) -> None:
        self.Value = variant
        self.StatusCode = code
        self.SourceTimestamp = sourceTimestamp
        self.ServerTimestamp = serverTimestamp
        self.stamps = -1
        self.content = b""

    def encoded(self, timestamps: int) -> bytes:
        """The bytes, with these of its timestamps; clients mostly ask for the same ones."""
        if timestamps != self.stamps:
            out = bytearray()
            dataValue(out, self, timestamps)
            self.content, self.stamps = bytes(out), timestamps
        return self.content
