"""
``python -m tests.load.reconnecting --charge-points 1000``: all charge points come back at once.

A gateway in a process of its own is killed and started again; the moment its port is open, every
charge point dials, shakes hands with its password, and reports.  Who is told to come again does
so.  At the end all have to be connected and answered, no connection may have been refused, and
the gateway's own Calls may not have come in a burst.  Figures are printed; the exit status is 1
where something was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import base64
import json
import os
import signal
import socket
import struct
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs

from ocppgw.access.chargepointkeys import hashChosen, hashGenerated
from ocppgw.access.linkaccess import PasswordSet
from ocppgw.access.secrets import Secret, scrypt
from ocppgw.gateway.service import DATABASE
from ocppgw.store.accesses import changeAccess
from ocppgw.store.alterations import alter
from tests.endToEnd.process import ROOT, RUN

PASSWORD = "correct horse battery staple"
KEY = "00112233445566778899aabbccddeeff"
HASHES: Mapping[str, tuple[str, Any]] = {
    "generated": (KEY, lambda: hashGenerated(Secret(KEY), os.urandom)),
    "chosen": (PASSWORD, lambda: hashChosen(Secret(PASSWORD), os.urandom, scrypt)),
}

CONFIGURATION = """
[gateway]
state = "state"
[ocpp]
listen = []
settleTime = 1
[[ocpp.listeners]]
endpoint = "tcp:{port}:interface=127.0.0.1"
securityProfile = 1
[opcua]
url = "opc.tcp://127.0.0.1:{opcua}/ocppgw/"
[web]
endpoint = "none"
"""

REQUEST = (
    "GET /{identity} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: ocpp1.6\r\nAuthorization: Basic {credentials}\r\n\r\n"
)

PATIENCE = 120.0
"""Seconds after which a charge point gives a handshake up and dials again: as patient as any."""

SOON = 2.0
"""Seconds after which one that was told to come again does: sooner than it was told."""


class Wrong(Exception):
    """What was promised did not come; ``str`` says what."""


@attrs.define
class Seen:
    """
    What the charge points met.  Times in seconds since they began to dial.

    :ivar answers: how many handshakes ended with which status, ``refused`` for no connection.
    :ivar connected: when each was connected.
    :ivar answered: when each was answered its first Call.
    :ivar calls: when Calls of the gateway came.
    """

    began: float = attrs.field(factory=time.monotonic)
    answers: Counter[str] = attrs.field(factory=Counter)
    connected: dict[str, float] = attrs.field(factory=dict)
    answered: dict[str, float] = attrs.field(factory=dict)
    calls: list[float] = attrs.field(factory=list)

    def now(self) -> float:
        """Since the beginning."""
        return time.monotonic() - self.began

    def busiestSecond(self) -> int:
        """The most Calls of the gateway that came within a second."""
        return max(Counter(map(int, self.calls)).values(), default=0)


class Gateway:
    """A gateway in its own process; the ports stay the same over its lives."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.port, opcua = _freePort(), _freePort()
        (folder / "gateway.toml").write_text(CONFIGURATION.format(port=self.port, opcua=opcua))
        self._process: asyncio.subprocess.Process | None = None
        self._log = (folder / "log").open("ab")

    async def start(self) -> None:
        """Start it, and wait until its port is open."""
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", RUN, "-n", "--pidfile=", "ocppgw", "--config", "gateway.toml"),
            cwd=self._folder,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=self._log,
            stderr=self._log,
        )
        while not await self._isOpen():
            if self._process.returncode is not None:
                raise Wrong("the gateway did not start: " + (self._folder / "log").read_text())
            await asyncio.sleep(0.02)

    async def _isOpen(self) -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", self.port)
        except OSError:
            return False
        writer.transport.abort()
        return True

    async def kill(self) -> None:
        """End it as a power cut does."""
        assert self._process is not None, "started first"
        if self._process.returncode is None:
            self._process.send_signal(signal.SIGKILL)
        await self._process.wait()

    def errors(self) -> list[str]:
        """Lines of its log that tell of mistakes."""
        lines = (self._folder / "log").read_text().splitlines()
        return [line for line in lines if "Traceback" in line or "Unhandled" in line]


