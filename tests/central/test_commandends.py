"""
In which order commands are done, and that each one ends, in time.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import commands as c
from ocppgw.model.outcomes import Answered, Outcome, Refusal
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, Site, always, readySite, refusal


class OrderTests(SynchronousTestCase):
    """Who goes when."""

    def test_oneByOne(self) -> None:
        """Commands to one charge point run one after another, in the order given."""
        site = readySite()
        site.issue(c.ClearCache())
        site.issue(c.Reset("Hard"))
        self.assertEqual(site.caller.requests(), [m.ClearCacheRequest()])
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(
            site.caller.requests(), [m.ClearCacheRequest(), m.ResetRequest(type="Hard")]
        )

    def test_chargePointsAreIndependent(self) -> None:
        """A charge point that does not answer holds up no other."""
        site = readySite()
        site.add("CP2")
        site.connect("CP2")
        site.report(1, nodeName="CP2")
        site.caller.sent.clear()
        site.caller.script[m.ResetRequest] = always("Accepted", m.ResetConfirmation)
        first = site.issue(c.ClearCache())
        second = site.issue(c.Reset("Hard"), nodeName="CP2")
        self.assertEqual((first, second), ([], [Answered("Accepted")]))

    def test_issuedWhileAnotherEnds(self) -> None:
        """A command given in when another ends never gets stuck."""
        site = readySite()
        site.caller.script[m.ResetRequest] = always("Accepted", m.ResetConfirmation)
        second: list[Outcome] = []
        first = site.outgoing.commands.issue(
            c.Command(NODE, "ClearCache", c.ClearCache(), "operator")
        )
        first.addCallback(lambda _: second.extend([*site.issue(c.Reset("Soft"))]))
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(len(site.caller.sent), 2)
        self.assertEqual(site.record.commandsWaiting, 0)

    def test_peopleGoFirst(self) -> None:
        """A command waits for the background Call that is out, and for no other."""
        site = Site(readConfiguration="all")
        site.connect()
        site.boot()
        site.clock.advance(0)
        self.assertEqual(site.caller.requests(), [m.GetConfigurationRequest()])
        outcomes = site.issue(c.ClearCache())
        site.caller.script[m.ClearCacheRequest] = always("Accepted", m.ClearCacheConfirmation)
        site.caller.sent[0].end(m.GetConfigurationConfirmation())
        self.assertEqual(outcomes, [Answered("Accepted")])
        self.assertEqual(
            [type(request) for request in site.caller.requests()],
            [m.GetConfigurationRequest, m.ClearCacheRequest, m.TriggerMessageRequest],
        )


class EndTests(SynchronousTestCase):
    """Every command ends, and in time."""

    def test_timeOut(self) -> None:
        """A Call that is not answered within callTimeout ends the command."""
        site = readySite()
        outcomes = site.issue(c.ClearCache())
        site.clock.advance(29.9)
        self.assertEqual(outcomes, [])
        site.clock.advance(0.2)
        self.assertEqual(refusal(outcomes), Refusal.timedOut)

    def test_ownDeadline(self) -> None:
        """A shorter deadline of the command counts, a longer one does not."""
        for deadline, ends in ((3.0, 3.0), (300.0, 30.0)):
            site = readySite()
            outcomes = site.issue(c.ClearCache(), deadline=deadline)
            self.assertEqual(site.caller.sent[0].timeout, ends)
            site.clock.advance(ends)
            self.assertEqual(refusal(outcomes), Refusal.timedOut)

    def test_noTimeLeft(self) -> None:
        """A command whose time is over already ends as timed out, like any other."""
        for deadline in (0.0, -1.0):
            site = readySite()
            outcomes = site.issue(c.ClearCache(), deadline=deadline)
            site.clock.advance(0)
            self.assertEqual(refusal(outcomes), Refusal.timedOut)

    def test_theDeadlineCoversWaiting(self) -> None:
        """A command that waited too long is never sent."""
        site = readySite()
        site.issue(c.ClearCache())
        outcomes = site.issue(c.Reset("Hard"), deadline=5.0)
        site.clock.advance(5)
        self.assertEqual(refusal(outcomes), Refusal.timedOut)
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(site.caller.requests(), [m.ClearCacheRequest()])

    def test_theDeadlineCoversABusyLink(self) -> None:
        """A command that ended while the link was busy with something else is not sent later."""
        site = Site(readConfiguration="all")
        site.connect()
        site.boot()
        site.clock.advance(0)
        site.boot()
        outcomes = site.issue(c.Reset("Hard"), deadline=5.0)
        site.clock.advance(5)
        self.assertEqual(refusal(outcomes), Refusal.timedOut)
        site.caller.sent[0].end(m.GetConfigurationConfirmation())
        site.clock.advance(60)
        self.assertEqual(site.caller.requests(m.ResetRequest), [])

    def test_theNextGoesAfterATimeOut(self) -> None:
        """One that was not answered does not block the line."""
        site = readySite()
        site.issue(c.ClearCache(), deadline=5.0)
        outcomes = site.issue(c.Reset("Hard"))
        site.caller.script[m.ResetRequest] = always("Accepted", m.ResetConfirmation)
        site.clock.advance(5)
        self.assertEqual(outcomes, [Answered("Accepted")])

    def test_linkLost(self) -> None:
        """When the link goes, the running command and those that wait end at once."""
        site = readySite()
        taken = [site.issue(c.ClearCache()) for _ in range(3)]
        site.lose()
        self.assertEqual([refusal(one) for one in taken], [Refusal.connectionLost] * 3)
        self.assertEqual(site.record.commandsWaiting, 0)
        self.assertEqual(len(site.caller.sent), 1)

    def test_linkReplaced(self) -> None:
        """Commands meant for a link that was replaced end, too."""
        site = readySite()
        outcomes = site.issue(c.ClearCache())
        waiting = site.issue(c.ClearCache())
        site.caller.drop(NODE)
        site.connect()
        self.assertEqual(refusal(outcomes), Refusal.connectionLost)
        self.assertEqual(refusal(waiting), Refusal.connectionLost)

    def test_stop(self) -> None:
        """At the gateway's stop all commands end, and no more are taken in."""
        site = readySite()
        taken = [site.issue(c.ClearCache()) for _ in range(3)]
        site.outgoing.stop()
        self.assertEqual([refusal(one) for one in taken], [Refusal.stopping] * 3)
        self.assertEqual(refusal(site.issue(c.ClearCache())), Refusal.stopping)
        site.caller.drop(NODE)
        self.assertEqual(site.clock.getDelayedCalls(), [])

    def test_cancelled(self) -> None:
        """Whoever gave a command in may lose interest; the line goes on."""
        site = readySite()
        site.issue(c.ClearCache())
        command = c.Command(NODE, "HardReset", c.Reset("Hard"), "operator")
        waiting = site.outgoing.commands.issue(command)
        waiting.cancel()
        self.assertEqual(refusal([self.successResultOf(waiting)]), Refusal.failed)
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(site.caller.requests(), [m.ClearCacheRequest()])

    def test_aMistakeOfOurs(self) -> None:
        """A mistake of the gateway ends the command as failed, and is logged."""
        site = readySite()
        site.caller.script[m.ClearCacheRequest] = lambda _: ZeroDivisionError()
        self.assertEqual(refusal(site.issue(c.ClearCache())), Refusal.failed)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
