"""A Call that the store could not keep waits for the store, until its charge point goes on."""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.answering.patience import EACH
from ocppgw.interfaces import StartKey
from ocppgw.model import facts as f
from ocppgw.model.records import Transaction
from tests.central.support import RawChargePoint, Ring, stamp
from tests.central.test_turns import START_CALL, meterValues, status


class PatienceTests(SynchronousTestCase):
    """One Call per charge point waits while the store fails."""

    def setUp(self) -> None:
        self.ring = Ring(self)
        self.chargePoint = self.ring.connect()
        self.chargePoint.boot()
        self.ring.store.fail("disk full")

    def recover(self) -> None:
        self.ring.store.recover()
        self.ring.flush()

    def start(self, messageId: str) -> None:
        answer = self.chargePoint.call("StartTransaction", START_CALL, messageId)
        self.assertIsNone(answer)

    def test_lateAnswer(self) -> None:
        """A StartTransaction is answered as soon as the store works, if nothing came after it."""
        self.start("late")
        self.recover()
        answer = self.chargePoint.answerTo("late")
        [started] = self.ring.noted(f.TransactionStarted)
        self.assertEqual(answer[2]["transactionId"], started.transactionId)

    def test_lateAnswerOfAYoungOne(self) -> None:
        """So is one that follows another, of which nobody needs to ask the store."""
        self.ring.store.recover()
        first = self.chargePoint.call("StartTransaction", START_CALL)[2]["transactionId"]
        self.ring.store.fail("disk full")
        self.ring.advance(60)
        young = START_CALL | {"timestamp": stamp(self.ring.now())}
        asked: list[StartKey] = []
        find = self.ring.store.findStart

        def recording(key: StartKey) -> Deferred[Transaction | None]:
            asked.append(key)
            return find(key)

        self.patch(self.ring.store, "findStart", recording)
        self.assertIsNone(self.chargePoint.call("StartTransaction", young, "late"))
        self.assertEqual(asked, [])
        self.recover()
        second = self.chargePoint.answerTo("late")[2]["transactionId"]
        self.assertGreater(second, first)
        begun = [fact.transactionId for fact in self.ring.noted(f.TransactionStarted)]
        self.assertEqual(begun, [first, second])
        again = self.chargePoint.call("StartTransaction", young)
        self.assertEqual(again[2]["transactionId"], second)

    def test_lateStopAndValues(self) -> None:
        """So are StopTransaction and MeterValues."""
        stop = {"transactionId": 7, "meterStop": 1, "timestamp": stamp(self.ring.now())}
        for action, payload in (("StopTransaction", stop), ("MeterValues", meterValues("5"))):
            self.ring.store.fail("disk full")
            self.assertIsNone(self.chargePoint.call(action, payload, action))
            self.recover()
            self.assertEqual(self.chargePoint.answerTo(action)[0], 3)

    def test_lateAnswerOfAnOddOne(self) -> None:
        """So is one that leaves the specification, and that is counted once."""
        odd = meterValues("5") | {"connectorId": "1"}
        self.assertIsNone(self.chargePoint.call("MeterValues", odd, "late"))
        self.recover()
        self.assertEqual(self.chargePoint.answerTo("late")[0], 3)
        [measured] = self.ring.noted(f.Measured)
        self.assertEqual(measured.connectorId, 1)
        self.assertEqual(len(self.ring.noted(f.Deviated)), 1)

    def test_keptAllTheSame(self) -> None:
        """A start that is on disk although the store failed is shown, and answered with its id."""
        self.ring.store.recover()
        self.ring.store.deceive()
        self.start("late")
        self.assertFalse(self.isCharging())
        self.recover()
        [started] = self.ring.noted(f.TransactionStarted)
        self.assertEqual(
            self.chargePoint.answerTo("late")[2]["transactionId"], started.transactionId
        )
        self.assertTrue(self.isCharging())

    def isCharging(self) -> bool:
        [slot] = self.ring.registry.chargePoints.values()
        one = slot.record.connectors.get(1)
        return one is not None and one.transaction is not None and one.transaction.active

    def test_onlyTheNewest(self) -> None:
        """A charge point that went on has given up: only what it said last is answered."""
        self.start("first")
        self.start("second")
        self.recover()
        self.assertIsNone(self.chargePoint.answerTo("first"))
        self.assertEqual(self.chargePoint.answerTo("second")[0], 3)
        self.assertEqual(len(self.ring.noted(f.TransactionStarted)), 1)

    def test_othersAreNotHeld(self) -> None:
        """What needs no promise is answered at once, although a promise waited."""
        self.start("first")
        self.assertEqual(self.chargePoint.call("Heartbeat")[0], 3)
        self.assertEqual(self.chargePoint.call("StatusNotification", status("Faulted"))[0], 3)
        self.recover()
        self.assertIsNone(self.chargePoint.answerTo("first"))

    def test_allAtOnce(self) -> None:
        """One that sends without waiting for answers loses no order: the last one waits."""
        others = [self.ring.connect(f"/CP{number}") for number in range(2, 5)]
        for one in (self.chargePoint, *others):
            for messageId in ("a", "b", "c"):
                one.call("StartTransaction", START_CALL, messageId)
        self.recover()
        for one in (self.chargePoint, *others):
            self.assertEqual(self.answered(one), ["c"])

    def test_inTurns(self) -> None:
        """Of very many that wait, few go on in one turn; whoever goes on by itself is let go."""
        several = [self.ring.connect(f"/CP{number}") for number in range(2, 2 * EACH + 3)]
        for one in several:
            one.call("StartTransaction", START_CALL, "a")
        self.recover()
        self.assertEqual([self.answered(one) for one in several[:EACH]], [["a"]] * EACH)
        self.assertEqual([self.answered(one) for one in several[EACH:]], [[]] * (EACH + 1))
        self.assertEqual(several[-1].call("StartTransaction", START_CALL, "b")[0], 3)
        for _ in range(3):
            self.ring.advance(0)
        self.assertEqual([self.answered(one) for one in several[EACH:-1]], [["a"]] * EACH)
        self.assertEqual(self.answered(several[-1]), [])

    def test_failsAgain(self) -> None:
        """Who has not gone on when the store fails again waits until it works for good."""
        several = [self.ring.connect(f"/CP{number}") for number in range(2, 2 * EACH + 3)]
        for one in several:
            one.call("StartTransaction", START_CALL, "a")
        self.recover()
        self.ring.store.fail("disk full")
        self.ring.advance(0)
        self.assertEqual([self.answered(one) for one in several[EACH:]], [[]] * (EACH + 1))
        self.recover()
        for _ in range(3):
            self.ring.advance(0)
        self.assertEqual([self.answered(one) for one in several], [["a"]] * len(several))

    def answered(self, chargePoint: RawChargePoint) -> list[str]:
        return [one for one in "abc" if chargePoint.answerTo(one) is not None]

    def test_linkGone(self) -> None:
        """An answer after the end of its link goes to nobody; the repeat gets the same."""
        self.start("late")
        self.chargePoint.vanish()
        self.recover()
        again = self.ring.connect()
        self.assertIsNone(again.answerTo("late"))
        answer = again.call("StartTransaction", START_CALL)
        [started] = self.ring.noted(f.TransactionStarted)
        self.assertEqual(answer[2]["transactionId"], started.transactionId)

    def test_stop(self) -> None:
        """The gateway's stop waits for nobody whom the store keeps waiting."""
        self.start("late")
        self.successResultOf(self.ring.central.refuse())
        self.recover()
        self.assertEqual(self.ring.noted(f.TransactionStarted), [])
