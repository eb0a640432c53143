"""
Rows of the table of field quirks that several parts answer together, or that need care in what
is left undone.  The table is in ``docs/fieldquirks.rst``.
"""

from __future__ import annotations

import json
from typing import Any

from twisted.logger import formatEvent

from ocppgw.config.repeated import ChargePointTable
from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered, Refusal, Refused
from tests.central.support import START, RawChargePoint, stamp
from tests.central.support_sessions import SessionCase

SCRIPT = '<script>alert("x")</script>\r\n=cmd()'


class TextTests(SessionCase):
    """Texts."""

    def test_S21_keptAsSent(self) -> None:
        """HTML and control characters are kept as sent; a log line stays one line."""
        lines = self.logged()
        self.report(SCRIPT, info=SCRIPT)
        found = self.ring.connector().status
        assert found is not None
        self.assertEqual((found.status, found.info), (SCRIPT, SCRIPT))
        for event in lines:
            self.assertEqual(len(formatEvent(event).splitlines()), 1)

    def test_S22_shortIdTags(self) -> None:
        """An idTag that a charge point would cut is refused, where the site says its limit."""
        self.begin(ChargePointTable("CP1", idTagLength=16))
        self.settle()
        refused = self.successResultOf(self.issue(c.RemoteStart(1, "A" * 17)))
        assert isinstance(refused, Refused)
        self.assertEqual((refused.refusal, refused.argument), (Refusal.invalidArgument, "idTag"))
        self.issue(c.RemoteStart(1, "A" * 16))
        [call] = self.asked()
        self.assertEqual(call[3]["idTag"], "A" * 16)

    def test_C20_longAnswers(self) -> None:
        """A configuration of hundreds of keys and a stop with hours of values are taken whole."""
        self.settle()
        outcome = self.issue(c.GetConfiguration(()))
        [call] = self.asked()
        keys = [{"key": f"K{n}", "readonly": False, "value": "x" * 400} for n in range(400)]
        self.chargePoint.text(json.dumps([3, call[1], {"configurationKey": keys}]))
        answered = self.successResultOf(outcome)
        assert isinstance(answered, Answered)
        self.assertEqual(len(answered.outputs["Keys"]), 400)
        start = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": stamp(START)}
        transactionId = self.chargePoint.call("StartTransaction", start)[2]["transactionId"]
        values = [{"timestamp": stamp(START), "sampledValue": [{"value": "1"}]}] * 5000
        stop = {"transactionId": transactionId, "meterStop": 1, "timestamp": stamp(START)}
        self.chargePoint.call("StopTransaction", stop | {"transactionData": values}, "stop")
        turns = 50
        while (answer := self.chargePoint.answerTo("stop")) is None and turns:
            turns -= 1
            self.ring.advance(0)
        self.assertEqual(answer[2], {})
        self.assertEqual(sum(len(one.readings) for one in self.ring.noted(f.Measured)), 5000)

    def test_C20_truncationIsMarked(self) -> None:
        """An example that is not the whole of what was sent ends in an ellipsis."""
        self.report("x" * 200)
        self.assertTrue(self.ring.record().deviations.examples["S5"].endswith("…"))


class DeviationTests(SessionCase):
    """What leaves the specification is counted and shown."""

    def test_countedByKind(self) -> None:
        """Per kind, with the last raw example; the last one of all in words with its example."""
        self.report("Sleeping")
        self.report("Dreaming")
        self.report("Available", errorCode="Error")
        deviations = self.ring.record().deviations
        self.assertEqual(dict(deviations.byKind), {"S5": 2, "S4": 1})
        self.assertEqual(deviations.examples["S5"], "Dreaming")
        self.assertEqual(deviations.count, 3)
        for part in ("S4", "errorCode", "Error"):
            self.assertIn(part, deviations.last)

    def test_loggedOncePerBoot(self) -> None:
        """The log has each kind once, and once more after a boot."""
        lines = self.logged()
        for _ in range(3):
            self.report("Sleeping")
        self.chargePoint.boot()
        self.report("Sleeping")
        kinds = [one["kind"] for one in lines if "leaves the spec" in (one.get("log_format") or "")]
        self.assertEqual(kinds, ["S5", "S5"])


class StartUpTests(SessionCase):
    """What the gateway does of its own accord, and what it never does."""

    def test_B16_nothingIsMadeAvailable(self) -> None:
        """ChangeAvailability is never sent unless somebody wants it."""
        self.report("Unavailable")
        self.assertNotIn("ChangeAvailability", self.settle())

    def test_B11_profilesAreAHint(self) -> None:
        """RemoteTrigger is tried although SupportedFeatureProfiles does not name it."""
        self.settle()
        self.issue(c.RefreshMeterValues(1))
        [call] = self.asked()
        self.assertEqual(call[2], "TriggerMessage")

    def test_B11_learntFromAnswers(self) -> None:
        """Who cannot be polled is asked once, and again after its next boot, not before."""
        self.begin(pollMeterValues=10)
        self.settle()
        asked = []
        for _ in range(60):
            self.ring.advance(1)
            for _, messageId, action, _payload in self.asked():
                asked.append(action)
                self.chargePoint.text(f'[4,"{messageId}","NotImplemented","",{{}}]')
        self.assertLessEqual(asked.count("TriggerMessage"), 1)

    def test_B12_readOnlyIsTried(self) -> None:
        """A key that is reported read-only is written all the same; the answer decides."""
        self.settle()
        self.issue(c.ChangeConfiguration("HeartbeatInterval", "60"))
        [call] = self.asked()
        self.assertEqual(call[3], {"key": "HeartbeatInterval", "value": "60"})


