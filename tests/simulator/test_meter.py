"""What is measured is plausible, whatever happens."""

from __future__ import annotations

from random import Random

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.simulator.car import Car, someCar
from ocppgw.simulator.keys import SAMPLED
from ocppgw.simulator.meter import Measured, Meter
from ocppgw.simulator.sampling import isMeasured, sample
from ocppgw.v16.decoding import decode, encode
from ocppgw.v16.measurands import KINDS
from ocppgw.v16.messages import MeterValue, SampledValue
from ocppgw.v16.readings import readSample

cars = st.builds(
    Car,
    capacity=st.floats(1_000, 100_000),
    level=st.floats(0, 1),
    phases=st.sampled_from((1, 3)),
    current=st.floats(6, 32),
)
Course = list[tuple[float, bool]]

steps = st.lists(st.tuples(st.floats(0, 900), st.booleans()), min_size=1, max_size=30)


def measurements(seed: int, car: Car | None, passed: Course) -> list[Measured]:
    """What a meter shows while time passes, on and off."""
    meter = Meter(Random(seed))
    return [meter.last, *(meter.step(seconds, car, on) for seconds, on in passed)]


class PlausibilityTests(SynchronousTestCase):
    """Invariants over any course of events."""

    @given(st.integers(0, 2**32), st.none() | cars, steps)
    def test_energyGrows(self, seed: int, car: Car | None, passed: Course) -> None:
        """The register never goes back."""
        energies = [one.energy for one in measurements(seed, car, passed)]
        self.assertEqual(sorted(energies), energies)

    @given(st.integers(0, 2**32), cars, steps)
    def test_ranges(self, seed: int, car: Car, passed: Course) -> None:
        """Voltages, currents and the rest stay where they belong."""
        for one in measurements(seed, car, passed)[1:]:
            for voltage, current in zip(one.voltages, one.currents, strict=True):
                self.assertTrue(228 <= voltage <= 233, voltage)
                self.assertTrue(0 <= current <= min(32, car.current), current)
            self.assertTrue(49.9 <= one.frequency <= 50.1)
            self.assertTrue(20 <= one.temperature <= 60)
            self.assertTrue(one.level is None or 0 <= one.level <= 100)

    @given(st.integers(0, 2**32), cars, steps)
    def test_offMeansNoPower(self, seed: int, car: Car, passed: Course) -> None:
        """Where nothing charges no power is shown."""
        shown = measurements(seed, car, [(seconds + 1, on) for seconds, on in passed])[1:]
        for (_, on), one in zip(passed, shown, strict=True):
            if not on:
                self.assertEqual(0, one.power)

    @given(st.integers(0, 2**32), cars, steps)
    def test_sumOfPhases(self, seed: int, car: Car, passed: Course) -> None:
        """As sent, the power is the sum of the phases, and voltage times current at most."""
        for one in measurements(seed, car, passed):
            total, *phases = numbers("Power.Active.Import", one)
            self.assertLess(abs(total - sum(phases)), 0.21)
            amperes, volts = numbers("Current.Import", one), numbers("Voltage", one)
            apparent = sum(a * v for a, v in zip(amperes, volts, strict=True))
            self.assertLessEqual(total, apparent + 10)

    @given(st.integers(0, 2**32), st.none() | cars, steps)
    def test_strict(self, seed: int, car: Car | None, passed: Course) -> None:
        """What is sent is proper to the letter, and lies in the range of its kind."""
        last = measurements(seed, car, passed)[-1]
        values = sample(SAMPLED, last, "Sample.Periodic")
        sent = MeterValue(timestamp="2026-03-01T08:00:00.000Z", sampledValue=values)
        self.assertEqual(sent, decode(MeterValue, encode(sent), strict=True).message)
        for value in values:
            read = readSample(value)
            assert read.value is not None
            kind = KINDS[read.measurand]
            self.assertTrue(kind.low <= read.value <= kind.high, value)

    @given(st.integers(0, 2**32))
    def test_repeatable(self, seed: int) -> None:
        """The same randomness gives the same run."""
        passed = [(7.0, True), (60.0, True), (3.0, False)]
        one, other = (measurements(seed, someCar(Random(seed)), passed) for _ in range(2))
        self.assertEqual(one, other)


class CourseTests(SynchronousTestCase):
    """How charging goes."""

    def test_ramp(self) -> None:
        """The current rises in steps to what the car takes."""
        meter, car = Meter(Random(1)), Car(current=16.0)
        shown = [meter.step(1, car, True).currents[0] for _ in range(6)]
        self.assertTrue(shown[0] < shown[1] < shown[2] < 16.001, shown)
        self.assertTrue(15.8 <= shown[-1] <= 16, shown)

    def test_energyIsPowerTimesTime(self) -> None:
        """An hour at a certain power adds just that to the register."""
        meter, car = Meter(Random(1)), Car(level=0.1)
        meter.step(60, car, True)
        before = meter.last
        self.assertAlmostEqual(before.power, meter.step(3600, car, True).energy - before.energy)

    def test_carFills(self) -> None:
        """A car takes less towards the end, and nothing when it is full."""
        meter, car = Meter(Random(1)), Car(capacity=10_000.0, level=0.5)
        demands = []
        for _ in range(120):
            meter.step(60, car, True)
            demands.append(car.demand())
        self.assertEqual(sorted(demands, reverse=True), demands)
        self.assertEqual((0.0, True), (demands[-1], car.isFull))
        self.assertEqual(0, meter.last.power)

    def test_onePhase(self) -> None:
        """A car on one phase takes nothing from the others."""
        meter = Meter(Random(1))
        measured = meter.step(60, Car(phases=1), True)
        self.assertGreater(measured.currents[0], 0)
        self.assertEqual((0.0, 0.0), measured.currents[1:])

    def test_momentIsOne(self) -> None:
        """Measured twice at one moment, the values are the same."""
        meter, car = Meter(Random(1)), Car()
        self.assertEqual(meter.step(9, car, True), meter.step(0, car, True))


class SamplingTests(SynchronousTestCase):
    """Lists of measurands."""

    def test_noCarNoLevel(self) -> None:
        """Without a car there is no state of charge."""
        self.assertEqual((), sample(("SoC",), Meter(Random(1)).last, "Trigger"))

    def test_onePhaseAsked(self) -> None:
        """A phase in the list is sent as it was asked for."""
        for item, phase in (("Voltage.L2", "L2"), ("Voltage.L2-N", "L2-N")):
            (value,) = sample((item,), Meter(Random(1)).last, "Trigger")
            self.assertEqual(("Voltage", phase, "V"), (value.measurand, value.phase, value.unit))

    def test_once(self) -> None:
        """What is listed twice is sent once."""
        items = ("Voltage", "Voltage.L1-N", "Voltage")
        self.assertEqual(3, len(sample(items, Meter(Random(1)).last, "Trigger")))

    def test_isMeasured(self) -> None:
        """Only what can be measured is admitted."""
        for item in (*SAMPLED, "Power.Active.Import.L1", "Power.Factor"):
            self.assertTrue(isMeasured(item), item)
        for item in ("RPM", "", "Energy.Active.Import.Register.L1", "Voltage.N"):
            self.assertFalse(isMeasured(item), item)


def numbers(measurand: str, measured: Measured) -> list[float]:
    """The values of one measurand as they are sent."""
    values: tuple[SampledValue, ...] = sample((measurand,), measured, "Trigger")
    return [float(value.value) for value in values]
