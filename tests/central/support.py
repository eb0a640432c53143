"""
A Central System in memory, and a charge point that speaks to it in raw bytes.

`Ring` is the whole Central System over a ``Clock`` and the memory store, without a socket.
`RawChargePoint` makes its own handshake and WebSocket frames, right or wrong, so that a test
knows every byte; bytes wait while the other side does not read.
"""

from __future__ import annotations

import json
import struct
from datetime import UTC, datetime, timedelta
from itertools import count
from random import Random
from typing import Any, cast

import attrs
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.task import Clock
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.centralsystem import CentralSystem
from ocppgw.central.recording import Recorder
from ocppgw.central.startup.admission import pause
from ocppgw.config.configuration import Configuration
from ocppgw.config.repeated import ChargePointTable
from ocppgw.interfaces import Snapshot
from ocppgw.model import facts as f
from ocppgw.model.records import ChargePointRecord, ConnectorRecord
from ocppgw.model.registry import Registry
from ocppgw.store.memory import MemoryStore

START = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

TEXT, BINARY, CLOSE, PING, PONG = 1, 2, 8, 9, 10

BOOT = {"chargePointVendor": "ACME", "chargePointModel": "One"}


def configured(*chargePoints: ChargePointTable, **sections: dict[str, Any]) -> Configuration:
    """The defaults with some keys of some sections changed."""
    defaults = Configuration()
    changes = {
        name: attrs.evolve(getattr(defaults, name), **keys) for name, keys in sections.items()
    }
    return attrs.evolve(defaults, chargePoints=chargePoints, **changes)


def stamp(time: datetime) -> str:
    """A time as a charge point writes it."""
    return time.isoformat().replace("+00:00", "Z")


class Ring:
    """
    A Central System without sockets.

    :param started: whether what happens by itself does: figures, start-up after a boot, polling.
    :ivar facts: every fact that was observed, in order, with its node name.
    """

    def __init__(
        self,
        test: SynchronousTestCase,
        configuration: Configuration | None = None,
        delay: float | None = None,
        snapshot: Snapshot | None = None,
        started: bool = False,
    ) -> None:
        configuration = configuration or Configuration()
        configuration = attrs.evolve(
            configuration, ocpp=attrs.evolve(configuration.ocpp, listen=())
        )
        self.clock = Clock()
        self.store = MemoryStore(self.clock if delay is not None else None, delay or 0.0)
        self.registry = Registry()
        self.recorder = Recorder(self.registry, self.store, lambda: pause(self.clock, 0))
        self.facts: list[tuple[str, f.Fact]] = []
        self.recorder.observe(lambda node, fact, record: self.facts.append((node, fact)))
        self.central = CentralSystem(
            configuration,
            self.registry,
            self.recorder,
            self.store,
            self.clock,
            self.now,
            Random(1),
        )
        self.central.take(snapshot or Snapshot())
        if started:
            test.successResultOf(self.central.startService())
        self.factory = self.central.factory()
        self.ports = count(50001)
        self.chargePoints: list[RawChargePoint] = []

    def now(self) -> datetime:
        return START + timedelta(seconds=self.clock.seconds())

    def advance(self, seconds: float) -> None:
        """Let time pass, and bytes flow."""
        self.clock.advance(seconds)
        self.flush()

    def flush(self) -> None:
        for chargePoint in tuple(self.chargePoints):
            chargePoint.flush()

    def dial(self, host: str = "192.0.2.1") -> RawChargePoint:
        """A TCP connection, and nothing sent over it yet."""
        chargePoint = RawChargePoint(self, next(self.ports), host)
        self.chargePoints.append(chargePoint)
        return chargePoint

    def connect(
        self, target: str = "/CP1", offer: str | None = "ocpp1.6", host: str = "192.0.2.1"
    ) -> RawChargePoint:
        """A charge point with an open WebSocket."""
        chargePoint = self.dial(host)
        chargePoint.shakeHands(target, offer)
        assert chargePoint.status == 101, chargePoint.head
        return chargePoint

    def record(self, nodeName: str = "CP1") -> ChargePointRecord:
        """As it will be in a second at most."""
        self.central.traffic.settle(nodeName)
        record = self.registry.record(nodeName)
        assert record is not None, f"{nodeName} is not known"
        return record

    def connector(self, connectorId: int = 1, nodeName: str = "CP1") -> ConnectorRecord:
        return self.record(nodeName).connectors[connectorId]

    def deviations(self, nodeName: str = "CP1") -> set[str]:
        """The kinds of deviation counted so far."""
        return set(self.record(nodeName).deviations.byKind)

    def noted(self, kind: type[Any], nodeName: str = "CP1") -> list[Any]:
        """The facts of one kind."""
        return [fact for node, fact in self.facts if node == nodeName and isinstance(fact, kind)]


class Transport(StringTransport):
    """As forgiving as a real one, which does not mind a producer that is gone already."""

    def unregisterProducer(self) -> None:
        self.producer = None


