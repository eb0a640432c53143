"""The command line as scripts rely on it, and what survives the end of the process."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import sys
from collections.abc import Generator, Sequence
from pathlib import Path
from typing import Any

from asyncua import Client, ua
from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.trial.unittest import SkipTest, TestCase

from ocppgw.gateway.affinity import Affinity
from tests.central.tls.authority import Authority
from tests.endToEnd.chargepoint import ForeignChargePoint, callIn
from tests.endToEnd.foreign import Foreign
from tests.endToEnd.gateway import ScadaContext
from tests.endToEnd.process import ROOT, TwistdProcess, twistd

PORTS = [
    *("--ocpp", "tcp:0:interface=127.0.0.1"),
    *("--opcua", "opc.tcp://127.0.0.1:0/ocppgw/"),
    *("--web", "tcp:0:interface=127.0.0.1"),
]
SECURE = "[[ocpp.listeners]]\nendpoint = 'tcp:0'\nsecurityProfile = 2\n"
Steps = Generator[Deferred[Any], Any, None]


class ProcessCase(TestCase):
    """Processes in a temporary folder, ended with the test."""

    timeout = 90

    def setUp(self) -> None:
        self.folder = Path(self.mktemp()).absolute()
        self.folder.mkdir()

    prelude = ""
    through: Sequence[str] = ()

    def run_(self, *arguments: str, **environment: str) -> TwistdProcess:
        """Start a process that ends with the test at the latest."""
        process = twistd(self.folder, arguments, environment, self.prelude, self.through)

        def end() -> Deferred[int]:
            process.signal("KILL")
            return process.ended

        self.addCleanup(end)
        return process

    def foreign(self) -> Foreign:
        """A thread for clients of others."""
        foreign = Foreign(reactor)
        self.addCleanup(foreign.stop)
        return foreign


class CommandLineTests(ProcessCase):
    """What the command line promises."""

    @inlineCallbacks
    def test_readyLine(self) -> Steps:
        """One line names the real ports once everything listens; SIGTERM ends it in order."""
        process = self.run_(*PORTS)
        ready = yield process.ready
        self.assertIsNotNone(ready, process.said)
        self.assertRegex(ready[0], r"^ws://127\.0\.0\.1:[1-9][0-9]*$")
        self.assertRegex(ready[1], r"^opc\.tcp://127\.0\.0\.1:[1-9][0-9]*/ocppgw/$")
        self.assertRegex(ready[2], r"^http://127\.0\.0\.1:[1-9][0-9]*/$")
        self.assertEqual(sum("ocppgw ready" in line for line in process.lines), 1)
        self.assertTrue((self.folder / "ocppgw-state").is_dir())
        process.signal("TERM")
        status = yield process.ended
        self.assertIn(status, (0, -signal.SIGTERM))
        self.assertIn("Server Shut Down", process.said)
        self.assertNotIn("Traceback", process.said)

    @inlineCallbacks
    def test_severalListeners(self) -> Steps:
        """Each --ocpp opens one listener, and together they replace the file's."""
        process = self.run_(*PORTS, "--ocpp", "tcp:0:interface=127.0.0.1")
        ready = yield process.ready
        self.assertEqual(len(ready[0].split(",")), 2)

    @inlineCallbacks
    def test_checkConfig(self) -> Steps:
        """--check-config says so and ends with status 0, opening nothing."""
        process = self.run_("--check-config")
        status = yield process.ended
        self.assertEqual((process.lines, status), (["configuration ok"], 0))
        self.assertEqual(list(self.folder.iterdir()), [])

    @inlineCallbacks
    def test_wrongConfiguration(self) -> Steps:
        """A wrong key, type or value is exactly one line with file, key and what is accepted."""
        file = self.folder / "wrong.toml"
        for text, expected in (
            ("[ocpp]\nheartbeat = 3\n", ("heartbeat", "heartbeatInterval")),
            ("[ocpp]\nheartbeatInterval = 'x'\n", ("heartbeatInterval", "number")),
            ("[ocpp]\nonboarding = 'maybe'\n", ("onboarding", '"pending"')),
            ("[ocpp\n", ("line 1",)),
        ):
            file.write_text(text)
            process = self.run_("--config", str(file))
            status = yield process.ended
            self.assertEqual((status, len(process.lines)), (1, 1), process.said)
            for part in (str(file), *expected):
                self.assertIn(part, process.said)

    @inlineCallbacks
    def test_wrongCertificates(self) -> Steps:
        """A certificate that cannot be used is such a line too, whether checked or started."""
        file, odd = self.folder / "tls.toml", self.folder / "odd.pem"
        odd.write_text("nothing")
        for text, key in (
            (SECURE + "certificates = ['odd.pem']\n", "ocpp.listeners[1].certificates[1]"),
            ("[web]\nendpoint = 'tcp:0'\ncertificates = ['odd.pem']\n", "web.certificates[1]"),
            ("[[users]]\nname = 'x'\ncertificate = 'odd.pem'\n", "users[1].certificate"),
        ):
            file.write_text(text)
            for more in ([], ["--check-config"]):
                process = self.run_("--config", str(file), *more)
                status = yield process.ended
                self.assertEqual((status, len(process.lines)), (1, 1), process.said)
                for part in (str(file), key, str(odd), "accepted"):
                    self.assertIn(part, process.said)

    @inlineCallbacks
    def test_doubtfulCertificates(self) -> Steps:
        """What charge points may stumble over is a warning of the check, and no obstacle."""
        root = Authority()
        root.issue("gateway.example").write(self.folder / "own.pem")
        file = self.folder / "tls.toml"
        file.write_text(SECURE + "hostName = 'other.example'\ncertificates = ['own.pem']\n")
        process = self.run_("--config", str(file), "--check-config")
        status = yield process.ended
        self.assertEqual((status, process.lines[-1]), (0, "configuration ok"), process.said)
        self.assertIn("warning: ", process.said)
        self.assertIn("ocpp.listeners[1].certificates[1]", process.said)
        self.assertIn("does not have other.example in CN", process.said)

    @inlineCallbacks
    def test_missingFile(self) -> Steps:
        """A configuration file that is not there is one line, too."""
        process = self.run_("--config", "nowhere.toml")
        status = yield process.ended
        self.assertEqual((status, len(process.lines)), (1, 1), process.said)
        self.assertIn("nowhere.toml", process.said)

    @inlineCallbacks
    def test_takenPorts(self) -> Steps:
        """A taken port ends the start before the ready line, with its number and status 1."""
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            for arguments in (
                ["--ocpp", f"tcp:{port}:interface=127.0.0.1", *PORTS[2:]],
                [*PORTS[:2], *PORTS[4:], "--opcua", f"opc.tcp://127.0.0.1:{port}/ocppgw/"],
                [*PORTS[:4], "--web", f"tcp:{port}:interface=127.0.0.1"],
            ):
                process = self.run_(*arguments)
                status = yield process.ended
                self.assertEqual(status, 1, process.said)
                self.assertNotIn("ocppgw ready", process.said)
                self.assertNotIn("Traceback", process.said)
                [line] = [one for one in process.lines if "cannot start" in one]
                self.assertIn(str(port), line)

    @inlineCallbacks
    def test_failureWithLogFile(self) -> Steps:
        """A log in a file does not keep the reason of a failed start from the terminal."""
        (self.folder / "site.toml").write_text("[log]\nfile = 'gateway.log'\n")
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            ocpp = ["--ocpp", f"tcp:{port}:interface=127.0.0.1"]
            process = self.run_("--config", "site.toml", *ocpp, *PORTS[2:])
            status = yield process.ended
        self.assertEqual((status, len(process.lines)), (1, 1), process.said)
        self.assertIn("ocppgw cannot start: ", process.said)
        self.assertIn(str(port), process.said)
        self.assertIn(process.said.rstrip(), (self.folder / "gateway.log").read_text())

    @inlineCallbacks
    def test_untrustedStore(self) -> Steps:
        """A store that cannot be trusted ends the start with the file's name and what to do."""
        state = self.folder / "ocppgw-state"
        state.mkdir()
        (state / "ocppgw.sqlite3").write_bytes(b"this is no database, whatever it is" * 200)
        process = self.run_(*PORTS)
        status = yield process.ended
        self.assertEqual(status, 1, process.said)
        [line] = [one for one in process.lines if "cannot start" in one]
        self.assertIn("ocppgw.sqlite3 is not a database", line)
        self.assertNotIn("Traceback", process.said)


