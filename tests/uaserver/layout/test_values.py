"""DataValues: the StatusCode of each quality, and no null that says it is good."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial import unittest

from ocppgw.model.point import Point, Quality
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.values import STATUS, dataValue
from tests.uaserver.layout.site import CODES, START, later


class Qualities(unittest.SynchronousTestCase):
    """Quality to StatusCode."""

    def test_table(self) -> None:
        """Each quality has its StatusCode."""
        expected = {
            Quality.good: CODES.Good,
            Quality.subNormal: CODES.UncertainSubNormal,
            Quality.uncertain: CODES.Uncertain,
            Quality.stale: CODES.UncertainLastUsableValue,
            Quality.lastUsable: CODES.UncertainNoCommunicationLastUsableValue,
            Quality.noCommunication: CODES.BadNoCommunication,
            Quality.waiting: CODES.BadWaitingForInitialData,
            Quality.encodingInvalid: CODES.BadDataEncodingInvalid,
            Quality.noData: CODES.BadNoData,
            Quality.notSupported: CODES.BadNotSupported,
            Quality.noBound: CODES.BadBoundNotFound,
        }
        self.assertEqual({q: s.value for q, s in STATUS.items()}, expected)
        self.assertEqual(set(STATUS), set(Quality))

    @given(
        st.sampled_from(DataType),
        st.sampled_from(Quality),
        st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text()),
    )
    def test_alwaysTypedAndTimed(
        self, dataType: DataType, quality: Quality, value: bool | int | float | str | None
    ) -> None:
        """Every value has its declared type and both times, and no null is good."""
        made = dataValue(Point(value, START, later(1), quality), dataType)
        self.assertIs(made.Value.VariantType, dataType.variantType)
        self.assertEqual((made.SourceTimestamp, made.ServerTimestamp), (START, later(1)))
        if made.Value.Value is None:
            self.assertNotEqual(made.StatusCode.value, CODES.Good)

    def test_valueThatDoesNotFit(self) -> None:
        """A value of another type than declared is BadDataEncodingInvalid and null."""
        made = dataValue(Point("x", START, START), DataType.Double)
        self.assertIsNone(made.Value.Value)
        self.assertEqual(made.StatusCode.value, CODES.BadDataEncodingInvalid)

    def test_badValuesTravel(self) -> None:
        """The last value travels along with a bad StatusCode."""
        made = dataValue(Point("Charging", START, START, Quality.noCommunication), DataType.String)
        self.assertEqual(made.Value.Value, "Charging")
