"""
Simulated links that cost little themselves: asyncio, hand-made frames, no library in between.

Each `Link` follows a script without pause; it sends the next Call once the last is answered.
"""

from __future__ import annotations

import asyncio
import itertools
import re
from collections.abc import Callable
from typing import Any

from benchmarks.ocpp.work import Script, Ticks

HANDSHAKE = (
    "GET /{} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)
TRANSACTION = re.compile(rb'"transactionId": ?(\d+)')
Work = Callable[[Callable[[], str], Callable[[], int]], Script]


class Load:
    """
    All links of one server.

    :ivar answered: counts what was answered.
    :ivar asked: counts what the server asked.
    """

    def __init__(self, work: Work) -> None:
        self.answered = 0
        self.asked = 0
        self.refused: list[bytes] = []
        self.ticks = Ticks()
        self.work = work
        self._isHeld = False
        self._held: list[Link] = []

    def hold(self) -> None:
        """Let every link stop once its Call is answered."""
        self._isHeld = True

    def release(self) -> None:
        """Let them go on."""
        self._isHeld = False
        held, self._held = self._held, []
        for link in held:
            link.proceed()

    def holds(self, link: Link) -> bool:
        """Whether a link has to wait; it is told when to go on."""
        if self._isHeld:
            self._held.append(link)
        return self._isHeld

    async def connect(self, port: int, number: int) -> list[Link]:
        """Open links; fires once every one of them is at work."""
        loop = asyncio.get_running_loop()
        links = []
        for index in range(number):
            _, link = await loop.create_connection(
                lambda index=index: Link(f"B{index}", self),  # type: ignore[misc]
                "127.0.0.1",
                port,
            )
            links.append(link)
        await asyncio.gather(*(link.working for link in links))
        return links


class Link(asyncio.Protocol):
    """One charge point; ``working`` is done once its first Call was answered."""

    def __init__(self, identity: str, load: Load) -> None:
        self.working: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._identity = identity
        self._load = load
        self._isOpen = False
        self._in = bytearray()
        self._ids = itertools.count()
        self._transactionId = 0
        self._messages = load.work(load.ticks, lambda: self._transactionId)

    def connection_made(self, transport: Any) -> None:
        """Shake hands."""
        self.transport = transport
        transport.write(HANDSHAKE.format(self._identity).encode())

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody expects it."""
        if not self.working.done():
            self.working.set_exception(exc or ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        """Take frames apart."""
        self._in += data
        if not self._isOpen:
            end = self._in.find(b"\r\n\r\n")
            if end < 0:
                return
            del self._in[: end + 4]
            self._isOpen = True
            self.proceed()
        while (payload := self._frame()) is not None:
            self._received(payload)

    def _frame(self) -> bytes | None:
        """The next text frame; others are skipped."""
        while len(self._in) >= 2:
            size, start = self._in[1], 2
            if size == 126:
                size, start = int.from_bytes(self._in[2:4], "big"), 4
            if len(self._in) < start + size:
                return None
            isText = self._in[0] & 0x0F == 1
            payload = bytes(self._in[start : start + size])
            del self._in[: start + size]
            if isText:
                return payload
        return None

    def _received(self, payload: bytes) -> None:
        kind = payload[1:2]
        if kind == b"2":
            self._load.asked += 1
            messageId = payload.split(b'"', 2)[1].decode()
            self._send(f'[4,"{messageId}","NotSupported","",{{}}]')
            return
        if kind != b"3":
            self._load.refused.append(payload)
        elif b"transactionId" in payload:
            found = TRANSACTION.search(payload)
            assert found, payload
            self._transactionId = int(found[1])
        if not self.working.done():
            self.working.set_result(None)
        self._load.answered += 1
        if not self._load.holds(self):
            self.proceed()

    def proceed(self) -> None:
        """Send the next Call."""
        action, payload = next(self._messages)
        self._send(f'[2,"{next(self._ids)}","{action}",{payload}]')

    def _send(self, message: str) -> None:
        data = message.encode()
        size = len(data)
        head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
        self.transport.write(head + b"\0\0\0\0" + data)
