"""MeterValues: exactly what was sent, and the newest of it."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.keys import shownKey
from ocppgw.model.measuring import KEYS
from ocppgw.model.point import Quality
from ocppgw.model.records import MeterKey, meterKey
from ocppgw.v16.readings import USUAL
from tests.model.given import (
    POWER,
    REGISTER,
    T0,
    after,
    at,
    connected,
    measured,
    one,
    reading,
    status,
    value,
)


class ReadingsTests(SynchronousTestCase):
    """Readings by measurand, phase and location."""

    def test_asSent(self) -> None:
        """A reading keeps its value, its text and both times."""
        record = after(connected(), measured(reading(POWER, 7.5, 10), received=12))
        point = one(record).readings[MeterKey(POWER)]
        self.assertEqual(
            (point.value, point.text, point.sourceTime, point.receivedTime),
            (7.5, "7.5", at(10), at(12)),
        )

    def test_outletIsLeftOut(self) -> None:
        """The location Outlet is no part of a key; the same words give the same key object."""
        self.assertIs(meterKey(POWER, "L1", "Outlet"), meterKey(POWER, "L1"))
        self.assertEqual(meterKey(POWER, "L1", "Inlet").location, "Inlet")

    def test_M4_keysOfTheirOwn(self) -> None:
        """Phases and locations of one measurand are kept apart."""
        record = after(
            connected(),
            measured(
                reading(REGISTER, 1.0, phase="L1"),
                reading(REGISTER, 2.0, phase="L1-N"),
                reading(REGISTER, 3.0, phase="N"),
                reading(REGISTER, 4.0, location="Inlet"),
            ),
        )
        self.assertEqual(sorted(p.value for p in one(record).readings.values()), [1, 2, 3, 4])

    def test_M9_contextsShareANode(self) -> None:
        """Clock-aligned and periodic samples of one measurand are the same value."""
        aligned = f.Reading(MeterKey(POWER), 2.0, "2", "Sample.Clock", at(1))
        record = after(connected(), measured(reading(POWER, 1.0)), measured(aligned))
        self.assertEqual([p.value for p in one(record).readings.values()], [2.0])

    def test_M11_beginAndEndInOneMessage(self) -> None:
        """Of several values for one key in a message the newest counts."""
        record = after(
            connected(),
            measured(reading(REGISTER, 9.0, 60), reading(REGISTER, 1.0, 0), received=61),
        )
        self.assertEqual(value(one(record).readings[MeterKey(REGISTER)]), 9.0)

    def test_T9_onlyForward(self) -> None:
        """An older sample does not replace a newer one; one of the same time does."""
        record = after(connected(), measured(reading(POWER, 1.0, 10), received=12))
        self.assertIs(apply(record, measured(reading(POWER, 2.0, 9), received=13)), record)
        record = after(record, measured(reading(POWER, 3.0, 10), received=14))
        self.assertEqual(value(one(record).readings[MeterKey(POWER)]), 3.0)

    def test_X9_backlogAfterLive(self) -> None:
        """A queue that is replayed after a live sample changes nothing shown."""
        record = after(connected(), measured(reading(POWER, 1.0, 5000)))
        facts = [
            measured(reading(POWER, float(s), s), received=5000 + s / 100)
            for s in range(0, 4000, 500)
        ]
        self.assertIs(after(record, *facts), record)

    def test_S8_notANumber(self) -> None:
        """A value that is no number says so and keeps its text; the others are taken."""
        record = after(connected(), measured(reading(POWER, None), reading("Voltage", 230.0)))
        bad = one(record).readings[MeterKey(POWER)]
        self.assertEqual(
            (bad.value, bad.quality, bad.text), (None, Quality.encodingInvalid, "None")
        )
        self.assertEqual(value(one(record).readings[MeterKey("Voltage")]), 230.0)
        self.assertIsNone(one(record).live.power)

    def test_M10_signedData(self) -> None:
        """Signed data is kept untouched as text and never taken for a number."""
        signed = f.Reading(
            MeterKey(REGISTER), None, "OCMF|{..}", "Transaction.End", T0, signed=True
        )
        record = after(connected(), measured(signed))
        kept = one(record).readings
        self.assertEqual(value(kept[MeterKey("SignedData." + REGISTER)]), "OCMF|{..}")
        self.assertNotIn(MeterKey(REGISTER), kept)
        self.assertIsNone(one(record).live.energy)

    def test_M6_vendorsOwnMeasurand(self) -> None:
        """A measurand outside the specification is kept as the vendor's."""
        record = after(connected(), measured(reading("W", 5.0), reading("Vendor.X", 6.0)))
        self.assertEqual({key.measurand for key in one(record).readings}, {"Vendor.W", "Vendor.X"})

    def test_S10_nothingSampled(self) -> None:
        """MeterValues without values is no change."""
        record = connected()
        self.assertIs(apply(record, f.Measured(1, None, (), T0)), record)

    def test_bounded(self) -> None:
        """However many names a charge point invents, a bounded number of them is kept."""
        many = [reading(f"Vendor.{i}", 1.0) for i in range(2 * KEYS)]
        record = after(connected(), measured(*many[:KEYS]), measured(*many))
        self.assertEqual(len(one(record).readings), KEYS)
        record = after(record, measured(reading("Vendor.0", 5.0, 9)))
        self.assertEqual(value(one(record).readings[MeterKey("Vendor.0")]), 5.0)

    def test_wholeChargePoint(self) -> None:
        """Connector 0 has readings and no Live."""
        record = after(connected(), measured(reading(POWER, 9.0), connectorId=0))
        self.assertEqual(value(one(record, 0).readings[MeterKey(POWER)]), 9.0)
        self.assertIsNone(one(record, 0).live.power)
        self.assertIsNone(record.sums.power)


