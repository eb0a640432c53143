"""Times as the database keeps them: integer microseconds since 1970, UTC.  Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def toNumber(time: datetime) -> int:
    """Microseconds since 1970 of an aware time."""
    return (time - _EPOCH) // _MICROSECOND


def toNumberOrNone(time: datetime | None) -> int | None:
    """The same, where there may be none."""
    return None if time is None else toNumber(time)


def toTime(number: int) -> datetime:
    """The aware UTC time of a number of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=number)


def toTimeOrNone(number: int | None) -> datetime | None:
    """The same, where there may be none."""
    return None if number is None else toTime(number)
