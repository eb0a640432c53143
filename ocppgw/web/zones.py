"""
The time zone in which a browser shows times, and in which times are typed into its forms.
"""

from __future__ import annotations

from datetime import UTC, tzinfo

from ocppgw.config.errors import Unacceptable
from ocppgw.config.times import TimeZone
from ocppgw.web.api.declaring import ApiError, Problem


def zoneOf(text: str) -> tzinfo:
    """The zone of a form; UTC where it names none.  Raises `ApiError`."""
    try:
        return TimeZone().read(text) if text else UTC
    except Unacceptable:
        problem = Problem("invalidArgument", "This time zone is not known here.", "zone")
        raise ApiError(422, problem) from None