class LiveAgedTests(SynchronousTestCase):
    """Live values that are overdue say so while it charges."""

    def setUp(self) -> None:
        self.record = after(connected(), status("Charging"), measured(reading(POWER, 7000.0, 1)))
        self.aged = after(self.record, f.LiveAged(1, at(100)))

    def test_stale(self) -> None:
        """An overdue value is stale in Live; MeterValues is left as sent."""
        power = one(self.aged).live.power
        assert power is not None
        self.assertEqual((power.value, power.quality), (7000.0, Quality.stale))
        self.assertIs(one(self.aged).readings, one(self.record).readings)

    def test_twice(self) -> None:
        """Aging twice changes nothing more."""
        self.assertIs(apply(self.aged, f.LiveAged(1, at(200))), self.aged)

    def test_newValue(self) -> None:
        """The next value is good again."""
        power = one(after(self.aged, measured(reading(POWER, 7100.0, 101)))).live.power
        assert power is not None
        self.assertIs(power.quality, Quality.good)

    def test_onlyWhileCharging(self) -> None:
        """What is not charging does not age, and what ends charging is not overdue any more."""
        record = after(self.record, status("Finishing", 50))
        self.assertIs(apply(record, f.LiveAged(1, at(100))), record)
        self.assertIs(apply(record, f.LiveAged(7, at(100))), record)
        live = one(after(self.aged, status("Finishing", 150))).live
        assert live.power is not None
        self.assertEqual((live.power.value, live.power.quality), (0.0, Quality.good))


class KeyTests(SynchronousTestCase):
    """The key under which a reading is shown."""

    def test_longNamesAreNotRemembered(self) -> None:
        """A foreign measurand of any length is shown, and costs no memory beyond the reading."""
        long = MeterKey("x" * (USUAL + 1))
        self.assertEqual(shownKey(long, False).measurand, f"Vendor.{long.measurand}")
        self.assertIsNot(shownKey(long, False), shownKey(long, False))
        short = MeterKey("y")
        self.assertIs(shownKey(short, False), shownKey(short, False))
