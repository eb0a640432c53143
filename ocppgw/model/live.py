"""
Live: the same names for every vendor, out of what one charge point happens to send.

Pure computation from readings.  What was *offered* (Power.Offered, Current.Offered) is a limit
and never taken for something measured (M12).  SessionEnergy is ``transactions``' business.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

from ocppgw.model import words
from ocppgw.model.idling import isIdle
from ocppgw.model.point import GOOD, Point, computed
from ocppgw.model.records import ConnectorRecord, Live, MeterKey, Settings, meterKey
from ocppgw.model.sharing import changed
from ocppgw.model.times import supersedes
from ocppgw.v16.metering import LOCATIONS

Readings = Mapping[MeterKey, Point]

_sourceTime = attrgetter("sourceTime")

OURS = ("", "Outlet")
"""Locations that mean the place where the car is connected; also how it is left out."""

POWER = "Power.Active.Import"
REGISTER = "Energy.Active.Import.Register"

_LINES = frozenset({"L1", "L2", "L3", "L1-N", "L2-N", "L3-N"})

TOTALS = {POWER: "power", REGISTER: "energy"}
"""Where phases are added up when no total is sent."""

PHASES = {
    (measurand, phase): name + line
    for measurand, name in (("Current.Import", "current"), ("Voltage", "voltage"))
    for line in ("L1", "L2", "L3")
    for phase in (line, line + "-N")
}
"""Where each phase has a name of its own; ``L1-N`` counts as L1 (M4)."""

SINGLE = {
    "Frequency": "frequency",
    "Current.Offered": "currentOffered",
    "Power.Offered": "powerOffered",
}

ANYWHERE = {"SoC": "soC", "Temperature": "temperature"}
"""Measured in the car or in the body as often as at the outlet."""


def keysOf(name: str) -> tuple[MeterKey, ...]:
    """
    The readings that are one value of Live as they are, which is its history.

    ``sessionEnergy`` is always computed and has none; sums over phases have none either.
    """
    keys = [meterKey(m) for table in (TOTALS, SINGLE) for m, n in table.items() if n == name]
    keys += [meterKey(m, phase) for (m, phase), n in PHASES.items() if n == name]
    anywhere = [measurand for measurand, n in ANYWHERE.items() if n == name]
    places = dict.fromkeys(("", *LOCATIONS.words))
    keys += [meterKey(measurand, "", place) for measurand in anywhere for place in places]
    return tuple(dict.fromkeys(keys))


def refreshed(one: ConnectorRecord, news: Readings, settings: Settings) -> Live:
    """
    Live after a message.

    :param one: the connector with its readings as they are after the message.
    :param news: the readings that the message changed.
    """
    found: dict[str, Point] = {}
    for key, point in news.items():
        named = nameOf(key)
        if named is not None and point.quality is GOOD:
            found[named] = point
    for measurand, name in TOTALS.items():
        if name not in found and any(key.measurand == measurand for key in news):
            total = sumOfPhases(one.readings, news, measurand)
            if total is not None:
                found[name] = total
    live = one.live
    newer = {n: p for n, p in found.items() if _mayReplace(one, getattr(live, n), p, settings)}
    return changed(live, **newer)


@lru_cache(maxsize=2048)
def nameOf(key: MeterKey) -> str | None:
    """The name in Live of a reading that is one value there; ``None`` for all others."""
    if key.measurand in ANYWHERE:
        return ANYWHERE[key.measurand]
    if key.location not in OURS:
        return None
    if key.phase:
        return PHASES.get((key.measurand, key.phase))
    return TOTALS.get(key.measurand) or SINGLE.get(key.measurand)


def sumOfPhases(readings: Readings, news: Readings, measurand: str) -> Point | None:
    """
    The sum over the phases, when every phase that this connector reports is in the message.

    A phase that cannot be read, or that is missing this time, leaves the sum unknown.
    """
    phases = [key for key in readings if _isPhase(key, measurand)]
    if not phases or any(key not in news for key in phases):
        return None
    points = [readings[key] for key in phasesOf(phases, measurand)]
    return sumOf(points) if all(p.quality is GOOD for p in points) else None


def phasesOf(keys: Iterable[MeterKey], measurand: str) -> tuple[MeterKey, ...]:
    """Those that make a total, one for each line: ``L1`` goes before ``L1-N`` (M4)."""
    lines: dict[str, MeterKey] = {}
    for key in keys:
        if _isPhase(key, measurand):
            line = key.phase[:2]
            if line not in lines or key.phase == line:
                lines[line] = key
    return tuple(lines.values())


def _isPhase(key: MeterKey, measurand: str) -> bool:
    return key.measurand == measurand and key.location in OURS and key.phase in _LINES


def sumOf(points: Sequence[Point]) -> Point:
    """The sum of good points, as new as the newest of them."""
    newest = max(points, key=_sourceTime)
    total = sum([float(point.value) for point in points if isinstance(point.value, float)])
    return Point(computed(total), newest.sourceTime, newest.receivedTime)


def _mayReplace(
    one: ConnectorRecord, current: Point | None, point: Point, settings: Settings
) -> bool:
    """Whether a value is newer than what Live has; after the end of charging, than the end."""
    if current is None or point.sourceTime > current.sourceTime:
        return True
    if isIdle(current) and not _charges(one):
        return False
    return supersedes(point, current, settings)


def _charges(one: ConnectorRecord) -> bool:
    told = one.status is None or one.status.status == words.CHARGING
    return told and (one.transaction is None or one.transaction.active)
