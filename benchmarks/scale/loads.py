"""
How long either thread of the whole gateway is held under each load that the other parts measure.

Who connects, subscribes and leaves is in it: what a load begins and ends with holds a thread, too.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import cycle
from pathlib import Path

import attrs

from benchmarks.core.experiment import Contender, Experiment, Figure, Goal, Pace
from benchmarks.core.processes import Server, serving
from benchmarks.ocpp.links import Work
from benchmarks.ocpp.loading import GATEWAY, ROOT, Task, loaded, opcuaAddress
from benchmarks.ocpp.work import mix, sessions
from benchmarks.opcua import wire
from benchmarks.opcua.site import names
from benchmarks.scale.everything import monitoredPaths
from benchmarks.scale.holding import HOLDS, LONGEST, TURNS, held, holds
from benchmarks.scale.latency import alone, answered, sending
from benchmarks.scale.links import connected

RATE = 5000
SIZE = 1000
"""Items of one CreateMonitoredItems."""
LEAVING = 1.0
"""Seconds in which those who left are seen off: longer than `disconnectGrace`."""

MESSAGES = "ocppgw, OCPP messages, all subscribed"
SESSIONS = "ocppgw, sessions"
PACED = f"ocppgw, {RATE:,} messages/s"
READ1, READ100, BROWSE = "ocppgw, Read of 1", "ocppgw, Read of 100", "ocppgw, Browse"
CREATE = f"ocppgw, CreateMonitoredItems of {SIZE:,}"

FIGURES = (Figure("rate", "a second", "messages or requests answered"), *HOLDS)


@attrs.frozen
class Asked:
    """What a client asks for, again and again: each request in turn."""

    kind: int
    bodies: Callable[[list[str]], list[bytes]]


def _reads(size: int, chargePoints: list[str]) -> list[bytes]:
    ids = [wire.nodeId(each) for each in monitoredPaths(chargePoints)]
    return [wire.readValues(ids[at : at + size]) for at in range(0, len(ids), size)]


def _browses(chargePoints: list[str]) -> list[bytes]:
    return [wire.browse(wire.nodeId(name)) for name in chargePoints]


def loads(pace: Pace) -> Experiment:
    """One contender for each load."""
    number = 50 if pace.isQuick else 500
    measures: dict[str, Callable[[], dict[str, float]]] = {
        MESSAGES: partial(_saturated, mix, True, number, pace),
        SESSIONS: partial(_saturated, sessions, False, number, pace),
        PACED: partial(_paced, number, pace),
        READ1: partial(_answering, Asked(wire.READ, partial(_reads, 1)), number, pace),
        READ100: partial(_answering, Asked(wire.READ, partial(_reads, 100)), number, pace),
        BROWSE: partial(_answering, Asked(wire.BROWSE, _browses), number, pace),
        CREATE: partial(_creating, number, pace),
    }
    chosen = (CREATE,) if pace.isQuick else tuple(measures)
    return Experiment(
        "scale-holds",
        "Longest holds under each load",
        f"The whole gateway, store on, with {number} charge points. They send without pause what "
        "the OCPP part has, while a client monitors every value; or its sessions; or MeterValues "
        f"of ten values at {RATE:,} a second, see the way to SCADA; or they are silent, while a "
        "client without a pause reads or browses all of them in turn, or monitors all their "
        "variables, is told once of each, leaves and comes again. A hold is the processor time "
        "that one callback took of its thread; connecting and leaving are in it, but for the "
        "client of the OCPP messages, which is killed.",
        FIGURES,
        [Contender(name, measures[name]) for name in chosen],
        [
            Goal(thread, name, LONGEST, heldBackBy=TURNS)
            for name in measures
            for thread in ("opcua", "reactor")
            if (thread, name) != ("opcua", SESSIONS)  # which has nothing to do then
        ],
        {"chargePoints": number, "seconds": pace.seconds},
        rounds=1,
    )


@contextmanager
def _serving(pace: Pace) -> Iterator[Server]:
    """The gateway, once it has started: what held it until then is forgotten."""
    with tempfile.TemporaryDirectory(dir=pace.folder) as folder:
        command = [sys.executable, "-m", "benchmarks.scale.gateway", folder]
        with serving(command, GATEWAY, Path(folder), at=ROOT) as server:
            held(server)
            yield server


def _left(server: Server) -> dict[str, float]:
    """The holds, once everybody who left was seen off."""
    time.sleep(LEAVING)
    return holds(server)


def _saturated(work: Work, isSubscribed: bool, number: int, pace: Pace) -> dict[str, float]:
    """Charge points without pause."""
    with _serving(pace) as server:
        with ExitStack() as stack:
            subscriber = stack if isSubscribed else None
            task = Task(work, number, pace)
            found = asyncio.run(loaded(server, task, subscriber, isStarting=True))
        return {"rate": found["rate"], **_left(server)}


def _paced(number: int, pace: Pace) -> dict[str, float]:
    """Charge points at a rate, and one client who is told of another one's statuses."""
    with _serving(pace) as server:
        with sending(server, number, RATE) as log:
            asyncio.run(alone(server, pace))
            rate = answered(log)
        return {"rate": rate, **_left(server)}


def _answering(asked: Asked, number: int, pace: Pace) -> dict[str, float]:
    """A client that asks the same of all charge points, again and again."""

    def ask(server: Server) -> float:
        client = wire.Client(*opcuaAddress(server))
        requests = cycle([client.encoded(asked.kind, body) for body in asked.bodies(names(number))])
        times, began = 0, time.monotonic()
        while time.monotonic() < began + pace.seconds:
            client.sendEncoded(next(requests))
            client.receive()
            times += 1
        rate = times / (time.monotonic() - began)
        client.close()
        return rate

    return _silent(ask, number, pace)


def _creating(number: int, pace: Pace) -> dict[str, float]:
    """A client that monitors everything, again and again."""

    def create(server: Server) -> float:
        paths = [wire.nodeId(each) for each in monitoredPaths(names(number))]
        requests, passed, end = 0, 0.0, time.monotonic() + pace.seconds
        while not requests or time.monotonic() < end:
            subscriber = wire.Subscriber(*opcuaAddress(server), 1000.0)
            began = time.monotonic()
            subscriber.monitor(paths, 1, size=SIZE)
            passed += time.monotonic() - began
            requests += -(-len(paths) // SIZE)
            subscriber.begin()
            wire.collect(
                [subscriber],
                30.0,
                lambda one=subscriber: one.notified >= len(paths),  # type: ignore[misc]
            )
            subscriber.client.close()
        return requests / passed

    return _silent(create, number, pace)


def _silent(ask: Callable[[Server], float], number: int, pace: Pace) -> dict[str, float]:
    """What a client gets answered a second while the charge points say nothing, and the holds."""

    async def asked(server: Server) -> float:
        links = await connected(int(server.ready["port"]), number)
        await asyncio.sleep(pace.warm)
        rate = await asyncio.to_thread(ask, server)
        for each in links:
            each.transport.abort()
        return rate

    with _serving(pace) as server:
        return {"rate": asyncio.run(asked(server)), **_left(server)}
