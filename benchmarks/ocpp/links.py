"""
Simulated links that cost little themselves: asyncio, hand-made frames, no library in between.

Each `Link` goes through sessions without pause, one message after the other; it sends the next
once the last is answered.
"""

from __future__ import annotations

import asyncio
import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

MEASURANDS = (
    ("Energy.Active.Import.Register", "Wh"),
    ("Power.Active.Import", "W"),
    ("Current.Import", "A"),
    ("Voltage", "V"),
)
BOOT = {"chargePointVendor": "Bench", "chargePointModel": "One"}
HANDSHAKE = (
    "GET /{} HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: ocpp1.6\r\n\r\n"
)


class Load:
    """All links of one gateway; ``answered`` counts what was answered."""

    def __init__(self) -> None:
        self.answered = 0
        self.refused: list[Any] = []
        self._began = datetime.now(UTC) - timedelta(minutes=30)
        self._ticks = itertools.count()

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

    def time(self) -> str:
        """A timestamp that nobody else uses."""
        at = self._began + timedelta(milliseconds=next(self._ticks))
        return f"{at.strftime('%Y-%m-%dT%H:%M:%S')}.{at.microsecond // 1000:03d}Z"


class Link(asyncio.Protocol):
    """One charge point; ``working`` is done once it was accepted."""

    def __init__(self, identity: str, load: Load) -> None:
        self.working: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._identity = identity
        self._load = load
        self._isOpen = False
        self._in = bytearray()
        self._ids = itertools.count()
        self._transactionId = 0
        self._messages = self._sessions()

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
            self._next()
        while (payload := self._frame()) is not None:
            self._received(json.loads(payload))

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

    def _received(self, message: list[Any]) -> None:
        if message[0] == 2:
            self._send([4, message[1], "NotSupported", "", {}])
            return
        if message[0] == 4:
            self._load.refused.append(message)
        elif "transactionId" in message[2]:
            self._transactionId = message[2]["transactionId"]
        elif "interval" in message[2]:
            self.working.set_result(None)
        self._load.answered += 1
        self._next()

    def _next(self) -> None:
        action, payload = next(self._messages)
        self._send([2, str(next(self._ids)), action, payload])

    def _send(self, message: list[Any]) -> None:
        data = json.dumps(message, separators=(",", ":")).encode()
        size = len(data)
        head = bytes([0x81, 0x80 | size]) if size < 126 else b"\x81\xfe" + size.to_bytes(2, "big")
        self.transport.write(head + b"\0\0\0\0" + data)

    def _sessions(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """What a charge point says: ten meter values a session, and what goes with it."""
        yield "BootNotification", BOOT
        for meter in itertools.count(0, 1000):
            yield "StatusNotification", self._status("Preparing")
            yield (
                "StartTransaction",
                {"connectorId": 1, "idTag": "T", "meterStart": meter, "timestamp": self._time()},
            )
            yield "StatusNotification", self._status("Charging")
            for step in range(10):
                yield "MeterValues", self._values(meter + step)
            yield "Heartbeat", {}
            yield (
                "StopTransaction",
                {
                    "transactionId": self._transactionId,
                    "meterStop": meter + 10,
                    "timestamp": self._time(),
                },
            )

    def _time(self) -> str:
        return self._load.time()

    def _status(self, word: str) -> dict[str, Any]:
        return {"connectorId": 1, "status": word, "errorCode": "NoError", "timestamp": self._time()}

    def _values(self, meter: int) -> dict[str, Any]:
        samples = [
            {"value": str(meter), "measurand": measurand, "unit": unit}
            for measurand, unit in MEASURANDS
        ]
        return {
            "connectorId": 1,
            "transactionId": self._transactionId,
            "meterValue": [{"timestamp": self._time(), "sampledValue": samples}],
        }
