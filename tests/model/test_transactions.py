"""Transactions: running, ended, counted, and their energy."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.point import Point, Quality
from ocppgw.model.records import ChargePointRecord, Transaction
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
    started,
    stopped,
    value,
)


def transaction(record: ChargePointRecord) -> Transaction:
    """The transaction of connector 1."""
    found = one(record).transaction
    assert found is not None
    return found


def energy(record: ChargePointRecord) -> Point:
    """Its energy."""
    found = transaction(record).energy
    assert found is not None
    return found


class TransactionTests(SynchronousTestCase):
    """The running transaction, and the last one."""

    def test_started(self) -> None:
        """A transaction runs from its start on, and has charged nothing yet."""
        record = after(connected(), started(7, 5, 1000))
        running = transaction(record)
        self.assertEqual(
            (running.active, running.transactionId, running.startTime, running.meterStart),
            (True, 7, at(5), 1000.0),
        )
        self.assertEqual(value(one(record).live.sessionEnergy), 0.0)
        self.assertIsNone(one(record).lastTransaction)

    def test_stopped(self) -> None:
        """At the end the energy is MeterStop minus MeterStart, and it is the last transaction."""
        record = after(connected(), started(7, 0, 1000), stopped(7, 100, 3500))
        ended = transaction(record)
        self.assertEqual(
            (ended.active, ended.stopTime, ended.meterStop, ended.stopReason, energy(record).value),
            (False, at(100), 3500.0, "Local", 2500.0),
        )
        self.assertIs(one(record).lastTransaction, ended)
        self.assertEqual((one(record).finished, value(one(record).live.sessionEnergy)), (1, 2500.0))

    def test_lastStaysWhileNextRuns(self) -> None:
        """While the next one runs the last finished one is still to be read."""
        record = after(connected(), started(1), stopped(1), started(2, 200))
        self.assertEqual(transaction(record).transactionId, 2)
        last = one(record).lastTransaction
        assert last is not None
        self.assertEqual((last.transactionId, one(record).finished), (1, 1))

    def test_powerIsZeroAfterStop(self) -> None:
        """When the transaction stops Power becomes 0 at that time."""
        record = after(
            connected(), started(), measured(reading(POWER, 7000.0, 50)), stopped(1, 100)
        )
        power = one(record).live.power
        assert power is not None
        self.assertEqual((power.value, power.sourceTime), (0.0, at(100)))

    def test_valuesOfTheStopMessage(self) -> None:
        """The samples inside StopTransaction do not bring the power back."""
        record = after(
            connected(),
            started(),
            measured(reading(POWER, 7000.0, 50)),
            stopped(1, 100),
            measured(reading(POWER, 7000.0, 100), received=100),
        )
        self.assertEqual(value(one(record).live.power), 0.0)

    def test_X1_startRepeated(self) -> None:
        """The same id again, running or ended, changes nothing."""
        record = after(connected(), started())
        self.assertIs(apply(record, started()), record)
        record = after(record, stopped())
        self.assertIs(apply(record, started()), record)

    def test_X2_stopRepeated(self) -> None:
        """A second stop changes nothing: the first is kept."""
        record = after(connected(), started(), stopped())
        self.assertIs(apply(record, stopped(meterStop=9999, seconds=200)), record)

    def test_X3_unknownStop(self) -> None:
        """The stop of a transaction that nobody knows harms no other."""
        record = after(connected(), started(1))
        for connectorId in (0, 1, 99):
            self.assertIs(apply(record, stopped(55, connectorId=connectorId)), record)

    def test_stopFindsItsConnector(self) -> None:
        """A stop is matched by its id, wherever the transaction runs."""
        record = after(connected(), started(1, connectorId=2), stopped(1, connectorId=0))
        self.assertEqual(one(record, 2).finished, 1)

    def test_X11_twoOpen(self) -> None:
        """A new start on a connector closes the one that never ended, counted, reason Other."""
        record = after(connected(), started(1), started(2, 500))
        last = one(record).lastTransaction
        assert last is not None
        self.assertEqual(
            (last.transactionId, last.active, last.stopReason, last.stopTime),
            (1, False, "Other", at(500)),
        )
        self.assertEqual((transaction(record).transactionId, one(record).finished), (2, 1))

    def test_X9_oldStartAfterLive(self) -> None:
        """A start out of an offline queue does not push a younger transaction aside."""
        record = after(connected(), started(1, 5000))
        self.assertIs(apply(record, started(2, 0, received=5001)), record)

    def test_closedWithoutMeter(self) -> None:
        """Closed administratively the last energy known stays."""
        record = after(
            connected(),
            started(),
            measured(reading(REGISTER, 1700.0, 60)),
            stopped(1, meterStop=None),
        )
        self.assertEqual((transaction(record).meterStop, energy(record).value), (None, 700.0))

    def test_noTransactionOfTheWholeChargePoint(self) -> None:
        """Connector 0 has no transactions."""
        record = connected()
        self.assertIs(apply(record, started(connectorId=0)), record)


class EnergyTests(SynchronousTestCase):
    """Transaction.Energy and Live.SessionEnergy are the register minus MeterStart."""

    def setUp(self) -> None:
        self.record = after(connected(), started(1, 0, 1000))

    def meter(self, *values: float) -> ChargePointRecord:
        """Readings of the register each 60 s."""
        facts = [measured(reading(REGISTER, v, 60 * i)) for i, v in enumerate(values, 1)]
        return after(self.record, *facts)

    def test_live(self) -> None:
        """Each reading of the register moves it, with the reading's time."""
        record = self.meter(1100.0, 1350.0)
        self.assertEqual((energy(record).value, energy(record).sourceTime), (350.0, at(120)))
        self.assertIs(one(record).live.sessionEnergy, energy(record))
        self.assertEqual(value(one(record).live.energy), 1350.0)

    def test_M13_jumpedBack(self) -> None:
        """A register that jumped back gives no negative energy, and the quality tells for good."""
        record = self.meter(1500.0, 20.0)
        self.assertEqual((energy(record).value, energy(record).quality), (500.0, Quality.subNormal))
        record = self.meter(1500.0, 20.0, 1600.0)
        self.assertEqual((energy(record).value, energy(record).quality), (600.0, Quality.subNormal))

    def test_X14_stopBelowStart(self) -> None:
        """MeterStop below MeterStart keeps what was known and tells."""
        record = after(self.meter(1500.0), stopped(1, 900, 0))
        self.assertEqual((energy(record).value, energy(record).quality), (500.0, Quality.subNormal))

    def test_roundedRegister(self) -> None:
        """A register rounded to tenths of a kWh below MeterStart is no jump."""
        record = self.meter(950.0, 1050.0)
        self.assertEqual((energy(record).value, energy(record).quality), (50.0, Quality.good))
        ended = energy(after(record, stopped(1, 900, 1010)))
        self.assertEqual((ended.value, ended.quality), (10.0, Quality.good))

    def test_M7_sessionRegister(self) -> None:
        """A register that counts the session only gives no energy, and tells."""
        record = self.meter(5.0)
        self.assertEqual((energy(record).value, energy(record).quality), (0.0, Quality.subNormal))

    def test_ofAnotherTransaction(self) -> None:
        """A reading that belongs to another transaction does not count for this one."""
        record = after(self.record, measured(reading(REGISTER, 9000.0, 60), transactionId=99))
        self.assertEqual(energy(record).value, 0.0)

    def test_older(self) -> None:
        """Readings of before the start or before the last one do not count."""
        record = self.meter(1100.0, 1200.0)
        for seconds in (-5, 100):
            late = after(record, measured(reading(REGISTER, 1150.0, seconds), received=121))
            self.assertEqual(energy(late).value, 200.0)

    def test_onlyTheOutletsTotal(self) -> None:
        """Phases, other places and export are not the register."""
        record = after(
            self.record,
            measured(
                reading(REGISTER, 5000.0, 60, "L1"),
                reading(REGISTER, 5000.0, 60, location="Inlet"),
                reading("Energy.Active.Export.Register", 5000.0, 60),
            ),
        )
        self.assertEqual(energy(record).value, 0.0)

    def test_X15_valuesAfterTheStop(self) -> None:
        """After the stop the energy stands."""
        record = after(self.record, stopped(1, 100, 1500), measured(reading(REGISTER, 1600.0, 110)))
        self.assertEqual(energy(record).value, 500.0)


class RemoteStartTests(SynchronousTestCase):
    """RemoteStartState follows the transaction."""

    def test_B21_startedAndOver(self) -> None:
        """Accepted becomes Started with the transaction, and Idle with its end."""
        record = after(connected(), f.RemoteStartProgressed(1, "Accepted", T0))
        states = []
        for fact in (started(1, 5), stopped(1, 90)):
            record = after(record, fact)
            states.append((one(record).remoteStartState, one(record).remoteStartAt))
        self.assertEqual(states, [("Started", at(5)), ("Idle", at(90))])

    def test_localStart(self) -> None:
        """A start that nobody asked for remotely leaves it Idle."""
        self.assertEqual(one(after(connected(), started())).remoteStartState, "Idle")

    def test_timedOut(self) -> None:
        """TimedOut stays until the next remote start."""
        record = after(connected(), f.RemoteStartProgressed(1, "TimedOut", T0), started(1, 5))
        self.assertEqual(one(record).remoteStartState, "TimedOut")
