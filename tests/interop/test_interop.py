"""
A full session and every command with charge points of others, each on its own stack.

Skipped where Node.js is missing, or its packages are: ``make interop`` installs them.
"""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from tests.endToEnd.gateway import GatewayCase, Scada, number, text

HERE = Path(__file__).parent
NODE = shutil.which("node")
MISSING = (
    "Node.js is missing"
    if NODE is None
    else "the packages are missing: run make interop"
    if not (HERE / "node_modules").is_dir()
    else ""
)

ANSWERED = [
    "BootNotification", "StatusNotification", "StatusNotification", "StatusNotification",
    "Heartbeat", "Authorize", "StartTransaction", "MeterValues", "StopTransaction",
    "DataTransfer", "FirmwareStatusNotification", "DiagnosticsStatusNotification",
]  # fmt: skip


class Script:
    """One Node.js process, and the lines that it wrote."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process
        self.lines: list[dict[str, Any]] = []

    async def until(self, key: str, value: str | None = None) -> dict[str, Any]:
        """Read lines until one has this key, and this value."""
        assert self._process.stdout is not None
        while raw := await self._process.stdout.readline():
            line = json.loads(raw)
            self.lines.append(line)
            if "failed" in line:
                raise AssertionError(line)
            if key in line and value in (None, line[key]):
                return dict(line)
        raise AssertionError(f"ended before {key}: {self.lines}")

    async def end(self) -> None:
        """End it by the end of its input, or by force."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        try:
            await asyncio.wait_for(self._process.wait(), 5)
        except TimeoutError:
            self._process.kill()
            await self._process.wait()


class InteropCase(GatewayCase):
    """What every stack has to get through."""

    if MISSING:
        skip = MISSING

    async def script(self, stack: str) -> Script:
        """Start a charge point on a stack."""
        assert NODE is not None
        url = self.ready.ocpp[0].rstrip("/")
        process = await asyncio.create_subprocess_exec(
            NODE,
            str(HERE / "chargepoint.js"),
            stack,
            url,
            "CP1",
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        return Script(process)

    def through(self, stack: str) -> Deferred[None]:
        """The session, then every command."""

        async def scenario() -> None:
            script = await self.script(stack)
            try:
                await script.until("ready")
                answered = [line["answered"] for line in script.lines if "answered" in line]
                self.assertEqual(answered, ANSWERED)
                async with self.scada() as scada:
                    await self.session(scada)
                    await self.commands(scada, script)
            finally:
                await script.end()

        return self.play(scenario)

    async def session(self, scada: Scada) -> None:
        """What the session left behind in OPC UA."""
        for path, value in (
            ("CP1/Vendor", "Foreign"),
            ("CP1/Connectors/2/Status", "Available"),
            ("CP1/Connectors/1/LastTransaction/MeterStop", 2000.0),
            ("CP1/Connectors/1/Live/Energy", 1500.0),
            ("CP1/Deviations", 0),
        ):
            self.assertEqual(await scada.read(path), value, path)

    async def commands(self, scada: Scada, script: Script) -> None:
        """Every command, and what the charge point understood of it."""
        for path, arguments, action, word in (
            ("CP1/ClearCache", (), "ClearCache", "Accepted"),
            ("CP1/ChangeAvailability", (number(1), text("Operative")), "ChangeAvailability", ""),
            ("CP1/UnlockConnector", (number(1),), "UnlockConnector", "Unlocked"),
            ("CP1/TriggerMessage", (text("Heartbeat"), number(-1)), "TriggerMessage", "Accepted"),
            ("CP1/RemoteStartTransaction", (number(1), text("T")), "RemoteStartTransaction", ""),
            ("CP1/RemoteStopTransaction", (number(1),), "RemoteStopTransaction", "Accepted"),
            ("CP1/DataTransfer", (text("v"), text("m"), text("d")), "DataTransfer", "Accepted"),
            (
                "CP1/ChangeConfiguration",
                (text("HeartbeatInterval"), text("60")),
                "ChangeConfiguration",
                "Accepted",
            ),
            ("CP1/SoftReset", (), "Reset", "Accepted"),
        ):
            code, outputs = await scada.outcome(path, *arguments)
            self.assertEqual((code, outputs[0]), ("Good", word or "Accepted"), path)
            await script.until("asked", action)
        self.assertEqual(await scada.outcome("CP1/RefreshConfiguration"), ("Good", ["Accepted"]))
        self.assertEqual(await scada.read("CP1/ConfigurationPoints/HeartbeatInterval"), 60)


class InteropTests(InteropCase):
    """One test per stack."""

    def test_ocppRpc(self) -> Deferred[None]:
        """``ocpp-rpc`` in strict mode: it validates everything that the gateway sends."""
        return self.through("ocpp-rpc")

    def test_ocppTs(self) -> Deferred[None]:
        """``ocpp-ts``."""
        return self.through("ocpp-ts")

    def test_ocppEliftech(self) -> Deferred[None]:
        """``ocpp-eliftech``."""
        return self.through("ocpp-eliftech")

    def test_tsOcpp(self) -> Deferred[None]:
        """``@voltbras/ts-ocpp``."""
        return self.through("@voltbras/ts-ocpp")