class CpuTests(ProcessCase):
    """Which CPUs the threads of a real process may use."""

    def setUp(self) -> None:
        super().setUp()
        if not Affinity().isKnown or len(Affinity().own()) < 2:
            raise SkipTest("there is no choice of CPUs")

    def cpus(self, pid: int) -> dict[int, frozenset[int]]:
        """Of each thread that there is, by its number."""
        found = {}
        for task in Path("/proc", str(pid), "task").iterdir():
            with contextlib.suppress(ProcessLookupError):  # It ended meanwhile.
                found[int(task.name)] = frozenset(os.sched_getaffinity(int(task.name)))
        return found

    def assertTogether(self, pid: int, line: str) -> None:
        """The reactor has the one CPU that the log names; others have that, or all."""
        found = self.cpus(pid)
        ours = found[pid]
        self.assertEqual(len(ours), 1)
        self.assertIn(f" now {min(ours)} of ", line)
        self.assertEqual(set(found.values()), {ours, Affinity().own()})
        self.assertGreaterEqual(list(found.values()).count(ours), 3)

    @inlineCallbacks
    def test_together(self) -> Steps:
        """Reactor, OPC UA and the store's writer share one CPU, which the log names."""
        process = self.run_(*PORTS)
        line = yield process.line("keep to one CPU, now ")
        yield process.ready
        assert process.transport is not None
        self.assertTogether(process.transport.pid, line)

    @inlineCallbacks
    def test_off(self) -> Steps:
        """They use all that there are where the configuration wants it."""
        (self.folder / "site.toml").write_text("[gateway]\noneCpu = false\n")
        process = self.run_("--config", "site.toml", *PORTS)
        yield process.ready
        assert process.transport is not None
        self.assertEqual(set(self.cpus(process.transport.pid).values()), {Affinity().own()})
        self.assertNotIn("one CPU", process.said)


