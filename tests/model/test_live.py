"""Live: the same names whatever a vendor sends."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.idling import NAMES
from ocppgw.model.records import Live
from ocppgw.v16.metering import MEASURANDS, PHASES
from tests.model.given import POWER, REGISTER, after, connected, measured, one, reading, value


def live(*messages: f.Measured) -> Live:
    """Live of connector 1 after these messages."""
    return one(after(connected(), *messages)).live


def lines(measurand: str, seconds: float, *phases: str) -> f.Measured:
    """A message with 100 for each phase."""
    return measured(*(reading(measurand, 100.0, seconds, phase) for phase in phases))


class LiveTests(SynchronousTestCase):
    """What counts as what."""

    def test_M4_toNeutralCountsAsThePhase(self) -> None:
        """``L1-N`` counts as L1, for voltage and current."""
        now = live(
            measured(
                reading("Voltage", 230.0, phase="L1-N"),
                reading("Current.Import", 16.0, phase="L2-N"),
            )
        )
        self.assertEqual((value(now.voltageL1), value(now.currentL2)), (230.0, 16.0))

    def test_betweenPhases(self) -> None:
        """The voltage between two phases is nobody's phase voltage."""
        now = live(measured(reading("Voltage", 400.0, phase="L1-L2")))
        self.assertEqual(now, Live())

    def test_M12_offeredIsNotMeasured(self) -> None:
        """What is offered shows as offered only."""
        now = live(measured(reading("Power.Offered", 11000.0), reading("Current.Offered", 16.0)))
        self.assertEqual((value(now.powerOffered), value(now.currentOffered)), (11000.0, 16.0))
        self.assertEqual((now.power, now.currentL1), (None, None))

    def test_single(self) -> None:
        """Frequency, register, state of charge and temperature have their names."""
        now = live(
            measured(
                reading("Frequency", 50.0),
                reading(REGISTER, 5000.0),
                reading("SoC", 80.0, location="EV"),
                reading("Temperature", 40.0, location="Body"),
            )
        )
        self.assertEqual(
            [value(p) for p in (now.frequency, now.energy, now.soC, now.temperature)],
            [50.0, 5000.0, 80.0, 40.0],
        )

    def test_otherPlaces(self) -> None:
        """What is measured at the inlet is not taken for what the car gets."""
        self.assertEqual(live(measured(reading(POWER, 1.0, location="Inlet"))), Live())

    def test_exportIsNotImport(self) -> None:
        """Export, reactive and interval values are nobody's Power, Energy or current."""
        now = live(
            measured(
                reading("Power.Active.Export", 1.0),
                reading("Energy.Active.Import.Interval", 1.0),
                reading("Energy.Active.Export.Register", 1.0),
                reading("Current.Export", 1.0, phase="L1"),
            )
        )
        self.assertEqual(now, Live())


class PowerTests(SynchronousTestCase):
    """Power is the total, else the sum of the phases."""

    def test_total(self) -> None:
        """A total is taken as it is, also beside phases."""
        now = live(measured(reading(POWER, 1.0, phase="L1"), reading(POWER, 7.0)))
        self.assertEqual(value(now.power), 7.0)

    def test_sum(self) -> None:
        """Without a total the phases are added."""
        self.assertEqual(value(live(lines(POWER, 0, "L1", "L2", "L3")).power), 300.0)

    def test_onePhase(self) -> None:
        """A charge point that reports one phase only has the power of that phase."""
        self.assertEqual(value(live(lines(POWER, 0, "L1-N")).power), 100.0)

    def test_incomplete(self) -> None:
        """A message that lacks a phase reported before gives no sum."""
        now = live(lines(POWER, 0, "L1", "L2", "L3"), lines(POWER, 5, "L1", "L2"))
        self.assertEqual(value(now.power), 300.0)

    def test_samePhaseTwice(self) -> None:
        """L1 and L1-N of one message are the same phase."""
        self.assertEqual(value(live(lines(POWER, 0, "L1", "L1-N", "L2")).power), 200.0)

    def test_unreadablePhase(self) -> None:
        """A phase that cannot be read makes no smaller sum."""
        now = live(measured(reading(POWER, 1.0, phase="L1"), reading(POWER, None, phase="L2")))
        self.assertIsNone(now.power)

    def test_neutralIsNoPhase(self) -> None:
        """The neutral is not added."""
        self.assertEqual(value(live(lines(POWER, 0, "L1", "N")).power), 100.0)


OFFERED = st.sampled_from(["Power.Offered", "Current.Offered"])


class LiveInvariants(SynchronousTestCase):
    """What holds for any message."""

    @given(OFFERED, st.sampled_from(["", *PHASES.words]), st.floats(0, 1e6))
    def test_M12_neverFromOffered(self, measurand: str, phase: str, number: float) -> None:
        """No phase or value makes an offered limit appear as measured."""
        now = live(measured(reading(measurand, number, phase=phase)))
        names = {name for name in NAMES if getattr(now, name) is not None}
        self.assertLessEqual(names, {"powerOffered", "currentOffered"})

    @given(
        st.lists(
            st.tuples(
                st.sampled_from(list(MEASURANDS.words)), st.sampled_from(["", *PHASES.words])
            ),
            min_size=1,
            max_size=20,
        )
    )
    def test_nothingInvented(self, keys: list[tuple[str, str]]) -> None:
        """Every value of Live was sent, or is a sum of what was sent in this message."""
        now = live(measured(*(reading(m, 100.0, phase=p) for m, p in keys)))
        for name in NAMES:
            point = getattr(now, name)
            if point is not None:
                self.assertIn(point.value, (100.0, 200.0, 300.0))
