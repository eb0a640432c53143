"""
Remote starts: what is promised, what came of it, and how SCADA sees it.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered, Outcome
from ocppgw.model.records import ConfigurationPoint
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, Site, always, readySite, refusing


def acceptingSite(word: str = "Accepted") -> Site:
    """A charge point that answers remote starts with one word."""
    site = readySite()
    site.caller.script[m.RemoteStartTransactionRequest] = always(
        word, m.RemoteStartTransactionConfirmation
    )
    return site


def started(site: Site, connectorId: int | None = 1, **options: Any) -> list[Outcome]:
    """Issue a remote start."""
    return site.issue(c.RemoteStart(connectorId, "TAG"), **options)


def state(site: Site, connectorId: int = 1) -> str:
    """RemoteStartState."""
    return site.record.connectors[connectorId].remoteStartState


def transactionId(outcomes: list[Outcome]) -> int:
    """The output of the same name."""
    (outcome,) = outcomes
    assert isinstance(outcome, Answered)
    return int(outcome.outputs["TransactionId"])


class StateTests(SynchronousTestCase):
    """B21: RemoteStartState."""

    def test_B21_startedAndIdleAgain(self) -> None:
        """Idle, Accepted, Started, and Idle when the transaction has ended."""
        site = acceptingSite()
        self.assertEqual(state(site), "Idle")
        started(site)
        self.assertEqual(state(site), "Accepted")
        site.begin(1)
        self.assertEqual(state(site), "Started")
        site.recorder.note(
            NODE, f.TransactionStopped(7, 1, "", 5, site.now(), "Remote", site.now())
        )
        self.assertEqual(state(site), "Idle")

    def test_B21_timedOut(self) -> None:
        """Where no transaction begins within 60 s the state says so."""
        site = acceptingSite()
        started(site)
        site.clock.advance(59)
        self.assertEqual(state(site), "Accepted")
        site.clock.advance(1)
        self.assertEqual(state(site), "TimedOut")

    def test_theChargePointsOwnTimeOut(self) -> None:
        """A reported ConnectionTimeOut counts instead of the 60 s; nonsense does not."""
        for text, limit in (("90", 90), ("0", 60), ("soon", 60), (None, 60)):
            site = acceptingSite()
            point = ConfigurationPoint("ConnectionTimeOut", text, False, site.now())
            site.recorder.note(NODE, f.ConfigurationReported((point,), (), site.now()))
            started(site)
            site.clock.advance(limit - 1)
            self.assertEqual(state(site), "Accepted", text)
            site.clock.advance(1)
            self.assertEqual(state(site), "TimedOut", text)

    def test_rejected(self) -> None:
        """A rejected start changes nothing and is not waited for."""
        site = acceptingSite("Rejected")
        self.assertEqual(transactionId(started(site)), -1)
        self.assertEqual(state(site), "Idle")
        self.assertEqual(site.clock.getDelayedCalls(), [])

    def test_failed(self) -> None:
        """One that is answered with a CallError neither."""
        site = readySite()
        site.caller.script[m.RemoteStartTransactionRequest] = refusing("GenericError")
        started(site)
        self.assertEqual(state(site), "Idle")
        self.assertEqual(site.clock.getDelayedCalls(), [])

    def test_againBeforeTheFirstTimedOut(self) -> None:
        """A second start of a connector is waited for its whole time."""
        site = acceptingSite()
        started(site)
        site.clock.advance(50)
        started(site)
        site.clock.advance(59)
        self.assertEqual(state(site), "Accepted")
        site.clock.advance(1)
        self.assertEqual(state(site), "TimedOut")

    def test_withoutConnector(self) -> None:
        """Without a connector, the state shows where there is only one to be meant."""
        site = acceptingSite()
        site.add("CP2", connectors=1)
        started(site, None)
        self.assertEqual((state(site, 1), state(site, 2)), ("Idle", "Idle"))
        site.connect("CP2")
        site.report(1, nodeName="CP2")
        site.issue(c.RemoteStart(None, "TAG"), nodeName="CP2")
        record = site.registry.record("CP2")
        self.assertEqual(record and record.connectors[1].remoteStartState, "Accepted")


class WaitingTests(SynchronousTestCase):
    """TransactionId: -1, or the id of what began within startWait."""

    def test_notWaiting(self) -> None:
        """By default the answer comes at once, without an id."""
        self.assertEqual(transactionId(started(acceptingSite())), -1)

    def test_begunInTime(self) -> None:
        """With startWait the answer waits for the transaction and names it."""
        site = acceptingSite()
        outcomes = started(site, startWait=10.0)
        self.assertEqual(outcomes, [])
        site.begin(1, 99)
        self.assertEqual(transactionId(outcomes), 99)

    def test_notBegunInTime(self) -> None:
        """After startWait the answer comes all the same."""
        site = acceptingSite()
        outcomes = started(site, startWait=10.0)
        site.clock.advance(10)
        self.assertEqual(transactionId(outcomes), -1)

    def test_theDeadlineIsKept(self) -> None:
        """startWait never goes beyond the command's deadline."""
        site = acceptingSite()
        outcomes = started(site, startWait=100.0, deadline=5.0)
        site.clock.advance(5)
        self.assertEqual(transactionId(outcomes), -1)

    def test_begunBeforeTheAnswer(self) -> None:
        """A StartTransaction that overtakes the answer is found, too."""
        site = readySite()
        outcomes = started(site, startWait=10.0)
        site.begin(1, 5)
        site.caller.sent[0].end(m.RemoteStartTransactionConfirmation(status="Accepted"))
        self.assertEqual(transactionId(outcomes), 5)
        self.assertEqual(state(site), "Started")

    def test_X18_tagEchoedAltered(self) -> None:
        """The tag may come back in other case or cut; another tag is another driver."""
        for idTag, expected in (("tag", 5), ("TA", 5), ("OTHER", -1)):
            site = acceptingSite()
            outcomes = started(site, startWait=10.0)
            site.begin(1, 5, idTag=idTag)
            site.clock.advance(10)
            self.assertEqual(transactionId(outcomes), expected, idTag)

    def test_X18_theNewestFirst(self) -> None:
        """Where several starts fit, the transaction is the newest one's."""
        site = acceptingSite()
        older = started(site, startWait=10.0)
        newer = started(site, startWait=10.0)
        site.begin(1, 5, idTag="TA")
        site.clock.advance(10)
        self.assertEqual((transactionId(older), transactionId(newer)), (-1, 5))

    def test_anotherConnector(self) -> None:
        """What begins at another connector is not what was asked for."""
        site = acceptingSite()
        outcomes = started(site, startWait=10.0)
        site.begin(2, 5)
        site.clock.advance(10)
        self.assertEqual(transactionId(outcomes), -1)

    def test_othersGoMeanwhile(self) -> None:
        """While a start waits for its driver, other commands are done."""
        site = acceptingSite()
        started(site, startWait=20.0)
        site.issue(c.ClearCache())
        self.assertEqual(site.caller.requests()[-1], m.ClearCacheRequest())

    def test_linkLostMeanwhile(self) -> None:
        """The charge point had accepted: that is the answer, whatever happens then."""
        site = acceptingSite()
        outcomes = started(site, startWait=20.0)
        site.lose()
        self.assertEqual(transactionId(outcomes), -1)

    def test_stoppedMeanwhile(self) -> None:
        """At the gateway's stop the answer is given, and no timer is left."""
        site = acceptingSite()
        outcomes = started(site, startWait=20.0)
        site.outgoing.stop()
        self.assertEqual(transactionId(outcomes), -1)
        self.assertEqual(site.clock.getDelayedCalls(), [])

    def test_memoryIsBounded(self) -> None:
        """Starts that nothing comes of are not collected for ever."""
        site = acceptingSite()
        for _ in range(200):
            started(site, 1)
        self.assertLessEqual(len(site.clock.getDelayedCalls()), 1)
