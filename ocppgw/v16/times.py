"""
Date-times as charge points write them, and as we do.

Pure: the time of receipt comes in as a parameter.  Source: OCPP 1.6 sections 3.14 and 3.15.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo

from msgspec import Struct

from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.ocppj.errorcodes import PROPERTY_VIOLATION

_LONGEST = 80

_PATTERN = re.compile(
    r"(?P<year>[0-9]{4})-?(?P<month>[0-9]{2})-?(?P<day>[0-9]{2})"
    r"(?:[Tt]|\s+)"
    r"(?P<hour>[0-9]{2}):?(?P<minute>[0-9]{2})"
    r"(?::?(?P<second>[0-9]{2})(?:[.,](?P<fraction>[0-9]+))?)?"
    r"\s*(?P<zone>[Zz]|(?P<sign>[+\-\N{MINUS SIGN}])(?P<oh>[0-9]{2})(?::?(?P<om>[0-9]{2}))?)?"
)

_USUAL = (len("2026-11-01T12:00:00Z"), len("2026-11-01T12:00:00.000Z"))
_MARKS = ("--T::Z", "--T::.")
"""What stands between the digits, at each third place from the fifth on."""


class ReadTime(Struct, frozen=True, gc=False):
    """
    A time that was read.

    :ivar time: aware UTC; the time of receipt where none could be read.
    :ivar deviation: what was odd.
    :ivar isTime: whether there was a time to be read.
    """

    time: datetime
    deviation: Deviation | None = None
    isTime: bool = True


def readTime(
    text: str | None, receivedAt: datetime, zone: tzinfo | None = None, isLocal: bool = False
) -> ReadTime:
    """
    Read a date-time; whatever the text, there is a time.

    Offsets may lack minutes or colon (T1), the fraction may have any number of digits or a comma,
    24:00:00 and a second 60 are understood (T6; what is finer than microseconds is cut off).  A
    text without zone is in ``zone``, else UTC and a deviation (T2).  Anything else is the time of
    receipt and a deviation (T5).  ``None``, nothing was sent, is the time of receipt.

    :param isLocal: whether the text is in ``zone`` whatever zone it names (T3).
    """
    if text is None:
        return ReadTime(receivedAt, isTime=False)
    usual = None if isLocal else _usual(text)
    if usual is not None:
        return ReadTime(usual)
    try:
        return _readAny(text, zone, isLocal)
    except (ValueError, OverflowError):
        odd = "not a date-time; the time of receipt is used"
        deviation = Deviation("T5", "", odd, excerpt(text), PROPERTY_VIOLATION)
        return ReadTime(receivedAt, deviation, isTime=False)


def isTime(text: str) -> bool:
    """Whether a date-time can be read from this text."""
    try:
        _readAny(text, None)
    except (ValueError, OverflowError):
        return False
    return True


def _usual(text: str) -> datetime | None:
    """The time in a text as most write it, ``2026-11-01T12:00:00[.000]Z``; read in C."""
    # Python takes other marks, too, and none, in places where nobody should read a time.
    if text[4:20:3] not in _MARKS or text[-1] != "Z" or len(text) not in _USUAL:
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _readAny(text: str, zone: tzinfo | None, isLocal: bool = False) -> ReadTime:
    found = _PATTERN.fullmatch(text.strip(" \0")) if len(text) <= _LONGEST else None
    if found is None:
        raise ValueError(text)
    local = _local(found)
    if isLocal and zone is not None:
        return ReadTime(local.replace(tzinfo=zone).astimezone(UTC))
    if found["zone"] is None:
        odd = None if zone else Deviation("T2", "", "no time zone; taken as UTC", excerpt(text))
        return ReadTime(local.replace(tzinfo=zone or UTC).astimezone(UTC), odd)
    return ReadTime(local.replace(tzinfo=_zone(found)).astimezone(UTC))


def _local(found: re.Match[str]) -> datetime:
    """The date and time as written, with 24:00:00 and a leap second carried over."""
    year, month, day = int(found["year"]), int(found["month"]), int(found["day"])
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    micro = int((found["fraction"] or "")[:6].ljust(6, "0"))
    carry = timedelta()
    if hour == 24 and not (minute or second or micro):
        hour, carry = 0, timedelta(days=1)
    if second == 60:
        second, carry = 59, carry + timedelta(seconds=1)
    return datetime(year, month, day, hour, minute, second, micro) + carry  # noqa: DTZ001


def _zone(found: re.Match[str]) -> tzinfo:
    if found["sign"] is None:
        return UTC
    offset = timedelta(hours=int(found["oh"]), minutes=int(found["om"] or 0))
    return timezone(offset if found["sign"] == "+" else -offset)


def writeTime(time: datetime, fraction: bool = True) -> str:
    """
    Write an aware time in UTC, with exactly three digits of fraction, or none, and ``Z`` (T7).

    Some charge points take nothing else.
    """
    spec = "milliseconds" if fraction else "seconds"
    return time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec=spec) + "Z"
