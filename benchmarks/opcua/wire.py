"""
An OPC UA client that costs next to nothing: blocking sockets and requests encoded beforehand.

It looks into answers only as far as a benchmark has to: the result of the service, and how many
notifications a message has.  Security policy None, no checks; for loopback only.
"""

from __future__ import annotations

import os
import re
import selectors
import socket
import struct
import time
from collections.abc import Callable, Sequence

# Numbers of the binary encodings (OPC 10000-6, A.3) of what is asked here.
CREATE_SESSION, ACTIVATE_SESSION, READ, BROWSE = 461, 467, 631, 527
CREATE_SUBSCRIPTION, CREATE_ITEMS, PUBLISH, CLOSE_SESSION = 787, 751, 826, 473
_OPEN = 446
_DATA_CHANGE = 811

_ANONYMOUS = re.compile(rb"[\x01-\x7f]\0\0\0([aA]nonymous[\w-]*)\0\0\0\0")
#: Type (4 bytes), time, handle, result, diagnostics, string table, additional header.
_BODY = 28
_RESULT = 16
_U32 = struct.Struct("<I")
_I32 = struct.Struct("<i")
_PUBLISHED = struct.Struct("<Ii")
_EXTENSION = struct.Struct("<BBHBii")
BUFFER = 1 << 20
_CHUNK = 60_000


class Refused(Exception):
    """The server answered with something that is no success."""


def text(value: str | None) -> bytes:
    """A String."""
    if value is None:
        return _I32.pack(-1)
    content = value.encode()
    return _I32.pack(len(content)) + content


def nodeId(identifier: str | int, namespace: int = 2) -> bytes:
    """A NodeId, by text or by number."""
    if isinstance(identifier, int):
        return struct.pack("<BBH", 1, namespace, identifier)
    return struct.pack("<BH", 3, namespace) + text(identifier)


def readValues(nodeIds: Sequence[bytes], stamps: int = 2) -> bytes:
    """What follows the header of a Read of the Value attributes, with both timestamps."""
    each = struct.pack("<I", 13) + text(None) + struct.pack("<H", 0) + text(None)
    body = b"".join(one + each for one in nodeIds)
    return struct.pack("<dIi", 0.0, stamps, len(nodeIds)) + body


def browse(node: bytes) -> bytes:
    """What follows the header of a Browse of one node: hierarchical references, forward, all."""
    view = nodeId(0, 0) + struct.pack("<qI", 0, 0)
    asked = node + struct.pack("<i", 0) + nodeId(33, 0) + struct.pack("<?II", True, 0, 63)
    return view + struct.pack("<Ii", 0, 1) + asked


def monitor(
    subscriptionId: int, nodeIds: Sequence[bytes], queue: int, sampling: float, first: int = 1
) -> bytes:
    """What follows the header of CreateMonitoredItems; client handles count from ``first``."""
    plain = struct.pack("<I", 13) + text(None) + struct.pack("<H", 0) + text(None)
    none = b"\0\0\0"
    items = (
        one + plain + struct.pack("<IId", 2, handle, sampling) + none + struct.pack("<I?", queue, 1)
        for handle, one in enumerate(nodeIds, first)
    )
    return struct.pack("<IIi", subscriptionId, 2, len(nodeIds)) + b"".join(items)


def subscription(interval: float, most: int = 0) -> bytes:
    """What follows the header of CreateSubscription."""
    return struct.pack("<dIII?B", interval, 10_000, 100, most, True, 0)


