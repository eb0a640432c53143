"""Setpoints that are given again while the charge point is slow: one Call for all (B27)."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import commands as c
from ocppgw.model.commands import Command
from ocppgw.model.outcomes import Answered, Outcome, Refusal
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, Site, always, answering, readySite, refusal

ACCEPTED = Answered("Accepted")


def availability(connectorId: int, isOperative: bool) -> c.ChangeAvailability:
    return c.ChangeAvailability(connectorId, "Operative" if isOperative else "Inoperative")


class SetpointTests(SynchronousTestCase):
    """Commands behind one that the charge point does not answer for now."""

    def setUp(self) -> None:
        self.site = readySite()
        self.blocking = self.site.issue(c.ClearCache())
        self.keys = answering(self.site, HeartbeatInterval="300", MeterValueSampleInterval="60")
        accepted = always("Accepted", m.ChangeAvailabilityConfirmation)
        self.site.caller.script[m.ChangeAvailabilityRequest] = accepted

    def release(self) -> None:
        """The command that held up the others is answered."""
        self.site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))

    def changes(self) -> list[str]:
        """What was changed, in order."""
        return [one.value for one in self.site.caller.requests(m.ChangeConfigurationRequest)]

    def test_B27_equalSetpoints(self) -> None:
        """Ten equal ones are one Call; each has its outcome, its count and its audit entry."""
        change = c.ChangeConfiguration("HeartbeatInterval", "60")
        outcomes = [self.site.issue(change) for _ in range(10)]
        self.assertEqual(self.site.record.commandsWaiting, 11)
        self.release()
        self.assertEqual(self.changes(), ["60"])
        for outcome in outcomes:
            self.assertEqual([one.status for one in outcome if isinstance(one, Answered)],
                             ["Accepted"])  # fmt: skip
        self.assertEqual(self.site.record.commandsWaiting, 0)
        self.assertEqual(self.site.record.lastCommand.number, 11)

    def test_B27_onlyTheNewestWord(self) -> None:
        """After another value the first one is not the same any more; another key does not mind."""
        for value in ("60", "30", "60"):
            self.site.issue(c.ChangeConfiguration("HeartbeatInterval", value))
            self.site.issue(c.ChangeConfiguration("MeterValueSampleInterval", "10"))
        self.release()
        self.assertEqual(self.changes(), ["60", "10", "30", "60"])

    def test_B27_notAcrossOthers(self) -> None:
        """What comes behind a command that is no setpoint is done behind it."""
        change = c.ChangeConfiguration("HeartbeatInterval", "60")
        self.site.issue(change)
        self.site.issue(c.Reset("Soft"))
        self.site.issue(change)
        self.site.caller.script[m.ResetRequest] = always("Accepted", m.ResetConfirmation)
        self.release()
        self.assertEqual(self.changes(), ["60", "60"])

    def test_B27_connectorsTogether(self) -> None:
        """What is said of connector 0 is about each of them."""
        for action in (availability(1, True), availability(0, False), availability(1, True)):
            self.site.issue(action)
        self.release()
        self.assertEqual(len(self.site.caller.requests(m.ChangeAvailabilityRequest)), 3)

    def test_B27_expired(self) -> None:
        """One that runs out of time ends alone: the others are done all the same."""
        change = availability(1, False)
        first = self.site.issue(change, deadline=1.0)
        second, third = self.site.issue(change), self.site.issue(change)
        self.site.clock.advance(2)
        self.assertEqual(refusal(first), Refusal.timedOut)
        self.release()
        self.assertEqual((second, third), ([ACCEPTED], [ACCEPTED]))
        self.assertEqual(len(self.site.caller.requests(m.ChangeAvailabilityRequest)), 1)

    def test_B27_heirOfOneThatWaited(self) -> None:
        """Who goes instead of one that ran out of time goes in its place: the newest word wins."""
        older = c.ChangeConfiguration("HeartbeatInterval", "60")
        newer = c.ChangeConfiguration("HeartbeatInterval", "30")
        outcomes = [
            self.site.issue(older, deadline=1.0),
            self.site.issue(older, deadline=2.0),
            self.site.issue(older),
            self.site.issue(newer),
        ]
        self.site.clock.advance(1)
        self.site.clock.advance(1)
        self.release()
        self.assertEqual(self.changes(), ["60", "30"])
        self.assertEqual([refusal(one) for one in outcomes[:2]], [Refusal.timedOut] * 2)
        for (outcome,) in outcomes[2:]:
            self.assertEqual(getattr(outcome, "status", outcome), "Accepted")

    def test_B27_heirOfOneThatRan(self) -> None:
        """So goes who goes instead of one that got no answer in time: before newer words."""
        del self.site.caller.script[m.ChangeAvailabilityRequest]
        self.release()
        first = self.site.issue(availability(1, True), deadline=1.0)
        second = self.site.issue(availability(1, True))
        third = self.site.issue(availability(1, False))
        self.site.clock.advance(1)
        for _ in range(2):
            self.site.caller.sent[-1].end(m.ChangeAvailabilityConfirmation(status="Accepted"))
        self.assertEqual(
            [one.type for one in self.site.caller.requests(m.ChangeAvailabilityRequest)],
            ["Operative", "Operative", "Inoperative"],
        )
        self.assertEqual(refusal(first), Refusal.timedOut)
        self.assertEqual((second, third), ([ACCEPTED], [ACCEPTED]))

    def test_B27_heirOfOneThatWasWithdrawn(self) -> None:
        """The same holds where the one before it was withdrawn while it was under way."""
        self.release()
        del self.site.caller.script[m.ChangeConfigurationRequest]
        change = c.ChangeConfiguration("HeartbeatInterval", "60")
        leader = self.site.outgoing.commands.issue(Command(NODE, "x", change, "operator"))
        follower = self.site.issue(change)
        self.site.issue(c.ChangeConfiguration("HeartbeatInterval", "30"))
        ended: list[Outcome] = []
        leader.addCallback(ended.append)
        leader.cancel()
        self.assertEqual(refusal(ended), Refusal.failed)
        for _ in range(2):
            self.site.caller.sent[-1].end(m.ChangeConfigurationConfirmation(status="Rejected"))
        self.assertEqual(self.changes(), ["60", "60", "30"])
        self.assertEqual(follower, [Answered("Rejected")])

    def test_B27_followerExpired(self) -> None:
        """One that waits for another keeps its own deadline."""
        change = availability(1, False)
        first, second = self.site.issue(change), self.site.issue(change, deadline=1.0)
        self.site.clock.advance(2)
        self.assertEqual((first, refusal(second)), ([], Refusal.timedOut))
        self.release()
        self.assertEqual(first, [ACCEPTED])

    def test_B27_linkLost(self) -> None:
        """All end with the link, and what comes after it is a command of its own."""
        change = availability(1, False)
        outcomes = [self.site.issue(change) for _ in range(3)]
        self.site.lose()
        self.assertEqual([refusal(one) for one in outcomes], [Refusal.connectionLost] * 3)
        self.site.connect()
        again = self.site.issue(change)
        self.site.clock.advance(10)
        self.assertEqual(again, [ACCEPTED])

    def test_B27_bounded(self) -> None:
        """Who waits for another counts as waiting."""
        outcomes = [self.site.issue(availability(1, False)) for _ in range(33)]
        self.assertEqual(refusal(outcomes[-1]), Refusal.tooMany)

    def test_B27_whileItRuns(self) -> None:
        """One that comes while the same is out waits for the same answer."""
        site = Site(readConfiguration="never")
        site.connect()
        site.boot()
        site.report(1)
        site.caller.sent.clear()
        first, second = site.issue(availability(1, True)), site.issue(availability(1, True))
        (sent,) = site.caller.sent
        sent.end(m.ChangeAvailabilityConfirmation(status="Rejected"))
        self.assertEqual((first, second), ([Answered("Rejected")], [Answered("Rejected")]))
        self.assertEqual(len(site.caller.sent), 1)
