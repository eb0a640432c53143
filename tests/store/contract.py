"""What every provider of `IStore` promises: one suite, mixed into a test case per provider."""

from __future__ import annotations

from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import attrs
from twisted.internet.defer import Deferred, gatherResults, inlineCallbacks
from twisted.trial.unittest import TestCase
from zope.interface.verify import verifyObject

from ocppgw.interfaces import IStore, Snapshot, StartKey, StoreFailed
from ocppgw.model import facts as f
from ocppgw.model.idtags import IdTagEntry
from ocppgw.model.records import (
    ChargePointRecord,
    ConfigurationPoint,
    MeterKey,
    Nameplate,
    Settings,
    StatusReport,
)

T0 = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
LATER = T0 + timedelta(days=1)
NAMEPLATE = Nameplate(
    "Vendor", "Model", "SN1", "BOX1", "1.0", "8931", "2620", "METER", "Type", at=T0
)
ADDED = f.ChargePointAdded("CP1", "CP1", T0, Settings(name="from the file"))


def report(
    status: str = "Available", at: datetime = T0, received: datetime | None = None
) -> StatusReport:
    return StatusReport(status, 1, "NoError", 0, "info", "vendor", "E1", at, received or at)


def started(transactionId: int, **changes: Any) -> f.TransactionStarted:
    values: dict[str, Any] = {
        "transactionId": transactionId,
        "connectorId": 1,
        "idTag": "TAG",
        "status": "Accepted",
        "meterStart": 100,
        "timestampText": "2026-03-01T12:00:00Z",
        "startTime": T0,
        "receivedAt": T0,
    }
    return f.TransactionStarted(**(values | changes))


def stopped(transactionId: int, meterStop: int = 700) -> f.TransactionStopped:
    return f.TransactionStopped(transactionId, 1, "TAG", meterStop, LATER, "Local", LATER)


KEY = StartKey("CP1", 1, "TAG", "2026-03-01T12:00:00Z", 100)

Steps = Generator[Deferred[Any], Any, None]


if TYPE_CHECKING:
    Base = TestCase
else:
    # Not a test case by itself: trial would run it without a provider.
    Base = object


class StoreSteps(Base):
    """
    What every test of a provider begins with.

    A case provides `make`, which opens the same store again each time, as after a restart, and
    the assertions of a trial test case.
    """

    store: Any

    def make(self) -> Any:
        raise NotImplementedError  # pragma: no cover - each case says how

    @inlineCallbacks
    def begin(self, *facts: f.Fact) -> Steps:
        self.store = self.make()
        yield self.store.open(T0)
        yield self.store.commit("CP1", [ADDED, *facts])

    @inlineCallbacks
    def restart(self) -> Any:
        yield self.store.close()
        self.store = self.make()
        snapshot: Snapshot = yield self.store.open(LATER)
        return snapshot

    @inlineCallbacks
    def kept(self, *facts: f.Fact) -> Any:
        yield self.begin(*facts)
        snapshot: Snapshot = yield self.restart()
        [record] = snapshot.records
        return record


