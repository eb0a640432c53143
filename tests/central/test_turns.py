"""Calls of one charge point are answered in order, with back-pressure, whatever the store does."""

from __future__ import annotations

import json

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.answering import turns
from ocppgw.interfaces import StoreFailed
from ocppgw.model import facts as f
from tests.central.support import TEXT, Ring, configured, stamp

START_CALL = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": "2026-05-04T12:00:00Z"}


class OrderTests(SynchronousTestCase):
    """A slow store does not reorder anything."""

    def test_slowStore(self) -> None:
        """What follows a Call that waits for its commit waits too, and is answered after it."""
        ring = Ring(self, delay=2.0)
        chargePoint = ring.connect()
        chargePoint.boot()
        ring.advance(3)
        chargePoint.frames.clear()
        chargePoint.call("StartTransaction", START_CALL, "start")
        chargePoint.call("Heartbeat", None, "beat")
        chargePoint.call("StatusNotification", status("Charging"), "status")
        self.assertEqual(chargePoint.frames, [])
        self.assertIsNone(ring.connector().status)
        ring.advance(2)
        self.assertEqual(
            [json.loads(text)[1] for opcode, text in chargePoint.frames if opcode == TEXT],
            ["start", "beat", "status"],
        )
        self.assertEqual(ring.connector().status.status, "Charging")  # type: ignore[union-attr]

    def test_othersDoNotWait(self) -> None:
        """Another charge point is answered meanwhile."""
        ring = Ring(self, delay=2.0)
        slow, other = ring.connect("/A"), ring.connect("/B")
        slow.call("StartTransaction", START_CALL)
        self.assertEqual(other.call("Heartbeat")[0], 3)

    def test_overReconnect(self) -> None:
        """What came over an older link is dealt with first; a repeat shares its transaction."""
        ring = Ring(self, delay=2.0)
        ring.connect().call("StartTransaction", START_CALL)
        again = ring.connect()
        again.call("StartTransaction", START_CALL, "again")
        ring.advance(2)
        ring.advance(2)
        self.assertEqual(again.answerTo("again")[2]["transactionId"], 1)
        self.assertEqual(len(ring.noted(f.TransactionStarted)), 1)

    def test_answerToTheOneWhoAsked(self) -> None:
        """A late answer does not go to the link that came after."""
        ring = Ring(self, delay=2.0)
        ring.connect().call("StartTransaction", START_CALL, "start")
        newer = ring.connect()
        ring.advance(2)
        self.assertIsNone(newer.answerTo("start"))

    def test_cannotBeSent(self) -> None:
        """An answer that cannot be sent, by a mistake, is logged; those that follow are sent."""
        ring = Ring(self, configured(ocpp={"pingInterval": 0.0}))
        chargePoint = ring.connect()
        send = chargePoint.protocol.send
        self.patch(chargePoint.protocol, "send", lambda text: 1 / 0)
        self.assertIsNone(chargePoint.call("Heartbeat"))
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.patch(chargePoint.protocol, "send", send)
        self.assertIsNotNone(chargePoint.call("Heartbeat"))

    def test_cannotBeSentLate(self) -> None:
        """The same where the answer is late, and others wait for their turn behind it."""
        ring = Ring(self, configured(ocpp={"pingInterval": 0.0}), delay=2.0)
        chargePoint = ring.connect()
        send, sent = chargePoint.protocol.send, []

        def failOnce(text: bytes) -> None:
            sent.append(text)
            if len(sent) == 1:
                raise ZeroDivisionError
            send(text)

        self.patch(chargePoint.protocol, "send", failOnce)
        chargePoint.call("StartTransaction", START_CALL, "start")
        for number in range(3):
            chargePoint.call("Heartbeat", None, f"h{number}")
        self.assertEqual(sent, [])
        ring.advance(2)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertEqual(json.loads(sent[0])[1], "start")
        answered = [chargePoint.answerTo(one) for one in ("start", "h0", "h1", "h2")]
        self.assertEqual([one is not None for one in answered], [False, True, True, True])

    def test_manyAtOnce(self) -> None:
        """Many Calls in one piece are all answered, in their order."""
        ring = Ring(self, configured(ocpp={"pingInterval": 0.0}))
        chargePoint = ring.connect()
        for number in range(500):
            chargePoint.call("Heartbeat", None, f"x{number}")
        self.assertEqual(chargePoint.frames, [])


