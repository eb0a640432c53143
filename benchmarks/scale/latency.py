"""
From a StatusNotification on the wire to the notification at an OPC UA client, under load.
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.core.experiment import Contender, Experiment, Figure, Pace
from benchmarks.core.processes import Server, serving
from benchmarks.ocpp.loading import GATEWAY, ROOT, opcuaAddress
from benchmarks.opcua import wire
from benchmarks.scale.links import QuietLink, connected, status

RATES = (0, 1000, 5000)
CHARGE_POINTS = 500
INTERVAL = 50.0
"""Milliseconds of publishing: the shortest that the server grants."""
_WORDS = ("Preparing", "Available")

_ANSWERED = re.compile(r"answered (\d+)")

FIGURES = (
    Figure("p50", "ms", "half of them within", isPlotted=True),
    Figure("p99", "ms", "99 % of them within", isPlotted=True),
    Figure("rate", "messages per second", "answered meanwhile"),
)


def latency(pace: Pace) -> Experiment:
    """One contender for each rate."""
    chosen = RATES[1:2] if pace.isQuick else RATES
    others = 50 if pace.isQuick else CHARGE_POINTS
    return Experiment(
        "scale-latency",
        "From the charge point to SCADA",
        "Time from sending a StatusNotification to its notification at an OPC UA client that "
        f"publishes every {INTERVAL:.0f} ms, which alone makes {INTERVAL / 2:.0f} ms on average; "
        f"meanwhile {others} other charge points send MeterValues of ten values, each its "
        "next one once the last is answered. The whole gateway, store on.",
        FIGURES,
        [
            Contender(f"ocppgw, {rate} messages/s", partial(_measure, rate, others, pace))
            for rate in chosen
        ],
        rounds=1,
    )


def _measure(rate: int, others: int, pace: Pace) -> dict[str, float]:
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(dir=pace.folder))
        command = [sys.executable, "-m", "benchmarks.ocpp.gateway", "on", folder]
        server = stack.enter_context(serving(command, GATEWAY, Path(folder), at=ROOT))
        log = stack.enter_context(sending(server, others, rate)) if rate else None
        taken = sorted(asyncio.run(alone(server, pace)))
        return {**within(taken), "rate": answered(log)}


@contextmanager
def sending(server: Server, number: int, rate: int) -> Iterator[Path]:
    """So many charge points that send so much a second; gives the log of who sends for them."""
    command = [sys.executable, "-m", "benchmarks.scale.sending", server.ready["port"]]
    command += [str(number), str(rate)]
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(command, "sending", Path(folder), at=ROOT) as sender,
    ):
        yield sender.log


def within(taken: list[float]) -> dict[str, float]:
    """Milliseconds, of sorted seconds."""
    return {
        "p50": taken[len(taken) // 2] * 1e3,
        "p99": taken[len(taken) * 99 // 100] * 1e3,
    }


def answered(log: Path | None) -> float:
    """What was answered a second, without the first second."""
    numbers = [int(each) for each in _ANSWERED.findall(log.read_text())][2:] if log else []
    return (numbers[-1] - numbers[0]) / (len(numbers) - 1) * 2 if len(numbers) > 1 else 0.0


async def alone(server: Server, pace: Pace) -> list[float]:
    """Seconds that statuses of CP0000 take, as many as the pace has time for."""
    (link,) = await connected(int(server.ready["port"]), 1)
    await asyncio.sleep(pace.warm)
    taken = await sampled(server, link, 10 if pace.isQuick else int(pace.seconds * 50))
    link.transport.abort()
    return taken


async def sampled(server: Server, link: QuietLink, number: int) -> list[float]:
    """Seconds that each of so many statuses of CP0000 takes to a client of its own."""
    subscriber = wire.Subscriber(*opcuaAddress(server), INTERVAL)
    subscriber.monitor([wire.nodeId("CP0000/Connectors/1/Status")], 10)
    subscriber.begin()
    told = asyncio.Event()

    def arrived() -> None:
        subscriber.arrived()
        told.set()

    loop = asyncio.get_running_loop()
    loop.add_reader(subscriber.client.socket, arrived)
    await asyncio.sleep(4 * INTERVAL / 1000)
    taken = []
    for index in range(number):
        await asyncio.sleep(random.uniform(0, 0.1))
        seen, began = subscriber.notified, time.perf_counter()
        at = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        link.say("StatusNotification", status(1, _WORDS[index % 2], at))
        while subscriber.notified == seen:
            told.clear()
            await asyncio.wait_for(told.wait(), 30)
        taken.append(time.perf_counter() - began)
    loop.remove_reader(subscriber.client.socket)
    subscriber.client.close()
    return taken
