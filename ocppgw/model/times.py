"""
Which time a value is shown with, and which of two values is the newer one.

Pure decisions about clocks that nobody can trust; no clock is read here.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from ocppgw.model.records import LinkState, Settings

BACKLOG_LIMIT = timedelta(days=30)
"""A queued message older than this comes from a charge point without a clock (1970, 2000)."""

REORDERING = timedelta(seconds=120)
"""How long after a value an older one can still be a message that was overtaken (T8, T9)."""


class Timed(Protocol):
    """What has a time of its own and a time of receipt: a point, a status report."""

    @property
    def sourceTime(self) -> datetime:
        """The charge point's time of the value."""

    @property
    def receivedTime(self) -> datetime:
        """When the gateway learnt it."""


def isBacklog(link: LinkState, sourceTime: datetime | None) -> bool:
    """
    Whether a time lies before the present link was opened: the message waited in a queue.

    This is what ``backlog`` of `effectiveTime` is meant to be.
    """
    return sourceTime is not None and link.openedAt is not None and sourceTime < link.openedAt


def effectiveTime(
    sourceTime: datetime | None, receivedAt: datetime, settings: Settings, backlog: bool = False
) -> tuple[datetime, bool]:
    """
    The SourceTimestamp of a value, and whether the time given was nonsense.

    Nonsense is what lies further from receipt than ``clockTolerance``, unless the message was
    queued while offline (then up to 30 days back).  The caller counts it as a deviation.

    :param sourceTime: what the charge point said, ``None`` where it gave no time.
    """
    if sourceTime is None or settings.sourceTimestamp == "receipt":
        return receivedAt, False
    earliest, latest, latestQueued = _bounds(settings.clockTolerance)
    if earliest <= receivedAt - sourceTime <= (latestQueued if backlog else latest):
        return sourceTime, False
    return receivedAt, True


@lru_cache(maxsize=64)
def _bounds(clockTolerance: float) -> tuple[timedelta, timedelta, timedelta]:
    """By how much a message may come too early, too late, and too late out of a queue."""
    tolerance = timedelta(seconds=clockTolerance)
    return -tolerance, tolerance, max(BACKLOG_LIMIT, tolerance)


def isLate(sourceTime: datetime, receivedAt: datetime, settings: Settings) -> bool:
    """Whether something tells of the past: it came later than clocks alone explain."""
    return receivedAt - sourceTime > _bounds(settings.clockTolerance)[1]


def supersedes(new: Timed, current: Timed | None, settings: Settings) -> bool:
    """
    Whether a value may replace the current one (T8, T9).

    An older one does not, except where its time says nothing about the order: the current
    value carries the time of receipt (another clock), or it came so long ago that a fresh
    but "older" value means that the charge point's clock was set back.
    """
    if current is None or new.sourceTime >= current.sourceTime:
        return True
    if isLate(new.sourceTime, new.receivedTime, settings):
        return False
    otherClock = current.sourceTime == current.receivedTime
    return otherClock or new.receivedTime - current.receivedTime > REORDERING
