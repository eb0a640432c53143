"""
Sums over the connectors of one charge point, and its Alarm.

Computed again only when a connector, the link or the settings changed.  Connector 0 is the
whole charge point and has no Live: it counts for Alarm only.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from ocppgw.model import words
from ocppgw.model.point import Point, Quality, computed
from ocppgw.model.records import ChargePointRecord, ConnectorRecord, Live, StatusReport, Sums
from ocppgw.model.sharing import changed

USABLE = frozenset({Quality.good, Quality.subNormal})
"""Contributions that speak; every other quality of a number is silence."""

FLOWS = ("power", "currentL1", "currentL2", "currentL3")
"""A silent contributor counts 0 here; for energy its last value counts."""

NAMES = (*FLOWS, "energy")


def isSummed(old: ChargePointRecord, new: ChargePointRecord) -> bool:
    """Whether the sums of ``new`` are right, given that those of ``old`` were."""
    return new is old or (
        new.connectors is old.connectors
        and new.link.connected == old.link.connected
        and new.settings is old.settings
        and new.registration is old.registration
    )


def withSums(record: ChargePointRecord, at: datetime) -> ChargePointRecord:
    """
    The record with its sums computed from its connectors; what is equal stays as it was.

    :param at: when what changed became known.
    """
    old = record.sums
    charging, alarm = connectorsCharging(record), isAlarm(record)
    known = old.at is not None and (charging, alarm) == (old.connectorsCharging, old.alarm)
    kept = keptSums(old, record.connectors.values())
    new = changed(old, connectorsCharging=charging, alarm=alarm, at=old.at if known else at, **kept)
    return changed(record, sumsLater=new)


def sumsOf(connectors: Iterable[ConnectorRecord]) -> dict[str, Point | None]:
    """What connectors say in numbers, added up."""
    lives = [one.live for one in connectors if one.connectorId]
    return {name: _sumOf(lives, name) for name in NAMES}


def keptSums(old: Sums, connectors: Iterable[ConnectorRecord]) -> dict[str, Point | None]:
    """The same, each as it was while it is equal."""
    return {name: same(getattr(old, name), point) for name, point in sumsOf(connectors).items()}


def _sumOf(lives: Iterable[Live], name: str) -> Point | None:
    points = [point for live in lives if (point := getattr(live, name)) is not None]
    if len(points) == 1 and points[0].quality is Quality.good:
        return _ofOne(points[0])
    return total(points, silentCounts=name not in FLOWS) if points else None


def _ofOne(point: Point) -> Point | None:
    """The usual sum, shorter: that of the one connector which says something."""
    if not isinstance(point.value, float):
        return None
    return Point(computed(point.value), point.sourceTime, point.receivedTime)


def total(points: Iterable[Point | None], *, silentCounts: bool) -> Point | None:
    """
    The sum of what contributes, as new as its newest part; ``None`` where nothing does.

    A silent contributor makes it ``subNormal``.
    """
    value, fine = 0.0, True
    newest: Point | None = None
    for point in points:
        if point is None or not isinstance(point.value, float):
            continue
        fine = fine and point.quality is Quality.good
        if silentCounts or point.quality in USABLE:
            value += point.value
        if newest is None or point.sourceTime > newest.sourceTime:
            newest = point
    if newest is None:
        return None
    quality = Quality.good if fine else Quality.subNormal
    return Point(computed(value), newest.sourceTime, newest.receivedTime, quality)


def same(old: Point | None, new: Point | None) -> Point | None:
    """The old point while value and quality are what they were."""
    if old is None or new is None:
        return new
    unchanged = old.value == new.value and old.quality is new.quality
    return old if unchanged else new


def connectorsCharging(record: ChargePointRecord) -> int:
    """How many connectors report Charging, by their last status."""
    statuses = [one.status for one in record.connectors.values() if one.connectorId]
    return len([each for each in statuses if each is not None and each.status == words.CHARGING])


def isAlarm(record: ChargePointRecord) -> bool:
    """
    Whether somebody should look: not connected, or a connector is Faulted; never while disabled.

    An error code without the status Faulted is a warning, not an alarm (B23); a fault that was
    told before the last boot is over (B24).
    """
    if not record.settings.enabled:
        return False
    if not record.link.connected:
        return True
    statuses = [one.status for one in record.connectors.values()]
    lastBoot = record.registration.lastBoot
    return any(each is not None and isFault(each, lastBoot) for each in statuses)


def isFault(report: StatusReport, lastBoot: datetime | None) -> bool:
    """Whether a status is a fault still."""
    if report.status != words.FAULTED:
        return False
    return lastBoot is None or report.receivedTime >= lastBoot