class RawChargePoint:
    """
    One connection, as bytes.

    :ivar head: the HTTP head that was answered; ``body`` what came behind it where there is no
        WebSocket.
    :ivar frames: the frames that came and were not taken yet: opcode and payload.
    :ivar separators: between the parts of its Calls, as `json.dumps` takes them.
    """

    separators: tuple[str, str] | None = None

    def __init__(self, ring: Ring, port: int, host: str = "192.0.2.1") -> None:
        self.ring = ring
        address = IPv4Address("TCP", host, port)
        self.transport: Any = Transport(peerAddress=address)
        self.protocol = cast(Any, ring.factory.buildProtocol(address))
        self.protocol.makeConnection(self.transport)
        self.isClosed = False
        self.head = ""
        self.body = b""
        self.frames: list[tuple[int, bytes]] = []
        self._out = b""
        self._in = b""
        self._ids = count(1)

    # Bytes

    def write(self, data: bytes) -> None:
        """Send bytes; they arrive unless the other side does not read."""
        self._out += data
        self.flush()

    def flush(self) -> None:
        while self._out and not self.isClosed and self.transport.producerState == "producing":
            data, self._out = self._out, b""
            self.protocol.dataReceived(data)
        self._in += self.transport.value()
        self.transport.clear()
        self._read()
        if self.transport.disconnecting and not self.isClosed:
            self.vanish()

    def vanish(self) -> None:
        """The TCP connection is gone."""
        if not self.isClosed:
            self.isClosed = True
            self.protocol.connectionLost(Failure(ConnectionDone()))

    @property
    def waiting(self) -> int:
        """Bytes that the other side does not read for now."""
        return len(self._out)

    # The handshake

    def shakeHands(self, target: str = "/CP1", offer: str | None = "ocpp1.6", *more: str) -> None:
        lines = [
            f"GET {target} HTTP/1.1",
            "Host: gateway.example:8887",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
            "Sec-WebSocket-Version: 13",
        ]
        if offer is not None:
            lines.append(f"Sec-WebSocket-Protocol: {offer}")
        self.write("\r\n".join([*lines, *more, "", ""]).encode())

    @property
    def status(self) -> int:
        """The HTTP status that was answered; 0 before."""
        return int(self.head.split()[1]) if self.head else 0

    def header(self, name: str) -> str | None:
        for line in self.head.split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return None

    # Frames

    def frame(self, opcode: int, payload: bytes, fin: bool = True, rsv: int = 0) -> None:
        """Send one masked frame."""
        first = (0x80 if fin else 0) | rsv << 4 | opcode
        mask = b"\x01\x02\x03\x04"
        masked = bytes(byte ^ mask[i % 4] for i, byte in enumerate(payload))
        self.write(bytes([first]) + _length(len(payload)) + mask + masked)

    def text(self, text: str) -> None:
        """Send a text message."""
        self.frame(TEXT, text.encode())

    def call(self, action: str, payload: Any = None, messageId: str | None = None) -> Any:
        """Send a Call; the JSON of its answer, ``None`` while none came."""
        messageId = messageId or f"m{next(self._ids)}"
        call = [2, messageId, action, {} if payload is None else payload]
        self.text(json.dumps(call, separators=self.separators))
        return self.answerTo(messageId)

    def answerTo(self, messageId: Any) -> Any:
        """Take the answer to a Call out of what came."""
        for one in self.frames:
            message = json.loads(one[1]) if one[0] == TEXT else [0, None]
            if message[0] in (3, 4) and message[1] == messageId:
                self.frames.remove(one)
                return message
        return None

    def takeCalls(self) -> list[Any]:
        """Take the Calls that came."""
        calls = [one for one in self.frames if one[0] == TEXT and json.loads(one[1])[0] == 2]
        for one in calls:
            self.frames.remove(one)
        return [json.loads(payload) for _, payload in calls]

    def boot(self) -> Any:
        """Boot in the usual way."""
        return self.call("BootNotification", BOOT)

    def closeCode(self) -> int | None:
        """The code of the close frame that came."""
        for opcode, payload in self.frames:
            if opcode == CLOSE:
                return int(struct.unpack("!H", payload[:2])[0])
        return None

    def _read(self) -> None:
        if not self.head:
            head, end, rest = self._in.partition(b"\r\n\r\n")
            if not end:
                return
            self.head, self._in = head.decode(), rest
        if self.status != 101:
            self.body, self._in = self.body + self._in, b""
            return
        while (frame := _unframe(self._in)) is not None:
            opcode, payload, self._in = frame
            self.frames.append((opcode, payload))


def _length(size: int) -> bytes:
    if size < 126:
        return bytes([0x80 | size])
    if size < 65536:
        return b"\xfe" + struct.pack("!H", size)
    return b"\xff" + struct.pack("!Q", size)


def _unframe(data: bytes) -> tuple[int, bytes, bytes] | None:
    """The first frame of a server, unmasked and unfragmented, and what follows it."""
    if len(data) < 2:
        return None
    size, start = data[1], 2
    if size == 126:
        size, start = int.from_bytes(data[2:4], "big"), 4
    elif size == 127:
        size, start = int.from_bytes(data[2:10], "big"), 10
    if len(data) < start + size:
        return None
    return data[0] & 0x0F, data[start : start + size], data[start + size :]
