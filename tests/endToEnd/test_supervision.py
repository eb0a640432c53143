"""A gateway under a supervisor: what arrives at a real socket of the kind that systemd has."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.protocol import DatagramProtocol

from tests.endToEnd.test_process import PORTS, ProcessCase, Steps


class Heard(DatagramProtocol):
    """What the supervisor was told, in order."""

    def __init__(self) -> None:
        self.datagrams: list[str] = []
        self._waiting: list[tuple[str, Deferred[None]]] = []

    def datagramReceived(self, datagram: bytes, addr: Any) -> None:
        self.datagrams.append(datagram.decode())
        due = [one for one in self._waiting if one[0] in self.datagrams[-1]]
        self._waiting = [one for one in self._waiting if one not in due]
        for _, waiting in due:
            waiting.callback(None)

    def next(self, text: str) -> Deferred[None]:
        """Fires with the next datagram that holds this text."""
        waiting: Deferred[None] = Deferred()
        self._waiting.append((text, waiting))
        return waiting


class SupervisionTests(ProcessCase):
    """Type=notify with a watchdog."""

    @inlineCallbacks
    def test_life(self) -> Steps:
        """Ready once everything listens, signs of life again and again, stopping at SIGTERM."""
        # A name of its own: that of a socket has 107 bytes at most, and our folder may have more.
        folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, folder)
        heard, path = Heard(), str(folder / "notify")
        listen: Callable[..., Any] = reactor.listenUNIXDatagram  # type: ignore[attr-defined]
        port = listen(path, heard)
        self.addCleanup(port.stopListening)
        isReady = heard.next("READY=1")
        process = self.run_(*PORTS, NOTIFY_SOCKET=path, WATCHDOG_USEC="2000000")
        yield isReady
        self.assertEqual(len(heard.datagrams), 1)
        ready = yield process.ready
        self.assertIn(f"ocpp={ready[0]} opcua={ready[1]} web={ready[2]}", heard.datagrams[0])
        for _ in range(2):
            yield heard.next("WATCHDOG=1")
        isStopping = heard.next("STOPPING=1")
        process.signal("TERM")
        yield isStopping
        yield process.ended
        self.assertTrue(heard.datagrams[-1].startswith("STOPPING=1"), heard.datagrams)
