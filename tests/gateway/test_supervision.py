"""What systemd is told, and when it is told nothing."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

from twisted.internet.task import Clock
from twisted.logger import LogLevel, capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.gateway.supervision import QUESTIONS, Supervisor, supervisorOf

ALIVE = "WATCHDOG=1"
PID = 77


class SigningTests(SynchronousTestCase):
    """Ready, reloading, stopping."""

    def setUp(self) -> None:
        self.said: list[str] = []
        self.supervisor = Supervisor(Clock(), self.said.append, monotonic=lambda: 12.5)

    def test_ready(self) -> None:
        """Being ready comes with a line for people, which cannot smuggle in lines of its own."""
        self.supervisor.ready("ocppgw ready\nMAINPID=1")
        self.assertEqual(self.said, ["READY=1\nSTATUS=ocppgw ready MAINPID=1"])

    def test_reloading(self) -> None:
        """A reload names its beginning on the clock that systemd compares it with."""
        self.supervisor.reloading()
        self.assertEqual(self.said, ["RELOADING=1\nMONOTONIC_USEC=12500000"])

    def test_stopping(self) -> None:
        """The beginning of the end is told."""
        self.supervisor.stopping()
        self.assertEqual(self.said, ["STOPPING=1\nSTATUS=stopping"])


class WatchingTests(SynchronousTestCase):
    """Signs of life are those of both threads."""

    def setUp(self) -> None:
        self.clock, self.said = Clock(), list[str]()
        self.asked: list[Callable[[], None]] = []
        self.supervisor = Supervisor(self.clock, self.said.append, patience=20.0)

    def pass_(self, seconds: float) -> None:
        """Let the reactor's clock go on, as far as a reactor that turns."""
        self.clock.pump([1.0] * int(seconds))

    def test_bothAlive(self) -> None:
        """While the OPC UA thread answers, a sign is given well within each patience."""
        self.supervisor.watch(lambda heard: heard())
        self.pass_(60)
        self.assertEqual(self.said, [ALIVE] * (1 + 3 * QUESTIONS))

    def test_opcUaThreadHangs(self) -> None:
        """Without its answers no sign is given, and the log says why before the end comes."""
        self.supervisor.watch(self.asked.append)
        with capturedLogs() as events:
            self.pass_(19)
        self.assertEqual(self.said, [])
        levels = [event["log_level"] for event in events]
        self.assertEqual(levels, [LogLevel.critical])

    def test_opcUaThreadIsLate(self) -> None:
        """A late answer is a sign of life, when it comes."""
        self.supervisor.watch(self.asked.append)
        self.pass_(9)
        self.assertEqual(self.said, [])
        self.asked[0]()
        self.assertEqual(self.said, [ALIVE])

    def test_reactorHangs(self) -> None:
        """A reactor that does not turn asks nobody and gives no sign."""
        self.supervisor.watch(lambda heard: heard())
        self.assertEqual(self.said, [ALIVE])

    def test_opcUaThreadIsGone(self) -> None:
        """A thread that cannot even be asked is no sign of life, and the asking goes on."""

        def gone(heard: Callable[[], None]) -> None:
            raise RuntimeError("Event loop is closed")

        self.supervisor.watch(gone)
        self.pass_(5)
        self.assertEqual(self.said, [])
        self.assertEqual(len(self.flushLoggedErrors(RuntimeError)), 2)

    def test_stopping(self) -> None:
        """After the end has begun nothing is asked or said, also where an answer comes late."""
        self.supervisor.watch(self.asked.append)
        self.supervisor.stopping()
        self.asked[0]()
        self.assertEqual(self.clock.getDelayedCalls(), [])
        self.assertEqual(self.said, ["STOPPING=1\nSTATUS=stopping"])

    def test_notWanted(self) -> None:
        """Without a watchdog nothing is asked."""
        Supervisor(self.clock, self.said.append).watch(self.asked.append)
        self.assertEqual((self.asked, self.clock.getDelayedCalls()), ([], []))


class EnvironmentTests(SynchronousTestCase):
    """The variables that systemd sets."""

    def setUp(self) -> None:
        folder = Path(self.mktemp())
        folder.mkdir()
        self.path = str(folder / "notify")
        self.clock = Clock()

    def receiver(self, path: str) -> socket.socket:
        """The other end, as systemd has it."""
        receiver = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.addCleanup(receiver.close)
        receiver.setblocking(False)
        receiver.bind(path)
        return receiver

    def watched(self, **environment: str) -> bool:
        """Whether signs of life go on for a second, where systemd asks like this."""
        supervisor = supervisorOf(environment, self.clock, PID)
        supervisor.watch(lambda heard: heard())
        self.clock.pump([0.125] * 8)
        return bool(self.clock.getDelayedCalls())

    def test_path(self) -> None:
        """One datagram for each message."""
        receiver = self.receiver(self.path)
        supervisor = supervisorOf({"NOTIFY_SOCKET": self.path}, self.clock, PID)
        supervisor.ready("up")
        supervisor.stopping()
        self.assertEqual(receiver.recv(1000), b"READY=1\nSTATUS=up")
        self.assertEqual(receiver.recv(1000), b"STOPPING=1\nSTATUS=stopping")

    def test_abstract(self) -> None:
        """An ``@`` at the beginning stands for the zero byte of an abstract name."""
        name = f"ocppgw-test-{self.id()}-{id(self)}"
        receiver = self.receiver(f"\0{name}")
        supervisorOf({"NOTIFY_SOCKET": f"@{name}"}, self.clock, PID).stopping()
        self.assertIn(b"STOPPING=1", receiver.recv(1000))

    def test_nobody(self) -> None:
        """Without the variable nothing is said; a socket that is gone costs a line of the log."""
        supervisorOf({"WATCHDOG_USEC": "1000000"}, self.clock, PID).ready("up")
        with capturedLogs() as events:
            supervisorOf({"NOTIFY_SOCKET": self.path}, self.clock, PID).ready("up")
        [event] = events
        self.assertEqual(event["log_level"], LogLevel.error)
        self.assertEqual(event["why"], "No such file or directory")

    def test_watchdog(self) -> None:
        """The patience is read in microseconds, and is for the process that it names only."""
        receiver = self.receiver(self.path)
        named = {"NOTIFY_SOCKET": self.path, "WATCHDOG_USEC": "1000000"}
        self.assertTrue(self.watched(**named, WATCHDOG_PID=str(PID)))
        self.assertEqual(receiver.recv(1000), ALIVE.encode())
        for other in (
            {**named, "WATCHDOG_PID": "78"},
            {**named, "WATCHDOG_USEC": "soon"},
            {"NOTIFY_SOCKET": self.path},
            {"WATCHDOG_USEC": "1000000"},
        ):
            self.clock = Clock()
            self.assertFalse(self.watched(**other), other)
