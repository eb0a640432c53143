"""
Moments and time zones.
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
