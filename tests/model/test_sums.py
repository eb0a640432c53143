"""Sums over connectors and over charge points, and Alarm."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import begin
from ocppgw.model.point import Point, Quality
from ocppgw.model.records import ChargePointRecord, GatewayRecord, Nameplate, Settings
from ocppgw.model.totals import COUNTS, SUMS, Totals
from tests.model.given import (
    POWER,
    REGISTER,
    T0,
    after,
    at,
    connected,
    known,
    measured,
    reading,
    started,
    status,
    value,
)


def charging(power: float, connectorId: int = 1, seconds: float = 1) -> list[f.Fact]:
    """A connector that charges with this power."""
    return [
        status("Charging", seconds, connectorId),
        measured(
            reading(POWER, power, seconds),
            reading(REGISTER, 100.0, seconds),
            reading("Current.Import", 10.0, seconds, "L1"),
            connectorId=connectorId,
        ),
    ]


class SumsTests(SynchronousTestCase):
    """Power, Energy, currents and ConnectorsCharging of a charge point."""

    def setUp(self) -> None:
        self.record = after(connected(), *charging(1000.0, 1), *charging(500.0, 2))

    def test_sums(self) -> None:
        """The connectors are added."""
        sums = self.record.sums
        self.assertEqual(
            (value(sums.power), value(sums.energy), value(sums.currentL1), sums.connectorsCharging),
            (1500.0, 200.0, 20.0, 2),
        )
        self.assertIsNone(sums.currentL2)

    def test_silentConnector(self) -> None:
        """An overdue connector counts 0 for power and its last value for energy; both tell."""
        sums = after(self.record, f.LiveAged(2, at(100))).sums
        assert sums.power is not None and sums.energy is not None
        self.assertEqual((sums.power.value, sums.power.quality), (1000.0, Quality.subNormal))
        self.assertEqual((sums.energy.value, sums.energy.quality), (200.0, Quality.subNormal))

    def test_neverReportedIsNotSilent(self) -> None:
        """A connector that never reported power does not spoil the sum of the others."""
        power = after(self.record, status("Available", 2, connectorId=3)).sums.power
        assert power is not None
        self.assertIs(power.quality, Quality.good)

    def test_sharedWhileEqual(self) -> None:
        """A change that moves no sum leaves the sums the same object."""
        now = after(self.record, f.AvailabilityAccepted(1, True, at(9)))
        self.assertIsNot(now.connectors, self.record.connectors)
        self.assertIs(now.sums, self.record.sums)

    def test_noBinaryNoise(self) -> None:
        """A sum of tenths shows tenths."""
        record = after(connected(), *charging(0.1), *charging(0.2, connectorId=2))
        self.assertEqual(value(record.sums.power), 0.3)

    def test_connectorZeroIsNotAdded(self) -> None:
        """The main meter at connector 0 is no connector's power."""
        now = after(self.record, measured(reading(POWER, 9e9, 5), connectorId=0))
        self.assertIs(now.sums, self.record.sums)


class AlarmTests(SynchronousTestCase):
    """Alarm: not connected, or Faulted; never while disabled."""

    def test_connected(self) -> None:
        """A connected charge point without a fault has no alarm; without a link it has."""
        record = connected()
        self.assertFalse(record.sums.alarm)
        lost = after(record, f.LinkLost("x", at(9)))
        self.assertEqual((lost.sums.alarm, lost.sums.at), (True, at(9)))

    def test_faulted(self) -> None:
        """Any connector that is Faulted is an alarm, the whole charge point's too."""
        for connectorId in (0, 1):
            record = after(connected(), status("Faulted", 1, connectorId, error="GroundFailure"))
            self.assertTrue(record.sums.alarm)
            self.assertFalse(after(record, status("Available", 2, connectorId)).sums.alarm)

    def test_B23_warningIsNoAlarm(self) -> None:
        """An error code while the status is not Faulted is a warning only."""
        for error in ("EVCommunicationError", "HighTemperature"):
            record = after(connected(), status("Charging", 1, error=error))
            self.assertFalse(record.sums.alarm)

    def test_B24_faultCleared(self) -> None:
        """A fault is over with the next other status, and with a boot, whatever was not said."""
        faulted = after(connected(), status("Faulted", 1, error="GroundFailure"))
        self.assertFalse(after(faulted, status("Preparing", 2)).sums.alarm)
        booted = after(faulted, f.Booted(Nameplate(), "Accepted", at(2)))
        self.assertFalse(booted.sums.alarm)
        self.assertTrue(after(booted, status("Faulted", 3)).sums.alarm)

    def test_disabled(self) -> None:
        """While disabled there is no alarm, whatever else."""
        record = after(known(), f.SettingsChanged(Settings(enabled=False), at(1)))
        self.assertFalse(record.sums.alarm)


