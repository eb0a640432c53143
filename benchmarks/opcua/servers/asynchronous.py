"""
The server of ``asyncua``: ``asynchronous.py NODES NUMBER RATE``, run by a Python that has it.
"""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import sys
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from asyncua import Server, ua

TICK = 0.01
START = datetime(2026, 11, 1, 12, tzinfo=UTC)


async def build(server: Any, described: dict[str, Any], number: int) -> list[Any]:
    """Make the nodes; gives the NodeIds of those that change."""
    index = await server.register_namespace(described["namespace"])
    changing = []
    for name in (f"CP{each:04}" for each in range(number)):
        made = {None: server.nodes.objects}
        for each in described["nodes"]:
            made[each["path"]] = await add(made[each["parent"]], each, name, index)
        for connectorId in (1, 2):
            for key in described["measured"]:
                path = f"{name}/Connectors/{connectorId}/MeterValues/{key}"
                changing.append(ua.NodeId(path, index))
    return changing


async def add(parent: Any, each: dict[str, Any], name: str, index: int) -> Any:
    """One node."""
    nodeId = ua.NodeId(name + each["path"], index)
    browseName = ua.QualifiedName(each["name"] or name, index)
    if each["kind"] == "object":
        return await parent.add_object(nodeId, browseName)
    if each["kind"] == "method":
        return await parent.add_method(nodeId, browseName, lambda parent: [], [], [])
    kind = ua.VariantType[each["variant"] or "String"] if each["value"] is not None else None
    content = each["value"]
    if kind == ua.VariantType.DateTime:
        content = datetime.fromisoformat(content)
    variant = ua.Variant("", ua.VariantType.String) if kind is None else ua.Variant(content, kind)
    node = await parent.add_variable(nodeId, browseName, variant)
    await node.write_value(value(variant, START, each["status"]))
    return node


def value(variant: Any, at: datetime, code: int = 0) -> Any:
    """A DataValue with both times."""
    return ua.DataValue(variant, ua.StatusCode(code), SourceTimestamp=at, ServerTimestamp=at)


class Changing:
    """Changes values; the signals say when."""

    def __init__(self, server: Any, nodeIds: list[Any], rate: float) -> None:
        self.changed = 0
        self._on = False
        self._server = server
        self._next = cycle(nodeIds)
        self._rate = rate
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGUSR2, setattr, self, "_on", True)
        loop.add_signal_handler(signal.SIGHUP, self._still)

    def _still(self) -> None:
        self._on = False
        print(f"changed {self.changed}", flush=True)

    async def run(self) -> None:
        """For ever."""
        loop = asyncio.get_running_loop()
        due, owed, number = loop.time(), 0.0, 0
        while True:
            due = max(due + TICK, loop.time() - 0.1)
            await asyncio.sleep(due - loop.time())
            owed = owed + self._rate * TICK if self._on else 0.0
            while owed >= 1:
                owed -= 1
                number += 1
                at = START + timedelta(milliseconds=number)
                variant = ua.Variant(float(number), ua.VariantType.Double)
                await self._server.write_attribute_value(next(self._next), value(variant, at))
                self.changed += 1


async def main(nodes: str, number: str, rate: str) -> None:
    """Serve."""
    logging.disable(logging.CRITICAL)
    server = Server()
    await server.init()
    server.set_endpoint("opc.tcp://127.0.0.1:0/")
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    described = json.loads(Path(nodes).read_text())
    changing = Changing(server, await build(server, described, int(number)), float(rate))
    await server.start()
    port = server.bserver._server.sockets[0].getsockname()[1]
    print(f"ready {port}", flush=True)
    await changing.run()


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
