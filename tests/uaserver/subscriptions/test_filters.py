"""Tests of `ocppgw.uaserver.subscriptions.filters`."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given, strategies as st
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver.subscriptions.filters import (
    DEFAULT,
    STATUS,
    STATUS_VALUE,
    STATUS_VALUE_TIMESTAMP,
    DataChange,
)
from tests.conformance import shows
from tests.uaserver.toy import RECEIVED, dataValue

KINDS = ua.VariantType
BAD = int(ua.StatusCodes.BadNoCommunication)
NAN = float("nan")
numbers = st.floats(-1e6, 1e6)


def number(content: float, code: int = 0, seconds: int = 0) -> Any:
    """A DataValue with a Double."""
    return dataValue(content, KINDS.Double, code, RECEIVED + timedelta(seconds=seconds))


class DataChangeTests(TestCase):
    def test_firstAlways(self) -> None:
        """The first value is always reported, whatever the filter."""
        for trigger in (STATUS, STATUS_VALUE, STATUS_VALUE_TIMESTAMP):
            self.assertTrue(DataChange(trigger, 1e9).passes(None, number(0.0)))

    def test_statusAlone(self) -> None:
        """A change of the StatusCode alone is reported by every filter."""
        for trigger in (STATUS, STATUS_VALUE, STATUS_VALUE_TIMESTAMP):
            self.assertTrue(DataChange(trigger, 1e9).passes(number(1.0), number(1.0, BAD)))

    def test_statusTrigger(self) -> None:
        """The trigger Status ignores the value."""
        self.assertFalse(DataChange(STATUS).passes(number(1.0), number(2.0)))

    def test_timestamps(self) -> None:
        """A newer timestamp counts for the trigger that names it, and for no other."""
        before, after = number(1.0), number(1.0, seconds=1)
        self.assertFalse(DEFAULT.passes(before, after))
        self.assertTrue(DataChange(STATUS_VALUE_TIMESTAMP).passes(before, after))
        self.assertFalse(DataChange(STATUS_VALUE_TIMESTAMP).passes(before, before))

    def test_nan(self) -> None:
        """What stays no number is no news; what becomes or ceases to be one is."""
        self.assertFalse(DEFAULT.passes(number(NAN), number(NAN)))
        self.assertTrue(DEFAULT.passes(number(NAN), number(1.0)))
        self.assertTrue(DataChange(STATUS_VALUE, 5.0).passes(number(1.0), number(NAN)))

    @given(numbers, numbers, st.floats(0, 1e6))
    def test_deadband(self, before: float, after: float, deadband: float) -> None:
        """A number is reported when it is further away than the deadband."""
        passes = DataChange(STATUS_VALUE, deadband).passes(number(before), number(after))
        self.assertEqual(passes, before != after and abs(after - before) > deadband)

    @shows("Monitor Items Deadband Filter")
    def test_slowRamp(self) -> None:
        """A slow ramp within the deadband is reported once it left the last reported value."""
        deadband, last, reported = DataChange(STATUS_VALUE, 1.0), None, []
        for step in range(21):
            value = number(step / 2)
            if deadband.passes(last, value):
                last = value
                reported.append(step / 2)
        self.assertEqual(reported, [0.0, 1.5, 3.0, 4.5, 6.0, 7.5, 9.0])

    def test_types(self) -> None:
        """Strings, Booleans and another type count as different whatever the deadband."""
        wide = DataChange(STATUS_VALUE, 1e9)
        text = KINDS.String
        self.assertTrue(wide.passes(dataValue("a", text), dataValue("b", text)))
        self.assertFalse(wide.passes(dataValue("a", text), dataValue("a", text)))
        true, false = (dataValue(each, KINDS.Boolean) for each in (True, False))
        self.assertTrue(wide.passes(true, false))
        self.assertTrue(wide.passes(true, number(1.0)))

    def test_arrays(self) -> None:
        """An array is different when its length or any element is."""
        wide = DataChange(STATUS_VALUE, 2.0)
        before = dataValue([1.0, 2.0], KINDS.Double)
        self.assertFalse(wide.passes(before, dataValue([2.0, 3.0], KINDS.Double)))
        self.assertTrue(wide.passes(before, dataValue([1.0, 5.0], KINDS.Double)))
        self.assertTrue(wide.passes(before, dataValue([1.0], KINDS.Double)))