class CommandTests(SessionCase):
    """Commands and what follows them."""

    def test_B18_messageBeforeItsConfirmation(self) -> None:
        """A triggered message may come before the answer to TriggerMessage."""
        self.settle()
        outcome = self.issue(c.RefreshStatus(1))
        [call] = self.asked()
        self.assertEqual(self.report("Preparing")[0], 3)
        self.chargePoint.text(json.dumps([3, call[1], {"status": "Accepted"}]))
        self.assertEqual(self.successResultOf(outcome).status, "Accepted")
        self.assertEqual(self.status(), "Preparing")

    def test_B19_finishingAfterRemoteStop(self) -> None:
        """A connector may stay Finishing for hours: no alarm, no deviation, nobody is asked."""
        self.begin(heartbeatInterval=86400)
        self.settle()
        before = self.ring.deviations()
        self.report("Finishing")
        for _ in range(240):
            self.ring.advance(60)
        self.assertEqual(self.asked(), [])
        self.assertEqual(self.ring.deviations(), before)
        self.assertFalse(self.ring.record().sums.alarm)

    def test_B27_manyClicks(self) -> None:
        """Ten commands at once: one is out, the others wait, and none outlives its time."""
        self.settle()
        outcomes = [self.issue(c.ClearCache()) for _ in range(10)]
        self.assertEqual(len(self.asked()), 1)
        self.assertEqual(self.ring.record().commandsWaiting, 10)
        for _ in range(31):
            self.ring.advance(1)
        self.assertEqual(self.ring.record().commandsWaiting, 0)
        refusals = [self.successResultOf(one) for one in outcomes]
        self.assertTrue(all(isinstance(one, Refused) for one in refusals))


class ConnectorTests(SessionCase):
    """Connectors and their states."""

    def test_B25_everyStatusIsSeen(self) -> None:
        """A burst of states: none is swallowed, each is a fact with its time."""
        burst = ["Preparing", "SuspendedEV", "Charging", "SuspendedEV", "Charging"]
        for status in burst:
            self.report(status)
        seen = [fact.report.status for fact in self.ring.noted(f.StatusReported)]
        self.assertEqual(seen, burst)

    def test_B26_zeroStaysZero(self) -> None:
        """What is said of connector 0 is about the charge point."""
        self.report("Available", 1)
        self.report("Unavailable", 0)
        self.assertEqual((self.status(0), self.status(1)), ("Unavailable", "Available"))

    def test_B26_zeroIsOne(self) -> None:
        """Where the site says so, it is about the only connector: state and values."""
        self.begin(ChargePointTable("CP1", zeroIsOne=True))
        self.report("Charging", 0)
        meter = {"timestamp": stamp(START), "sampledValue": [{"value": "7"}]}
        self.chargePoint.call("MeterValues", {"connectorId": 0, "meterValue": [meter]})
        self.assertEqual(self.status(1), "Charging")
        self.assertEqual(self.ring.connector(1).live.energy.value, 7.0)  # type: ignore[union-attr]
        self.assertEqual(self.ring.connector(0).readings, {})

    def test_M8_valuesOutsideTransactions(self) -> None:
        """Where none come by themselves they can be asked for, whatever the intervals say."""
        self.settle()
        outcome = self.issue(c.RefreshMeterValues(1))
        [call] = self.asked()
        self.assertEqual(call[3], {"requestedMessage": "MeterValues", "connectorId": 1})
        self.chargePoint.text(json.dumps([3, call[1], {"status": "Accepted"}]))
        self.assertEqual(self.successResultOf(outcome).status, "Accepted")


class TimeTests(SessionCase):
    """Times."""

    def test_T11_alwaysUtc(self) -> None:
        """Whatever the zone of a charge point, times on the wire end in Z and are kept as UTC."""
        self.begin(ChargePointTable("CP1", timeFraction=False))
        self.assertRegex(self.beat(self.chargePoint), r"^2026-05-04T12:00:\d\dZ$")
        self.report("Available", timestamp="2026-05-04T14:00:00+02:00")
        found = self.ring.connector().status
        assert found is not None
        self.assertEqual(found.sourceTime, START)

    def beat(self, chargePoint: RawChargePoint) -> str:
        return str(chargePoint.call("Heartbeat")[2]["currentTime"])


class TransactionTests(SessionCase):
    """Starts and stops."""

    def start(self, **more: Any) -> Any:
        sent = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": stamp(START)}
        return self.chargePoint.call("StartTransaction", sent | more)

    def test_X8_neverACallError(self) -> None:
        """A store in trouble is silence, which charge points repeat on, and never a CallError."""
        self.ring.store.fail("full")
        self.assertIsNone(self.start())
        self.assertEqual([one for one in self.chargePoint.frames if one[1][:2] == b"[4"], [])
        self.flushLoggedErrors()

    def test_X13_noReservation(self) -> None:
        """A reservationId of 0 is none."""
        self.assertEqual(self.start(reservationId=0)[0], 3)
        [started] = self.ring.noted(f.TransactionStarted)
        self.assertIsNone(started.reservationId)

    def test_X17_anyClock(self) -> None:
        """No start or stop is refused for its time."""
        for time in ("1970-01-01T00:00:00Z", "2199-12-31T23:59:59Z", "noon"):
            transactionId = self.start(timestamp=time)[2]["transactionId"]
            stop = {"transactionId": transactionId, "meterStop": 1, "timestamp": time}
            self.assertEqual(self.chargePoint.call("StopTransaction", stop)[2], {})
