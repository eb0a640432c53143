"""The live link of each charge point: newest wins, grace, our Calls."""

from __future__ import annotations

import json
from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase
from zope.interface.verify import verifyObject

from ocppgw.central.linking.calling import (
    AnswerInvalid,
    CallErrorReceived,
    CallTimedOut,
    ICaller,
    LinkGone,
    NotConnected,
)
from ocppgw.model import facts as f
from ocppgw.v16 import messages as m
from tests.central.support import PING, PONG, Ring, configured

QUIET = {"pingInterval": 0.0}


class NewestWinsTests(SynchronousTestCase):
    """A charge point that comes back before its old connection is gone."""

    def test_C12_newestWins(self) -> None:
        """The old connection is aborted, its late end changes nothing, SCADA sees no gap."""
        ring = Ring(self)
        old = ring.connect()
        before = ring.record().link
        new = ring.connect()
        self.assertTrue(old.transport.disconnecting)
        ring.flush()
        ring.advance(10)
        link = ring.record().link
        self.assertTrue(link.connected)
        self.assertEqual((link.at, link.connectedSince), (before.at, before.connectedSince))
        self.assertEqual(link.remoteAddress, "192.0.2.1:50002")
        self.assertEqual(ring.noted(f.LinkLost), [])
        self.assertEqual(new.call("Heartbeat")[0], 3)

    def test_pendingCallsFail(self) -> None:
        """Calls that wait on the old connection fail at once, the sent one and the queued one."""
        ring = Ring(self)
        ring.connect()
        calls = [call(ring), call(ring)]
        ring.connect()
        for one in calls:
            self.assertEqual(self.failureResultOf(one, LinkGone).value.reason, "superseded")

    def test_oldIsDeaf(self) -> None:
        """What still comes over the old connection is not listened to."""
        ring = Ring(self)
        old = ring.connect()
        ring.connect()
        old.isClosed = False
        self.assertIsNone(old.call("StatusNotification", {"connectorId": 1}))
        self.assertEqual(ring.noted(f.StatusReported), [])

    def test_B1_noBootAfterReconnect(self) -> None:
        """Registration belongs to the charge point: a reconnect goes on without a boot."""
        ring = Ring(self)
        ring.connect().boot()
        again = ring.connect()
        self.assertEqual(again.call("Heartbeat")[0], 3)
        self.assertEqual(ring.record().registration.status, "Accepted")


class GraceTests(SynchronousTestCase):
    """A link that ends."""

    def test_lostAfterGrace(self) -> None:
        """The loss is shown after ``disconnectGrace``, with the time at which it was recognised."""
        ring = Ring(self)
        chargePoint = ring.connect()
        ring.advance(5)
        chargePoint.vanish()
        self.assertTrue(ring.record().link.connected)
        lostAt = ring.now()
        ring.advance(0.6)
        self.assertFalse(ring.record().link.connected)
        self.assertEqual(ring.record().link.at, lostAt)

    def test_backWithinGrace(self) -> None:
        """Who is back in time was never away."""
        ring = Ring(self)
        ring.connect().vanish()
        ring.advance(0.4)
        ring.connect()
        ring.advance(5)
        self.assertEqual(ring.noted(f.LinkLost), [])
        self.assertEqual(ring.record().link.reconnects, 0)

    def test_backLater(self) -> None:
        """Who is back later has reconnected."""
        ring = Ring(self)
        ring.connect().vanish()
        ring.advance(5)
        ring.connect()
        self.assertEqual(ring.record().link.reconnects, 1)
        self.assertTrue(ring.record().link.connected)

    def test_notConnectedInGrace(self) -> None:
        """During the grace nothing can be sent."""
        ring = Ring(self)
        ring.connect().vanish()
        self.failureResultOf(call(ring), NotConnected)

    def test_reason(self) -> None:
        """Who closed, and with which words, is kept."""
        ring = Ring(self)
        chargePoint = ring.connect()
        chargePoint.frame(8, b"\x03\xe9going\x07 away")
        ring.advance(1)
        reason = ring.record().link.lastDisconnectReason
        self.assertIn("closed by the charge point (1001", reason)
        self.assertTrue(reason.isprintable())