class Reconnecting:
    """The charge points and their gateway."""

    def __init__(self, folder: Path, count: int, kind: str) -> None:
        self._identities = [f"CP{number:05}" for number in range(count)]
        self._password, hashing = HASHES[kind]
        # One hash for all: that they are made is not what is tried here.
        kept = hashing().text
        (folder / "state").mkdir()

        def keep(cursor: Any) -> None:
            for identity in self._identities:
                changeAccess(cursor, PasswordSet(identity, kept))

        alter(folder / "state" / DATABASE, keep)
        self.gateway = Gateway(folder)
        self._links: list[asyncio.Task[None]] = []

    async def run(self, watch: float) -> tuple[Seen, Seen]:
        """What was seen when all became known, and when all came back after a power cut."""
        first = await self._round(watch)
        first = attrs.evolve(first, answers=Counter(first.answers))  # What the cut does is wanted.
        await self.gateway.kill()
        await self._hangUp()
        return first, await self._round(watch)

    async def stop(self) -> None:
        """End all of it."""
        await self._hangUp()
        await self.gateway.kill()

    async def _round(self, watch: float) -> Seen:
        await self.gateway.start()
        seen = Seen()
        self._links = [
            asyncio.create_task(self._chargePoint(one, seen)) for one in self._identities
        ]
        while len(seen.answered) < len(self._identities):
            await asyncio.sleep(0.05)
            if seen.now() > 10 * PATIENCE:
                raise Wrong(f"only {len(seen.answered)} are served: {seen.answers}")
        await asyncio.sleep(watch)
        return seen

    async def _hangUp(self) -> None:
        for link in self._links:
            link.cancel()
        await asyncio.gather(*self._links, return_exceptions=True)
        self._links = []

    async def _chargePoint(self, identity: str, seen: Seen) -> None:
        while True:
            status, link = await self._dialled(identity)
            seen.answers[status] += 1
            if link is None:
                await asyncio.sleep(SOON)
                continue
            seen.connected.setdefault(identity, seen.now())
            try:
                await _served(identity, link, seen)
            except (asyncio.IncompleteReadError, OSError):
                seen.answers["lost"] += 1
            finally:
                link[1].transport.abort()

    async def _dialled(self, identity: str) -> tuple[str, Any]:
        login = base64.b64encode(f"{identity}:{self._password}".encode()).decode()
        try:
            async with asyncio.timeout(PATIENCE):
                reader, writer = await asyncio.open_connection("127.0.0.1", self.gateway.port)
        except (OSError, TimeoutError):
            return "refused", None
        try:
            async with asyncio.timeout(PATIENCE):
                writer.write(REQUEST.format(identity=identity, credentials=login).encode())
                head = await reader.readuntil(b"\r\n\r\n")
        except (OSError, TimeoutError, asyncio.IncompleteReadError):
            writer.transport.abort()
            return "dropped", None
        status = head.split()[1].decode()
        if status == "101":
            return status, (reader, writer)
        writer.transport.abort()
        return status, None


async def _served(identity: str, link: Any, seen: Seen) -> None:
    """Report, and answer whatever is asked, until the link is gone."""
    reader, writer = link
    payload = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
    _send(writer, [2, "status", "StatusNotification", payload])
    while True:
        message = await _received(reader, writer)
        if message[0] == 2:
            seen.calls.append(seen.now())
            _send(writer, [3, message[1], {"status": "Accepted"}])
        elif message[1] == "status":
            seen.answered.setdefault(identity, seen.now())


def _send(writer: asyncio.StreamWriter, message: list[Any]) -> None:
    data = json.dumps(message).encode()
    length = (
        bytes([0x80 | len(data)]) if len(data) < 126 else b"\xfe" + struct.pack("!H", len(data))
    )
    writer.write(b"\x81" + length + b"\0\0\0\0" + data)


async def _received(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Any:
    """The next text message; pings are answered."""
    while True:
        first, length = await reader.readexactly(2)
        if length == 126:
            [length] = struct.unpack("!H", await reader.readexactly(2))
        data = await reader.readexactly(length)
        if first == 0x81:
            return json.loads(data)
        if first == 0x89:
            writer.write(b"\x8a" + bytes([0x80 | len(data)]) + b"\0\0\0\0" + data)


def _freePort() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def faults(count: int, seen: Seen, errors: list[str]) -> list[str]:
    """What was promised and did not come."""
    found = list(errors)
    for word in ("refused", "dropped", "lost", "401", "429"):
        if seen.answers[word]:
            found.append(f"{seen.answers[word]} times {word}")
    if seen.busiestSecond() > max(20, count // 5):
        found.append(f"{seen.busiestSecond()} Calls within a second")
    return found


def _figures(name: str, seen: Seen) -> str:
    connected, answered = sorted(seen.connected.values()), sorted(seen.answered.values())
    middle = len(answered) // 2
    return (
        f"{name}: handshakes {dict(seen.answers)}; connected after {connected[middle]:.1f} s "
        f"(median), {connected[-1]:.1f} s (last); first answer {answered[middle]:.1f} s, "
        f"{answered[-1]:.1f} s; {len(seen.calls)} Calls of the gateway, at most "
        f"{seen.busiestSecond()} within a second"
    )


def served(
    folder: Path, count: int, kind: str, watch: float
) -> tuple[tuple[Seen, Seen], list[str]]:
    """What so many charge points met, both times, and the errors in the gateway's log."""
    load = Reconnecting(folder, count, kind)

    async def run() -> tuple[Seen, Seen]:
        try:
            return await load.run(watch)
        finally:
            await load.stop()

    return asyncio.run(run()), load.gateway.errors()


def main() -> int:
    """Run as the command line says."""
    parser = argparse.ArgumentParser(description="Have all charge points come back at once.")
    parser.add_argument("--charge-points", type=int, default=1000)
    parser.add_argument("--passwords", choices=tuple(HASHES), default="chosen")
    parser.add_argument("--watch", type=float, default=20.0, help="seconds after all are served")
    chosen = parser.parse_args()
    count = chosen.charge_points
    with tempfile.TemporaryDirectory() as folder:
        both, errors = served(Path(folder), count, chosen.passwords, chosen.watch)
    for name, seen in zip(("becoming known", "after a power cut"), both, strict=True):
        sys.stdout.write(_figures(name, seen) + "\n")
    wrong = [one for seen in both for one in faults(count, seen, errors)]
    sys.stdout.write("".join(f"wrong: {one}\n" for one in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