class Client:
    """One connection with an activated session."""

    def __init__(self, port: int, path: str = "/") -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._sequence = self._request = 1
        self._channel = (0, 0)
        self._token = b"\0\0"
        self._url = f"opc.tcp://127.0.0.1:{port}{path}"
        self._hello()
        self._open()
        self._session()

    def close(self) -> None:
        """End the session with its subscriptions, and leave."""
        self.send(CLOSE_SESSION, b"\x01")
        self.socket.close()

    # -- one request, one answer

    def call(self, kind: int, body: bytes) -> bytes:
        """Ask, and give what follows the header of the answer."""
        self.send(kind, body)
        return self.receive()[_BODY:]

    def encoded(self, kind: int, body: bytes) -> bytearray:
        """A whole request as bytes, its numbers still open; see `sendEncoded`."""
        head = struct.pack("<BBH", 1, 0, kind) + self._token
        head += struct.pack("<qIIiI", 0, 1, 0, -1, 60_000) + b"\0\0\0"
        content = head + body
        chunks = bytearray()
        for at in range(0, len(content), _CHUNK):
            part = content[at : at + _CHUNK]
            last = b"MSGC" if at + _CHUNK < len(content) else b"MSGF"
            chunks += struct.pack("<4sIIIII", last, 24 + len(part), *self._channel, 0, 0) + part
        return chunks

    def sendEncoded(self, request: bytearray) -> None:
        """Send a request, perhaps once more."""
        at = 0
        self._request += 1
        while at < len(request):
            self._sequence += 1
            struct.pack_into("<II", request, at + 16, self._sequence, self._request)
            at += _U32.unpack_from(request, at + 4)[0]
        self.socket.sendall(request)

    def send(self, kind: int, body: bytes) -> None:
        """Send a request."""
        self.sendEncoded(self.encoded(kind, body))

    def receive(self) -> bytes:
        """Wait for one whole answer."""
        while True:
            answer = self._taken()
            if answer is not None:
                return self._judged(answer)
            data = self.socket.recv(BUFFER)
            if not data:
                raise Refused("the server hung up")
            self._buffer += data

    def arrived(self) -> list[bytes]:
        """All whole answers that a readable socket gives."""
        data = self.socket.recv(BUFFER)
        if not data:
            raise Refused("the server hung up")
        self._buffer += data
        found = []
        while (answer := self._taken()) is not None:
            found.append(self._judged(answer))
        return found

    def _taken(self) -> bytes | None:
        buffer = self._buffer
        while len(buffer) >= 8:
            size = _U32.unpack_from(buffer, 4)[0]
            if len(buffer) < size:
                return None
            kind, last = bytes(buffer[:3]), buffer[3:4]
            start = 24 if kind == b"MSG" else 8
            part = bytes(memoryview(buffer)[start:size])
            del buffer[:size]
            if kind == b"ERR":
                raise Refused(f"error message {part[:4].hex()} {part[8:]!r}")
            self._parts.append(part)
            if last != b"C":
                whole, self._parts = b"".join(self._parts), []
                return whole
        return None

    def _judged(self, answer: bytes) -> bytes:
        code = _U32.unpack_from(answer, _RESULT)[0] if len(answer) >= _BODY else 0
        if code:
            raise Refused(f"the service failed: {code:#010x}")
        return answer

    # -- the way in

    def _hello(self) -> None:
        body = struct.pack("<IIIII", 0, 65535, 65535, 0, 0) + text(self._url)
        self.socket.sendall(struct.pack("<4sI", b"HELF", 8 + len(body)) + body)
        self._raw()

    def _raw(self) -> bytes:
        """One chunk, whatever it is."""
        while len(self._buffer) < 8 or len(self._buffer) < _U32.unpack_from(self._buffer, 4)[0]:
            data = self.socket.recv(BUFFER)
            if not data:
                raise Refused("the server hung up")
            self._buffer += data
        size = _U32.unpack_from(self._buffer, 4)[0]
        chunk = bytes(self._buffer[:size])
        del self._buffer[:size]
        if chunk[:3] == b"ERR":
            raise Refused(f"error message {chunk[8:12].hex()} {chunk[16:]!r}")
        return chunk

    def _open(self) -> None:
        policy = "http://opcfoundation.org/UA/SecurityPolicy#None"
        security = text(policy) + _I32.pack(-1) + _I32.pack(-1)
        head = struct.pack("<BBH", 1, 0, _OPEN) + b"\0\0" + struct.pack("<qIIiI", 0, 1, 0, -1, 0)
        body = head + b"\0\0\0" + struct.pack("<III", 0, 0, 1) + _I32.pack(-1)
        body += struct.pack("<I", 3_600_000)
        content = security + struct.pack("<II", 1, 1) + body
        self.socket.sendall(struct.pack("<4sII", b"OPNF", 12 + len(content), 0) + content)
        chunk = self._raw()
        at = 12
        for _ in range(3):
            at += 4 + max(_I32.unpack_from(chunk, at)[0], 0)
        _, channel, token = struct.unpack_from("<III", chunk, at + 8 + _BODY)
        self._channel = (channel, token)

    def _session(self) -> None:
        described = text("urn:bench") + text("urn:bench") + b"\x02" + text("bench")
        described += struct.pack("<I", 1) + text(None) + text(None) + _I32.pack(0)
        body = described + text(None) + text(self._url) + text("bench")
        body += _I32.pack(32) + os.urandom(32) + _I32.pack(-1) + struct.pack("<dI", 3_600_000.0, 0)
        answer = self.call(CREATE_SESSION, body)
        at = _skipped(answer, 0)
        end = _skipped(answer, at)
        self._token = answer[at:end]
        policy = _ANONYMOUS.search(answer)
        name = policy[1].decode() if policy else "anonymous"
        identity = struct.pack("<BBHB", 1, 0, 321, 1)
        given = text(name)
        body = text(None) + _I32.pack(-1) + _I32.pack(-1) + _I32.pack(-1)
        body += identity + _I32.pack(len(given)) + given + text(None) + _I32.pack(-1)
        self.call(ACTIVATE_SESSION, body)


