"""
How values are written for people.

Pure.  What a charge point sends may hold anything: characters that cannot be seen, or that change
how others are shown, are written out.
"""

from __future__ import annotations

import unicodedata
from datetime import datetime
from typing import Any
from urllib.parse import quote

from markupsafe import Markup

from ocppgw.model.point import Point
from ocppgw.model.sums import USABLE
from ocppgw.v16.states import MEANINGS

NOTHING = "\N{EN DASH}"


def visible(text: str) -> str:
    """The text with every invisible character written out; line ends stay."""
    if text.isprintable():
        return text
    return "".join(one if one == "\n" or _isShown(one) else _written(one) for one in text)


def _isShown(one: str) -> bool:
    return one == " " or not unicodedata.category(one).startswith(("C", "Z"))


def _written(one: str) -> str:
    number = ord(one)
    if unicodedata.category(one) == "Zs":
        return " "
    return f"\\x{number:02x}" if number < 256 else f"\\u{number:04x}"


def finalized(value: Any) -> Any:
    """What a template puts into a page, before it is escaped."""
    if value is None:
        return NOTHING
    return visible(value) if type(value) is str else value


def utc(at: datetime) -> str:
    """A time, to the second, with its zone."""
    return f"{_second(at)} UTC"


def time(at: datetime | None) -> str:
    """The same as an element of a page, which the script shows in the zone of the browser."""
    return _TIME.format(_machine(at), utc(at), " data-at", _second(at)) if at else NOTHING


def day(at: datetime) -> str:
    """A day in UTC, which it stays."""
    return _TIME.format(_machine(at), utc(at), "", at.date().isoformat())


_TIME = Markup('<time datetime="{}" title="{}"{}>{}</time>')


def _second(at: datetime) -> str:
    # Not strftime, which leaves out the zeros before a year.
    return at.replace(tzinfo=None).isoformat(" ", "seconds")


def _machine(at: datetime) -> str:
    return at.replace(tzinfo=None).isoformat("T", "seconds") + "Z"


def watts(value: float | None) -> str:
    """A power."""
    if value is None:
        return NOTHING
    return f"{value / 1000:.2f} kW" if abs(value) >= 1000 else f"{value:.0f} W"


def wattHours(value: float | None) -> str:
    """An energy."""
    if value is None:
        return NOTHING
    return f"{value / 1000:.2f} kWh" if abs(value) >= 1000 else f"{value:.0f} Wh"


def number(point: Point | None) -> float | None:
    """The number of a point that can be trusted."""
    if point is None or point.quality not in USABLE or not isinstance(point.value, float):
        return None
    return point.value


def amount(point: Point | None, unit: str) -> str:
    """A live value with its unit."""
    value = number(point)
    if value is None:
        return NOTHING
    if unit == "W":
        return watts(value)
    return wattHours(value) if unit == "Wh" else f"{value:.4g} {unit}"


def meaning(word: str | None) -> str:
    """What a status, error code or stop reason of OCPP means; empty for any other word."""
    return MEANINGS.get(word or "", "")


def segment(text: str) -> str:
    """A text as one part of a path."""
    return quote(text, safe="")
