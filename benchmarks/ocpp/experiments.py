"""
The experiments of the OCPP side, declared.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchmarks.core.experiment import Contender, Experiment, Figure, Goal, Pace
from benchmarks.core.peers import nodePeer, pythonPeer
from benchmarks.core.releases import ofNode, ofOurs, ofPython
from benchmarks.ocpp.loading import Task, gateway, peer
from benchmarks.ocpp.work import mix, sessions

RATE = Figure("rate", "messages per second", "throughput", isPlotted=True)
TOLD = Figure("told", "notifications per second", "told to the subscriber")
CPU = Figure("cpu", "µs per message", "processor time", isPlotted=True)

ON, OFF = "ocppgw, store on", "ocppgw, store off"
ON_WATCHED, OFF_WATCHED = f"{ON}, all subscribed", f"{OFF}, all subscribed"
ECHO = "Autobahn and json, echo"
VALIDATING, TRUSTING = "mobilityhouse/ocpp, validating", "mobilityhouse/ocpp, not validating"
STRICT = "ocpp-rpc, strict"

MEANING = (
    "what a message means, made by some 85 calls of Python functions, evenly spread by now: by"
    " profile, without the reactor, a third goes to frames and JSON, a quarter each to records and"
    " to finding and giving the answer, a seventh to those who watch"
)
ROWS = (
    f"{MEANING}; and the writer's thread, which takes an eighth of the time and shares one"
    " interpreter with the reactor"
)
TELLING = (
    "and the OPC UA thread, which looks once a second at each charge point that sent, a tenth of"
    " the time, and takes turns with the reactor for one interpreter meanwhile"
)
TENTH = "the bare echo on the same WebSocket library alone takes about a tenth of that peer"
WRITING = (
    "the writer's thread takes turns with the reactor for one interpreter; answers that wait for a"
    " commit take a longer way than those that do not"
)
"""What stands between the gateway and its goals."""

PEERS = Path(__file__).parent / "peers"
MOBILITYHOUSE, OCPPRPC = PEERS / "mobilityhouse.txt", PEERS / "package.json"


def experiments(pace: Pace) -> Iterator[Experiment]:
    """All of them, at a pace."""
    yield store(pace, links=50 if pace.isQuick else 500)
    yield messages(pace, links=50)
    if not pace.isQuick:
        yield messages(pace, links=500)


def store(pace: Pace, links: int) -> Experiment:
    """What the promise of the store costs."""
    task = Task(sessions, links, pace)
    return Experiment(
        name="store",
        title="Store on and off",
        work=f"{links} charge points go through sessions without pause: a start, ten MeterValues of"
        " four values each, two statuses, a heartbeat and a stop; one outstanding Call each.",
        figures=(RATE, CPU),
        contenders=(
            Contender(OFF, partial(gateway, "off", False, task)),
            Contender(ON, partial(gateway, "on", False, task)),
        ),
        goals=(Goal("rate", ON, 0.7, against=OFF, isAtLeast=True, heldBackBy=WRITING),),
        settings={"links": links, "seconds": pace.seconds},
    )


def messages(pace: Pace, links: int) -> Experiment:
    """What a message costs, beside others."""
    task = Task(mix, links, pace)
    return Experiment(
        name=f"ocpp-{links}",
        title=f"OCPP messages of {links} charge points",
        work="MeterValues of eight three-phase values, StatusNotification and Heartbeat, 8 : 1 : 1,"
        f" from {links} charge points without pause, one outstanding Call each. Subscribed means"
        " that an OPC UA client monitors every value (published each second, QueueSize 1).",
        figures=(CPU, RATE, TOLD),
        contenders=(*_gateways(task), *_peers(task)),
        goals=tuple(_goals()) if links >= 500 else (),
        settings={"links": links, "seconds": pace.seconds},
    )


def _gateways(task: Task) -> Iterator[Contender]:
    for name, mode, isSubscribed in (
        (OFF, "off", False),
        (OFF_WATCHED, "off", True),
        (ON, "on", False),
        (ON_WATCHED, "on", True),
    ):
        yield Contender(name, partial(gateway, mode, isSubscribed, task))


def _peers(task: Task) -> Iterator[Contender]:
    echo = [sys.executable, str(PEERS / "echo.py")]
    libraries = partial(ofOurs, ("twisted", "autobahn"))
    yield Contender(ECHO, partial(peer, echo, PEERS, task), releases=libraries)
    for name, word in ((TRUSTING, "trusting"), (VALIDATING, "validating")):
        work = partial(_mobilityhouse, word, task)
        yield Contender(name, work, _mobilityhousePython, partial(ofPython, MOBILITYHOUSE))
    yield Contender(STRICT, partial(_ocppRpc, task), _ocppRpcFolder, partial(ofNode, OCPPRPC))


def _mobilityhousePython() -> Path:
    return pythonPeer("mobilityhouse", MOBILITYHOUSE)


def _mobilityhouse(word: str, task: Task) -> dict[str, float]:
    command = [str(_mobilityhousePython()), str(PEERS / "mobilityhouse.py"), word]
    return peer(command, PEERS, task)


def _ocppRpcFolder() -> Path:
    return nodePeer("ocpp-rpc", OCPPRPC)


def _ocppRpc(task: Task) -> dict[str, float]:
    return peer(["node", str(PEERS / "ocpprpc.js")], _ocppRpcFolder(), task)


def _goals() -> Iterator[Goal]:
    for name, limit, why in (
        (OFF, 1.0, MEANING),
        (OFF_WATCHED, 1.0, f"{MEANING}; {TELLING}"),
        (ON, 1.4, ROWS),
        (ON_WATCHED, 1.4, f"{ROWS}; {TELLING}"),
    ):
        yield Goal("cpu", name, limit, against=ECHO, heldBackBy=why)
        bound = f"{TENTH}; {why}"
        yield Goal("cpu", name, round(1 / 12, 4), against=VALIDATING, heldBackBy=bound)