class StopTests(ProcessCase):
    """SIGTERM, in good order and in bad."""

    @inlineCallbacks
    def test_twice(self) -> Steps:
        """A second SIGTERM is told to wait; the end is as orderly as after one."""
        process = self.run_(*PORTS)
        ready = yield process.ready
        scene = self.foreign().run(self.watched(process, ready))
        status = yield process.ended
        yield scene
        self.assertIn(status, (0, -signal.SIGTERM))
        self.assertIn("is stopping already", process.said)
        self.assertIn("Server Shut Down", process.said)
        self.assertNotIn("Traceback", process.said)

    async def watched(self, process: TwistdProcess, ready: tuple[str, ...]) -> None:
        """A client reads in ServerStatus that the end is near, and how near."""
        client = Client(ready[1], timeout=30)
        await client.connect()
        reactor.callFromThread(process.signal, "TERM")  # type: ignore[attr-defined]
        state = ua.ServerState.Running
        while state != ua.ServerState.Shutdown:
            found = await client.get_node(ua.ObjectIds.Server_ServerStatus).read_value()
            state = found.State
        self.assertIn(found.SecondsTillShutdown, range(8))
        self.assertIn("stopping", found.ShutdownReason.Text)
        reactor.callFromThread(process.signal, "TERM")  # type: ignore[attr-defined]
        with contextlib.suppress(Exception):
            await client.disconnect()

    @inlineCallbacks
    def test_hangingThread(self) -> Steps:
        """A process whose thread hangs is gone all the same, with a line that says so."""
        script = (
            "import sys, threading; from twisted.logger import globalLogBeginner as b, "
            "textFileLogObserver as o; from ocppgw.gateway.process import enforce; "
            "b.beginLoggingTo([o(sys.stdout)]); enforce(0.01); threading.Event().wait()"
        )
        process = TwistdProcess()
        words = [sys.executable, "-c", script]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        reactor.spawnProcess(process, words[0], words, env=environment)
        status = yield process.ended
        self.assertEqual(status, 1, process.said)
        self.assertIn("did not stop within 0.01 s", process.said)


