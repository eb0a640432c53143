"""
Everything monitored while 10,000 values change a second, and how long either thread is held.
"""

from __future__ import annotations

import os
import re
import signal
import tempfile
from collections.abc import Iterable
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from opcua import ua

from benchmarks.core.experiment import Contender, Experiment, Figure, Goal, Pace
from benchmarks.core.processes import Server, cpu, serving
from benchmarks.opcua import wire
from benchmarks.opcua.nodes import described
from benchmarks.opcua.peers import ROOT, SITE
from benchmarks.opcua.site import CONNECTORS, KEYS, START, known, measured, names
from benchmarks.scale.holding import HOLDS, LONGEST, TURNS, held, holds, told
from ocppgw.model.registry import Registry
from ocppgw.uaserver.layout import Layout
from ocppgw.uaserver.nodes import NAMESPACE_INDEX

NODES = 119
"""Of each charge point; those of the connectors first."""
RATE = 10_000
_HELD = (
    "each change is looked for, held against each client's filter and encoded for it by Python,"
    " some 4 µs, part of it waiting for memory: that of many items lies far apart"
)
_LOST = "a value that changed twice within a publishing interval, which a queue of one tells once"
_BUSY = "what is changed in one step of the reactor: a hundredth of a second of changes, or more"
_CHANGED = re.compile(r"changed (\d+)")

FIGURES = (
    Figure("share", "% of a core", "processor time", isPlotted=True),
    Figure("records", "% of a core", "of that, changing records at which nobody looks"),
    Figure("delivered", "%", "of the changes delivered"),
    *HOLDS,
    Figure("create", "µs", "making an item"),
)


@lru_cache(maxsize=1)
def _suffixes() -> tuple[str, ...]:
    every = [each["path"] for each in described()["nodes"] if each["kind"] == "variable"]
    own = [each for each in every if each.startswith("/Connectors/")]
    return (*own, *(each for each in every if each not in own))[:NODES]


def monitoredPaths(chargePoints: Iterable[str]) -> list[str]:
    """The variables that are monitored."""
    return [name + suffix for name in chargePoints for suffix in _suffixes()]


@lru_cache(maxsize=1)
def changesOfOne() -> tuple[int, ...]:
    """How many monitored variables change with one MeterValues of each connector."""
    registry = Registry()
    known(registry, "CP")
    layout = Layout(registry, START)
    nodes = [layout.find(ua.NodeId(f"CP{each}", NAMESPACE_INDEX)) for each in _suffixes()]

    def seen() -> list[Any]:
        record: Any = registry.record("CP")
        return [node.valueFrom(record).Value.Value for node in nodes]

    changed = []
    for connectorId in CONNECTORS:
        registry.apply("CP", measured(connectorId, 1, START))
        before = seen()
        registry.apply("CP", measured(connectorId, 2, START))
        changed.append(sum(a != b for a, b in zip(before, seen(), strict=True)))
    return tuple(changed)


def changesUntil(messages: int, number: int) -> int:
    """
    How many monitored variables changed with so many MeterValues, see `site.changes`.

    All of ``number`` charge points tell of the first connector, then all of the second, and so on.
    """
    whole, rest = divmod(messages, number)
    each = changesOfOne()
    rounds, left = divmod(whole, len(each))
    return number * (rounds * sum(each) + sum(each[:left])) + rest * each[left]


def everything(pace: Pace) -> Experiment:
    """1 and 3 clients."""
    number, chosen = (100, (1,)) if pace.isQuick else (1000, (1, 3))
    return Experiment(
        "scale-everything",
        "Everything monitored",
        f"{number} charge points, {NODES} of their nodes monitored by each client with QueueSize 1 "
        f"and {number} ms publishing, while {RATE:,} of the values change a second. A hold "
        "is the processor time that one callback took of its thread, subscribing included.",
        FIGURES,
        [Contender(_name(clients), partial(_measure, clients, number, pace)) for clients in chosen],
        [
            Goal("share", _name(1), 15, heldBackBy=_HELD),
            Goal("share", _name(3), 20, heldBackBy=_HELD),
            *(
                goal
                for each in (1, 3)
                for goal in (
                    Goal("delivered", _name(each), 100, isAtLeast=True, heldBackBy=_LOST),
                    Goal("opcua", _name(each), LONGEST, heldBackBy=TURNS),
                    Goal("reactor", _name(each), LONGEST, heldBackBy=_BUSY),
                )
            ),
        ],
        {"chargePoints": number, "items": number * NODES},
        rounds=3,
    )


def _name(clients: int) -> str:
    return f"ocppgw, {clients} client{'s' if clients > 1 else ''}"


def _measure(clients: int, number: int, pace: Pace) -> dict[str, float]:
    each = changesOfOne()
    rate = RATE * len(KEYS) * len(each) / sum(each)
    with tempfile.TemporaryDirectory() as folder:
        command = [*SITE, str(number), str(rate), "holds"]
        with serving(command, r"ready (\d+)", Path(folder), at=ROOT) as server:
            return _Watched(server, number, clients).figures(max(1.0, 2 * pace.seconds), pace.warm)


class _Watched:
    """One server with its clients."""

    def __init__(self, server: Server, number: int, clients: int) -> None:
        self._server = server
        self._number = number
        self._clients = clients
        self._port = int(server.ready[1])

    def figures(self, seconds: float, warm: float) -> dict[str, float]:
        """Measure them."""
        records, _ = self._changing([], seconds / 2)
        paths = [wire.nodeId(each) for each in monitoredPaths(names(self._number))]
        held(self._server)
        used = cpu(self._server.pid)
        subscribers = []
        for _ in range(self._clients):
            subscriber = wire.Subscriber(self._port, "/ocppgw/", self._number)
            subscriber.monitor(paths, 1)
            subscriber.begin(20)
            subscribers.append(subscriber)
            wire.collect(
                subscribers,
                60.0,
                lambda one=subscriber: one.notified >= len(paths),  # type: ignore[misc]
            )
        created = (cpu(self._server.pid) - used) / len(paths) / self._clients * 1e6
        wire.collect(subscribers, warm + 0.5)
        share, delivered = self._changing(subscribers, seconds)
        return {
            "share": share,
            "records": records,
            "delivered": delivered,
            **holds(self._server),
            "create": created,
        }

    def _made(self, readings: int) -> int:
        return changesUntil(readings // len(KEYS), self._number)

    def _changing(self, subscribers: list[wire.Subscriber], seconds: float) -> tuple[float, float]:
        """Share of a core in percent at the wanted rate, and percent of what was delivered."""
        before = int(told(self._server, signal.SIGHUP, _CHANGED))
        seen = sum(each.notified for each in subscribers)
        used = cpu(self._server.pid)
        os.kill(self._server.pid, signal.SIGUSR2)
        wire.collect(subscribers, seconds)
        after = int(told(self._server, signal.SIGHUP, _CHANGED))
        made = self._made(after) - self._made(before)
        wanted = made * len(subscribers)
        wire.collect(
            subscribers,
            10.0,
            lambda: sum(each.notified for each in subscribers) - seen >= wanted,
        )
        used = cpu(self._server.pid) - used
        got = sum(each.notified for each in subscribers) - seen
        return used / (made / RATE) * 100, got / wanted * 100 if wanted else 100.0
