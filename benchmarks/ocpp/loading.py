"""
Loading one server with links for some seconds, and what that cost it.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.core.experiment import Pace
from benchmarks.core.processes import Server, cpu, serving
from benchmarks.ocpp.links import Load

ROOT = Path(__file__).parents[2]
READY = r"ocppgw ready ocpp=ws://127\.0\.0\.1:(\d+)"


def gateway(mode: str, links: int, pace: Pace) -> dict[str, float]:
    """One round with our gateway; the mode is `benchmarks.ocpp.gateway`'s."""
    with tempfile.TemporaryDirectory(dir=pace.folder) as folder:
        command = [sys.executable, "-m", "benchmarks.ocpp.gateway", mode, folder]
        with serving(command, READY, Path(folder), at=ROOT) as server:
            return asyncio.run(_loaded(server, int(server.ready[1]), links, pace))


async def _loaded(server: Server, port: int, links: int, pace: Pace) -> dict[str, float]:
    load = Load()
    opened = await load.connect(port, links)
    await asyncio.sleep(pace.warm)
    answered, used, began = load.answered, cpu(server.pid), time.perf_counter()
    await asyncio.sleep(pace.seconds)
    answered, used = load.answered - answered, cpu(server.pid) - used
    passed = time.perf_counter() - began
    for link in opened:
        link.transport.abort()
    assert not load.refused, load.refused[:1]
    return {"rate": answered / passed, "cpu": used / answered * 1e6}