class PressureTests(SynchronousTestCase):
    """A charge point that sends more than can be dealt with is slowed down."""

    def test_held(self) -> None:
        """Once enough waits, no more is read; when the store goes on, so does reading."""
        ring = Ring(self, delay=2.0)
        chargePoint = ring.connect()
        chargePoint.call("StartTransaction", START_CALL)
        for number in range(turns.FULL + 10):
            chargePoint.call("Heartbeat", None, f"h{number}")
        self.assertGreater(chargePoint.waiting, 0)
        ring.advance(2)
        self.assertEqual(chargePoint.waiting, 0)
        answered = [chargePoint.answerTo(f"h{n}") for n in range(turns.FULL + 10)]
        self.assertNotIn(None, answered)

    def test_heldIsNotDead(self) -> None:
        """A charge point that we do not read does not count as silent."""
        ring = Ring(self, delay=200.0)
        chargePoint = ring.connect()
        for _ in range(turns.FULL + 2):
            chargePoint.call("StartTransaction", START_CALL)
        ring.advance(46)
        ring.advance(21)
        self.assertFalse(chargePoint.isClosed)

    def test_flood(self) -> None:
        """What comes over one link after another is bounded, too: beyond that the link ends."""
        self.patch(turns, "FLOOD", 50)
        ring = Ring(self, delay=2.0)
        chargePoint = ring.connect()
        chargePoint.call("StartTransaction", START_CALL)
        for number in range(turns.FULL):
            chargePoint.call("Heartbeat", None, f"h{number}")
        isClosed = []
        for _ in range(30):
            chargePoint = ring.connect()
            chargePoint.call("Heartbeat")
            isClosed.append(chargePoint.isClosed)
        self.assertEqual(isClosed, [False] * 18 + [True] * 12)

    def test_doesNotRead(self) -> None:
        """Who does not read what we write is not read either."""
        ring = Ring(self)
        chargePoint = ring.connect()
        producer = chargePoint.transport.producer
        producer.pauseProducing()
        self.assertIsNone(chargePoint.call("Heartbeat", None, "x"))
        producer.resumeProducing()
        ring.advance(0)
        self.assertIsNotNone(chargePoint.answerTo("x"))


class StoreFailureTests(SynchronousTestCase):
    """What cannot be kept is not promised."""

    def ringWithBoot(self) -> Ring:
        ring = Ring(self)
        self.chargePoint = ring.connect()
        self.chargePoint.boot()
        ring.store.fail("disk full")
        return ring

    def test_noAnswer(self) -> None:
        """StartTransaction, StopTransaction and MeterValues get no answer; the rest does."""
        ring = self.ringWithBoot()
        call = self.chargePoint.call
        self.assertIsNone(call("StartTransaction", START_CALL))
        self.assertIsNone(call("MeterValues", meterValues("5")))
        stop = {"transactionId": 7, "meterStop": 1, "timestamp": stamp(ring.now())}
        self.assertIsNone(call("StopTransaction", stop))
        self.assertEqual(call("Heartbeat")[0], 3)
        self.assertEqual(call("StatusNotification", status("Available"))[0], 3)
        self.assertIsNone(ring.connector().transaction)
        self.assertEqual(dict(ring.connector().readings), {})

    def test_repeatAfterRecovery(self) -> None:
        """The repeat is answered once the store is well again."""
        ring = self.ringWithBoot()
        self.assertIsNone(self.chargePoint.call("StartTransaction", START_CALL))
        ring.store.recover()
        answer = self.chargePoint.call("StartTransaction", START_CALL)
        self.assertGreater(answer[2]["transactionId"], 0)

    def test_newcomer(self) -> None:
        """A newcomer's BootNotification is Pending for 60 s, a known one's is Accepted."""
        ring = self.ringWithBoot()
        newcomer = ring.connect("/CP2").boot()[2]
        self.assertEqual((newcomer["status"], newcomer["interval"]), ("Pending", 60))
        self.assertEqual(self.chargePoint.boot()[2]["status"], "Accepted")
        self.assertEqual(ring.record("CP2").registration.status, "")
        ring.store.recover()
        again = ring.connect("/CP2").boot()[2]
        self.assertEqual(again["status"], "Accepted")

    def test_lookingUpFails(self) -> None:
        """A store that cannot be asked is one that cannot be trusted: no answer."""
        ring = self.ringWithBoot()
        ring.store.recover()

        def broken(key: object) -> object:
            raise StoreFailed("gone")

        self.patch(ring.store, "findStart", broken)
        self.assertIsNone(self.chargePoint.call("StartTransaction", START_CALL))


def status(word: str, connectorId: int = 1) -> dict[str, object]:
    return {"connectorId": connectorId, "status": word, "errorCode": "NoError"}


def meterValues(value: str) -> dict[str, object]:
    sampled = [{"value": value}]
    return {
        "connectorId": 1,
        "meterValue": [{"timestamp": "2026-05-04T12:00:00Z", "sampledValue": sampled}],
    }
