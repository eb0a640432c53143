"""Tests of what a sampled value means."""

from __future__ import annotations

from hypothesis import given, strategies as st
from msgspec.structs import replace
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16 import readings
from ocppgw.v16.messages import SampledValue
from ocppgw.v16.readings import readSample
from tests.v16.declared import messages


class Samples(SynchronousTestCase):
    """Sampled values with the specification's defaults."""

    def test_defaults(self) -> None:
        """A bare value is the imported energy at the outlet, periodically sampled."""
        sample = readSample(SampledValue(value="1500"))
        self.assertEqual(sample.measurand, "Energy.Active.Import.Register")
        self.assertEqual((sample.phase, sample.location), ("", ""))
        self.assertEqual((sample.context, sample.value), ("Sample.Periodic", 1500.0))

    def test_M2_defaultUnit(self) -> None:
        """Without unit a voltage is in volts, and energy in Wh."""
        self.assertEqual(readSample(SampledValue(value="230", measurand="Voltage")).value, 230.0)
        self.assertEqual(readSample(SampledValue(value="1.5", unit="kWh")).value, 1500.0)

    def test_M5_phaseInTheMeasurand(self) -> None:
        """A phase in the measurand counts where none is given."""
        sample = readSample(SampledValue(value="1", measurand="Voltage.L1"))
        self.assertEqual((sample.measurand, sample.phase), ("Voltage", "L1"))

    @given(st.lists(messages(SampledValue), min_size=1, max_size=4))
    def test_takenApart(self, values: list[SampledValue]) -> None:
        """Texts are in order; two lists say the same where all but their texts is alike."""
        texts, said = readings.takenApart(values)
        self.assertEqual(list(texts), [each.value for each in values])
        for other in (values[::-1], [replace(each, value="1") for each in values]):
            isSame = list(map(readings.wordsOf, other)) == list(map(readings.wordsOf, values))
            self.assertEqual(readings.takenApart(other)[1] == said, isSame)

    def test_outlet(self) -> None:
        """The outlet is the same as no location; another one is kept."""
        for location, expected in (("Outlet", ""), ("Inlet", "Inlet")):
            sample = readSample(SampledValue(value="1", location=location))
            self.assertEqual(sample.location, expected)

    def test_S8_numbersInTexts(self) -> None:
        """Blanks and commas are understood and counted; what is no number has no value."""
        for text, value in ((" 230.5", 230.5), ("230,5", 230.5), ("", None), ("n/a", None)):
            sample = readSample(SampledValue(value=text, measurand="Voltage"))
            assert sample.deviation is not None
            self.assertEqual((sample.value, sample.deviation.kind), (value, "S8"))
            self.assertEqual(sample.text, text)

    def test_infinite(self) -> None:
        """What no float can hold in the base unit is no number; its text is kept."""
        for text, measurand, unit in (
            ("1e308", None, "kWh"),
            ("-1e308", "Power.Active.Import", "kW"),
            ("1.7976931348623157e308", "Voltage", None),
        ):
            sample = readSample(SampledValue(value=text, measurand=measurand, unit=unit))
            assert sample.deviation is not None
            self.assertEqual((sample.value, sample.text), (None, text))
            self.assertEqual(sample.deviation.kind, "S8")

    def test_M10_signedData(self) -> None:
        """Signed data stays untouched, also where only its length tells what it is."""
        for sampled in (
            SampledValue(value="OCMF|{}|{}", format="SignedData"),
            SampledValue(value="A1" * 40),
        ):
            sample = readSample(sampled)
            self.assertTrue(sample.signed)
            self.assertEqual((sample.value, sample.text), (None, sampled.value))
            self.assertIsNone(sample.deviation)

    @given(
        messages(SampledValue)
        | st.builds(
            SampledValue,
            value=st.from_regex(r"[ +-]?[0-9]{1,18}([.,][0-9]{0,6})?(e[0-9])?", fullmatch=True),
            measurand=st.sampled_from([None, "Voltage", "Temperature", "Voltage.L1", "Odd"]),
            unit=st.sampled_from([None, "kWh", "V", "K", "Fahrenheit", "Celsius"]),
            location=st.sampled_from([None, "Outlet", "EV"]),
        )
    )
    def test_shortWay(self, sampled: SampledValue) -> None:
        """The short way for usual values comes to the same as the long one."""
        self.assertEqual(readSample(sampled), readings._readUnusual(sampled))

    @given(messages(SampledValue))
    def test_anySample(self, sampled: SampledValue) -> None:
        """Any sample is understood, and keeps its text."""
        self.assertEqual(readSample(sampled).text, sampled.value)
