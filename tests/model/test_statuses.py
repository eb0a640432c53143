"""Status, Operative, and what the end of charging does to Live."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f, words
from ocppgw.model.applying import apply
from ocppgw.model.records import Settings
from ocppgw.v16.states import STATUSES
from tests.model.given import POWER, after, at, connected, measured, one, reading, status, value


def accepted(operative: bool, seconds: float = 0, connectorId: int = 1) -> f.AvailabilityAccepted:
    """ChangeAvailability was accepted."""
    return f.AvailabilityAccepted(connectorId, operative, at(seconds))


class StatusTests(SynchronousTestCase):
    """The status shown is the newest event's."""

    def test_words(self) -> None:
        """The words that counts are made of are the nine of the specification."""
        self.assertEqual(words.NINE, set(STATUSES.words))

    def test_newest(self) -> None:
        """Each report replaces the one before."""
        record = after(connected(), status("Available", 0), status("Preparing", 5))
        report = one(record).status
        assert report is not None
        self.assertEqual(report.status, "Preparing")

    def test_T8_olderStatusIsHistory(self) -> None:
        """A status whose event is older than the present one's changes nothing."""
        record = after(connected(), status("Charging", 10, received=11))
        self.assertIs(apply(record, status("Preparing", 8, received=12)), record)

    def test_S5_foreignWordIsKept(self) -> None:
        """A word that the standard does not know is kept, with number 0."""
        report = one(after(connected(), status("Dreaming"))).status
        assert report is not None
        self.assertEqual((report.status, report.number), ("Dreaming", 0))


class OperativeTests(SynchronousTestCase):
    """Operative reads what was last accepted, corrected by Status."""

    def test_accepted(self) -> None:
        """An accepted change shows at once."""
        record = after(connected(), status("Available", 0), accepted(False, 5))
        self.assertIs(value(one(record).operative), False)

    def test_wholeChargePoint(self) -> None:
        """A change of connector 0 holds for every connector."""
        record = after(connected(Settings(connectors=2)), accepted(False, 1, connectorId=0))
        self.assertEqual([value(one(record, i).operative) for i in (0, 1, 2)], [False] * 3)

    def test_corrected(self) -> None:
        """Unavailable is inoperative, the words of service are operative."""
        record = after(connected(), status("Unavailable", 1))
        self.assertIs(value(one(record).operative), False)
        for seconds, word in enumerate(sorted(words.OPERATIVE), 2):
            record = after(record, status("Unavailable", seconds), status(word, seconds))
            self.assertIs(value(one(record).operative), True, word)

    def test_faultedProvesNothing(self) -> None:
        """A fault says nothing about what was commanded, and neither does a foreign word."""
        for word in ("Faulted", "Dreaming"):
            record = after(connected(), accepted(False, 0), status(word, 1))
            self.assertIs(value(one(record).operative), False)
        self.assertIsNone(one(after(connected(), status("Faulted"))).operative)

    def test_B15_scheduled(self) -> None:
        """Inoperative answered Scheduled stands while the session goes on, until it is free."""
        record = after(
            connected(), status("Charging", 0), accepted(False, 1), status("SuspendedEV", 2)
        )
        self.assertIs(value(one(record).operative), False)
        self.assertIs(value(one(after(record, status("Unavailable", 3))).operative), False)
        self.assertIs(value(one(after(record, status("Available", 3))).operative), True)

    def test_unchangedPointIsShared(self) -> None:
        """A status that proves what is known leaves the point as it was."""
        first = after(connected(), status("Available", 0))
        second = after(first, status("Preparing", 5))
        self.assertIs(one(second).operative, one(first).operative)


class IdleTests(SynchronousTestCase):
    """When Status leaves Charging nothing flows any more."""

    def setUp(self) -> None:
        self.charging = after(
            connected(),
            status("Charging", 0),
            measured(
                reading(POWER, 7000.0, 10),
                reading("Current.Import", 30.0, 10, "L1"),
                reading("Voltage", 231.0, 10, "L1"),
            ),
        )

    def test_zero(self) -> None:
        """Power and currents become 0 at the time of the status; the voltage stays."""
        live = one(after(self.charging, status("SuspendedEV", 20))).live
        self.assertEqual(
            (value(live.power), value(live.currentL1), value(live.voltageL1)), (0.0, 0.0, 231.0)
        )
        assert live.power is not None
        self.assertEqual(live.power.sourceTime, at(20))

    def test_neverReceivedStaysUnknown(self) -> None:
        """A phase that never was reported is not claimed to be 0."""
        live = one(after(self.charging, status("SuspendedEV", 20))).live
        self.assertIsNone(live.currentL2)

    def test_meterValuesStay(self) -> None:
        """MeterValues is left as sent."""
        record = after(self.charging, status("SuspendedEV", 20))
        self.assertIs(one(record).readings, one(self.charging).readings)

    def test_turnedOff(self) -> None:
        """A site may keep the last value instead."""
        record = after(
            self.charging,
            f.SettingsChanged(Settings(zeroWhenIdle=False), at(15)),
            status("SuspendedEV", 20),
        )
        self.assertEqual(value(one(record).live.power), 7000.0)

    def test_sampleOfTheEndDoesNotUndo(self) -> None:
        """A sample taken before or at the end and received after it does not bring power back."""
        record = after(self.charging, status("SuspendedEV", 20))
        for seconds in (15, 20):
            late = after(record, measured(reading(POWER, 7000.0, seconds), received=25))
            self.assertEqual(value(one(late).live.power), 0.0)

    def test_laterSampleCounts(self) -> None:
        """What is really measured after the end is shown."""
        record = after(self.charging, status("SuspendedEV", 20), measured(reading(POWER, 50.0, 60)))
        self.assertEqual(value(one(record).live.power), 50.0)

    def test_chargingAgain(self) -> None:
        """Charging again, the next sample counts although the two clocks differ."""
        record = after(
            self.charging,
            status("SuspendedEV", 20),
            status("Charging", 30),
            measured(reading(POWER, 6000.0, 19), received=31),
        )
        self.assertEqual(value(one(record).live.power), 6000.0)
