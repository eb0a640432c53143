"""
Finding what a path names.
"""

from __future__ import annotations

from ocppgw.model.records import ChargePointRecord
from ocppgw.web.api.declaring import ApiError, Asked, Problem

UNKNOWN = Problem("unknownTarget", "there is no such charge point", "nodeName")


def recordOf(asked: Asked) -> ChargePointRecord:
    """The charge point of the path."""
    record = asked.means.registry.record(asked.path["nodeName"])
    if record is None:
        raise ApiError(404, UNKNOWN)
    return record


def isNumber(text: str) -> bool:
    """Whether a part of a path is a whole number that fits OCPP."""
    return len(text) < 12 and text.isascii() and text.removeprefix("-").isdecimal()
