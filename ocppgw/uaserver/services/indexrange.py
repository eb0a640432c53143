"""
IndexRange (OPC 10000-4, 7.27): part of an array, matrix, String or ByteString.
Pure.
"""

from __future__ import annotations

import re
from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.errors import Fault

_RANGE = re.compile(r"(\d{1,9})(?::(\d{1,9}))?")
_DIMENSIONS = 8

Range = tuple[int, int]


def parseRange(text: str) -> list[Range]:
    """
    First and last index of each dimension.

    :raise Fault: ``BadIndexRangeInvalid``.
    """
    parts = text.split(",")
    if len(parts) > _DIMENSIONS:
        raise Fault(ua.StatusCodes.BadIndexRangeInvalid, "too many dimensions")
    return [_parsePart(part) for part in parts]


def _parsePart(part: str) -> Range:
    match = _RANGE.fullmatch(part)
    if match is None:
        raise Fault(ua.StatusCodes.BadIndexRangeInvalid, "no index range")
    first = int(match[1])
    if match[2] is None:
        return first, first
    last = int(match[2])
    if last <= first:
        raise Fault(ua.StatusCodes.BadIndexRangeInvalid, "empty index range")
    return first, last


def applyRange(variant: Any, text: str) -> Any:
    """
    The part of a Variant that an IndexRange means.

    :raise Fault: ``BadIndexRangeInvalid`` or ``BadIndexRangeNoData``.
    """
    ranges = parseRange(text)
    part = _part(variant.Value, ranges)
    isArray = isinstance(part, list)
    return ua.Variant(part, variant.VariantType, is_array=isArray)


def _part(value: Any, ranges: list[Range]) -> Any:
    if not ranges:
        return value
    if not isinstance(value, (list, tuple, str, bytes)):
        raise Fault(ua.StatusCodes.BadIndexRangeNoData, "not an array")
    first, last = ranges[0]
    if first >= len(value):
        raise Fault(ua.StatusCodes.BadIndexRangeNoData, "outside of the array")
    selected = value[first : last + 1]
    if isinstance(selected, (str, bytes)):
        if len(ranges) > 1:
            raise Fault(ua.StatusCodes.BadIndexRangeNoData, "too many dimensions")
        return selected
    return [_part(each, ranges[1:]) for each in selected]
