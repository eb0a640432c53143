"""Tests of what measurands mean and how their nodes are named."""

from __future__ import annotations

import math

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16.measurands import (
    CURRENT,
    ENERGY,
    FREQUENCY,
    KINDS,
    PERCENT,
    POWER,
    REACTIVE_ENERGY,
    TEMPERATURE,
    VOLTAGE,
    nodeName,
    readNodeName,
    splitPhase,
    toBase,
)
from ocppgw.v16.metering import LOCATIONS, MEASURANDS, PHASES, UNITS

A_MEASURAND = st.sampled_from(list(MEASURANDS.words))
A_PHASE = st.sampled_from(["", *PHASES.words])
A_LOCATION = st.sampled_from(["", *LOCATIONS.words])


class Kinds(SynchronousTestCase):
    """What is measured, in which unit and range."""

    def test_all(self) -> None:
        """Each of the 22 measurands has a kind, and each kind a range."""
        self.assertEqual(len(KINDS), 22)
        self.assertEqual(set(KINDS), set(MEASURANDS.words))
        for kind in KINDS.values():
            self.assertLess(kind.low, kind.high)

    def test_families(self) -> None:
        """Some that are easily mistaken."""
        for measurand, kind in (
            ("Energy.Active.Import.Interval", ENERGY),
            ("Energy.Reactive.Import.Register", REACTIVE_ENERGY),
            ("Power.Offered", POWER),
            ("Current.Offered", CURRENT),
            ("Voltage", VOLTAGE),
            ("SoC", PERCENT),
        ):
            self.assertIs(KINDS[measurand], kind)

    def test_unitIds(self) -> None:
        """OPC UA's numbers of the units are the published ones."""
        for kind, number in (
            (ENERGY, 5720146),
            (POWER, 5723220),
            (CURRENT, 4279632),
            (VOLTAGE, 5655636),
            (FREQUENCY, 4740186),
            (PERCENT, 20529),
            (TEMPERATURE, 4408652),
        ):
            self.assertEqual(kind.unitId, number)
        self.assertEqual(REACTIVE_ENERGY.unitId, -1)

    def test_ranges(self) -> None:
        """The ranges are those that clients rely on."""
        self.assertEqual((VOLTAGE.low, VOLTAGE.high), (0, 1000))
        self.assertEqual((POWER.low, POWER.high), (0, 500000))
        self.assertEqual((ENERGY.low, ENERGY.high), (0, 1e10))
        self.assertEqual((TEMPERATURE.low, TEMPERATURE.high), (-50, 150))


class Conversion(SynchronousTestCase):
    """Values in base units."""

    def test_M2_noUnit(self) -> None:
        """Without a unit the value is in the measurand's own base unit, not always in Wh."""
        for measurand in KINDS:
            self.assertEqual(toBase(measurand, 21.5, None), 21.5)

    def test_M3_temperatures(self) -> None:
        """Kelvins and both spellings of Celsius, and degrees Fahrenheit."""
        for value, unit, expected in (
            (300.0, "K", 26.85),
            (26.85, "Celsius", 26.85),
            (26.85, "Celcius", 26.85),
            (212.0, "Fahrenheit", 100.0),
        ):
            self.assertAlmostEqual(toBase("Temperature", value, unit), expected)

    def test_M3_frequency(self) -> None:
        """Hertz or none for a frequency are the same."""
        self.assertEqual(toBase("Frequency", 50.01, "Hertz"), 50.01)
        self.assertEqual(toBase("Frequency", 50.01, None), 50.01)

    def test_thousands(self) -> None:
        """Kilo-units become units, without leftovers of binary fractions."""
        for unit in ("kWh", "kvarh", "kW", "kVA", "kvar"):
            self.assertIn(unit, UNITS.words)
            self.assertEqual(toBase("Power.Active.Import", 1.005, unit), 1005.0)

    def test_foreignUnit(self) -> None:
        """A unit that nobody knows changes nothing."""
        self.assertEqual(toBase("Voltage", 230.0, "Furlong"), 230.0)

    @given(A_MEASURAND, st.sampled_from(list(UNITS.words)), st.floats(-1e12, 1e12))
    def test_anyPair(self, measurand: str, unit: str, value: float) -> None:
        """Any unit with any measurand gives a number."""
        self.assertIsInstance(toBase(measurand, value, unit), float)

    @given(
        A_MEASURAND,
        st.sampled_from(list(UNITS.words)),
        st.floats(allow_nan=False, allow_infinity=False),
    )
    def test_neverInfinite(self, measurand: str, unit: str, value: float) -> None:
        """No number becomes one that JSON cannot say."""
        found = toBase(measurand, value, unit)
        self.assertTrue(found is None or math.isfinite(found))
        self.assertIsNone(toBase("Energy.Active.Import.Register", 1e308, "kWh"))


class Names(SynchronousTestCase):
    """Names of nodes below MeterValues."""

    def test_form(self) -> None:
        """Phase and location are there where they are given; the outlet is left out."""
        for parts, name in (
            (("Voltage",), "Voltage"),
            (("Current.Import", "L1"), "Current.Import.L1"),
            (("Current.Import", "L1", "Outlet"), "Current.Import.L1"),
            (("Voltage", "L1-N", "Inlet"), "Voltage.L1-N@Inlet"),
            (("Temperature", "", "Body"), "Temperature@Body"),
            (("Leistung",), "Vendor.Leistung"),
        ):
            self.assertEqual(nodeName(*parts), name)
        signed = nodeName("Energy.Active.Import.Register", signed=True)
        self.assertEqual(signed, "SignedData.Energy.Active.Import.Register")

    @given(A_MEASURAND, A_PHASE, A_LOCATION, st.booleans())
    def test_roundTrip(self, measurand: str, phase: str, location: str, signed: bool) -> None:
        """Every name that the specification allows is understood."""
        name = nodeName(measurand, phase, location, signed)
        found = readNodeName(name)
        assert found is not None
        self.assertEqual((found.measurand, found.phase, found.signed), (measurand, phase, signed))
        self.assertEqual(found.text, name)

    def test_otherNames(self) -> None:
        """Other spellings of a name are no names, so that a value has one node."""
        for name in (
            "voltage",
            "Voltage@Outlet",
            "Voltage@Moon",
            "Voltage.L4",
            "Vendor.W",
            "",
            "Voltage@",
            "SignedData.",
            "Voltage.L1.L2",
        ):
            self.assertIsNone(readNodeName(name), name)

    def test_M5_phaseInTheMeasurand(self) -> None:
        """A phase at the end of the measurand is split off, and spelling put right."""
        for text, expected in (
            ("Voltage.L1", ("Voltage", "L1")),
            ("current.import.l2", ("Current.Import", "L2")),
            ("Energy.Active.Import.Register.L1-N", ("Energy.Active.Import.Register", "L1-N")),
            ("Voltage", ("Voltage", "")),
            ("W", ("W", "")),
            ("Foo.L1", ("Foo.L1", "")),
        ):
            self.assertEqual(splitPhase(text), expected)
