"""
When is a new value worth a notification?  DataChangeFilter (OPC 10000-4,
7.22.2).  Pure.
"""

from __future__ import annotations

from datetime import datetime
from math import isnan
from typing import Any

from attrs import frozen

from ocppgw.uaserver.codec.sharedvalues import GoodDouble

_WORDS = frozenset((str, bool, datetime))
"""Of which two differ by any difference."""

STATUS, STATUS_VALUE, STATUS_VALUE_TIMESTAMP = 0, 1, 2


@frozen
class DataChange:
    """
    What counts as a change.

    :ivar trigger: which parts of a DataValue count.
    :ivar deadband: numbers that differ by no more than this are the same;
        0 for none.
    """

    trigger: int = STATUS_VALUE
    deadband: float = 0.0

    @property
    def isTimed(self) -> bool:
        """Is another SourceTimestamp of the same value a change?"""
        return self.trigger == STATUS_VALUE_TIMESTAMP

    def passes(self, last: Any, new: Any) -> bool:
        """Is ``new`` to be reported after ``last`` was (``None``: nothing yet)?"""
        if last is None:
            return True
        if last.StatusCode is not new.StatusCode and _code(last) != _code(new):
            return True
        if self.trigger != STATUS and self._differs(last, new):
            return True
        return self.isTimed and bool(last.SourceTimestamp != new.SourceTimestamp)

    def _differs(self, told: Any, other: Any) -> bool:
        if type(told) is GoodDouble and type(other) is GoodDouble:  # nearly always
            return self._areApart(told.number, other.number)
        last, new = told.Value, other.Value
        if last is new:
            return False
        if last is None or new is None or last.VariantType is not new.VariantType:
            return True
        before, after = last.Value, new.Value
        kind = type(before)
        if kind is type(after) and (kind in _WORDS or (kind is int and not self.deadband)):
            return bool(before != after)
        if isinstance(before, list) and isinstance(after, list):
            return len(before) != len(after) or any(map(self._apart, before, after))
        return self._apart(before, after)

    def _apart(self, before: Any, after: Any) -> bool:
        if before == after:
            return False
        return not (_isNumber(before) and _isNumber(after)) or self._areApart(before, after)

    def _areApart(self, before: float, after: float) -> bool:
        if before == after:
            return False
        if abs(after - before) > self.deadband:
            return True
        return isnan(before) is not isnan(after)  # NaN differs from itself, but is no news


#: What holds when a client gives no filter.
DEFAULT = DataChange()


def _code(value: Any) -> int:
    code = value.StatusCode
    return 0 if code is None else int(code.value)


def _isNumber(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)
