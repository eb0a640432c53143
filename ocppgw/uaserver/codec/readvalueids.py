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
_SMALLEST = _HEAD + len(_PLAIN)

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
        return self.decodeAll(reader, 1)[0]

    def decodeAll(self, reader: Reader, count: int) -> list[Any]:
        """So many of them, one after another."""
        found, kept = [], self._kept
        data, start, end = reader.data, reader.position, reader.end
        for _ in range(count):
            known = None
            if start + _SMALLEST <= end and data[start] == _STRING:
                (size,) = _SIZE.unpack_from(data, start + 3)
                stop = start + _HEAD + size
                behind = stop + len(_PLAIN)
                if 0 <= size <= LONGEST and data[stop:behind] == _PLAIN:
                    known = kept.get(data[start:stop])
                    if known is None:
                        known = self._new(reader, start, stop)
                    start = behind
            if known is None:
                reader.position = start
                known = self._decode(reader)
                start = reader.position
            found.append(known)
        reader.position = start
        return found

    def _new(self, reader: Reader, start: int, stop: int) -> Any:
        """One that did not come before; where it starts, and where its NodeId stops."""
        reader.position = start
        found = self._decode(reader)
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[reader.data[start:stop]] = found
        return found
