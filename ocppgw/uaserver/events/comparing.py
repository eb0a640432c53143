"""
Comparing two values of a filter (OPC 10000-4, 7.7.3): what has to be converted
for it, and what cannot be compared at all.  Pure.

``None`` is a null value, and the third truth value: unknown.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any

from opcua import ua

Truth = bool | None


def plain(variant: Any) -> Any:
    """What a Variant holds, as something that compares as it should."""
    value = variant.Value if isinstance(variant, ua.Variant) else variant
    if isinstance(value, ua.LocalizedText):
        return value.Text
    if isinstance(value, ua.StatusCode):
        return int(value.value)
    if isinstance(value, Enum):
        return value.value
    return value


def equal(one: Any, other: Any) -> Truth:
    """Equals: unknown where one is null."""
    if one is None or other is None:
        return None
    alike = _alike(one, other)
    return bool(alike is not None and alike[0] == alike[1])


def ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Truth]:
    """A comparison by size: false for what has no order."""

    def compare(one: Any, other: Any) -> Truth:
        if one is None or other is None:
            return None
        alike = _alike(one, other)
        if alike is None or not isinstance(alike[0], (int, float, str, datetime)):
            return False
        return test(*alike)

    return compare


def _alike(one: Any, other: Any) -> tuple[Any, Any] | None:
    """Both as one type, or ``None`` where neither can become the other's."""
    if _isNumber(one) and _isNumber(other):
        return one, other
    if _isNumber(one) and isinstance(other, str):
        return _numbers(one, other)
    if isinstance(one, str) and _isNumber(other):
        return _numbers(one, other)
    return (one, other) if type(one) is type(other) else None


def _numbers(one: Any, other: Any) -> tuple[float, float] | None:
    try:
        return float(one), float(other)
    except ValueError:
        return None


def _isNumber(value: Any) -> bool:
    return isinstance(value, (int, float))
