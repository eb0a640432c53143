"""
What becomes of the Live values when charging ends.

Power and currents become 0 there and then, because many charge points send no further meter
values, and the last power would stand for hours.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from operator import attrgetter

from ocppgw.model.point import GOOD, Point, Quality
from ocppgw.model.records import Live, Settings
from ocppgw.model.sharing import changed
from ocppgw.model.times import isLate

FLOWING = ("power", "currentL1", "currentL2", "currentL3")
"""What cannot go on when nothing is charged."""

NAMES = Live.__struct_fields__

_pointsOf: Callable[[Live], tuple[Point | None, ...]] = attrgetter(*NAMES)


def idled(live: Live, at: datetime, receivedAt: datetime, settings: Settings) -> Live:
    """
    Live once charging ended at ``at``: what flowed is 0, and nothing is overdue any more.

    Told of the end long after it (an offline queue), only what is older than the end changes.
    """
    live = unaged(live)
    if not settings.zeroWhenIdle:
        return live
    late = isLate(at, receivedAt, settings)
    zeros: dict[str, Point] = {}
    for name in FLOWING:
        point: Point | None = getattr(live, name)
        if point is not None and not isIdle(point) and not (late and point.sourceTime > at):
            zeros[name] = Point(0.0, max(at, point.sourceTime), receivedAt)
    return changed(live, **zeros)


def isIdle(point: Point) -> bool:
    """Whether a point is a 0 of `idled`, which nobody sent."""
    return point.value == 0.0 and point.text is None and point.quality is GOOD


def aged(live: Live) -> Live:
    """Live with every good value marked as older than it should be."""
    return _requalified(live, GOOD, Quality.stale)


def unaged(live: Live) -> Live:
    """Live with that mark taken off."""
    return _requalified(live, Quality.stale, GOOD)


def _requalified(live: Live, old: Quality, new: Quality) -> Live:
    found = {
        name: changed(point, quality=new)
        for name, point in zip(NAMES, _pointsOf(live), strict=True)
        if point is not None and point.quality is old
    }
    return changed(live, **found) if found else live
