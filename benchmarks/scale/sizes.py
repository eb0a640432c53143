"""
Start, connecting and memory with 100, 300, 1,000 and 3,000 charge points: the whole gateway.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.core.experiment import Contender, Experiment, Figure, Goal, Pace
from benchmarks.core.processes import Server, cpu, memory, serving
from benchmarks.ocpp.loading import GATEWAY, ROOT, opcuaAddress
from benchmarks.opcua import wire
from benchmarks.opcua.site import names
from benchmarks.scale.everything import NODES, monitoredPaths
from benchmarks.scale.holding import HOLDS, LONGEST, TURNS, held, holds
from benchmarks.scale.latency import sampled, within
from benchmarks.scale.links import QuietLink, connected

SIZES = (100, 300, 1000, 3000)
FULL = 1000
"""What most goals are about."""
ITEMS = 150_000
"""Of one subscription: the server bounds them."""
LEAVING = 0.002
"""Seconds for each charge point until a client is forgotten that monitored everything."""
_IMPORTED = r"imported"
_ARRIVING = (
    "when all connect at once: 25 who are told in one turn that their commit is on disk, 16 who are"
    " let in together, the sums over all charge points; and the collector, whose share stands"
    " beside it"
)
_START = (
    "by processor time a third of it goes to the standard nodes of namespace 0, a third to records"
    " of the store, the rest to databases, keys and threads"
)
_LINEAR = "no step that was profiled grows faster than their number; what does was not found"
_KNOWN = "a record has an object for each reading, status and transaction"

FIGURES = (
    Figure("start", "s", "start with all known, to the first answered Read", isPlotted=True),
    Figure("startCpu", "s", "the same in processor time"),
    Figure("connecting", "s", "connecting all at once"),
    Figure("connectingCpu", "ms", "processor time for each that connects"),
    Figure("known", "KB", "memory for each known, disconnected", isPlotted=True),
    Figure("connected", "KB", "memory for each connected"),
    Figure("monitored", "KB", f"memory for each connected, {NODES} nodes monitored"),
    Figure("p50", "ms", "a status takes to an OPC UA client, half of them within"),
    Figure("p99", "ms", "99 % of them within"),
    *HOLDS,
)


def sizes(pace: Pace) -> Experiment:
    """One contender for each size."""
    chosen = (50,) if pace.isQuick else SIZES
    full = _name(FULL)
    return Experiment(
        "scale-sizes",
        "Growth with the number of charge points",
        f"Charge points with two connectors and {NODES} nodes each connect at once to the real "
        "gateway, store and all, and say once what they are; then the process is killed and "
        "started again. Memory is what the process has more than one without charge points.",
        FIGURES,
        [Contender(_name(number), partial(_measure, number, pace)) for number in chosen],
        [
            Goal("start", full, 1.5, heldBackBy=_START),
            Goal("start", _name(3000), 3.6, _name(1000), heldBackBy=_LINEAR),
            Goal("known", full, 40, heldBackBy=_KNOWN),
            Goal("monitored", full, 250, heldBackBy="an item of its own for each client and node"),
            Goal("opcua", full, LONGEST, heldBackBy=TURNS),
            Goal("reactor", full, LONGEST, heldBackBy=_ARRIVING),
            Goal("opcua", _name(3000), LONGEST, heldBackBy=TURNS),
            Goal("reactor", _name(3000), LONGEST, heldBackBy=_ARRIVING),
        ],
        rounds=1,
    )


def _name(number: int) -> str:
    return f"ocppgw, {number} charge points"


def _measure(number: int, pace: Pace) -> dict[str, float]:
    with tempfile.TemporaryDirectory(dir=pace.folder) as folder:
        command = [sys.executable, "-m", "benchmarks.scale.gateway", folder]
        with serving(command, GATEWAY, Path(folder), at=ROOT) as server:
            empty, found = asyncio.run(_grown(server, number, pace))
        with serving(command, GATEWAY, Path(folder), at=ROOT) as server:
            return {**found, **_started(server, number, empty)}


async def _grown(server: Server, number: int, pace: Pace) -> tuple[int, dict[str, float]]:
    """Connect them, then monitor everything; also gives the memory of before."""
    await asyncio.to_thread(_read, server, None)
    empty = memory(server.pid)
    began, used = time.perf_counter(), cpu(server.pid)
    await asyncio.to_thread(held, server)
    links = await connected(int(server.ready["port"]), number)
    found = {
        "connecting": time.perf_counter() - began,
        "connectingCpu": (cpu(server.pid) - used) / number * 1e3,
    }
    await asyncio.sleep(pace.warm + 0.5)
    found["connected"] = (memory(server.pid) - empty) / number / 1024
    subscriber = await asyncio.to_thread(_monitor, server, number)
    found["monitored"] = (memory(server.pid) - empty) / number / 1024
    statuses = 10 if pace.isQuick else 40
    found |= within(sorted(await sampled(server, links[0], statuses)))
    subscriber.client.close()
    await asyncio.sleep(LEAVING * number)
    found |= await asyncio.to_thread(holds, server)
    _end(links)
    return empty, found


def _end(links: list[QuietLink]) -> None:
    for each in links:
        each.transport.abort()


def _monitor(server: Server, number: int) -> wire.Subscriber:
    """A client that was told everything once."""
    subscriber = wire.Subscriber(*opcuaAddress(server), 1000.0)
    nodeIds = [wire.nodeId(each) for each in monitoredPaths(names(number))]
    for first in range(0, len(nodeIds), ITEMS):
        if first:
            subscriber.subscribe()
        subscriber.monitor(nodeIds[first : first + ITEMS], 1)
    subscriber.begin()
    wire.collect([subscriber], 60.0, lambda: subscriber.notified >= len(nodeIds))
    return subscriber


def _started(server: Server, number: int, empty: int) -> dict[str, float]:
    """How long it took, and what the known ones need."""
    _read(server, f"{names(number)[-1]}/Connectors/1/Status")
    imported = float(server.log.read_text().split("imported ")[1].split()[0])
    return {
        "start": time.time() - imported,
        "startCpu": cpu(server.pid)
        - float(server.log.read_text().split("imported ")[1].split()[1]),
        "known": (memory(server.pid) - empty) / number / 1024,
    }


def _read(server: Server, path: str | None) -> Any:
    client = wire.Client(*opcuaAddress(server))
    nodeId = wire.nodeId(path) if path else wire.nodeId(2258, 0)
    answer = client.call(wire.READ, wire.readValues([nodeId]))
    assert answer[4] & 1, answer
    client.close()
