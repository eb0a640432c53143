"""StatusNotification, and how its content may be."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.repeated import ChargePointTable
from ocppgw.model.records import StatusReport
from tests.central.support import START, Ring, configured, stamp
from tests.conformance import shows


class StatusCase(SynchronousTestCase):
    """A charge point that reports."""

    def setUp(self) -> None:
        self.ring = Ring(self)
        self.chargePoint = self.ring.connect()

    def report(self, connectorId: int = 1, **payload: Any) -> StatusReport:
        """What becomes of a StatusNotification."""
        sent = {"connectorId": connectorId, "status": "Available", "errorCode": "NoError"}
        sent = {name: value for name, value in (sent | payload).items() if value != "absent"}
        self.assertEqual(self.chargePoint.call("StatusNotification", sent)[2], {})
        found = self.ring.connector(connectorId).status
        assert found is not None
        return found


class ContentTests(StatusCase):
    """Words."""

    @shows("StatusNotification from the charge point")
    def test_plain(self) -> None:
        """Everything that is sent is kept."""
        report = self.report(
            status="Faulted",
            errorCode="OtherError",
            info="i",
            vendorId="v",
            vendorErrorCode="e",
            timestamp="2026-05-04T11:59:00Z",
        )
        self.assertEqual((report.number, report.errorNumber), (9, 7))
        self.assertEqual((report.info, report.vendorId, report.vendorErrorCode), ("i", "v", "e"))
        self.assertEqual(report.sourceTime, START - timedelta(seconds=60))
        self.assertEqual(report.receivedTime, START)

    def test_S4_foreignErrorCode(self) -> None:
        """A foreign error code is OtherError, its text the vendor's code, and it is counted."""
        report = self.report(errorCode="Error")
        self.assertEqual((report.errorCode, report.vendorErrorCode), ("OtherError", "Error"))
        self.assertIn("S4", self.ring.deviations())

    def test_S5_case(self) -> None:
        """The case of a status does not matter."""
        self.assertEqual(self.report(status="available").status, "Available")

    def test_S5_occupied(self) -> None:
        """``Occupied`` is Preparing, with a transaction it is Charging."""
        self.assertEqual(self.report(status="Occupied").status, "Preparing")
        start = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": stamp(START)}
        self.chargePoint.call("StartTransaction", start)
        self.assertEqual(self.report(status="Occupied").status, "Charging")

    def test_S5_unknownWord(self) -> None:
        """An unknown word is kept, its number is 0."""
        report = self.report(status="Sleeping")
        self.assertEqual((report.status, report.number), ("Sleeping", 0))
        self.assertIn("S5", self.ring.deviations())

    def test_S23_noConnector(self) -> None:
        """Without connectorId it is the only connector; with several it is the charge point."""
        self.report()
        self.chargePoint.call("StatusNotification", {"status": "Charging", "errorCode": "NoError"})
        self.assertEqual(self.ring.connector(1).status.status, "Charging")  # type: ignore[union-attr]
        self.report(2)
        self.chargePoint.call("StatusNotification", {"status": "Faulted", "errorCode": "NoError"})
        self.assertEqual(self.ring.connector(0).status.status, "Faulted")  # type: ignore[union-attr]
        self.assertIn("S23", self.ring.deviations())

    def test_S23_moreConnectorsThanKnown(self) -> None:
        """A connector that nobody knew of appears."""
        self.report(7)
        self.assertIn(7, self.ring.record().connectors)

    def test_S23_absurdConnector(self) -> None:
        """A connector beyond all limits is answered, and makes nothing grow."""
        sent = {"connectorId": 10**9, "status": "Available", "errorCode": "NoError"}
        self.assertEqual(self.chargePoint.call("StatusNotification", sent)[2], {})
        self.assertNotIn(10**9, self.ring.record().connectors)

    def test_S24_duplicateKeys(self) -> None:
        """Of two keys of the same name the last counts, and it is counted."""
        self.chargePoint.text(
            '[2,"x","StatusNotification",{"connectorId":1,"status":"Faulted",'
            '"status":"Available","errorCode":"NoError"}]'
        )
        self.assertEqual(self.ring.connector(1).status.status, "Available")  # type: ignore[union-attr]
        self.assertIn("S24", self.ring.deviations())

    def test_S12_numbersAsText(self) -> None:
        """A connectorId written as text is a number."""
        sent = {"connectorId": "1", "status": "Available", "errorCode": "NoError"}
        self.assertEqual(self.chargePoint.call("StatusNotification", sent)[2], {})
        self.assertIsNotNone(self.ring.connector(1).status)

    def test_S1_unknownFields(self) -> None:
        """Fields that nobody knows are ignored."""
        self.report(colour="green")


