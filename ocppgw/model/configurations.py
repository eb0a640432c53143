"""
Facts of the configuration keys that a charge point reports.

Keys are told apart without regard to case and keep the spelling first reported (B9).
"""

from __future__ import annotations

from types import MappingProxyType

from ocppgw.model.connectors import withConnectors
from ocppgw.model.facts import ConfigurationCompared, ConfigurationReported
from ocppgw.model.records import ChargePointRecord, ConfigurationPoint, ConfigurationState
from ocppgw.model.sharing import changed, kept

KEYS = 1000
"""Keys kept of one charge point, and as many that it does not know."""


def configurationReported(
    record: ChargePointRecord, fact: ConfigurationReported
) -> ChargePointRecord:
    """
    Keys with their values; a point that says the same as before stays, with its time.

    A key that a complete answer leaves out stays too: what was once shown is not taken away.
    """
    old = record.configuration
    points = dict(old.points)
    for point in fact.points:
        lower = point.key.lower()
        if lower in points or (lower and len(points) < KEYS):
            points[lower] = _merged(points.get(lower), point)
    unknown = _unknown(old, fact)
    same = all(points[key] is old.points.get(key) for key in points)
    configuration = changed(
        old,
        points=old.points if same else MappingProxyType(points),
        unknownKeys=kept(old.unknownKeys, unknown),
    )
    return _withReportedConnectors(changed(record, configuration=configuration))


def _merged(old: ConfigurationPoint | None, new: ConfigurationPoint) -> ConfigurationPoint:
    if old is None:
        return new
    if old.text == new.text and old.readonly == new.readonly:
        return old
    return changed(new, key=old.key)


def _unknown(old: ConfigurationState, fact: ConfigurationReported) -> frozenset[str]:
    """The keys it says it does not have, less those that it reports all the same."""
    named = old.unknownKeys | {key.lower() for key in fact.unknownKeys}
    left = named - {point.key.lower() for point in fact.points}
    return frozenset(sorted(left)[:KEYS])


def _withReportedConnectors(record: ChargePointRecord) -> ChargePointRecord:
    """NumberOfConnectors makes connectors appear."""
    point = record.configuration.points.get("numberofconnectors")
    text = "" if point is None or point.text is None else point.text.strip()
    if not (text.isascii() and text.isdigit() and len(text) <= 4):
        return record
    return withConnectors(record, int(text))


def withAwaitingBoot(record: ChargePointRecord, keys: frozenset[str]) -> ChargePointRecord:
    """The same, with these lower-case keys awaiting the next boot."""
    old = record.configuration
    if keys == old.awaitingBoot or len(keys) > KEYS:
        return record
    return changed(record, configuration=changed(old, awaitingBoot=keys))


def configurationCompared(
    record: ChargePointRecord, fact: ConfigurationCompared
) -> ChargePointRecord:
    """Which wanted keys still differ."""
    old = record.configuration
    if old.driftAt is not None and old.drift == fact.drift:
        return record
    new = changed(old, drift=fact.drift, driftAt=fact.at)
    return changed(record, configuration=new)
