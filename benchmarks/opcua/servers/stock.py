"""
The ``opcua`` package's own server: ``stock.py NODES NUMBER RATE``, run by a Python that has it.
"""

from __future__ import annotations

import json
import logging
import signal
import sys
import time
from datetime import datetime, timedelta
from itertools import cycle
from pathlib import Path
from typing import Any

from opcua import Server, ua

TICK = 0.01
START = datetime(2026, 11, 1, 12)  # noqa: DTZ001 - the package wants it so


def build(server: Any, described: dict[str, Any], number: int) -> list[Any]:
    """Make the nodes; gives the NodeIds of those that change."""
    index = server.register_namespace(described["namespace"])
    changing = []
    for name in (f"CP{each:04}" for each in range(number)):
        made = {None: server.get_objects_node()}
        for each in described["nodes"]:
            made[each["path"]] = add(made[each["parent"]], each, name, index)
        for connectorId in (1, 2):
            for key in described["measured"]:
                path = f"{name}/Connectors/{connectorId}/MeterValues/{key}"
                changing.append(ua.NodeId(path, index))
    return changing


def add(parent: Any, each: dict[str, Any], name: str, index: int) -> Any:
    """One node."""
    nodeId = ua.NodeId(name + each["path"], index)
    browseName = ua.QualifiedName(each["name"] or name, index)
    if each["kind"] == "object":
        return parent.add_object(nodeId, browseName)
    if each["kind"] == "method":
        return parent.add_method(nodeId, browseName, lambda parent: [], [], [])
    kind = ua.VariantType[each["variant"] or "String"] if each["value"] is not None else None
    content = each["value"]
    if kind == ua.VariantType.DateTime:
        content = datetime.fromisoformat(content).replace(tzinfo=None)
    variant = ua.Variant("", ua.VariantType.String) if kind is None else ua.Variant(content, kind)
    node = parent.add_variable(nodeId, browseName, variant)
    node.set_value(value(variant, START, each["status"]))
    return node


def value(variant: Any, at: datetime, code: int = 0) -> Any:
    """A DataValue with both times."""
    found = ua.DataValue(variant)
    found.StatusCode = ua.StatusCode(code)
    found.SourceTimestamp = found.ServerTimestamp = at
    return found


class Changing:
    """Changes values; the signals say when."""

    def __init__(self, server: Any, nodeIds: list[Any], rate: float) -> None:
        self.changed = 0
        self._on = False
        self._server = server
        self._next = cycle(nodeIds)
        self._rate = rate
        signal.signal(signal.SIGUSR2, lambda *_: setattr(self, "_on", True))
        signal.signal(signal.SIGHUP, lambda *_: self._still())

    def _still(self) -> None:
        self._on = False
        print(f"changed {self.changed}", flush=True)

    def run(self) -> None:
        """For ever."""
        due, owed, number = time.monotonic(), 0.0, 0
        while True:
            due = max(due + TICK, time.monotonic() - 0.1)
            if (left := due - time.monotonic()) > 0:
                time.sleep(left)
            owed = owed + self._rate * TICK if self._on else 0.0
            while owed >= 1:
                owed -= 1
                number += 1
                at = START + timedelta(milliseconds=number)
                variant = ua.Variant(float(number), ua.VariantType.Double)
                self._server.set_attribute_value(next(self._next), value(variant, at))
                self.changed += 1


def main(nodes: str, number: str, rate: str) -> None:
    """Serve."""
    logging.disable(logging.CRITICAL)
    server = Server()
    server.set_endpoint("opc.tcp://127.0.0.1:0/")
    server.set_security_policy([ua.SecurityPolicyType.NoSecurity])
    changing = Changing(
        server, build(server, json.loads(Path(nodes).read_text()), int(number)), float(rate)
    )
    server.start()
    port = server.bserver._server.sockets[0].getsockname()[1]
    print(f"ready {port}", flush=True)
    changing.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
