"""
What Read, Browse, CreateMonitoredItems and notifications cost each server, for the same requests.
"""

from __future__ import annotations

import os
import re
import signal
import struct
import tempfile
import time
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import cycle
from pathlib import Path

from benchmarks.core.experiment import Contender, Experiment, Figure, Goal, Pace, Unavailable
from benchmarks.core.processes import Server, cpu, serving
from benchmarks.opcua import wire
from benchmarks.opcua.peers import ASYNCUA, NODE, OURS, PEERS, ROOT, STOCK, Peer
from benchmarks.opcua.site import meterPaths, names

CHARGE_POINTS = 50
RATE = 10_000
INTERVAL = 100.0
"""Milliseconds of publishing."""
QUEUE = 10
_PATIENCE = 20.0
_CHANGED = re.compile(r"changed (\d+)")

FIGURES = (
    Figure("read1", "µs", "Read of 1, per value"),
    Figure("read100", "µs", "Read of 100, per value", isPlotted=True),
    Figure("others100", "µs", "Read of 100 others each time, per value"),
    Figure("browse", "µs", "Browse of a charge point, per reference", isPlotted=True),
    Figure("create", "µs", "CreateMonitoredItems of 1,000, per item"),
    Figure("change", "µs", "a change that nobody monitors"),
    Figure("notify1", "µs", "1 subscriber, per notification"),
    Figure("notify5", "µs", "5 subscribers, per notification", isPlotted=True),
)
CHANGE = (
    "nearly a fifth of it is the change itself; the rest is each subscriber's own: judging,"
    " queueing and encoding by Python"
)
READ = "each value is found by its NodeId, judged and copied by Python"
BROWSE = "each reference is made anew with the NodeId of its target"
GOALS = (
    Goal("read100", OURS, 0.4, NODE, heldBackBy=READ),
    Goal("read100", OURS, 0.3, ASYNCUA, heldBackBy=READ),
    Goal("others100", OURS, 0.4, NODE, heldBackBy=READ),
    Goal("others100", OURS, 0.3, ASYNCUA, heldBackBy=READ),
    Goal("browse", OURS, 1.0, NODE, heldBackBy=BROWSE),
    Goal("browse", OURS, 0.5, ASYNCUA, heldBackBy=BROWSE),
    Goal(
        "notify5",
        OURS,
        0.1,
        STOCK,
        heldBackBy=CHANGE,
    ),
    Goal("notify5", OURS, 1.0, ASYNCUA, heldBackBy=CHANGE),
    Goal("notify5", OURS, 1.0, NODE, heldBackBy=CHANGE),
)


def services(pace: Pace) -> Experiment:
    """One server after the other; Node.js alone beside ours where it has to be quick."""
    peers = [each for each in PEERS if not pace.isQuick or each.name in (OURS, NODE)]
    return Experiment(
        "opcua-services",
        "OPC UA services",
        f"{CHARGE_POINTS} charge points with the same nodes everywhere, asked by the same client "
        "without a library. Processor time of the server's process per value, reference, item or "
        "notification, the change itself included; security policy None. 1,000 values change "
        f"{RATE:,} times a second altogether, published every {INTERVAL:.0f} ms, with queues that "
        "let nothing get lost.",
        FIGURES,
        [
            Contender(peer.name, partial(_measure, peer, pace), peer.prepare, peer.releases)
            for peer in peers
        ],
        GOALS,
        {"chargePoints": CHARGE_POINTS, "rate": RATE},
    )


def _measure(peer: Peer, pace: Pace) -> Mapping[str, float]:
    with tempfile.TemporaryDirectory() as folder:
        command = peer.command(Path(folder), CHARGE_POINTS, RATE)
        with serving(command, r"ready (\d+)", Path(folder), at=ROOT) as server:
            try:
                return _Round(peer, server, pace).figures()
            except (OSError, wire.Refused) as error:
                raise Unavailable(f"{error}\n{server.log.read_text()[-2000:]}") from error


