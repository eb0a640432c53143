"""
Everything that a client can do, done by node-opcua to a gateway with a charge point.

Skipped where Node.js is missing, or its packages are: ``make interop`` installs them.
"""

from __future__ import annotations

import asyncio
import json
import os
import shutil
from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred

from tests.endToEnd.gateway import GatewayCase

HERE = Path(__file__).parent / "opcua"
NODE = shutil.which("node")
MISSING = (
    "Node.js is missing"
    if NODE is None
    else "the packages are missing: run make interop"
    if not (HERE / "node_modules").is_dir()
    else ""
)


class NodeOpcUaTests(GatewayCase):
    if MISSING:
        skip = MISSING

    async def steps(self) -> dict[str, dict[str, Any]]:
        """Run the script; what it told of each step."""
        assert NODE is not None
        # Its certificate goes to a folder of ours instead of the user's.
        environment = {**os.environ, "XDG_CONFIG_HOME": str(self.folder.absolute() / "node")}
        process = await asyncio.create_subprocess_exec(
            NODE,
            str(HERE / "client.js"),
            self.ready.opcua,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
        )
        try:
            output, _ = await process.communicate()
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        lines = [json.loads(line) for line in output.splitlines() if line.startswith(b"{")]
        return {line["step"]: line for line in lines}

    def test_everything(self) -> Deferred[None]:
        """
        Every node is browsed, every attribute read, every Variable monitored, every writable
        one written, every method called; the session moves to another connection, and another
        session takes a subscription over.
        """

        async def scenario() -> None:
            await self.connect()
            steps = await self.steps()
            self.assertIn("end", steps, steps)
            self.assertGreater(steps["browse"]["ours"], 500)
            self.assertEqual(set(steps["read"]["statuses"]), {"Good", "BadAttributeIdInvalid"})
            self.assertEqual(steps["monitor"]["refused"], [])
            self.assertGreater(steps["monitor"]["monitored"], 1000)
            self.assertGreater(steps["write"]["statuses"]["Good"], 5)
            allowed = {"Good", "GoodCompletesAsynchronously"}
            self.assertLessEqual(set(steps["write"]["statuses"]), allowed)
            self.assertGreater(steps["call"]["statuses"]["Good"], 10)
            self.assertLessEqual(
                set(steps["call"]["statuses"]),
                {"Good", "BadInvalidArgument", "BadInvalidState"},
            )
            self.assertEqual(steps["reconnect"]["read"], "Good")
            self.assertEqual(steps["transfer"]["status"], "Good")

        return self.play(scenario)
