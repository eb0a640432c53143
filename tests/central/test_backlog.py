"""What a charge point kept while it was offline: hours of it, mixed with what happens now."""

from __future__ import annotations

from datetime import datetime, timedelta

from ocppgw.model import facts as f
from ocppgw.model.history import HistoryQuery, Series, Told
from ocppgw.model.records import MeterKey
from tests.central.support import START, Ring, stamp
from tests.central.test_transactions import TransactionCase

REGISTER = MeterKey("Energy.Active.Import.Register")


class BacklogCase(TransactionCase):
    """A charge point that comes back after six hours."""

    def setUp(self) -> None:
        super().setUp()
        self.chargePoint.vanish()
        self.ring.advance(6 * 3600)
        self.chargePoint = self.ring.connect()

    def meter(self, energy: int, at: datetime, transactionId: int = -1) -> None:
        value = {"timestamp": stamp(at), "sampledValue": [{"value": str(energy), "unit": "Wh"}]}
        sent = {"connectorId": 1, "transactionId": transactionId, "meterValue": [value]}
        self.assertEqual(self.chargePoint.call("MeterValues", sent)[0], 3)

    def report(self, status: str, at: datetime, errorCode: str = "NoError") -> None:
        sent = {"connectorId": 1, "status": status, "errorCode": errorCode, "timestamp": stamp(at)}
        self.assertEqual(self.chargePoint.call("StatusNotification", sent)[0], 3)

    def past(self, of: Told | tuple[MeterKey, ...]) -> list[tuple[object, datetime]]:
        """The history of connector 1 since the start."""
        query = HistoryQuery(Series("CP1", 1, of), START, None, 100)
        [page] = self.successResultOf(self.ring.store.history.readHistory([query]))
        return [(point.value, point.sourceTime) for point in page.points]


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