class SurvivalTests(ProcessCase):
    """What is still there after the process was killed."""

    @inlineCallbacks
    def test_killed(self) -> Steps:
        """After kill -9 charge points are known; a repeated start gets its id, a new one not."""
        foreign = self.foreign()
        stamp = "2026-01-02T03:04:05Z"
        first = yield from self.until("KILL", foreign, stamp)
        again, other = yield from self.until("TERM", foreign, stamp)
        self.assertEqual(again, first)
        self.assertGreater(other, first)

    def until(self, end: str, foreign: Foreign, stamp: str) -> Generator[Any, Any, Any]:
        process = self.run_(*PORTS)
        ready = yield process.ready
        scenario = self.starts if end == "KILL" else self.repeats
        result = yield foreign.run(scenario(ready, stamp))
        process.signal(end)
        yield process.ended
        return result

    async def starts(self, ready: tuple[str, ...], stamp: str) -> int:
        chargePoint = await callIn(ready[0], "CP1")
        await chargePoint.boot()
        number = await self.start(chargePoint, stamp)
        await chargePoint.close()
        return number

    async def repeats(self, ready: tuple[str, ...], stamp: str) -> tuple[int, int]:
        async with ScadaContext(ready[1]) as scada:
            self.assertEqual(await scada.read("CP1/Vendor"), "Foreign")
            self.assertEqual(await scada.read("CP1/Connectors/1/Transaction/Active"), True)
            quality = await scada.quality("CP1/Connectors/1/Transaction/Active")
            self.assertEqual(quality, "UncertainNoCommunicationLastUsableValue")
        chargePoint = await callIn(ready[0], "CP1")
        numbers = (
            await self.start(chargePoint, stamp),
            await self.start(chargePoint, "2026-01-02T04:04:05Z"),
        )
        await chargePoint.close()
        return numbers

    @staticmethod
    async def start(chargePoint: ForeignChargePoint, stamp: str) -> int:
        return await chargePoint.begin(1, timestamp=stamp)


class LogTests(ProcessCase):
    """The log of the process."""

    @inlineCallbacks
    def test_text(self) -> Steps:
        """Without a word, lines are text on standard output, with times in UTC."""
        process = self.run_(*PORTS)
        yield process.ready
        [line] = [one for one in process.lines if "ocppgw ready" in one]
        self.assertRegex(line, r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info ocppgw\.gateway\.")

    @inlineCallbacks
    def test_json(self) -> Steps:
        """With format json each line is an object, those of twistd itself too."""
        file = self.folder / "site.toml"
        file.write_text("[log]\nformat = 'json'\n")
        process = self.run_(*PORTS, "--config", str(file))
        yield process.ready
        process.signal("TERM")
        yield process.ended
        said = [json.loads(line) for line in process.lines]
        self.assertTrue(any("ocppgw ready" in one["message"] for one in said))
        self.assertIn("Server Shut Down.", said[-1]["message"])

    @inlineCallbacks
    def test_unusable(self) -> Steps:
        """A log file that cannot be written is one line, before anything is opened."""
        file = self.folder / "site.toml"
        file.write_text("[log]\nfile = 'site.toml/log'\n")
        process = self.run_(*PORTS, "--config", str(file))
        status = yield process.ended
        self.assertEqual((status, len(process.lines)), (1, 1), process.said)
        self.assertIn("the log cannot be written", process.said)
