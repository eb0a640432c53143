"""
Which servers are compared, and how each is started.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import attrs

from benchmarks.core.peers import nodePeer, pythonPeer
from benchmarks.core.releases import Releases, ofNode, ofOurs, ofPython
from benchmarks.opcua.nodes import described

SERVERS = Path(__file__).parent / "servers"
ROOT = Path(__file__).parents[2]
OURS, STOCK, ASYNCUA, NODE = "ocppgw", "opcua", "asyncua", "node-opcua"

SITE = (sys.executable, "-m", "benchmarks.opcua.servers.ours")
"""Our server without the OCPP half."""

_STOCK, _ASYNCUA = SERVERS / "stock.txt", SERVERS / "asyncua.txt"
_NODE = SERVERS / "node" / "package.json"


@attrs.frozen
class Peer:
    """
    One server.

    :ivar path: of its endpoint URL.
    :ivar prepare: makes its environment.
    :ivar command: starts it, given a folder, the number of charge points and the rate of changes.
    :ivar releases: what it runs with.
    """

    name: str
    path: str
    prepare: Callable[[], Any]
    command: Callable[[Path, int, float], Sequence[str]]
    releases: Callable[[], Releases] = ofOurs


def _nodes(folder: Path) -> str:
    """The file with the nodes of a charge point."""
    file = folder / "nodes.json"
    file.write_text(json.dumps(described()))
    return str(file)


def _ours(folder: Path, number: int, rate: float) -> Sequence[str]:
    return [*SITE, str(number), str(rate)]


def _python(script: str, environment: Callable[[], Path]) -> Callable[..., Sequence[str]]:
    def command(folder: Path, number: int, rate: float) -> Sequence[str]:
        program = str(SERVERS / script)
        return [str(environment()), program, _nodes(folder), str(number), str(rate)]

    return command


def _stockPython() -> Path:
    return pythonPeer("opcua", _STOCK)


def _asyncuaPython() -> Path:
    return pythonPeer("asyncua", _ASYNCUA)


def _modules() -> Path:
    return nodePeer("node-opcua", _NODE)


def _node(folder: Path, number: int, rate: float) -> Sequence[str]:
    program = str(SERVERS / "node" / "server.js")
    return ["node", program, str(_modules()), _nodes(folder), str(number), str(rate)]


PEERS = (
    Peer(OURS, "/ocppgw/", lambda: None, _ours),
    Peer(
        STOCK,
        "/",
        _stockPython,
        _python("stock.py", _stockPython),
        partial(ofPython, _STOCK),
    ),
    Peer(
        ASYNCUA,
        "/",
        _asyncuaPython,
        _python("asynchronous.py", _asyncuaPython),
        partial(ofPython, _ASYNCUA),
    ),
    Peer(NODE, "/", _modules, _node, partial(ofNode, _NODE)),
)