def _skipped(data: bytes, at: int) -> int:
    """Behind the NodeId that begins at ``at``."""
    kind = data[at]
    if kind in (4, 5, 3):
        size = 16 if kind == 4 else 4 + max(_I32.unpack_from(data, at + 3)[0], 0)
        return at + 3 + size
    return at + {0: 2, 1: 4, 2: 7}[kind]


class Subscriber:
    """
    A client with a subscription, or several, which takes whatever comes.

    :ivar subscriptionId: of the newest, which gets the items.
    :ivar notified: notifications so far.
    """

    def __init__(self, port: int, path: str, interval: float, most: int = 0) -> None:
        self.client = Client(port, path)
        self.notified = 0
        self.seen: Callable[[bytes], None] | None = None
        self._asked = subscription(interval, most)
        self.subscribe()

    def subscribe(self) -> None:
        """Make a subscription, the first or one more."""
        answer = self.client.call(CREATE_SUBSCRIPTION, self._asked)
        self.subscriptionId: int = _U32.unpack_from(answer, 0)[0]

    def monitor(
        self, nodeIds: Sequence[bytes], queue: int, sampling: float = 0.0, size: int = 1000
    ) -> None:
        """Create the monitored items, so many a request; every one has to be made."""
        for first in range(0, len(nodeIds), size):
            part = nodeIds[first : first + size]
            body = monitor(self.subscriptionId, part, queue, sampling, first + 1)
            answer = self.client.call(CREATE_ITEMS, body)
            code = _U32.unpack_from(answer, 4)[0]
            if _I32.unpack_from(answer, 0)[0] != len(part) or code:
                raise Refused(f"monitored item: {code:#010x}")

    def begin(self, waiting: int = 10) -> None:
        """Let so many Publish requests wait."""
        for _ in range(waiting):
            self.client.send(PUBLISH, _I32.pack(0))

    def arrived(self) -> None:
        """The socket is readable."""
        for answer in self.client.arrived():
            self._published(answer)

    def _published(self, answer: bytes) -> None:
        subscriptionId, available = _PUBLISHED.unpack_from(answer, _BODY)
        at = _BODY + 8 + 4 * max(available, 0) + 1
        sequence, _, parts = struct.unpack_from("<Iqi", answer, at)
        at += 16
        for _ in range(parts):
            _, _, kind, _, size, count = _EXTENSION.unpack_from(answer, at)
            if kind == _DATA_CHANGE:
                self.notified += count
            at += 9 + size
        if self.seen is not None:
            self.seen(answer)
        done = struct.pack("<iII", 1, subscriptionId, sequence) if parts > 0 else _I32.pack(0)
        self.client.send(PUBLISH, done)


def collect(
    subscribers: Sequence[Subscriber], seconds: float, isEnough: Callable[[], bool] = lambda: False
) -> None:
    """Take what comes, for so long or until it is enough."""
    end = time.monotonic() + seconds
    with selectors.DefaultSelector() as chosen:
        for each in subscribers:
            chosen.register(each.client.socket, selectors.EVENT_READ, each)
        while (left := end - time.monotonic()) > 0 and not isEnough():
            for key, _ in chosen.select(min(left, 1.0)):
                key.data.arrived()
