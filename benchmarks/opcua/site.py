"""
What is served: charge points as a site has them, and which of their nodes are asked for.

Only facts and names; nothing here knows a server.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from ocppgw.model import facts as f
from ocppgw.model.batch import Batch, planOf
from ocppgw.model.records import Nameplate, Settings, StatusReport, meterKey
from ocppgw.model.registry import Registry
from ocppgw.v16.states import ERROR_CODES, STATUSES

START = datetime(2026, 11, 1, 12, 0, tzinfo=UTC)
CONNECTORS = (1, 2)
PHASES = ("L1", "L2", "L3")
KEYS = (
    *(meterKey("Voltage", phase) for phase in PHASES),
    *(meterKey("Current.Import", phase) for phase in PHASES),
    *(meterKey("Power.Active.Import", phase) for phase in PHASES),
    meterKey("Energy.Active.Import.Register"),
)
"""Ten readings of a three-phase meter."""

_PLAN = planOf(KEYS, ("Sample.Periodic",) * len(KEYS))

_PLATE = Nameplate(
    "Bench", "Two", "SN0001", "BOX1", "1.0", "8931", "204", "M1", "three-phase", START
)


def names(number: int) -> list[str]:
    """The node names of so many charge points."""
    return [f"CP{index:04}" for index in range(number)]


def known(registry: Registry, name: str) -> None:
    """A charge point that was there and reported everything."""
    at = START
    settings = Settings(connectors=len(CONNECTORS))
    facts: list[f.Fact] = [
        f.ChargePointAdded(name, name, at, settings),
        f.LinkOpened("10.0.0.7:4000", at),
        f.Booted(_PLATE, "Accepted", at),
    ]
    for connectorId in (0, *CONNECTORS):
        facts.append(f.StatusReported(connectorId, _status("Available", at)))
    for fact in facts:
        registry.apply(name, fact)
    for connectorId in CONNECTORS:
        registry.apply(name, measured(connectorId, 0, at))


def _status(word: str, at: datetime) -> StatusReport:
    number, fine = STATUSES.number(word), ERROR_CODES.number("NoError")
    return StatusReport(word, number, "NoError", fine, "", "", "", at, at)


def measured(connectorId: int, number: int, at: datetime) -> f.Measured:
    """MeterValues number ``number``: ten values, each another one than before."""
    first = 200 + number % 1000
    row = ",".join(map(str, range(first, first + len(KEYS))))
    batch = Batch(_PLAN, row, at, at)
    return f.Measured(connectorId, None, batch, at)


def meterPaths(chargePoints: Iterable[str]) -> list[str]:
    """The identifiers of the values that `changes` changes."""
    return [
        f"{name}/Connectors/{connectorId}/MeterValues/{key.measurand}"
        + (f".{key.phase}" if key.phase else "")
        for name in chargePoints
        for connectorId in CONNECTORS
        for key in KEYS
    ]


def changes(chargePoints: list[str]) -> Iterator[tuple[str, f.Measured]]:
    """MeterValues of one connector after the other, for ever: ten changes each."""
    for number in count(1):
        at = START + timedelta(seconds=number)
        for connectorId in CONNECTORS:
            for name in chargePoints:
                yield name, measured(connectorId, number, at)