class StoreContract(StoreSteps):
    """Tests of the promise itself."""

    @inlineCallbacks
    def test_provides(self) -> Steps:
        """It has every method that the interface names."""
        yield self.begin()
        self.assertTrue(verifyObject(IStore, self.store))

    @inlineCallbacks
    def test_keep(self) -> Steps:
        """A commit may be told of without a Deferred: that it is on disk, or why it is not."""
        yield self.begin()
        told: Deferred[StoreFailed | None] = Deferred()
        self.store.keep("CP1", [started(1)], told.callback)
        self.assertIsNone((yield told))
        yield self.restart()
        self.assertIsNotNone((yield self.store.findTransaction("CP1", 1)))
        yield self.store.close()
        errors: list[StoreFailed | None] = []
        self.store.keep("CP1", [started(2)], errors.append)
        self.assertIsInstance(errors[0], StoreFailed)
        self.assertEqual(len(errors), 1)

    @inlineCallbacks
    def test_empty(self) -> Steps:
        """A new store knows nothing."""
        self.store = self.make()
        snapshot = yield self.store.open(T0)
        self.assertEqual(snapshot, Snapshot())

    @inlineCallbacks
    def test_knownChargePoint(self) -> Steps:
        """A charge point is known after a restart, its link lost at the time of the restart."""
        record: ChargePointRecord = yield self.kept()
        self.assertEqual((record.nodeName, record.identity, record.knownSince), ("CP1", "CP1", T0))
        self.assertEqual((record.link.connected, record.link.at), (False, LATER))

    @inlineCallbacks
    def test_nameplate(self) -> Steps:
        """Identity properties and registration of the last boot are remembered."""
        record = yield self.kept(f.Booted(NAMEPLATE, "Accepted", T0))
        self.assertEqual(record.nameplate, NAMEPLATE)
        registration = record.registration
        self.assertEqual((registration.status, registration.lastBoot), ("Accepted", T0))

    @inlineCallbacks
    def test_onlyChosenSettings(self) -> Steps:
        """Only settings that were changed at runtime are kept; the file may change the others."""
        changed = Settings("new", "from the file", False, chosen=frozenset({"name", "enabled"}))
        record = yield self.kept(f.SettingsChanged(changed, T0))
        self.assertEqual(
            record.settings,
            Settings(name="new", enabled=False, chosen=frozenset({"name", "enabled"})),
        )

    @inlineCallbacks
    def test_removed(self) -> Steps:
        """A removed charge point is not known after a restart, and may come back."""
        yield self.begin(f.ChargePointRemoved(T0))
        snapshot = yield self.restart()
        self.assertEqual(snapshot.records, ())
        yield self.store.commit("CP1", [ADDED])
        snapshot = yield self.restart()
        self.assertEqual([record.nodeName for record in snapshot.records], ["CP1"])

    @inlineCallbacks
    def test_identityReplaced(self) -> Steps:
        """A hardware swap keeps the node name under the new identity."""
        record = yield self.kept(f.IdentityReplaced("CP9", T0))
        self.assertEqual((record.nodeName, record.identity), ("CP1", "CP9"))

    @inlineCallbacks
    def test_status(self) -> Steps:
        """The newest status of each connector is kept; an older one that comes late is not it."""
        record = yield self.kept(
            f.StatusReported(1, report("Charging", LATER)),
            f.StatusReported(1, report("Faulted", T0, LATER)),
        )
        self.assertEqual(record.connectors[1].status, report("Charging", LATER))

    @inlineCallbacks
    def test_readings(self) -> Steps:
        """The last reading of each kind is kept with both times."""
        key = MeterKey("Voltage", "L1")
        reading = f.Reading(key, 230.5, "230.5", "Sample.Periodic", T0)
        record = yield self.kept(f.Measured(1, None, (reading,), LATER))
        point = record.connectors[1].readings[key]
        self.assertEqual((point.value, point.sourceTime, point.receivedTime), (230.5, T0, LATER))

    @inlineCallbacks
    def test_readingsOfPhases(self) -> Steps:
        """What was computed of several readings of a message is afterwards what it was before."""
        readings = tuple(
            f.Reading(MeterKey("Power.Active.Import", phase), value, "", "Sample.Periodic", T0)
            for phase, value in (("L1", 7.0), ("L2", 8.0), ("L3", 9.0))
        )
        record = yield self.kept(f.Measured(1, None, readings, LATER))
        self.assertEqual(record.connectors[1].live.power.value, 24.0)

    @inlineCallbacks
    def test_configuration(self) -> Steps:
        """Configuration keys and unknown keys are kept as last reported."""
        point = ConfigurationPoint("HeartbeatInterval", "300", False, T0)
        empty = ConfigurationPoint("Vendor.Key", None, True, T0)
        record = yield self.kept(f.ConfigurationReported((point, empty), ("Nope",), T0, True))
        self.assertEqual(
            dict(record.configuration.points), {"heartbeatinterval": point, "vendor.key": empty}
        )
        self.assertEqual(record.configuration.unknownKeys, frozenset({"nope"}))

    @inlineCallbacks
    def test_awaitingBoot(self) -> Steps:
        """Keys that wait for a boot do so after a restart of the gateway, until the boot."""
        asked = f.RebootRequested("KeyA", T0), f.RebootRequested("KeyB", T0)
        record = yield self.kept(f.Booted(NAMEPLATE, "Accepted", T0), *asked, *asked)
        self.assertEqual(record.configuration.awaitingBoot, {"keya", "keyb"})
        self.assertTrue(record.registration.rebootRequired)
        yield self.store.commit("CP1", [f.Booted(NAMEPLATE, "Accepted", LATER)])
        snapshot = yield self.restart()
        [record] = snapshot.records
        self.assertFalse(record.configuration.awaitingBoot)
        self.assertFalse(record.registration.rebootRequired)

    @inlineCallbacks
    def test_lastCommand(self) -> Steps:
        """The audit trail's last entry is what LastCommand shows after a restart."""
        ended = f.CommandEnded("HardReset", "", "Accepted", "", "anna", "opcua", T0)
        record = yield self.kept(ended, ended)
        last = record.lastCommand
        self.assertEqual(
            (last.number, last.name, last.status, last.user, last.at),
            (2, "HardReset", "Accepted", "anna", T0),
        )

    @inlineCallbacks
    def test_runningTransaction(self) -> Steps:
        """A running transaction is found again after a restart."""
        record = yield self.kept(started(7))
        transaction = record.connectors[1].transaction
        self.assertEqual(
            (transaction.transactionId, transaction.active, transaction.meterStart), (7, True, 100)
        )

    @inlineCallbacks
    def test_lastTransaction(self) -> Steps:
        """The last finished transaction and the count of finished ones are kept."""
        record = yield self.kept(started(7), stopped(7), started(8, meterStart=700))
        connector = record.connectors[1]
        self.assertEqual(connector.lastTransaction.transactionId, 7)
        self.assertEqual(connector.lastTransaction.energy.value, 600)
        self.assertEqual((connector.transaction.transactionId, connector.finished), (8, 1))

    @inlineCallbacks
    def test_lastTransactionId(self) -> Steps:
        """The greatest transaction id ever given is known after a restart."""
        yield self.begin(started(7), stopped(7))
        snapshot = yield self.restart()
        self.assertEqual(snapshot.lastTransactionId, 7)

    @inlineCallbacks
    def test_findTransaction(self) -> Steps:
        """A transaction is found by id, for the charge point that has it only."""
        yield self.begin(started(7), stopped(7))
        found = yield self.store.findTransaction("CP1", 7)
        self.assertEqual((found.meterStop, found.stopTime, found.stopReason), (700, LATER, "Local"))
        for node, number in (("CP2", 7), ("CP1", 8)):
            found = yield self.store.findTransaction(node, number)
            self.assertIsNone(found)

    @inlineCallbacks
    def test_firstStopCounts(self) -> Steps:
        """A StopTransaction that comes again changes nothing."""
        yield self.begin(started(7), stopped(7), stopped(7, 900))
        found = yield self.store.findTransaction("CP1", 7)
        self.assertEqual(found.meterStop, 700)

    @inlineCallbacks
    def test_X11_realEndOfAClosedOne(self) -> Steps:
        """One that was closed administratively gets its real end, and only the first of them."""
        closed = attrs.evolve(stopped(7), meterStop=None, reason="Other", isAdministrative=True)
        yield self.begin(started(7), closed, stopped(7, 650), closed, stopped(7, 900))
        found = yield self.store.findTransaction("CP1", 7)
        self.assertEqual((found.meterStop, found.stopReason), (650, "Local"))
        self.assertFalse(found.isAdministrative)
        snapshot = yield self.restart()
        connector = snapshot.records[0].connectors[1]
        self.assertEqual((connector.lastTransaction.meterStop, connector.finished), (650, 1))

    @inlineCallbacks
    def test_X6_recovered(self) -> Steps:
        """A recovered transaction carries any id, which is not one that we gave."""
        lost = started(4711, isRecovered=True, idTag="", timestampText="")
        yield self.begin(started(7, connectorId=2), lost)
        snapshot = yield self.restart()
        self.assertEqual(snapshot.lastTransactionId, 7)
        running = snapshot.records[0].connectors[1].transaction
        self.assertEqual((running.transactionId, running.isRecovered), (4711, True))
        found = yield self.store.findTransaction("CP1", 4711)
        self.assertTrue(found.active and found.isRecovered)

    @inlineCallbacks
    def test_X6_sameIdElsewhere(self) -> Steps:
        """The id of a recovered one may be that of another charge point's own."""
        yield self.begin(started(7, isRecovered=True))
        added = attrs.evolve(ADDED, nodeName="CP2", identity="CP2")
        yield self.store.commit("CP2", [added, started(7, meterStart=5)])
        for node, meterStart in (("CP1", 100), ("CP2", 5)):
            found = yield self.store.findTransaction(node, 7)
            self.assertEqual(found.meterStart, meterStart)

    @inlineCallbacks
    def test_X10_backlogEndsLast(self) -> Steps:
        """One that was kept late and began before others is not taken for the newest."""
        before = T0 - timedelta(hours=2)
        early = started(8, startTime=before, timestampText="2026-03-01T10:00:00Z", receivedAt=LATER)
        ended = attrs.evolve(stopped(8), stopTime=before + timedelta(hours=1))
        yield self.begin(started(7), early, ended)
        snapshot = yield self.restart()
        connector = snapshot.records[0].connectors[1]
        self.assertEqual(connector.transaction.transactionId, 7)
        self.assertTrue(connector.transaction.active)

    @inlineCallbacks
    def test_notes(self) -> Steps:
        """What was noted is there after an orderly restart."""
        yield self.begin()
        self.store.note("CP1", [f.StatusReported(1, report("Faulted"))])
        snapshot = yield self.restart()
        self.assertEqual(snapshot.records[0].connectors[1].status.status, "Faulted")

    @inlineCallbacks
    def test_idTags(self) -> Steps:
        """idTags that were added at runtime are kept; removed ones are gone."""
        yield self.begin()
        kept = IdTagEntry("Tag1", "Blocked", LATER, "PARENT")
        yield self.store.commit(
            f.SITE,
            [
                f.IdTagChanged(IdTagEntry("TAG1"), T0),
                f.IdTagChanged(kept, T0),
                f.IdTagChanged(IdTagEntry("TAG2"), T0),
                f.IdTagRemoved("tag2", T0),
            ],
        )
        snapshot = yield self.restart()
        self.assertEqual(snapshot.idTags, (kept,))

    @inlineCallbacks
    def test_manyAtOnce(self) -> Steps:
        """Commits that are given together all fire, and keep their order within a node."""
        yield self.begin()
        yield gatherResults(
            [
                self.store.commit("CP1", [f.RegistrationChanged(status, T0)])
                for status in ("Pending", "Rejected", "Accepted")
            ]
        )
        snapshot = yield self.restart()
        self.assertEqual(snapshot.records[0].registration.status, "Accepted")

    @inlineCallbacks
    def test_closed(self) -> Steps:
        """A commit after closing fails: nothing is promised that cannot be kept."""
        yield self.begin()
        yield self.store.close()
        try:
            yield self.store.commit("CP1", [started(9)])
        except StoreFailed:
            return
        self.fail("a closed store took a commit")
