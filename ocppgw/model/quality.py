"""
A value as it has to be shown, given the state of the link.

A record keeps what was received; that the link was lost is known in one place, ``link``, and
taken into account only here, when somebody looks.  While the charge point is connected the
point itself is given back, so looking costs nothing and identities can be compared.
"""

from __future__ import annotations

import enum
from datetime import datetime
from functools import lru_cache

from ocppgw.model.point import Point, Quality
from ocppgw.model.records import ChargePointRecord
from ocppgw.model.sharing import changed


class Kind(enum.Enum):
    """What a value is, as far as a lost link matters."""

    measurement = "measurement"
    live = "live"
    transaction = "transaction"
    configuration = "configuration"
    status = "status"
    """Status, ErrorCode, their numbers and the Booleans computed from them."""
    identity = "identity"
    """What BootNotification said: good once known."""
    own = "own"
    """The gateway's own facts: always good."""


KEEPING = frozenset({Kind.measurement, Kind.live, Kind.transaction, Kind.configuration})
ALWAYS = frozenset({Kind.identity, Kind.own})

USABLE = frozenset({Quality.good, Quality.subNormal, Quality.uncertain, Quality.stale})
"""Qualities that a lost link makes worse; the others say that there is no value anyway."""


def lostQuality(record: ChargePointRecord, kind: Kind) -> Quality | None:
    """The quality that replaces a usable one, or ``None`` while the link does not matter."""
    if record.link.connected or kind in ALWAYS:
        return None
    choice = record.settings.offlineQuality
    if choice == "uncertain":
        return Quality.lastUsable
    if choice == "bad":
        return Quality.noCommunication
    return Quality.lastUsable if kind in KEEPING else Quality.noCommunication


def seen(point: Point | None, record: ChargePointRecord, kind: Kind) -> Point:
    """
    The point to be shown: the same object while connected.

    With the link lost it has the quality that says so, and the time at which the loss was
    recognised; the last value travels along.  What was never received is ``waiting``.  The
    same point of the same loss is given back as the same object mostly, and equal always.
    """
    if point is None:
        return _waiting(record.knownSince)
    quality = lostQuality(record, kind)
    if quality is None or point.quality not in USABLE:
        return point
    return _lost(point, type(point.value).__name__, record.link.at or record.knownSince, quality)


@lru_cache(maxsize=1024)
def _waiting(since: datetime) -> Point:
    return Point(None, since, since, Quality.waiting)


@lru_cache(maxsize=8192)
def _lost(point: Point, kind: str, at: datetime, quality: Quality) -> Point:
    # ``kind`` is part of the memory's key, because False and 0.0 are equal.
    return changed(point, sourceTime=at, receivedTime=at, quality=quality)
