"""
What the promise costs: messages per second with the store on, against the store off.

``make bench-store`` measures both by turns on one machine and writes ``results/store.json``.
``benchmarks/README.rst`` tells how to read it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import platform
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import attrs

from benchmarks.links import Load

RESULTS = Path(__file__).parent / "results" / "store.json"
READY = re.compile(r"ocppgw ready ocpp=ws://127\.0\.0\.1:(\d+)")
TICK = os.sysconf("SC_CLK_TCK")


@attrs.frozen
class Measured:
    """One run: messages per second, and processor time per message in microseconds."""

    messagesPerSecond: float
    cpuPerMessage: float


def cpu(pid: int) -> float:
    """Seconds of processor time that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICK


async def loaded(pid: int, port: int, links: int, warm: float, seconds: float) -> Measured:
    """Load a gateway, and look at it for some seconds."""
    load = Load()
    opened = await load.connect(port, links)
    await asyncio.sleep(warm)
    answered, used, began = load.answered, cpu(pid), time.perf_counter()
    await asyncio.sleep(seconds)
    answered, used = load.answered - answered, cpu(pid) - used
    passed = time.perf_counter() - began
    for link in opened:
        link.transport.abort()
    assert not load.refused, load.refused[:1]
    return Measured(round(answered / passed, 1), round(used / answered * 1e6, 1))


def measure(mode: str, arguments: argparse.Namespace) -> Measured:
    """Start a gateway, load it, end it."""
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        log = Path(folder) / "log"
        with log.open("wb") as file:
            process = subprocess.Popen(
                [sys.executable, "-m", "benchmarks.gateway", mode, folder],
                stdout=file,
                stderr=subprocess.STDOUT,
                cwd=Path(__file__).parents[1],
            )
        try:
            port = ready(log, process)
            run = loaded(process.pid, port, arguments.links, arguments.warm, arguments.seconds)
            return asyncio.run(run)
        finally:
            process.send_signal(signal.SIGKILL)
            process.wait()


def ready(log: Path, process: subprocess.Popen[bytes]) -> int:
    """The port, once the gateway listens."""
    for _ in range(600):
        found = READY.search(log.read_text())
        if found:
            return int(found[1])
        if process.poll() is not None:
            break
        time.sleep(0.1)
    raise SystemExit(f"the gateway did not start:\n{log.read_text()}")


def summary(runs: dict[str, list[Measured]], arguments: argparse.Namespace) -> dict[str, Any]:
    """The figures of all runs: medians, and the ratio that counts."""
    median = {
        mode: Measured(
            statistics.median(run.messagesPerSecond for run in measured),
            statistics.median(run.cpuPerMessage for run in measured),
        )
        for mode, measured in runs.items()
    }
    on, off = median["on"], median["off"]
    return {
        "throughputRatio": round(on.messagesPerSecond / off.messagesPerSecond, 3),
        "cpuRatio": round(on.cpuPerMessage / off.cpuPerMessage, 3),
        "on": attrs.asdict(on),
        "off": attrs.asdict(off),
        "links": arguments.links,
        "seconds": arguments.seconds,
        "runs": {mode: [attrs.asdict(run) for run in measured] for mode, measured in runs.items()},
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "loadBefore": arguments.loadBefore,
    }


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--links", type=int, default=500)
    parser.add_argument("--seconds", type=float, default=15.0)
    parser.add_argument("--warm", type=float, default=3.0, help="seconds before each measurement")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", help="where the databases are made: choose a real disk")
    arguments = parser.parse_args()
    arguments.loadBefore = round(os.getloadavg()[0], 2)
    runs: dict[str, list[Measured]] = {"off": [], "on": []}
    for _ in range(arguments.rounds):
        for mode, measured in runs.items():
            measured.append(measure(mode, arguments))
            print(f"store {mode}: {measured[-1]}", flush=True)
    result = summary(runs, arguments)
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(result, indent=2) + "\n")
    print(f"throughput on/off {result['throughputRatio']}, cpu on/off {result['cpuRatio']}")


if __name__ == "__main__":
    main()