def totals(*records: ChargePointRecord) -> dict[str, Point]:
    """The gateway's points for these charge points."""
    return dict(Totals().refreshed(GatewayRecord(), records, {"Heartbeat": 1}, at(50)).points)


def named(name: str, *facts: f.Fact, link: bool = True) -> ChargePointRecord:
    """A charge point of this name."""
    added = f.ChargePointAdded(name, name, T0, Settings())
    opened = [f.LinkOpened("a", T0)] if link else []
    return after(begin(added), *opened, *facts)


class TotalsTests(SynchronousTestCase):
    """The gateway's counts and sums."""

    def test_nobody(self) -> None:
        """Without any charge point everything is 0 and good."""
        points = totals()
        for name in (*COUNTS, *SUMS):
            self.assertEqual((points[name].value, points[name].quality), (0, Quality.good), name)

    def test_counts(self) -> None:
        """Each connector but 0 is counted under one state; charging is part of occupied."""
        points = totals(
            named("A", *charging(1000.0), started()),
            named("B", status("Available"), status("Faulted", connectorId=2)),
            named("C", status("Reserved"), status("Unavailable", connectorId=2)),
            named("D", status("Dreaming")),
            named("E", status("Available"), link=False),
        )
        self.assertEqual(
            {name: points[name].value for name in COUNTS},
            {
                "ChargePointsKnown": 5,
                "ChargePointsConnected": 4,
                "ChargePointsAlarm": 2,
                "ConnectorsTotal": 7,
                "ConnectorsAvailable": 1,
                "ConnectorsOccupied": 2,
                "ConnectorsCharging": 1,
                "ConnectorsFaulted": 1,
                "ConnectorsUnavailable": 1,
                "ConnectorsUnknown": 2,
                "TransactionsActive": 1,
            },
        )

    def test_silentChargePoint(self) -> None:
        """One that is not connected counts 0 for power, its last value for energy; both tell."""
        lost = named("B", *charging(500.0), f.LinkLost("x", at(9)))
        points = totals(named("A", *charging(1000.0)), lost)
        self.assertEqual(
            [(points[n].value, points[n].quality) for n in ("Power", "Energy", "CurrentL1")],
            [(1000.0, Quality.subNormal), (200.0, Quality.subNormal), (10.0, Quality.subNormal)],
        )

    def test_keptWhileEqual(self) -> None:
        """A point is kept while its value is; with nothing changed the record is kept."""
        memory = Totals()
        records = [named("A", *charging(1000.0))]
        first = memory.refreshed(GatewayRecord(), records, {"Heartbeat": 1}, at(50))
        self.assertIs(memory.refreshed(first, records, {"Heartbeat": 1}, at(51)), first)
        second = memory.refreshed(first, records, {"Heartbeat": 2}, at(52))
        self.assertIs(second.points["Power"], first.points["Power"])
        self.assertEqual(
            (second.points["Heartbeat"].value, second.points["Heartbeat"].sourceTime), (2, at(52))
        )

    def test_follows(self) -> None:
        """The memory of what was contributed never hides a change from the next look."""
        memory = Totals()
        record = named("A", *charging(1000.0))
        gateway = memory.refreshed(GatewayRecord(), [record], {}, at(50))
        for fact in (started(), f.LinkLost("x", at(51))):
            record = after(record, fact)
            self.assertIs(memory.refreshed(gateway, [record], {}, at(52)), gateway)
            self.assertTrue(memory.look(record))
            gateway = memory.refreshed(gateway, [record], {}, at(52))
            fresh = Totals().refreshed(GatewayRecord(), [record], {}, at(52))
            self.assertEqual(
                {n: p.value for n, p in gateway.points.items()},
                {n: p.value for n, p in fresh.points.items()},
            )
