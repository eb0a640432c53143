"""
``python -m tests.soak.soaking --minutes 10``: a gateway with its real store under simulated charge
points that are cut, deaf, late, doubled and wrong about the time, with OPC UA clients watching.

At the end OPC UA has to show exactly what the charge points said last, clients have to have been
told so, no transaction may be missing or doubled, and memory must not have grown.  The last lines
say what was found; the exit status is 1 where something was wrong.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import sqlite3
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

from twisted.internet.defer import inlineCallbacks
from twisted.internet.task import deferLater, react

from ocppgw.config.reading import readText
from ocppgw.gateway.service import DATABASE, Gateway
from tests.endToEnd.foreign import Foreign
from tests.endToEnd.gateway import Scada, ScadaContext
from tests.soak.fleet import Fleet

CONFIGURATION = """
[gateway]
state = "state"
[ocpp]
listen = ["tcp:0:interface=127.0.0.1"]
settleTime = 1
callTimeout = 5
pingInterval = 5
pingTimeout = 5
[opcua]
url = "opc.tcp://127.0.0.1:0/ocppgw/"
"""

WATCHERS = 2
BEGIN = 90
"""Seconds in which every node has to be there, although charge points are cut while they boot."""

CALM = 90
"""Seconds in which everybody has to be connected and to have said everything, once all is well."""

GROWTH = 0.20
"""Of memory, between the middle and the end; what is less is fragmentation."""


class Soak:
    """
    One run.

    :ivar wrong: what was found to be wrong, in words.
    """

    def __init__(self, reactor: Any, minutes: float, count: int, seed: int, folder: Path) -> None:
        self._reactor = reactor
        self._minutes = minutes
        self._count = count
        self._random = Random(seed)
        self._folder = folder
        self._foreign = Foreign(reactor)
        self._told: list[dict[str, Any]] = []
        self._clients: list[Any] = []
        self.wrong: list[str] = []

    @inlineCallbacks
    def run(self) -> Any:
        """All of it, to the end."""
        gateway = Gateway(readText(CONFIGURATION, "soak.toml", self._folder), self._reactor)
        gateway.startService()
        ready = yield gateway.whenReady()
        fleet = Fleet(self._count, ready.ocpp[0].rstrip("/"), self._reactor, self._random)
        fleet.start()
        try:
            yield self._soaked(fleet, ready.opcua)
        finally:
            yield self._foreign.run(self._leave())
            yield fleet.stop()
            yield gateway.stopService()
            self._foreign.stop()
        self._compareTransactions(fleet)
        self._say(f"{len(fleet.started)} transactions; troubles: {dict(fleet.troubles)}")

    @inlineCallbacks
    def _soaked(self, fleet: Fleet, url: str) -> Any:
        paths = pathsOf(fleet)
        for _ in range(WATCHERS):
            yield self._foreign.run(self._watch(url, list(paths)))
        yield self._wait(self._minutes * 30)
        middle = memory()
        yield self._wait(self._minutes * 30)
        end = memory()
        growth = (end - middle) / middle
        self._say(f"memory {middle >> 20} MB in the middle, {end >> 20} MB at the end")
        if growth > GROWTH:
            self.wrong.append(f"memory grew by {growth:.0%}")
        fleet.calm()
        yield self._quiet(fleet)
        found = yield self._foreign.run(self._read(list(paths)))
        self._compareValues(paths, found)

    @inlineCallbacks
    def _quiet(self, fleet: Fleet) -> Any:
        for _ in range(CALM):
            yield self._wait(1)
            if fleet.isQuiet:
                break
        else:
            self.wrong.append("not everybody came back")
        yield self._wait(5)

    def _wait(self, seconds: float) -> Any:
        return deferLater(self._reactor, seconds)

    def _say(self, text: str) -> None:
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    # On the foreign thread

    async def _watch(self, url: str, paths: list[str]) -> None:
        context = ScadaContext(url)
        scada = await context.__aenter__()
        told: dict[str, Any] = {}

        class Listener:
            """Keeps the last value of each node."""

            async def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
                told[node.nodeid.Identifier] = value

        self._clients.append((context, scada))
        self._told.append(told)
        subscription = await scada.client.create_subscription(200, Listener())
        for _ in range(BEGIN):
            # A connector has nodes from its first message on: until then this is refused.
            nodes = [scada.node(path) for path in paths]
            results = await subscription.subscribe_data_change(nodes)
            paths = [
                path for path, made in zip(paths, results, strict=True) if not isinstance(made, int)
            ]
            if not paths:
                return
            await asyncio.sleep(1)
        self.wrong += [f"{path} cannot be monitored" for path in paths]

    async def _read(self, paths: list[str]) -> dict[str, Any]:
        scada: Scada = self._clients[0][1]
        return {path: await scada.read(path) for path in paths}

    async def _leave(self) -> None:
        for context, _ in self._clients:
            await context.__aexit__()

    # What has to be true

    def _compareValues(self, paths: dict[str, Any], found: dict[str, Any]) -> None:
        for path, said in paths.items():
            expected = said()
            if not _agree(found[path], expected):
                self.wrong.append(f"{path} is {found[path]!r}, last said was {expected!r}")
            for told in self._told:
                if not _agree(told.get(path), expected):
                    self.wrong.append(f"{path}: a client was last told {told.get(path)!r}")
        self._say(f"{len(paths)} values compared, with what {len(self._told)} clients were told")

    def _compareTransactions(self, fleet: Fleet) -> None:
        with sqlite3.connect(self._folder / "state" / DATABASE) as connection:
            rows = connection.execute(
                "SELECT t.id, p.identity, t.connector, t.timestamp_text, t.meter_start, t.stop_time"
                " FROM charge_transaction t JOIN charge_point p ON p.id = t.charge_point"
            ).fetchall()
        ids = {(identity, number) for number, identity, *_ in rows}
        starts = {(row[1], row[2], row[3], row[4]) for row in rows}
        given = set(fleet.started)
        ended = {row[0] for row in rows if row[5] is not None}
        for text, which in (
            ("missing", given - ids),
            ("never given", ids - given),
            ("given twice", {one for one in given if fleet.started.count(one) > 1}),
            ("without their end", fleet.stopped - ended),
        ):
            if which:
                self.wrong.append(f"transactions {text}: {sorted(which)[:5]}")
        if len(starts) != len(rows):
            self.wrong.append(f"{len(rows) - len(starts)} starts are there twice")


def pathsOf(fleet: Fleet) -> dict[str, Any]:
    """The nodes that are compared, and what each has to show in the end."""
    paths: dict[str, Any] = {}
    for point in fleet.points:
        for connector in point.connectors:
            base = f"{point.identity}/Connectors/{connector.id}"
            paths[f"{base}/Status"] = lambda one=connector: one.status
            paths[f"{base}/Transaction/Active"] = lambda one=connector: one.transaction is not None
        paths[f"{point.identity}/Connected"] = lambda: True
    return paths


def _agree(found: Any, expected: Any) -> bool:
    """Whether they are the same; where nothing ever ran, Active has no value yet."""
    return bool(found == expected or (found is None and expected is False))


def memory() -> int:
    """Bytes that this process has in memory."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def main(reactor: Any, chosen: argparse.Namespace) -> Any:
    """Run as the command line says."""
    folder = tempfile.TemporaryDirectory(prefix="ocppgw-soak-")
    soak = Soak(reactor, chosen.minutes, chosen.charge_points, chosen.seed, Path(folder.name))

    def ended(result: Any) -> Any:
        folder.cleanup()
        for line in soak.wrong[:50]:
            sys.stderr.write(f"wrong: {line}\n")
        if soak.wrong:
            raise SystemExit(1)
        return result

    return soak.run().addCallback(ended)


def options() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description="Soak a gateway.")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--charge-points", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    react(main, (options(),))
