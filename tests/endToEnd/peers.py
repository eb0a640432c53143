"""
Charge points in raw bytes on real sockets: a crowd that behaves, and who does not.

`Peer` makes its own handshake and frames, so that it can send anything.  Everything runs on the
reactor of the test; each wait is a Deferred.
"""

from __future__ import annotations

import json
import struct
from typing import Any

from twisted.internet.defer import Deferred
from twisted.internet.protocol import Protocol
from twisted.python.failure import Failure

TEXT, CLOSE = 1, 8

_SHAKE = (
    "GET /{identity} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)


def frame(payload: bytes, opcode: int = TEXT, fin: bool = True, rsv: int = 0) -> bytes:
    """One masked frame."""
    first = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    size = len(payload)
    if size < 126:
        length = bytes([0x80 | size])
    elif size < 65536:
        length = b"\xfe" + struct.pack("!H", size)
    else:
        length = b"\xff" + struct.pack("!Q", size)
    return first + length + bytes(4) + payload  # A mask of zeros leaves the payload as it is.


class Peer(Protocol):
    """
    One connection.

    :ivar opened: fires when the WebSocket is open.
    :ivar ended: fires when the connection is gone.
    :ivar answers: what was answered, oldest first.
    :ivar closeCode: the code of the close frame that came, else ``None``.
    """

    transport: Any

    def __init__(self, identity: str) -> None:
        self.identity = identity
        self.opened: Deferred[Peer] = Deferred()
        self.ended: Deferred[None] = Deferred()
        self.isGone = False
        self.answers: list[Any] = []
        self.closeCode: int | None = None
        self._waiting: list[Deferred[Any]] = []
        self._data = b""
        self._isOpen = False

    def connectionMade(self) -> None:
        self.transport.write(_SHAKE.format(identity=self.identity).encode())

    def connectionLost(self, reason: Failure) -> None:  # type: ignore[override]
        self.isGone = True
        if not self.opened.called:
            self.opened.errback(reason)
        self.ended.callback(None)

    def call(self, action: str, payload: dict[str, Any]) -> Deferred[Any]:
        """Send a Call; fires with the next answer that comes."""
        answered: Deferred[Any] = Deferred()
        self._waiting.append(answered)
        text = json.dumps([2, "1", action, payload])
        self.transport.write(frame(text.encode()))
        return answered

    def dataReceived(self, data: bytes) -> None:
        self._data += data
        if not self._isOpen:
            head, end, rest = self._data.partition(b"\r\n\r\n")
            if not end:
                return
            assert head.startswith(b"HTTP/1.1 101"), head
            self._isOpen, self._data = True, rest
            self.opened.callback(self)
        while (found := _unframed(self._data)) is not None:
            opcode, payload, self._data = found
            self._received(opcode, payload)

    def _received(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            self.closeCode = int.from_bytes(payload[:2], "big")
        elif opcode == TEXT:
            message = json.loads(payload)
            if message[0] != 2:
                self.answers.append(message)
                if self._waiting:
                    self._waiting.pop(0).callback(message)


def _unframed(data: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame of a server, and what follows it."""
    if len(data) < 2:
        return None
    size, start = data[1] & 0x7F, 2
    if size == 126:
        size, start = int.from_bytes(data[2:4], "big"), 4
    elif size == 127:
        size, start = int.from_bytes(data[2:10], "big"), 10
    if len(data) < start + size:
        return None
    return data[0] & 0x0F, data[start : start + size], data[start + size :]