class CallingTests(SynchronousTestCase):
    """Our Calls."""

    def setUp(self) -> None:
        self.ring = Ring(self, configured(ocpp=QUIET))
        self.chargePoint = self.ring.connect()

    def answer(self, *message: Any) -> None:
        self.chargePoint.text(json.dumps(message))

    def test_provides(self) -> None:
        """The links are what commands and start-up call through."""
        verifyObject(ICaller, self.ring.central._links)

    def test_answered(self) -> None:
        """The confirmation comes back decoded."""
        answer = call(self.ring)
        [[_, messageId, action, payload]] = self.chargePoint.takeCalls()
        self.assertEqual((action, payload), ("ClearCache", {}))
        self.answer(3, messageId, {"status": "Accepted"})
        self.assertEqual(self.successResultOf(answer).status, "Accepted")

    def test_oneAtATime(self) -> None:
        """A second Call is sent once the first is answered, and its time counts from then."""
        first, second = call(self.ring, 10), call(self.ring, 10)
        [one] = self.chargePoint.takeCalls()
        self.ring.advance(8)
        self.answer(3, one[1], {"status": "Accepted"})
        self.successResultOf(first)
        [other] = self.chargePoint.takeCalls()
        self.assertNotEqual(one[1], other[1])
        self.ring.advance(8)
        self.assertNoResult(second)
        self.ring.advance(3)
        self.failureResultOf(second, CallTimedOut)

    def test_S18_lateAnswer(self) -> None:
        """An answer that nobody waits for any more is counted, and the link lives on."""
        answer = call(self.ring, 5)
        [one] = self.chargePoint.takeCalls()
        self.ring.advance(6)
        self.failureResultOf(answer, CallTimedOut)
        self.answer(3, one[1], {"status": "Accepted"})
        self.answer(3, "never asked", {})
        self.assertIn("S18", self.ring.deviations())
        self.assertEqual(self.chargePoint.call("Heartbeat")[0], 3)

    def test_S16_callErrors(self) -> None:
        """A CallError is understood with three to five elements, and nulls and strings in them."""
        for rest in ((), ("NotSupported",), ("NotSupported", None), ("NotSupported", "", "x")):
            answer = call(self.ring)
            [one] = self.chargePoint.takeCalls()
            self.answer(4, one[1], *rest)
            error = self.failureResultOf(answer, CallErrorReceived).value
            self.assertIn(error.code, ("NotSupported", "GenericError"))
        self.assertIn("S16", self.ring.deviations())

    def test_answerInvalid(self) -> None:
        """An answer that makes no sense fails only the Call."""
        answer = call(self.ring)
        [one] = self.chargePoint.takeCalls()
        self.answer(3, one[1], {})
        self.failureResultOf(answer, AnswerInvalid)

    def test_withdrawn(self) -> None:
        """A Call that was not sent yet can be withdrawn, and is never sent."""
        first, second = call(self.ring), call(self.ring)
        second.addErrback(lambda _: None)
        second.cancel()
        [one] = self.chargePoint.takeCalls()
        self.answer(3, one[1], {"status": "Accepted"})
        self.successResultOf(first)
        self.assertEqual(self.chargePoint.takeCalls(), [])

    def test_linkEnds(self) -> None:
        """A Call ends with its link."""
        answer = call(self.ring)
        self.chargePoint.vanish()
        self.failureResultOf(answer, LinkGone)

    def test_whileACallOfTheirsWaits(self) -> None:
        """An answer to us is not held up by a Call of theirs that waits for its commit."""
        ring = Ring(self, configured(ocpp=QUIET), delay=5.0)
        chargePoint = ring.connect()
        chargePoint.boot()
        answer = call(ring)
        [one] = chargePoint.takeCalls()
        chargePoint.text(json.dumps([3, one[1], {"status": "Rejected"}]))
        self.assertEqual(self.successResultOf(answer).status, "Rejected")

    def test_close(self) -> None:
        """A link that we close is closed in good order, and by force where nobody answers."""
        answer = call(self.ring)
        self.ring.central._links.close("CP1", "not enabled any more")
        self.failureResultOf(answer, LinkGone)
        self.chargePoint.flush()
        self.assertEqual(self.chargePoint.closeCode(), 1000)
        self.ring.advance(3)
        self.assertTrue(self.chargePoint.isClosed)
        self.assertEqual(self.ring.record().link.lastDisconnectReason, "not enabled any more")

    def test_afterTheEnd(self) -> None:
        """A link that ended takes no Call any more, and says so."""
        link = self.ring.central._links._links["CP1"]
        link.fail("test")
        self.failureResultOf(link.call(m.ClearCacheRequest(), 5.0), LinkGone)


