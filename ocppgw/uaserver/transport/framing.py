"""
Where one chunk ends and the next begins.  Sans-IO.

Trusts no length: a chunk is never collected before its announced size was
judged, and nothing is copied twice while a long one dribbles in.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from msgspec import Struct
from opcua import ua

HELLO = b"HEL"
OPEN = b"OPN"
CLOSE = b"CLO"
MESSAGE = b"MSG"

FINAL = b"F"
INTERMEDIATE = b"C"
ABORT = b"A"

#: Type, chunk type and size; secure messages have the channel's id behind it.
_HEADER = struct.Struct("<3scI")
_SMALLEST = {HELLO: 32, OPEN: 12, CLOSE: 24, MESSAGE: 24}
_CHUNKED = {MESSAGE: (FINAL, INTERMEDIATE, ABORT)}
#: A Hello carries one URL of at most 4,096 bytes.
_HELLO_MAX = 32 + 4096


class TransportError(Exception):
    """
    The peer broke the protocol; the connection ends with an Error message.

    :ivar statusCode: what the Error message says.
    """

    def __init__(self, statusCode: int, reason: str) -> None:
        super().__init__(reason)
        self.statusCode = statusCode
        self.reason = reason


class Frame(Struct, frozen=True, gc=False):
    """
    One chunk as received.

    :ivar kind: message type, such as ``b"MSG"``.
    :ivar chunk: ``b"F"``, ``b"C"`` or ``b"A"``.
    :ivar content: all its bytes, header included.
    """

    kind: bytes
    chunk: bytes
    content: bytes


class Framing:
    """
    Cuts a byte stream into frames.

    :param largest: bytes that a chunk may have.
    """

    def __init__(self, largest: int) -> None:
        self._largest = largest
        self._buffer = bytearray()
        self._wanted = 0

    @property
    def waiting(self) -> int:
        """Bytes held back for a chunk that is not complete."""
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take received bytes."""
        self._buffer += data

    def frames(self) -> Iterator[Frame]:
        """
        The frames that are complete; who stops early goes on with the next call.

        :raise TransportError: for a header that cannot be right.
        """
        buffer = self._buffer
        while len(buffer) >= _HEADER.size:
            if not self._wanted:
                self._wanted = self._judge()
            if len(buffer) < self._wanted:
                return
            content = bytes(memoryview(buffer)[: self._wanted])
            del buffer[: self._wanted]
            self._wanted = 0
            yield Frame(content[:3], content[3:4], content)

    def _judge(self) -> int:
        kind, chunk, size = _HEADER.unpack_from(self._buffer)
        smallest = _SMALLEST.get(kind)
        if smallest is None:
            raise TransportError(ua.StatusCodes.BadTcpMessageTypeInvalid, "unknown message type")
        if chunk not in _CHUNKED.get(kind, (FINAL,)):
            raise TransportError(ua.StatusCodes.BadTcpMessageTypeInvalid, "unknown chunk type")
        if size > (_HELLO_MAX if kind == HELLO else self._largest):
            raise TransportError(ua.StatusCodes.BadTcpMessageTooLarge, "chunk too large")
        if size < smallest:
            raise TransportError(ua.StatusCodes.BadDecodingError, "chunk too small")
        return int(size)
