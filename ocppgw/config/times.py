"""
Moments, time zones, and how long something is kept.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

import attrs

from ocppgw.config.errors import Unacceptable
from ocppgw.config.kinds import Kind
from ocppgw.config.showing import shown

_OFFSET = re.compile(r"([+-])([01][0-9]|2[0-3]):([0-5][0-9])")


@attrs.frozen
class Moment(Kind[datetime]):
    """A TOML date-time with its offset; becomes UTC."""

    @property
    def accepted(self) -> str:
        return "a date-time with its offset, without quotes, like 2030-12-31T23:59:59Z"

    def read(self, value: object) -> datetime:
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise Unacceptable(shown(value))
        try:
            return value.astimezone(UTC)
        except OverflowError:
            raise Unacceptable(shown(value)) from None


_DAYS = {"day": 1, "week": 7, "year": 365}
_KEPT = re.compile(r"([1-9][0-9]{0,4}) (day|week|year)s?")
MOST_DAYS = 36_500

FOREVER = timedelta.max
"""Nothing of it is ever thrown away."""


@attrs.frozen
class Keeping(Kind[timedelta]):
    """How long something is kept; ``forever`` becomes `FOREVER`."""

    @property
    def accepted(self) -> str:
        return 'a number of days, weeks or years in quotes, like "400 days", or "forever"'

    def read(self, value: object) -> timedelta:
        if value == "forever":
            return FOREVER
        kept = _KEPT.fullmatch(value) if isinstance(value, str) else None
        if kept is None or int(kept[1]) * _DAYS[kept[2]] > MOST_DAYS:
            raise Unacceptable(shown(value))
        return timedelta(days=int(kept[1]) * _DAYS[kept[2]])


@attrs.frozen
class TimeZone(Kind[tzinfo]):
    """UTC, a fixed offset, or a zone by its IANA name."""

    @property
    def accepted(self) -> str:
        return '"UTC", an offset like "+01:00", or a zone that this machine knows, "Europe/Berlin"'

    def read(self, value: object) -> tzinfo:
        if not isinstance(value, str):
            raise Unacceptable(shown(value))
        if value == "UTC":
            return UTC
        offset = _OFFSET.fullmatch(value)
        return _fixed(offset) if offset else _named(value)


def _fixed(offset: re.Match[str]) -> tzinfo:
    minutes = int(offset[2]) * 60 + int(offset[3])
    return timezone(timedelta(minutes=-minutes if offset[1] == "-" else minutes))


def _named(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (OSError, ValueError, KeyError):
        raise Unacceptable(shown(name)) from None
