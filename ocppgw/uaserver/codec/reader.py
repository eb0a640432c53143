"""
The cursor that decoding moves over received bytes.

Holds every guard against lengths, counts and depths that a peer made up, and
no knowledge of any structure.
"""

from __future__ import annotations

import struct
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from opcua import ua

from ocppgw.uaserver.codec.errors import LimitExceeded, Undecodable

#: OPC 10000-6, 5.1.5 asks decoders to stop at a depth of their choice.
MAX_DEPTH = 64
#: More elements than any list of operations that we take (limits are lower).
MAX_STRUCTURES = 10_000
#: Elements of an array of plain values; and all elements of a message but numbers.
MAX_ELEMENTS = 65_536
#: Of these as many as one step of a message may have that is decoded in turns.  The dearest cost
#: some fifteen microseconds each.
STEP_ELEMENTS = 1_000
#: Bytes of a String or ByteString.
MAX_LENGTH = 1_048_576

_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_LATEST = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
_INT32 = struct.Struct("<i")
_INT64 = struct.Struct("<q")


class Reader:
    """
    A position in a block of bytes, and how deep the structures nest here.

    :ivar left: elements of arrays, other than numbers, that may still come.
    """

    __slots__ = ("data", "depth", "end", "left", "position")

    def __init__(self, data: bytes, position: int = 0) -> None:
        self.data = data
        self.position = position
        self.end = len(data)
        self.depth = 0
        self.left = MAX_ELEMENTS

    def take(self, size: int) -> bytes:
        """The next ``size`` bytes."""
        start = self.position
        stop = start + size
        if size < 0 or stop > self.end:
            raise Undecodable("the message ends too early")
        self.position = stop
        return self.data[start:stop]

    def unpack(self, form: struct.Struct) -> Any:
        """The next fixed-size value."""
        start = self.position
        stop = start + form.size
        if stop > self.end:
            raise Undecodable("the message ends too early")
        self.position = stop
        return form.unpack_from(self.data, start)[0]

    def fixed(self, form: struct.Struct) -> tuple[Any, ...]:
        """The next values of fixed size, all those of ``form``."""
        start = self.position
        stop = start + form.size
        if stop > self.end:
            raise Undecodable("the message ends too early")
        self.position = stop
        return form.unpack_from(self.data, start)

    def byte(self) -> int:
        """The next byte as a number."""
        position = self.position
        if position >= self.end:
            raise Undecodable("the message ends too early")
        self.position = position + 1
        return self.data[position]

    def byteString(self) -> bytes | None:
        """A ByteString; ``None`` when null."""
        size: int = self.unpack(_INT32)
        if size == -1:
            return None
        if MAX_LENGTH < size <= self.end - self.position:
            raise LimitExceeded("a String or ByteString is too long")
        return self.take(size)

    def string(self) -> str | None:
        """A String; ``None`` when null."""
        content = self.byteString()
        if content is None:
            return None
        try:
            return content.decode("utf-8")
        except UnicodeDecodeError:
            raise Undecodable("a String is not UTF-8") from None

    def dateTime(self) -> datetime:
        """A DateTime, aware UTC; what lies outside Python's range is clamped."""
        ticks: int = self.unpack(_INT64)
        if ticks <= 0:
            return _EPOCH
        try:
            return _EPOCH + timedelta(microseconds=ticks // 10)
        except OverflowError:
            return _LATEST

    def guid(self) -> UUID:
        """A Guid."""
        return UUID(bytes_le=self.take(16))

    def count(self, limit: int = MAX_ELEMENTS, smallest: int = 1) -> int:
        """
        How many elements follow; -1 for a null array.

        :param smallest: bytes that one element takes at least.
        """
        number: int = self.unpack(_INT32)
        if number <= 0:
            return -1 if number < 0 else 0
        if number * smallest > self.end - self.position:
            raise Undecodable("an array is longer than its message")
        if number > limit:
            raise LimitExceeded("an array has too many elements")
        return number

    def elements(self) -> int:
        """The same for elements that are no numbers, whose number in all is bounded, too."""
        number = self.count()
        self.spend(number)
        return number

    def spend(self, number: int) -> None:
        """So many elements come now; -1 for none."""
        if number > self.left:
            raise LimitExceeded("all arrays together have too many elements")
        self.left -= max(number, 0)

    def operations(self, most: int = MAX_STRUCTURES) -> int:
        """How many structures follow, in what is mostly a list of operations."""
        number: int = self.unpack(_INT32)
        if number <= 0:
            return -1 if number < 0 else 0
        if number > self.end - self.position:
            raise Undecodable("a list is longer than its message")
        if number > most:
            raise Undecodable("too many operations", ua.StatusCodes.BadTooManyOperations)
        return number

    def enter(self) -> None:
        """Go one level down in something that can contain itself."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise LimitExceeded("the message nests too deeply")

    def leave(self) -> None:
        """Come back up."""
        self.depth -= 1