class LivenessTests(SynchronousTestCase):
    """Half-open links are found."""

    def test_noPong(self) -> None:
        """Who does not answer a ping in time is dropped."""
        ring = Ring(self)
        chargePoint = ring.connect()
        ring.advance(45)
        self.assertEqual([opcode for opcode, _ in chargePoint.frames], [PING])
        ring.advance(20)
        self.assertTrue(chargePoint.isClosed)
        ring.advance(1)
        self.assertIn("no sign of life", ring.record().link.lastDisconnectReason)

    def test_C18_anyByteIsLife(self) -> None:
        """Instead of a pong any byte will do."""
        ring = Ring(self)
        chargePoint = ring.connect()
        ring.advance(45)
        ring.advance(10)
        chargePoint.write(b"\x81")
        ring.advance(10)
        self.assertFalse(chargePoint.isClosed)

    def test_roundTrip(self) -> None:
        """A pong tells the round trip, shown with the next figures."""
        ring = Ring(self, started=True)
        chargePoint = ring.connect()
        ring.advance(45)
        [ping] = [payload for opcode, payload in chargePoint.frames if opcode == PING]
        ring.clock.advance(0.25)
        chargePoint.frame(PONG, ping)
        ring.advance(10)
        self.assertEqual(ring.record().health.roundTripTime.value, 250.0)  # type: ignore[union-attr]

    def test_C15_withoutPings(self) -> None:
        """Where no pings are sent, silence for 2.5 heartbeat intervals ends the link."""
        ring = Ring(self, configured(ocpp={"pingInterval": 0.0, "heartbeatInterval": 100}))
        chargePoint = ring.connect()
        ring.advance(240)
        chargePoint.write(b"\x81")
        ring.advance(240)
        self.assertFalse(chargePoint.isClosed)
        ring.advance(20)
        self.assertTrue(chargePoint.isClosed)
        self.assertNotIn(PING, [opcode for opcode, _ in chargePoint.frames])


def call(ring: Ring, timeout: float = 30.0) -> Deferred[Any]:
    """Have the Central System send ClearCache."""
    called: Deferred[Any] = ring.central._links.call("CP1", m.ClearCacheRequest(), timeout)
    ring.flush()
    return called


class LateAnswerTests(SynchronousTestCase):
    """Answers that nobody waits for any more (S18)."""

    def test_S18_whatWasRead(self) -> None:
        """A late answer to a question is news all the same, and counted."""
        ring = Ring(self)
        chargePoint = ring.connect()
        asked = ring.central._links.call("CP1", m.GetConfigurationRequest(), 5.0)
        ring.flush()
        [question] = chargePoint.takeCalls()
        ring.advance(5)
        self.failureResultOf(asked, CallTimedOut)
        key = {"key": "HeartbeatInterval", "readonly": False, "value": "60"}
        chargePoint.text(json.dumps([3, question[1], {"configurationKey": [key]}]))
        self.assertEqual(ring.record().configuration.points["heartbeatinterval"].text, "60")
        self.assertIn("S18", ring.deviations())

    def test_S18_whatCannotBeRead(self) -> None:
        """A late answer that makes no sense, or is a CallError, changes nothing."""
        for answer in ('[3,"%s",{"configurationKey":7}]', '[4,"%s","GenericError","",{}]'):
            ring = Ring(self)
            chargePoint = ring.connect()
            asked = ring.central._links.call("CP1", m.GetConfigurationRequest(), 5.0)
            ring.flush()
            [question] = chargePoint.takeCalls()
            ring.advance(5)
            self.failureResultOf(asked, CallTimedOut)
            chargePoint.text(answer % question[1])
            self.assertEqual(dict(ring.record().configuration.points), {})
