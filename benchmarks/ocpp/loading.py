"""
Loading one server with links for some seconds, and what that cost it.
"""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import attrs

from benchmarks.core.experiment import Pace
from benchmarks.core.processes import PATIENCE, Server, cpu, serving
from benchmarks.ocpp.links import Load, Work

ROOT = Path(__file__).parents[2]
GATEWAY = r"ocppgw ready ocpp=ws://127\.0\.0\.1:(?P<port>\d+)\S* opcua=(?P<opcua>\S+)"
PEER = r"ready (?P<port>\d+)"
SUBSCRIBER_LIFE = 600.0
"""Seconds after which a subscriber ends in any case."""

STILL = 1.0
"""Seconds without a question after which a server has no more of them."""

STILL_QUICK = 0.3
"""The same where the figures mean little."""

ROUNDS = 22
"""Messages of one link on average until each has sent every kind of message."""

SUBSCRIBED = r"subscribed (?P<items>\d+)"

TOLD = re.compile(r"^told (\d+)$", re.MULTILINE)


@attrs.frozen
class Task:
    """What a server has to do in one round."""

    work: Work
    links: int
    pace: Pace


def gateway(mode: str, isSubscribed: bool, task: Task) -> dict[str, float]:
    """One round with our gateway; the mode is `benchmarks.ocpp.gateway`'s."""
    with tempfile.TemporaryDirectory(dir=task.pace.folder) as folder, ExitStack() as stack:
        command = [sys.executable, "-m", "benchmarks.ocpp.gateway", mode, folder]
        server = stack.enter_context(serving(command, GATEWAY, Path(folder), at=ROOT))
        subscriber = stack if isSubscribed else None
        return asyncio.run(loaded(server, task, subscriber, isStarting=True))


def peer(command: Sequence[str], at: Path, task: Task) -> dict[str, float]:
    """One round with a server that prints ``ready PORT``."""
    with (
        tempfile.TemporaryDirectory() as folder,
        serving(command, PEER, Path(folder), at=at) as server,
    ):
        return asyncio.run(loaded(server, task, None))


async def loaded(
    server: Server, task: Task, stack: ExitStack | None, isStarting: bool = False
) -> dict[str, float]:
    """
    Load it; with a stack, there is a subscriber too, which ends with the stack.

    :param isStarting: whether it asks each charge point something after a boot.
    """
    load, subscriber = Load(task.work), None
    opened = await load.connect(int(server.ready["port"]), task.links)
    if isStarting:
        await _startedUp(load, STILL_QUICK if task.pace.isQuick else STILL)
    if stack is not None:
        await _known(load, task.links)
        load.hold()  # Else making the items would take a saturated server minutes.
        subscriber = await asyncio.to_thread(_subscribe, server, task.links, stack)
        load.release()
    await asyncio.sleep(task.pace.warm)
    told = _told(subscriber)
    answered, used, began = load.answered, cpu(server.pid), time.perf_counter()
    await asyncio.sleep(task.pace.seconds)
    answered, used = load.answered - answered, cpu(server.pid) - used
    passed = time.perf_counter() - began
    told = _told(subscriber) - told
    for link in opened:
        link.transport.abort()
    assert not load.refused, load.refused[:1]
    found = {"rate": answered / passed, "cpu": used / answered * 1e6}
    return found if subscriber is None else {**found, "told": told / passed}


def _told(subscriber: Server | None) -> int:
    """Notifications that came to it so far."""
    counts = [] if subscriber is None else TOLD.findall(subscriber.log.read_text())
    return int(counts[-1]) if counts else 0


def opcuaAddress(server: Server) -> tuple[int, str]:
    """Port and path of our gateway's OPC UA server."""
    address = urlsplit(server.ready["opcua"])
    assert address.port is not None, address
    return address.port, address.path


async def _startedUp(load: Load, still: float) -> None:
    """Wait until the server asks nothing more: that is no price of the messages."""
    async with asyncio.timeout(PATIENCE):
        before = -1
        while load.asked != before:
            before = load.asked
            await asyncio.sleep(still)


async def _known(load: Load, links: int) -> None:
    """Wait until every charge point has told of all its values, so that they have nodes."""
    async with asyncio.timeout(PATIENCE):
        while load.answered < ROUNDS * links:
            await asyncio.sleep(0.1)


def _subscribe(server: Server, links: int, stack: ExitStack) -> Server:
    """Start a client that sees every value; it ends by itself, should nobody end it."""
    folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
    port, path = opcuaAddress(server)
    command = [
        *(sys.executable, "-m", "benchmarks.ocpp.subscriber"),
        *(str(port), path, str(links), str(SUBSCRIBER_LIFE)),
    ]
    return stack.enter_context(serving(command, SUBSCRIBED, folder, at=ROOT))
