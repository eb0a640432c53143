"""
One value as it was told to us: value, quality and the two times.

Only that.  What the qualities become on the wire is the OPC UA side's business.
"""

from __future__ import annotations

import enum
from datetime import datetime

from msgspec import Struct

Value = bool | int | float | str | datetime | None


class Quality(enum.Enum):
    """How far a value can be trusted, in this order of trouble."""

    __hash__ = object.__hash__  # that of enumerations is slow, and asked for with each value

    good = "good"
    subNormal = "subNormal"
    """A sum with a silent contributor, or an energy whose register jumped back."""
    uncertain = "uncertain"
    """Understood only in part, like a status word that the standard does not know."""
    stale = "stale"
    """Older than the charge point's own interval allows while it charges."""
    lastUsable = "lastUsable"
    """The link is lost; this is the last value that was received."""
    noCommunication = "noCommunication"
    """The link is lost, and a last value must not be taken for the present state."""
    waiting = "waiting"
    """Nothing was received yet."""
    encodingInvalid = "encodingInvalid"
    """Something was received that cannot be read as the type it has to be."""
    noData = "noData"
    """The charge point named the thing and gave no value."""
    notSupported = "notSupported"
    """The charge point said that it does not have this."""
    noBound = "noBound"
    """In a history: nothing is known before, or after, the time that was asked for."""


def computed(value: float) -> float:
    """A difference or a sum without the noise of binary fractions: to a millionth."""
    return round(value, 6) if value % 1 else value  # to round takes long


GOOD = Quality.good
"""
Nearly every quality.  A name of its own, because to find a member in its enumeration takes longer
than to make a point.
"""


class Point(Struct, frozen=True, gc=False):
    """
    A value with its history-worthy times.

    :ivar value: the value in base units; ``None`` where the quality says that there is none.
    :ivar sourceTime: aware UTC, the charge point's time of the value (or the time of receipt).
    :ivar receivedTime: aware UTC, when the gateway learnt it.
    :ivar quality: how far it can be trusted, the state of the link left aside.
    :ivar text: exactly what was sent, where the value alone cannot say it.
    """

    value: Value
    sourceTime: datetime
    receivedTime: datetime
    quality: Quality = GOOD
    text: str | None = None
