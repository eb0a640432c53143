"""
ReadValueIds of Values, which clients send again and again: decoded once, found again by bytes.

What is given out is shared and never changed.  Their number and length are bounded, because it is
the client who chooses them.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from ocppgw.uaserver.codec.reader import Reader

#: AttributeId Value, no IndexRange, the default encoding.
_PLAIN = struct.pack("<IiHi", 13, -1, 0, -1)
_STRING = 3
_SIZE = struct.Struct("<i")
#: The kind of NodeId, its namespace, the length of its text.
_HEAD = 7

KEPT = 8192
"""ReadValueIds kept; then all are decoded anew."""
LONGEST = 256
"""Bytes of the longest NodeId that is kept."""


class ReadValueIds:
    """
    Those that came before.

    :param decode: decodes one that did not.
    """

    def __init__(self, decode: Callable[[Reader], Any]) -> None:
        self._decode = decode
        self._kept: dict[bytes, Any] = {}

    def decode(self, reader: Reader) -> Any:
        """The ReadValueId at the reader's position."""
        data, start = reader.data, reader.position
        if start + _HEAD + len(_PLAIN) > reader.end or data[start] != _STRING:
            return self._decode(reader)
        size = _SIZE.unpack_from(data, start + 3)[0]
        stop = start + _HEAD + size
        if not 0 <= size <= LONGEST or data[stop : stop + len(_PLAIN)] != _PLAIN:
            return self._decode(reader)
        key = data[start:stop]
        found = self._kept.get(key)
        if found is None:
            found = self._decode(reader)
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[key] = found
        else:
            reader.position = stop + len(_PLAIN)
        return found