class BacklogTests(BacklogCase):
    """Hours are replayed in order, and nothing old is taken for new."""

    def test_X9_valuesAtTheirOwnTime(self) -> None:
        """Old values go to the history, at their time; the live one stays."""
        now = self.ring.now()
        self.meter(9000, now)
        for hour in (1, 2, 3):
            self.meter(1000 * hour, at(hour))
        self.assertEqual(
            self.past((REGISTER,)),
            [(1000.0, at(1)), (2000.0, at(2)), (3000.0, at(3)), (9000.0, now)],
        )
        self.assertEqual(self.ring.connector().readings[REGISTER].value, 9000.0)
        live = self.ring.connector().live.energy
        assert live is not None
        self.assertEqual((live.value, live.sourceTime), (9000.0, now))

    def test_X9_noAlarmForWhatIsOver(self) -> None:
        """A fault of hours ago is history; the present status stays, and no alarm is raised."""
        self.report("Available", self.ring.now())
        self.report("Faulted", at(2), "GroundFailure")
        status = self.ring.connector().status
        assert status is not None
        self.assertEqual(status.status, "Available")
        self.assertFalse(self.ring.record().sums.alarm)
        self.assertEqual([value for value, _ in self.past(Told.status)], ["Faulted", "Available"])

    def test_T8_order(self) -> None:
        """Statuses that overtake each other are shown by the time of their events."""
        now = self.ring.now()
        self.report("Charging", now - timedelta(seconds=1))
        self.report("Preparing", now - timedelta(seconds=3))
        status = self.ring.connector().status
        assert status is not None
        self.assertEqual(status.status, "Charging")
        self.assertEqual([value for value, _ in self.past(Told.status)], ["Preparing", "Charging"])

    def test_T9_sourceOrder(self) -> None:
        """Values with one time are kept in the order in which they came."""
        now = self.ring.now()
        for energy in (5, 3, 4):
            self.meter(energy, now)
        self.assertEqual([value for value, _ in self.past((REGISTER,))], [5.0, 3.0, 4.0])

    def test_X10_wholeSession(self) -> None:
        """A session that was over before we heard of it is the last one, with its own times."""
        number = self.start(timestamp=stamp(at(1)))["transactionId"]
        self.meter(400, at(2), number)
        self.stop(number, 700, timestamp=stamp(at(3)))
        last = self.ring.connector().lastTransaction
        assert last is not None and last.energy is not None
        self.assertEqual((last.startTime, last.stopTime), (at(1), at(3)))
        self.assertEqual((last.energy.value, self.ring.connector().finished), (600.0, 1))

    def test_X10_besideTheLiveOne(self) -> None:
        """A replayed session does not end the one that runs; it becomes the last one."""
        running = self.start(1, "NOW", meterStart=700)["transactionId"]
        old = self.start(1, "OLD", timestamp=stamp(at(1)))["transactionId"]
        self.stop(old, 700, timestamp=stamp(at(3)))
        self.assertEqual(self.transaction().transactionId, running)
        self.assertTrue(self.transaction().active)
        connector = self.ring.connector()
        assert connector.lastTransaction is not None
        self.assertEqual((connector.lastTransaction.idTag, connector.finished), ("OLD", 1))
        self.assertEqual(connector.lastTransaction.meterStop, 700.0)

    def test_X10_olderThanTheLast(self) -> None:
        """One that ended before the last one did is kept, and does not take its place."""
        new = self.start(1, "NEW", timestamp=stamp(at(4)))["transactionId"]
        self.stop(new, 700, timestamp=stamp(at(5)))
        old = self.start(1, "OLD", timestamp=stamp(at(1)))["transactionId"]
        self.stop(old, 600, timestamp=stamp(at(2)))
        connector = self.ring.connector()
        assert connector.lastTransaction is not None
        self.assertEqual((connector.lastTransaction.idTag, connector.finished), ("NEW", 1))
        found = self.successResultOf(self.ring.store.findTransaction("CP1", old))
        assert found is not None
        self.assertEqual((found.active, found.meterStop), (False, 600))

    def test_X17_anyTime(self) -> None:
        """No time is a reason to refuse: years off, in the future, or none at all."""
        for when in ("2016-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "yesterday", ""):
            answer = self.start(1, when or "none", timestamp=when)
            self.assertGreater(answer["transactionId"], 0)
            self.assertEqual(self.stop(answer["transactionId"], timestamp=when), {})
        self.assertEqual(len(self.ring.noted(f.TransactionStopped)), 4)


class CommitTests(TransactionCase):
    """While the store takes its time."""

    def setUp(self) -> None:
        self.ring = Ring(self, delay=1.0)
        self.chargePoint = self.ring.connect()
        self.chargePoint.boot()
        self.ring.advance(1)

    def test_X1_repeatedDuringTheCommit(self) -> None:
        """A repeat that comes while the first is being committed shares its id."""
        when = stamp(self.ring.now())
        sent = {"connectorId": 1, "idTag": "A", "meterStart": 1, "timestamp": when}
        for messageId in ("first", "second"):
            self.assertIsNone(self.chargePoint.call("StartTransaction", sent, messageId))
        self.ring.advance(1)
        self.ring.advance(1)
        answers = [self.chargePoint.answerTo(each)[2] for each in ("first", "second")]
        self.assertEqual(answers[0], answers[1])
        self.assertEqual(len(self.ring.noted(f.TransactionStarted)), 1)

    def test_X2_repeatedDuringTheCommit(self) -> None:
        """So does a stop."""
        begun = {"connectorId": 1, "idTag": "A", "meterStart": 1, "timestamp": stamp(START)}
        self.chargePoint.call("StartTransaction", begun)
        self.ring.advance(1)
        sent = {"transactionId": 1, "meterStop": 250, "timestamp": stamp(self.ring.now())}
        for messageId in ("first", "second"):
            self.chargePoint.call("StopTransaction", sent, messageId)
        self.ring.advance(1)
        self.ring.advance(1)
        answers = [self.chargePoint.answerTo(each)[2] for each in ("first", "second")]
        self.assertEqual(answers, [{}, {}])
        self.assertEqual(len(self.ring.noted(f.TransactionStopped)), 1)

    def test_X8_noAnswerBeforeTheCommit(self) -> None:
        """Nothing is promised before it is kept; nothing of the store leaks into an answer."""
        sent = {"connectorId": 1, "idTag": "A", "meterStart": 1, "timestamp": stamp(START)}
        self.assertIsNone(self.chargePoint.call("StartTransaction", sent, "x"))
        self.ring.store.fail("database is locked")
        self.ring.advance(1)
        self.assertIsNone(self.chargePoint.answerTo("x"))
