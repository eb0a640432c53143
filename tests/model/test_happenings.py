"""What comes to pass between two records."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.happenings import CONFLICT, Happening, Kind, happenings
from ocppgw.model.point import Value
from ocppgw.model.records import GatewayRecord, Nameplate, Settings, StatusReport
from ocppgw.model.registry import Registry
from ocppgw.v16.states import ERROR_CODES, STATUSES
from tests.model.given import refresh

AT = datetime(2026, 5, 1, 12, 0, tzinfo=UTC)
LATER = datetime(2026, 5, 1, 13, 0, tzinfo=UTC)


class HappeningTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.registry = Registry()
        self.told: list[Happening] = []
        self.registry.observe(lambda subject, old, new: self.told.extend(happenings(old, new)))
        self.apply(f.ChargePointAdded("CP1", "CP1", AT, Settings()))

    def apply(self, *facts: f.Fact) -> list[tuple[Kind, int]]:
        """Kind and connector of what that lets come to pass."""
        self.told.clear()
        for fact in facts:
            self.registry.apply("CP1", fact)
        return [(each.kind, each.connectorId) for each in self.told]

    def report(self, status: str, errorCode: str = "NoError", connectorId: int = 1) -> Any:
        """A StatusNotification."""
        report = StatusReport(
            status, STATUSES.number(status), errorCode, ERROR_CODES.number(errorCode),
            "leak", "vendor", "E7", AT, AT,
        )  # fmt: skip
        return self.apply(f.StatusReported(connectorId, report))

    def test_link(self) -> None:
        """Connect and disconnect; a link that replaces another is no news."""
        self.assertEqual(self.apply(f.LinkOpened("10.0.0.7:1", AT)), [(Kind.connected, 0)])
        self.assertEqual(self.told[0].details["RemoteAddress"], "10.0.0.7:1")
        self.assertEqual(self.apply(f.LinkOpened("10.0.0.7:2", AT, replaced=True)), [])
        self.assertEqual(self.apply(f.LinkLost("no answer", LATER)), [(Kind.disconnected, 0)])
        [lost] = self.told
        self.assertEqual((lost.details["Reason"], lost.at), ("no answer", LATER))

    def test_boot(self) -> None:
        """Each boot is told, with what the charge point is."""
        plate = Nameplate("Alfen", "NG910", firmwareVersion="6.5", at=AT)
        for at in (AT, LATER):
            self.assertEqual(self.apply(f.Booted(plate, "Accepted", at)), [(Kind.booted, 0)])
        details = self.told[0].details
        self.assertEqual((details["Vendor"], details["RegistrationStatus"]), ("Alfen", "Accepted"))
        self.assertEqual(details["OcppIdentifier"], "CP1")

    def test_faults(self) -> None:
        """A fault is told when it begins, when it becomes another, and when it ends."""
        self.assertEqual(self.report("Available"), [])
        raised = [(Kind.faultRaised, 1)]
        self.assertEqual(self.report("Faulted", "GroundFailure"), raised)
        self.assertEqual(self.told[0].details["ErrorCode"], "GroundFailure")
        self.assertEqual(self.report("Faulted", "GroundFailure"), [])
        self.assertEqual(self.report("Faulted", "OverVoltage"), raised)
        self.assertEqual(self.report("Available"), [(Kind.faultCleared, 1)])
        self.assertEqual(self.report("Charging"), [])

    def started(self, transactionId: int = 7) -> Any:
        text = AT.isoformat()
        return self.apply(
            f.TransactionStarted(transactionId, 1, "TAG", "Accepted", 1000, text, AT, LATER)
        )

    def test_transactions(self) -> None:
        """Begin and end are told once each; times are those of the charge point and of receipt."""
        self.assertEqual(self.started(), [(Kind.transactionStarted, 1)])
        [begun] = self.told
        self.assertEqual((begun.at, begun.receivedAt), (AT, LATER))
        self.assertEqual((begun.details["IdTag"], begun.details["MeterStart"]), ("TAG", 1000.0))
        self.assertEqual(self.started(), [])
        stop = f.TransactionStopped(7, 1, "TAG", 3500, LATER, "Local", LATER)
        self.assertEqual(self.apply(stop), [(Kind.transactionStopped, 1)])
        [ended] = self.told
        self.assertEqual((ended.details["Reason"], ended.details["Energy"]), ("Local", 2500.0))
        self.assertEqual(self.apply(stop), [])

    def test_transactionWithoutEnd(self) -> None:
        """A new transaction ends the one that still ran, and both are told in their order."""
        self.started()
        self.assertEqual(
            self.started(8), [(Kind.transactionStopped, 1), (Kind.transactionStarted, 1)]
        )

    def test_identityConflict(self) -> None:
        """Two devices with one identity are told each time that it is noticed."""
        for at in (AT, LATER):
            found = self.apply(f.Deviated(CONFLICT, "conflict", "addresses A, B", at))
            self.assertEqual(found, [(Kind.identityConflict, 0)])
        self.assertEqual(self.told[0].details["Reason"], "addresses A, B")
        self.assertEqual(self.apply(f.Deviated("S1", "other", "", LATER)), [])

    def deviated(self, kind: str) -> list[tuple[Kind, int]]:
        return self.apply(f.Deviated(kind, "what was odd", "an example", AT))

    def test_B5_isAnEvent(self) -> None:
        """A boot loop is told, each time that it is noticed."""
        for _ in range(2):
            self.assertEqual(self.deviated("B5"), [(Kind.deviated, 0)])
        self.assertEqual(
            dict(self.told[0].details),
            {"OcppIdentifier": "CP1", "Quirk": "B5", "Reason": "B5: what was odd: an example"},
        )

    def test_X2_isAnEvent(self) -> None:
        """So is a stop that is repeated and says something else."""
        self.assertEqual(self.deviated("X2"), [(Kind.deviated, 0)])

    def test_X14_isAnEvent(self) -> None:
        """So is a stop below the start; what only looks odd is none."""
        self.assertEqual(self.deviated("X14"), [(Kind.deviated, 0)])
        self.assertEqual(self.deviated("S7"), [])

    def test_refused(self) -> None:
        """Who was turned away is told once per refresh, with how many it were."""
        for count, expected in ((0, []), (2, [2]), (2, []), (5, [3])):
            self.told.clear()
            own: dict[str, Value] = {
                "RefusedCount": count,
                "LastRefused": "CP9 from 10.0.0.9: unknown",
            }
            refresh(self.registry, AT, own)
            self.assertEqual([each.details["Count"] for each in self.told], expected)
        self.assertIn("CP9", self.told[0].details["Reason"])

    def test_nothing(self) -> None:
        """What is removed, or becomes known, or only lives, is no happening."""
        self.assertEqual(self.apply(f.MessageReceived(AT)), [])
        self.assertEqual(self.apply(f.ChargePointRemoved(AT)), [])
        self.assertEqual(happenings(None, GatewayRecord()), ())