class TimeTests(StatusCase):
    """Timestamps."""

    def sourceTime(self, timestamp: Any) -> datetime:
        return self.report(timestamp=timestamp).sourceTime

    def test_absent(self) -> None:
        """Without timestamp it is the time of receipt, and no deviation."""
        self.assertEqual(self.report().sourceTime, START)
        self.assertEqual(self.ring.deviations(), set())

    def test_T1_offsets(self) -> None:
        """Offsets may lack minutes or colon."""
        for text in ("2026-05-04T15:00:00+03", "2026-05-04T14:00:00+0200", "2026-05-04T12:00:00z"):
            self.assertEqual(self.sourceTime(text), START)

    def test_T2_noZone(self) -> None:
        """Without a zone it is UTC and counted, or the zone that is set for the charge point."""
        self.assertEqual(self.sourceTime("2026-05-04T12:00:00"), START)
        self.assertIn("T2", self.ring.deviations())
        table = ChargePointTable("CP1", timeZone=ZoneInfo("Europe/Berlin"))
        self.ring = Ring(self, configured(table))
        self.chargePoint = self.ring.connect()
        self.assertEqual(self.sourceTime("2026-05-04T14:00:00"), START)
        self.assertEqual(self.ring.deviations(), set())

    def test_T4_nonsense(self) -> None:
        """A time that cannot be true becomes the time of receipt, and is counted."""
        self.assertEqual(self.sourceTime("1970-01-01T00:00:00Z"), START)
        self.assertIn("T4", self.ring.deviations())

    def test_T5_notATime(self) -> None:
        """What is no time at all is the time of receipt, and counted."""
        for text in ("yesterday", "", 12345):
            self.assertEqual(self.sourceTime(text), START)
        self.assertIn("T5", self.ring.deviations())

    def test_T6_fractions(self) -> None:
        """Any number of digits, a comma, midnight as 24 and a leap second are understood."""
        early = START - timedelta(seconds=1)
        self.assertEqual(self.sourceTime("2026-05-04T11:59:59.0000000001Z"), early)
        self.assertEqual(
            self.sourceTime("2026-05-04T11:59:59,5Z"), early + timedelta(milliseconds=500)
        )
        self.assertEqual(self.sourceTime("2026-05-04T11:59:60Z"), START)

    def test_offlineBacklog(self) -> None:
        """What was queued before the link was opened keeps its time, hours back."""
        hours = datetime(2026, 5, 4, 3, 0, tzinfo=UTC)
        self.assertEqual(self.sourceTime("2026-05-04T03:00:00Z"), hours)
        self.assertEqual(self.ring.deviations(), set())


class StrictTests(SynchronousTestCase):
    """The strict mode answers deviations with CallErrors."""

    def test_codes(self) -> None:
        """Each with the code that fits."""
        chargePoint = Ring(self, configured(ocpp={"strict": True})).connect()
        good = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
        self.assertEqual(chargePoint.call("StatusNotification", good)[0], 3)
        for change, code in (
            ({"status": "Occupied"}, "PropertyConstraintViolation"),
            ({"connectorId": "1"}, "TypeConstraintViolation"),
            ({"timestamp": "yesterday"}, "PropertyConstraintViolation"),
        ):
            answer = chargePoint.call("StatusNotification", good | change)
            self.assertEqual(answer[2], code, change)
        del good["status"]
        answer = chargePoint.call("StatusNotification", good)
        self.assertIn(answer[2], ("ProtocolError", "OccurenceConstraintViolation"))
