"""
Sums over the connectors of one charge point, and its Alarm.

Found out again only when a connector, the link or the settings changed: Alarm and what is charging
at once, the numbers when somebody asks.  Connector 0 is the whole charge point and has no Live: it
counts for Alarm only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter

from msgspec.structs import replace

from ocppgw.model import words
from ocppgw.model.later import Later
from ocppgw.model.latest import LatestLive
from ocppgw.model.point import GOOD, Point, Quality, computed
from ocppgw.model.records import ChargePointRecord, ConnectorRecord, Live, StatusReport, Sums
from ocppgw.model.sharing import changed

USABLE = frozenset({GOOD, Quality.subNormal})
"""Contributions that speak; every other quality of a number is silence."""

FLOWS = ("power", "currentL1", "currentL2", "currentL3")
"""A silent contributor counts 0 here; for energy its last value counts."""

NAMES = (*FLOWS, "energy")

_named: Callable[[Live], tuple[Point | None, ...]] = attrgetter(*NAMES)


def isSummed(old: ChargePointRecord, new: ChargePointRecord) -> bool:
    """Whether the sums of ``new`` are right, given that those of ``old`` were."""
    return new is old or (
        new.connectors is old.connectors
        and new.link.connected == old.link.connected
        and new.settings is old.settings
        and new.registration is old.registration
    )


class LatestSums(Later[Sums]):
    """
    Sums over the connectors, of which only the numbers are to be found out.

    :ivar old: the sums that were known last, with what is not a number as it is now.
    :ivar isFirst: they are those of the record before.  Else a sum that is what it was then may
        have been another one in between, and has the time of now: whoever looks at that record
        later must not see time run backwards.
    """

    __slots__ = ("connectors", "isFirst", "old")

    def __init__(
        self, old: Sums, connectors: Mapping[int, ConnectorRecord], *, isFirst: bool
    ) -> None:
        self.old = old
        self.connectors = connectors
        self.isFirst = isFirst

    def _make(self) -> Sums:
        sums, old = sumsOf(self.connectors.values()), self.old
        if self.isFirst:
            sums = {name: same(getattr(old, name), point) for name, point in sums.items()}
        return changed(old, **sums)


def withSums(record: ChargePointRecord, at: datetime) -> ChargePointRecord:
    """
    The record with the sums over its connectors; what is equal stays as it was.

    :param at: when what changed became known.
    """
    old, isFirst = _known(record)
    charging, alarm = told(record)
    if old.at is None or charging != old.connectorsCharging or alarm is not old.alarm:
        old = replace(old, connectorsCharging=charging, alarm=alarm, at=at)
    elif _areAlike(record.sumsLater, record.connectors):
        return record
    return replace(record, sumsLater=LatestSums(old, record.connectors, isFirst=isFirst))


def withNumbers(
    record: ChargePointRecord, connectors: Mapping[int, ConnectorRecord]
) -> ChargePointRecord:
    """The record with connectors of which only readings, and what follows from them, changed."""
    old, isFirst = _known(record)
    sums = LatestSums(old, connectors, isFirst=isFirst)
    return replace(record, connectors=connectors, sumsLater=sums)


def _known(record: ChargePointRecord) -> tuple[Sums, bool]:
    """The sums that were asked for last, and whether they are those of this record."""
    before = record.sumsLater
    if isinstance(before, LatestSums) and before.made is None:
        return before.old, False
    return record.sums, True


def _areAlike(sums: object, connectors: Mapping[int, ConnectorRecord]) -> bool:
    """Whether sums are over connectors that have the very Live that these have."""
    if not isinstance(sums, LatestSums) or len(sums.connectors) != len(connectors):
        return False
    for number, one in sums.connectors.items():
        now = connectors.get(number)
        if now is None or now.liveLater is not one.liveLater:
            return False
    return True


def sumsOf(connectors: Iterable[ConnectorRecord]) -> dict[str, Point | None]:
    """What connectors say in numbers, added up."""
    lives = [_numbersOf(one) for one in connectors if one.connectorId]
    sums: dict[str, Point | None] = dict.fromkeys(NAMES)
    for name, column in zip(NAMES, zip(*lives, strict=True), strict=False):
        only, number = None, 0
        for point in column:
            if point is not None:
                only = point
                number += 1
        if number == 1 and only is not None and only.quality is GOOD:
            sums[name] = _ofOne(only)
        elif number:
            sums[name] = total(column, silentCounts=name not in FLOWS)
    return sums


def _numbersOf(one: ConnectorRecord) -> Sequence[Point | None]:
    later = one.liveLater
    if type(later) is LatestLive and later.made is None:
        return later.points(NAMES)
    return _named(one.live)


def _ofOne(point: Point) -> Point | None:
    """The usual sum, shorter: that of the one connector which says something."""
    value = point.value
    if not isinstance(value, float):
        return None
    if point.text is None and not value % 1:
        return point
    return Point(computed(value), point.sourceTime, point.receivedTime)


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
        fine = fine and point.quality is GOOD
        if silentCounts or point.quality in USABLE:
            value += point.value
        if newest is None or point.sourceTime > newest.sourceTime:
            newest = point
    if newest is None:
        return None
    quality = GOOD if fine else Quality.subNormal
    return Point(computed(value), newest.sourceTime, newest.receivedTime, quality)


def same(old: Point | None, new: Point | None) -> Point | None:
    """The old point while value and quality are what they were."""
    if old is None or new is None:
        return new
    unchanged = old.value == new.value and old.quality is new.quality
    return old if unchanged else new


def told(record: ChargePointRecord) -> tuple[int, bool]:
    """
    How many connectors report Charging, by their last status; and whether somebody should look.

    That is: not connected, or a connector is Faulted; never while disabled.  An error code without
    the status Faulted is a warning, not an alarm (B23); a fault that was told before the last boot
    is over (B24).
    """
    charging, alarm = 0, not record.link.connected
    for one in record.connectors.values():
        report = one.status
        if report is None:
            continue
        if report.status == words.CHARGING and one.connectorId:
            charging += 1
        elif report.status == words.FAULTED:
            alarm = alarm or isFault(report, record.registration.lastBoot)
    return charging, alarm and record.settings.enabled


def isFault(report: StatusReport, lastBoot: datetime | None) -> bool:
    """Whether a status is a fault still."""
    if report.status != words.FAULTED:
        return False
    return lastBoot is None or report.receivedTime >= lastBoot