class _Round:
    """All figures of one server, one after the other."""

    def __init__(self, peer: Peer, server: Server, pace: Pace) -> None:
        self._server = server
        self._path = peer.path
        self._port = int(server.ready[1])
        self._seconds = max(0.25, pace.seconds / 3)
        self._warm = max(0.25, pace.warm / 1.5)
        self._calm = 0.2 if pace.isQuick else 1.0
        self._ids = [wire.nodeId(each) for each in meterPaths(names(CHARGE_POINTS))]

    def figures(self) -> dict[str, float]:
        """Measure them."""
        client = wire.Client(self._port, self._path)
        count, mask = struct.unpack_from("<iB", client.call(wire.READ, wire.readValues(self._ids)))
        if count != len(self._ids) or not mask & 1:
            raise Unavailable("the values cannot be read")
        found = {
            "read1": self._asked(client, wire.READ, wire.readValues(self._ids[:1]), 1),
            "read100": self._asked(client, wire.READ, wire.readValues(self._ids[:100]), 100),
            "others100": self._askedInTurn(client, wire.READ, self._lists(100), 100),
        }
        browse = wire.browse(wire.nodeId("CP0000"))
        references = struct.unpack_from("<i", client.call(wire.BROWSE, browse), 12)[0]
        found["browse"] = self._asked(client, wire.BROWSE, browse, references)
        client.close()
        found["change"] = self._changes([])
        found["create"], found["notify1"] = self._notified(1)
        _, found["notify5"] = self._notified(5)
        return found

    def _lists(self, size: int) -> list[bytes]:
        """Reads of so many values, no two of the same."""
        ids = self._ids * 2
        return [wire.readValues(ids[at : at + size]) for at in range(len(self._ids))]

    def _asked(self, client: wire.Client, kind: int, body: bytes, units: int) -> float:
        """Microseconds of a unit of one request, sent again and again."""
        return self._askedInTurn(client, kind, [body], units)

    def _askedInTurn(
        self, client: wire.Client, kind: int, bodies: list[bytes], units: int
    ) -> float:
        """Microseconds of a unit of several requests, sent one after the other and again."""
        requests = cycle([client.encoded(kind, body) for body in bodies])
        self._repeat(client, requests, self._warm)
        used = cpu(self._server.pid)
        times = self._repeat(client, requests, self._seconds)
        return (cpu(self._server.pid) - used) / times / units * 1e6

    def _repeat(self, client: wire.Client, requests: Iterator[bytearray], seconds: float) -> int:
        times, end = 0, time.monotonic() + seconds
        while time.monotonic() < end:
            client.sendEncoded(next(requests))
            client.receive()
            times += 1
        return times

    def _notified(self, number: int) -> tuple[float, float]:
        """Microseconds of making an item, and of a notification, with so many subscribers."""
        subscribers = [wire.Subscriber(self._port, self._path, INTERVAL) for _ in range(number)]
        used = cpu(self._server.pid)
        for each in subscribers:
            each.monitor(self._ids, QUEUE)
        created = (cpu(self._server.pid) - used) / len(self._ids) / number * 1e6
        for each in subscribers:
            each.begin()
        wire.collect(subscribers, self._calm)
        notified = self._changes(subscribers)
        for each in subscribers:
            each.client.close()
        time.sleep(self._calm / 2)
        return created, notified

    def _changes(self, subscribers: list[wire.Subscriber]) -> float:
        """Microseconds of a notification, or of a change where nobody is told."""
        before = self._changed()
        told = sum(each.notified for each in subscribers)
        used = cpu(self._server.pid)
        os.kill(self._server.pid, signal.SIGUSR2)
        wire.collect(subscribers, self._seconds)
        changed = self._changed() - before
        wanted = changed * len(subscribers)
        wire.collect(
            subscribers,
            _PATIENCE,
            lambda: sum(each.notified for each in subscribers) - told >= wanted,
        )
        used = cpu(self._server.pid) - used
        got = sum(each.notified for each in subscribers) - told
        if got < wanted * 0.99:
            print(f"  only {got} of {wanted} notifications came", flush=True)
        return used / (got if subscribers else changed) * 1e6

    def _changed(self) -> int:
        """How many changes there were, once there are no more."""
        seen = len(_CHANGED.findall(self._server.log.read_text()))
        os.kill(self._server.pid, signal.SIGHUP)
        for _ in range(1000):
            found = _CHANGED.findall(self._server.log.read_text())
            if len(found) > seen:
                return int(found[-1])
            time.sleep(0.02)
        raise Unavailable("the server does not stop changing values")
