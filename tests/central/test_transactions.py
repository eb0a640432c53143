"""StartTransaction and StopTransaction: each promise is kept once, whatever is repeated."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import attrs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.repeated import IdTagTable
from ocppgw.model import facts as f
from ocppgw.model.commands import AddIdTag, Command, GatewayRequest, RemoteStart
from ocppgw.model.point import Quality
from ocppgw.model.records import Transaction
from tests.central.support import BOOT, START, Ring, configured, stamp
from tests.conformance import shows


class TransactionCase(SynchronousTestCase):
    """A charge point that charges."""

    def setUp(self) -> None:
        self.begin(Ring(self))

    def begin(self, ring: Ring) -> None:
        self.ring = ring
        self.chargePoint = ring.connect()
        self.chargePoint.boot()

    def start(self, connectorId: int = 1, idTag: str = "A", **more: Any) -> Any:
        """The answer to a StartTransaction."""
        sent = {"connectorId": connectorId, "idTag": idTag, "meterStart": 100}
        sent |= {"timestamp": stamp(self.ring.now())} | more
        return self.chargePoint.call("StartTransaction", sent)[2]

    def stop(self, transactionId: int, meterStop: int = 250, **more: Any) -> Any:
        """The answer to a StopTransaction."""
        sent = {"transactionId": transactionId, "meterStop": meterStop}
        sent |= {"timestamp": stamp(self.ring.now())} | more
        return self.chargePoint.call("StopTransaction", sent)[2]

    def transaction(self, connectorId: int = 1) -> Transaction:
        found = self.ring.connector(connectorId).transaction
        assert found is not None
        return found

    def kinds(self) -> set[str]:
        return self.ring.deviations()


class StartTests(TransactionCase):
    """Transactions begin."""

    @shows("StartTransaction from the charge point")
    def test_begins(self) -> None:
        """The transaction runs, with what was sent, and is on disk."""
        answer = self.start(reservationId=0)
        self.assertEqual(answer["idTagInfo"], {"status": "Accepted"})
        running = self.transaction()
        self.assertEqual(running.transactionId, answer["transactionId"])
        self.assertEqual((running.idTag, running.meterStart), ("A", 100.0))
        self.assertEqual((running.active, running.startTime), (True, START))
        [fact] = self.ring.noted(f.TransactionStarted)
        self.assertIn(("CP1", fact), self.ring.store.committed)
        self.assertIsNone(fact.reservationId)

    def test_X5_idsGrow(self) -> None:
        """Ids are positive, grow over all charge points, and are never given twice."""
        first = self.start(1)["transactionId"]
        second = self.start(2, "B")["transactionId"]
        self.stop(first)
        third = self.start(1, "C")["transactionId"]
        self.assertEqual([first, second, third], [1, 2, 3])

    def test_X1_repeated(self) -> None:
        """The same start gets the same id and answer, running or stopped, under any message id."""
        when = stamp(self.ring.now())
        first = self.start(timestamp=when)
        self.ring.advance(30)
        self.assertEqual(self.start(timestamp=when), first)
        self.stop(first["transactionId"])
        self.assertEqual(self.start(timestamp=when), first)
        self.assertFalse(self.transaction().active)

    def test_X1_repeatedAfterRestart(self) -> None:
        """A restart of the gateway does not forget it."""
        when = stamp(self.ring.now())
        first = self.start(timestamp=when)
        store, now = self.ring.store, self.ring.now()
        other = Ring(self, snapshot=self.successResultOf(store.open(now)))
        self.patch(other.store, "findStart", store.findStart)
        self.ring, self.chargePoint = other, other.connect()
        self.assertEqual(self.start(timestamp=when), first)
        self.assertEqual(self.start(2, "B")["transactionId"], first["transactionId"] + 1)

    def test_X1_anyDifferenceIsAnother(self) -> None:
        """Another connector, idTag, time or meter reading is another transaction."""
        when = stamp(self.ring.now())
        later = stamp(self.ring.now() + timedelta(seconds=1))
        answers = (
            self.start(1, "A", timestamp=when),
            self.start(2, "A", timestamp=when),
            self.start(1, "B", timestamp=when),
            self.start(1, "A", timestamp=later),
            self.start(1, "A", timestamp=when, meterStart=101),
        )
        ids = {answer["transactionId"] for answer in answers}
        self.assertEqual(len(ids), 5)

    def test_X1_withoutClock(self) -> None:
        """One without a clock that booted since the stop begins a new one; before, it repeats."""
        always = "1970-01-01T00:00:00Z"
        first = self.start(timestamp=always)["transactionId"]
        self.ring.advance(5)
        self.stop(first)
        self.assertEqual(self.start(timestamp=always)["transactionId"], first)
        self.ring.advance(5)
        self.chargePoint.call("BootNotification", BOOT)
        self.assertEqual(self.start(timestamp=always)["transactionId"], first + 1)

    def test_X1_withClock(self) -> None:
        """With a clock a boot changes nothing."""
        when = stamp(self.ring.now())
        first = self.start(timestamp=when)["transactionId"]
        self.stop(first)
        self.ring.advance(5)
        self.chargePoint.call("BootNotification", BOOT)
        self.assertEqual(self.start(timestamp=when)["transactionId"], first)

    def test_X11_twoOnOneConnector(self) -> None:
        """A new start ends what still runs there, with reason Other, and it is counted."""
        self.start(1, "A")
        self.ring.advance(60)
        self.start(1, "B")
        [stopped] = self.ring.noted(f.TransactionStopped)
        self.assertEqual((stopped.transactionId, stopped.reason), (1, "Other"))
        self.assertIsNone(stopped.meterStop)
        self.assertEqual(self.transaction().idTag, "B")
        self.assertIn("X11", self.kinds())

    def test_X11_isTold(self) -> None:
        """The store is told of the close, and the real end that comes later counts."""
        first = self.start(1, "A")["transactionId"]
        self.ring.advance(60)
        self.start(1, "B")
        [closed] = self.ring.noted(f.TransactionStopped)
        self.assertTrue(closed.isAdministrative)
        self.assertIn(("CP1", closed), self.ring.store.committed)
        last = self.ring.connector().lastTransaction
        assert last is not None
        self.assertEqual((last.transactionId, last.isAdministrative), (first, True))
        self.stop(first, 180, reason="PowerLoss")
        last = self.ring.connector().lastTransaction
        assert last is not None and last.energy is not None
        self.assertEqual((last.meterStop, last.stopReason), (180.0, "PowerLoss"))
        self.assertEqual((last.energy.value, self.ring.connector().finished), (80.0, 1))
        self.assertTrue(self.transaction().active)

    def test_X13_noReservation(self) -> None:
        """Reservation 0 means that there was none; any other number is kept."""
        self.start(1, reservationId=0)
        self.start(2, "B", reservationId=7)
        kept = [fact.reservationId for fact in self.ring.noted(f.TransactionStarted)]
        self.assertEqual(kept, [None, 7])

    def test_X11_lateStart(self) -> None:
        """A start out of an offline queue does not end what began after it."""
        self.ring.advance(3600)
        self.chargePoint = self.ring.connect()
        running = self.start(1, "A")["transactionId"]
        self.start(1, "B", timestamp=stamp(START))
        self.assertEqual(self.transaction().transactionId, running)
        self.assertEqual(self.ring.noted(f.TransactionStopped), [])

    def test_S23_noConnector(self) -> None:
        """Without connectorId it is the first connector."""
        sent = {"idTag": "A", "meterStart": 0, "timestamp": stamp(START)}
        self.assertGreater(self.chargePoint.call("StartTransaction", sent)[2]["transactionId"], 0)
        self.assertTrue(self.transaction(1).active)


class IdTagTests(TransactionCase):
    """What idTags are answered with."""

    def setUp(self) -> None:
        tags = (
            IdTagTable("GOOD", parentIdTag="FAMILY"),
            IdTagTable("BAD", status="Blocked"),
            IdTagTable("OLD", expiryDate=START - timedelta(days=1)),
        )
        configuration = configured(authorization={"default": "Invalid"})
        self.begin(Ring(self, attrs.evolve(configuration, idTags=tags)))

    def status(self, idTag: str) -> str:
        answer = self.chargePoint.call("Authorize", {"idTag": idTag})[2]
        return str(answer["idTagInfo"]["status"])

    @shows("Authorize from the charge point")
    def test_authorize(self) -> None:
        """By the table, in any case, and by the default for the others."""
        self.assertEqual(self.status("good"), "Accepted")
        self.assertEqual(self.status("BAD"), "Blocked")
        self.assertEqual(self.status("OLD"), "Expired")
        self.assertEqual(self.status("NOBODY"), "Invalid")
        self.assertEqual(self.ring.record().lastIdTag.idTag, "NOBODY")

    def test_parentAndExpiry(self) -> None:
        """Parent and expiry date are told."""
        info = self.chargePoint.call("Authorize", {"idTag": "GOOD"})[2]["idTagInfo"]
        self.assertEqual(info, {"status": "Accepted", "parentIdTag": "FAMILY"})
        info = self.chargePoint.call("Authorize", {"idTag": "OLD"})[2]["idTagInfo"]
        self.assertEqual(info["expiryDate"], "2026-05-03T12:00:00.000Z")

    def test_remoteIdTag(self) -> None:
        """The idTag of remote starts is always accepted, also twice at a time."""
        self.assertEqual(self.start(1, "OCPPGW")["idTagInfo"]["status"], "Accepted")
        self.assertEqual(self.start(2, "OCPPGW")["idTagInfo"]["status"], "Accepted")

    def test_S22_padding(self) -> None:
        """NULs and blanks around an idTag, and one that is too long, do no harm."""
        self.assertEqual(self.status(" GOOD\0\0"), "Accepted")
        self.assertEqual(self.status("x" * 200), "Invalid")
        self.assertIn("S22", self.kinds())

    def test_addedAtRuntime(self) -> None:
        """An idTag that is added counts from then on."""
        request = GatewayRequest("AddIdTag", AddIdTag("NEW", "Accepted"), "eva")
        self.successResultOf(self.ring.central.perform(request))
        self.assertEqual(self.status("NEW"), "Accepted")

    def test_X12_anIdInAnyCase(self) -> None:
        """An idTag that may not charge gets a transaction id all the same, and its status."""
        for idTag, status in (("BAD", "Blocked"), ("NOBODY", "Invalid"), ("OLD", "Expired")):
            answer = self.start(1, idTag)
            self.assertGreater(answer["transactionId"], 0)
            self.assertEqual(answer["idTagInfo"]["status"], status)
            self.assertEqual(self.transaction().status, status)

    def test_concurrent(self) -> None:
        """An idTag that charges elsewhere is ConcurrentTx at a start; Authorize does not mind."""
        self.start(1, "GOOD")
        self.assertEqual(self.status("GOOD"), "Accepted")
        self.assertEqual(self.start(2, "good")["idTagInfo"]["status"], "ConcurrentTx")

    def test_notConcurrentWithItself(self) -> None:
        """What was never stopped on the same connector does not lock its driver out."""
        self.start(1, "GOOD")
        self.ring.advance(10)
        self.assertEqual(self.start(1, "GOOD")["idTagInfo"]["status"], "Accepted")


class RemoteTagTests(TransactionCase):
    """The idTag of a remote start comes back altered."""

    ASKED = "Driver-0123456789ABC"

    def setUp(self) -> None:
        configuration = configured(authorization={"default": "Invalid"})
        tags = (IdTagTable(self.ASKED, parentIdTag="FAMILY"),)
        self.begin(Ring(self, attrs.evolve(configuration, idTags=tags), started=True))
        self.ring.advance(60)
        command = Command("CP1", "RemoteStart", RemoteStart(1, self.ASKED), "eva")
        self.ring.central.issue(command)
        self.acceptStart()

    def acceptStart(self) -> None:
        """Turn down what the Central System wants to know, until it asks for the start."""
        for _ in range(20):
            for _, messageId, action, _ in self.chargePoint.takeCalls():
                if action == "RemoteStartTransaction":
                    self.chargePoint.text(json.dumps([3, messageId, {"status": "Accepted"}]))
                    return
                self.chargePoint.text(json.dumps([4, messageId, "NotImplemented", "", {}]))
            self.ring.advance(1)
        self.fail("the start was never asked for")

    def authorized(self, idTag: str) -> Any:
        return self.chargePoint.call("Authorize", {"idTag": idTag})[2]["idTagInfo"]

    def test_X18_tagEchoedAltered(self) -> None:
        """Cut or in other case it is worth what the one that was asked for is worth."""
        expected = {"status": "Accepted", "parentIdTag": "FAMILY"}
        self.assertEqual(self.authorized("DRIVER-012345678"), expected)
        self.assertEqual(self.start(1, "driver-012345678")["idTagInfo"], expected)
        self.assertEqual(self.transaction().idTag, "driver-012345678")

    def test_X18_forItsTimeOnly(self) -> None:
        """Another idTag gains nothing, nor does the altered one once the start is over."""
        self.assertEqual(self.authorized("STRANGER")["status"], "Invalid")
        self.start(1, "DRIVER-012345678")
        self.assertEqual(self.authorized("DRIVER-012345678")["status"], "Invalid")


class StopTests(TransactionCase):
    """Transactions end."""

    @shows("StopTransaction from the charge point")
    def test_ends(self) -> None:
        """The transaction ends with what was sent; the default reason is Local."""
        transactionId = self.start()["transactionId"]
        self.ring.advance(600)
        self.stop(transactionId)
        ended = self.transaction()
        self.assertEqual((ended.active, ended.meterStop, ended.stopReason), (False, 250.0, "Local"))
        self.assertEqual(ended.stopTime, self.ring.now())

    def test_X7_idTagInfo(self) -> None:
        """``idTagInfo`` is sent where an idTag was given, and not otherwise."""
        self.assertEqual(self.stop(self.start()["transactionId"]), {})
        again = self.start(2)["transactionId"]
        self.assertEqual(self.stop(again, idTag="A"), {"idTagInfo": {"status": "Accepted"}})

    def test_X2_repeated(self) -> None:
        """A repeat is answered the same and changes nothing; what it says otherwise is counted."""
        transactionId = self.start()["transactionId"]
        self.stop(transactionId, 250)
        self.assertEqual(self.stop(transactionId, 250), {})
        self.assertEqual(self.kinds(), set())
        self.assertEqual(self.stop(transactionId, 999), {})
        self.assertEqual(self.transaction().meterStop, 250.0)
        self.assertIn("X2", self.kinds())
        self.assertEqual(len(self.ring.noted(f.TransactionStopped)), 1)

    def test_realEndOfAClosedOne(self) -> None:
        """The real end of a transaction that was closed administratively is kept."""
        first = self.start(1, "A")["transactionId"]
        self.ring.advance(60)
        self.start(1, "B")
        self.assertEqual(self.stop(first, 180), {})
        stops = self.ring.noted(f.TransactionStopped)
        self.assertEqual([stop.meterStop for stop in stops], [None, 180])
        self.assertEqual({stop.transactionId for stop in stops}, {first})
        self.assertTrue(self.transaction().active)
        self.assertNotIn("X2", self.kinds())

    def test_X3_unknown(self) -> None:
        """The end of one that nobody knows is kept and answered."""
        self.assertEqual(self.stop(4711), {})
        [stopped] = self.ring.noted(f.TransactionStopped)
        self.assertEqual((stopped.transactionId, stopped.connectorId), (4711, 0))
        self.assertIn("X3", self.kinds())

    def test_X4_minusOne(self) -> None:
        """-1 and 0 end the one that fits, and only that."""
        self.start(1)
        self.assertEqual(self.stop(-1), {})
        self.assertFalse(self.transaction(1).active)
        self.ring.advance(10)
        self.start(1)
        self.start(2)
        self.assertEqual(self.stop(0), {})
        self.assertTrue(self.transaction(1).active and self.transaction(2).active)
        self.assertIn("X4", self.kinds())

    def test_X14_meterBackwards(self) -> None:
        """A meter that ran backwards is answered and counted."""
        self.assertEqual(self.stop(self.start()["transactionId"], 5), {})
        self.assertFalse(self.transaction().active)
        self.assertIn("X14", self.kinds())

    def test_X14_energy(self) -> None:
        """The energy of such a one is not trusted."""
        self.stop(self.start()["transactionId"], 5)
        energy = self.transaction().energy
        assert energy is not None
        self.assertEqual((energy.value, energy.quality), (0.0, Quality.subNormal))

    def test_X16_noReason(self) -> None:
        """Without a reason it is Local."""
        self.stop(self.start()["transactionId"])
        self.assertEqual(self.transaction().stopReason, "Local")

    def test_X16_foreignReason(self) -> None:
        """A reason that nobody knows is Other."""
        self.stop(self.start()["transactionId"], reason="Bored")
        self.assertEqual(self.transaction().stopReason, "Other")
        self.assertIn("X16", self.kinds())

    def test_transactionData(self) -> None:
        """The values that travel with a stop are taken in."""
        transactionId = self.start()["transactionId"]
        sampled = [{"value": "250", "context": "Transaction.End"}]
        data = [{"timestamp": stamp(self.ring.now()), "sampledValue": sampled}]
        self.stop(transactionId, transactionData=data)
        [measured] = self.ring.noted(f.Measured)
        self.assertEqual((measured.connectorId, measured.transactionId), (1, transactionId))
        self.assertEqual(measured.readings[0].context, "Transaction.End")
        self.assertEqual(self.ring.connector().live.energy.value, 250.0)  # type: ignore[union-attr]

    def test_missingFields(self) -> None:
        """A stop without reading and time ends the transaction all the same."""
        transactionId = self.start()["transactionId"]
        self.assertEqual(
            self.chargePoint.call("StopTransaction", {"transactionId": transactionId})[0], 3
        )
        self.assertFalse(self.transaction().active)
        self.assertIsNone(self.transaction().meterStop)
