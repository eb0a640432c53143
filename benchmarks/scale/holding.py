"""
Asking a server that knows `benchmarks.scale.holds` what it has seen.
"""

from __future__ import annotations

import json
import os
import re
import signal
import time
from typing import Any

from benchmarks.core.experiment import Figure, Unavailable
from benchmarks.core.processes import Server

HOLDS = (
    Figure("opcua", "ms", "longest hold of the OPC UA thread", isWorst=True),
    Figure("opcua999", "ms", "p99.9 of it"),
    Figure("opcuaSeen", "callbacks", "of how many"),
    Figure("reactor", "ms", "longest hold of the reactor thread", isWorst=True),
    Figure("reactor999", "ms", "p99.9 of it"),
    Figure("reactorSeen", "callbacks", "of how many"),
    Figure("collector", "ms", "longest collection on either", isWorst=True),
)
LONGEST = 50
"""Milliseconds that no callback should take."""

TURNS = (
    "turns of 5 ms, in which one piece of work may begin another; and the collector, whose share"
    " stands beside it"
)
"""What holds a thread for longer than a turn."""

_HOLDS = re.compile(r"holds (\{.*\})")


def told(server: Server, number: signal.Signals, pattern: re.Pattern[str]) -> str:
    """What the server prints when it gets a signal: the one group of a pattern."""
    seen = len(pattern.findall(server.log.read_text()))
    os.kill(server.pid, number)
    for _ in range(1000):
        found: list[str] = pattern.findall(server.log.read_text())
        if len(found) > seen:
            return found[-1]
        time.sleep(0.02)
    raise Unavailable(f"the server does not say {pattern.pattern}")


def held(server: Server) -> dict[str, Any]:
    """The holds of both threads since it was asked last, in milliseconds."""
    found: dict[str, Any] = json.loads(told(server, signal.SIGUSR1, _HOLDS))
    return found


def holds(server: Server) -> dict[str, float]:
    """The same as the figures `HOLDS`."""
    found = held(server)
    figures = {}
    for thread, of in found.items():
        figures[thread] = of["longest"]
        figures[f"{thread}999"] = of["p999"]
        figures[f"{thread}Seen"] = of["seen"]
    return {**figures, "collector": max(of["collector"] for of in found.values())}
