"""Long messages are dealt with a little at a time, in order, and answered once kept (C20)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.answering.reading import HEAVY, LONG
from ocppgw.central.answering.responders.metering import MOST, ODD, SLICE
from ocppgw.central.recording import Recorder
from ocppgw.model import facts as f
from ocppgw.model.records import Settings
from ocppgw.model.registry import Registry
from ocppgw.store.memory import MemoryStore
from ocppgw.v16.decoding import PARTS
from tests.central.support import START, Ring, stamp

TURNS = 200
"""More than the longest message takes."""


class LongCase(SynchronousTestCase):
    """A charge point that sends long messages, beside another one."""

    def setUp(self) -> None:
        self.ring = Ring(self)
        self.chargePoint = self.ring.connect()
        self.other = self.ring.connect("/CP2")

    def payload(self, *sampled: dict[str, Any], moments: int = 1, **more: Any) -> dict[str, Any]:
        value = {"timestamp": stamp(self.ring.now()), "sampledValue": list(sampled)}
        return {"connectorId": 1, "meterValue": [value] * moments} | more

    def readings(self) -> list[f.Reading]:
        """All that was taken in, in order."""
        return [one for fact in self.ring.noted(f.Measured) for one in fact.readings]

    def answer(self, messageId: str, chargePoint: Any = None) -> Any:
        """The answer, as many turns of the reactor later as it takes."""
        for _ in range(TURNS):
            found = (chargePoint or self.chargePoint).answerTo(messageId)
            if found is not None:
                return found
            self.turn()
        raise self.failureException("no answer")

    def turn(self) -> None:
        """One turn of the reactor: what is due now, and nothing that this makes due."""
        clock: Any = self.ring.clock
        for one in [one for one in clock.calls if one.getTime() <= clock.seconds()]:
            clock.calls.remove(one)
            one.called = 1
            one.func(*one.args, **one.kw)
        self.ring.flush()


class SliceTests(LongCase):
    """No turn of the reactor holds more than `SLICE` values."""

    def test_C20_fewPerTurn(self) -> None:
        """A long message takes turns, and each turn applies a slice at most."""
        values = [{"value": str(n)} for n in range(10 * SLICE)]
        self.assertIsNone(self.chargePoint.call("MeterValues", self.payload(*values), "long"))
        turns, applied = 0, 0
        while (answer := self.chargePoint.answerTo("long")) is None and turns < TURNS:
            self.turn()
            now = len(self.readings())
            self.assertLessEqual(now - applied, SLICE)
            turns, applied = turns + 1, now
        self.assertEqual(answer[2], {})
        self.assertGreaterEqual(turns, 2 * 10 - 2)
        self.assertEqual([one.text for one in self.readings()], [str(n) for n in range(10 * SLICE)])

    def test_C20_manyMoments(self) -> None:
        """Moments count as well as values: a message of nothing but moments takes turns, too."""
        long = self.payload({"value": "1"}, moments=2 * SLICE)
        self.assertIsNone(self.chargePoint.call("MeterValues", long, "long"))
        self.assertEqual(self.answer("long")[2], {})
        self.assertEqual(len(self.readings()), 2 * SLICE)

    def test_C20_othersGoOn(self) -> None:
        """While a long message is dealt with, others are answered at once."""
        long = self.payload(*[{"value": "1"}] * (4 * SLICE))
        self.assertIsNone(self.chargePoint.call("MeterValues", long, "long"))
        self.assertIsNotNone(self.other.call("Heartbeat"))
        self.assertEqual(self.answer("long")[2], {})

    def test_C20_inOrder(self) -> None:
        """What the same charge point says next is dealt with after it, and answered after it."""
        long = self.payload(*[{"value": "1"}] * (4 * SLICE))
        self.chargePoint.call("MeterValues", long, "long")
        self.assertIsNone(self.chargePoint.call("MeterValues", self.payload({"value": "2"}), "b"))
        self.answer("b")
        self.assertIsNotNone(self.chargePoint.answerTo("long"))
        self.assertEqual(self.readings()[-1].text, "2")

    def test_C20_answeredOnceKept(self) -> None:
        """All slices are one promise: without the disk none of it is applied, nothing answered."""
        self.ring.store.fail("disk full")
        long = self.payload(*[{"value": "1"}] * (4 * SLICE))
        self.chargePoint.call("MeterValues", long, "long")
        for _ in range(TURNS):
            self.turn()
        self.assertIsNone(self.chargePoint.answerTo("long"))
        self.assertEqual(self.readings(), [])
        self.ring.store.recover()
        self.assertEqual(self.answer("long")[2], {})
        self.assertEqual(len(self.readings()), 4 * SLICE)

    def test_C20_stop(self) -> None:
        """The values that travel with a stop take turns as well; then the transaction is over."""
        started = self.chargePoint.call(
            "StartTransaction",
            {
                "connectorId": 1,
                "idTag": "A",
                "meterStart": 0,
                "timestamp": stamp(self.ring.now()),
            },
        )
        data = self.payload(*[{"value": "1"}] * (4 * SLICE))["meterValue"]
        stop = {
            "transactionId": started[2]["transactionId"],
            "meterStop": 5,
            "timestamp": stamp(self.ring.now()),
            "transactionData": data,
        }
        self.assertIsNone(self.chargePoint.call("StopTransaction", stop, "stop"))
        self.assertEqual(self.answer("stop")[2], {})
        self.assertEqual(len(self.readings()), 4 * SLICE)
        self.assertFalse(self.ring.connector().transaction.active)  # type: ignore[union-attr]


class BoundTests(LongCase):
    """More than anybody measures is not kept; what is left out is counted, and none repeats it."""

    def test_C20_tooMany(self) -> None:
        """
        More values than are taken: the first ones are kept, and the message is answered as any,
        because a CallError makes many charge points send it again for ever.
        """
        long = self.payload(*[{"value": "1"}] * MOST)
        data = long["meterValue"]
        self.chargePoint.call("MeterValues", {**long, "meterValue": data + data}, "long")
        self.assertEqual(self.answer("long")[2], {})
        self.assertEqual(len(self.readings()), MOST - 1)
        self.assertEqual(self.ring.record().deviations.byKind["C20"], 1)

    def test_C20_tooManyParts(self) -> None:
        """A text of nothing but tiny parts is not taken apart; the message counts without them."""
        for action, payload in (
            ("MeterValues", self.payload(*[{"value": ""}] * (PARTS + 1))),
            ("MeterValues", {"connectorId": 1, "meterValue": [0] * (PARTS + 2)}),
            ("MeterValues", {"connectorId": 1, "meterValue": {}, "x": [0] * (PARTS + 2)}),
            ("Heartbeat", {"x": [1] * (PARTS + 2)}),
        ):
            self.assertEqual(self.chargePoint.call(action, payload, "long")[:2], [3, "long"])
            self.ring.advance(30)  # so long messages have to be paid for
        self.assertEqual(self.readings(), [])
        self.assertEqual(self.ring.record().deviations.byKind["C20"], 4)

    def test_C20_stopOfTooManyParts(self) -> None:
        """The end of a transaction counts, whatever travels with it."""
        stop = {
            "transactionId": 99,
            "meterStop": 5,
            "timestamp": stamp(self.ring.now()),
            "transactionData": [{}] * (PARTS + 2),
        }
        self.assertEqual(self.chargePoint.call("StopTransaction", stop)[2], {})
        self.assertEqual(len(self.ring.noted(f.TransactionStopped)), 1)

    def test_C20_stopIsTakenAllTheSame(self) -> None:
        """A stop cannot be refused: the end counts, values beyond the bound are left out."""
        data = self.payload({"value": "1"}, moments=MOST)["meterValue"]
        stop = {
            "transactionId": 99,
            "meterStop": 5,
            "timestamp": stamp(self.ring.now()),
            "transactionData": data,
        }
        self.chargePoint.call("StopTransaction", stop, "stop")
        self.assertEqual(self.answer("stop")[2], {})
        self.assertEqual(len(self.readings()), MOST // 2)
        self.assertIn("C20", self.ring.deviations())

    def test_C20_fewDeviations(self) -> None:
        """What is odd about all values of a message is counted a few times only."""
        long = self.payload(*[{"value": "x"}] * (2 * ODD))
        self.assertEqual(self.chargePoint.call("MeterValues", long)[2], {})
        self.assertEqual(self.ring.record().deviations.byKind["S8"], ODD)


class AsideTests(LongCase):
    """Long payloads that are odd are taken apart beside the reactor thread."""

    def setUp(self) -> None:
        super().setUp()
        self.waiting: list[Callable[[], None]] = []
        self.ring.central.reading.use(self.aside)

    def aside(self, function: Callable[..., Any], *arguments: Any) -> Deferred[Any]:
        done: Deferred[Any] = Deferred()

        def run() -> None:
            try:
                done.callback(function(*arguments))
            except Exception:  # noqa: BLE001 - as a thread pool does it
                done.errback()

        self.waiting.append(run)
        return done

    def test_C20_longAndOdd(self) -> None:
        """It is read elsewhere, and answered when that is done; what comes next waits."""
        long = self.payload(*[{"value": 1}] * (LONG // 12))
        self.assertIsNone(self.chargePoint.call("MeterValues", long, "long"))
        self.assertIsNone(self.chargePoint.call("Heartbeat", {}, "next"))
        self.assertIsNotNone(self.other.call("Heartbeat"))
        self.waiting.pop()()
        self.assertEqual(self.answer("long")[2], {})
        self.assertIsNotNone(self.answer("next"))
        self.assertIn("S7", self.ring.deviations())

    def test_C20_longAndUnreadable(self) -> None:
        """What nobody can read is refused as ever."""
        bad = {"idTag": [1] * (PARTS + 2)}
        self.assertIsNone(self.chargePoint.call("Authorize", bad, "long"))
        self.waiting.pop()()
        self.assertEqual(self.answer("long")[2], "OccurenceConstraintViolation")

    def test_C20_heavy(self) -> None:
        """Even the quick way takes too long for a very long one."""
        long = self.payload(*[{"value": "12345678"}] * (HEAVY // 20))
        self.assertIsNone(self.chargePoint.call("MeterValues", long, "long"))
        self.waiting.pop()()
        self.assertEqual(self.answer("long")[2], {})
        self.assertEqual(self.ring.deviations(), set())

    def test_C20_shortAndOdd(self) -> None:
        """A short one is read at once."""
        self.assertEqual(self.chargePoint.call("MeterValues", self.payload({"value": 1}))[2], {})
        self.assertEqual(self.waiting, [])


class RecorderTurnTests(SynchronousTestCase):
    """Many facts of one commit are applied one per turn."""

    def test_turns(self) -> None:
        """The commit fires after the last one."""
        waiting: list[Deferred[None]] = []

        def pause() -> Deferred[None]:
            waiting.append(Deferred())
            return waiting[-1]

        registry = Registry()
        recorder = Recorder(registry, MemoryStore(), pause)
        recorder.note("CP1", f.ChargePointAdded("CP1", "CP1", START, Settings()))
        facts = [f.RegistrationChanged(word, START) for word in "abcdef"]
        done = recorder.commit("CP1", *facts)
        for word in "abcdef":
            self.assertNoResult(done)
            record = registry.record("CP1")
            self.assertEqual(record and record.registration.status, word)
            waiting.pop().callback(None)
        self.successResultOf(done)
