"""
When the start-up of a charge point is run, and how often.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.linking.calling import AnswerInvalid
from ocppgw.config.sections import OcppSection
from ocppgw.model import commands as c, facts as f
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, Keys, Site, always, answering, refusing, reportAll

SETTLE = OcppSection(settleTime=3.0)


BOOT = m.TriggerMessageRequest(requestedMessage="BootNotification")


class SettlingTests(SynchronousTestCase):
    """B4: not before the charge point has settled."""

    def test_B4_afterBoot(self) -> None:
        """Nothing is sent until the Boot was answered and settleTime has passed."""
        site = Site(SETTLE)
        site.connect()
        site.clock.advance(1)
        site.boot()
        site.clock.advance(2.9)
        self.assertEqual(site.caller.sent, [])
        site.clock.advance(0.2)
        self.assertEqual(site.caller.requests(), [m.GetConfigurationRequest()])

    def test_B4_afterTheFirstStatus(self) -> None:
        """A status shows that it has settled; a moment is left for the others."""
        site = Site(SETTLE)
        site.connect()
        site.boot()
        site.report(1)
        self.assertEqual(site.caller.sent, [])
        site.clock.advance(1)
        self.assertEqual(site.caller.requests(), [m.GetConfigurationRequest()])

    def test_B4_knownWithoutBoot(self) -> None:
        """A known charge point that does not boot is spoken to after 10 s."""
        site = Site(SETTLE)
        site.boot()
        site.clock.advance(100)
        site.connect()
        site.clock.advance(9.9)
        self.assertEqual(site.caller.sent, [])
        site.clock.advance(0.2)
        self.assertEqual(site.caller.requests(), [m.GetConfigurationRequest()])

    def test_B4_commandsWaitToo(self) -> None:
        """A person's command waits as well, but not for a Boot that does not come."""
        for boots in (True, False):
            site = Site(SETTLE)
            site.connect()
            if boots:
                site.clock.advance(1)
                site.boot()
            site.issue(c.ClearCache())
            site.clock.advance(2.9)
            self.assertEqual(site.caller.sent, [])
            site.clock.advance(0.1)
            self.assertEqual(site.caller.requests()[0], m.ClearCacheRequest())

    def test_B4_commandsGoAfterAStatus(self) -> None:
        """A status lets waiting commands go at once."""
        site = Site(SETTLE)
        site.connect()
        site.boot()
        site.issue(c.ClearCache())
        site.report(1)
        self.assertEqual(site.caller.requests(), [m.ClearCacheRequest()])

    def test_lostWhileSettling(self) -> None:
        """A link that ends before is not spoken to, and leaves no timer."""
        site = Site(SETTLE)
        site.connect()
        site.boot()
        site.lose()
        self.assertEqual(site.clock.getDelayedCalls(), [])


class StrangerTests(SynchronousTestCase):
    """B2: an unknown charge point that does not boot."""

    def test_B2_askedToBootOnce(self) -> None:
        """After 10 s without a Boot it is asked to, once, also over reconnects."""
        site = Site(SETTLE)
        answering(site)
        site.caller.script[m.TriggerMessageRequest] = always(
            "Rejected", m.TriggerMessageConfirmation
        )
        site.connect()
        site.clock.advance(9.9)
        self.assertEqual(site.caller.sent, [])
        site.clock.advance(0.1)
        self.assertEqual(site.caller.requests()[0], BOOT)
        site.lose()
        site.connect()
        site.clock.advance(100)
        self.assertEqual(site.caller.requests().count(BOOT), 1)

    def test_B2_noIsANormalAnswer(self) -> None:
        """Whatever it answers, the start-up goes on with what is known."""
        for answer in (
            always("Rejected", m.TriggerMessageConfirmation),
            always("NotImplemented", m.TriggerMessageConfirmation),
            refusing("NotImplemented"),
            lambda _: AnswerInvalid("?"),
        ):
            site = Site(SETTLE)
            keys = Keys(A="1")
            site.caller.script[m.GetConfigurationRequest] = keys.get
            site.caller.script[m.TriggerMessageRequest] = answer
            site.connect()
            site.clock.advance(10)
            self.assertEqual(site.caller.requests()[:2], [BOOT, m.GetConfigurationRequest()])
            self.assertEqual(site.record.deviations.count, 0)

    def test_B3_statusBeforeBoot(self) -> None:
        """A stranger that reports a status before it boots is not asked to boot at once."""
        site = Site(SETTLE)
        answering(site)
        site.connect()
        reportAll(site)
        site.clock.advance(9.9)
        self.assertEqual(site.caller.sent, [])
        site.boot()
        site.clock.advance(3)
        self.assertEqual(site.caller.requests()[0], m.GetConfigurationRequest())

    def test_B2_bootFollows(self) -> None:
        """Where the Boot comes, the start-up belongs to that boot and is run once."""
        site = Site(SETTLE)
        answering(site, A="1")
        site.connect()
        site.clock.advance(10)
        self.assertEqual(site.caller.requests(), [BOOT])
        site.clock.advance(1)
        site.boot()
        reportAll(site)
        site.clock.advance(100)
        self.assertEqual(site.caller.requests(), [BOOT, m.GetConfigurationRequest()])

    def test_B2_promisedBootDoesNotCome(self) -> None:
        """One that promised a Boot and does not send it is taken as it is after 10 s."""
        site = Site(SETTLE)
        answering(site)
        site.connect()
        site.clock.advance(10)
        site.clock.advance(9.9)
        self.assertEqual(site.caller.requests(), [BOOT])
        site.clock.advance(0.2)
        self.assertEqual(site.caller.requests()[1], m.GetConfigurationRequest())

    def test_acceptedByHand(self) -> None:
        """One that waited as Pending is asked to boot once an Engineer accepts it."""
        site = Site(SETTLE)
        site.connect()
        site.boot("Pending")
        site.clock.advance(60)
        self.assertEqual(site.caller.sent, [])
        site.recorder.note(NODE, f.RegistrationChanged("Accepted", site.now()))
        self.assertEqual(site.caller.requests(), [BOOT])

    def test_notWhileTurnedAway(self) -> None:
        """Nothing is done of our own accord while Pending or Rejected."""
        for status in ("Pending", "Rejected"):
            site = Site(SETTLE)
            site.connect()
            site.boot(status)
            site.report(1)
            site.clock.advance(60)
            self.assertEqual(site.caller.sent, [], status)


class OnceTests(SynchronousTestCase):
    """Never twice for the same boot, never in a burst."""

    def test_oncePerBoot(self) -> None:
        """A reconnect without a Boot does not start it again; a Boot does."""
        site = Site(SETTLE)
        answering(site)
        site.connect()
        site.boot()
        reportAll(site)
        site.clock.advance(5)
        site.lose()
        site.connect()
        site.clock.advance(60)
        self.assertEqual(site.caller.requests(), [m.GetConfigurationRequest()])
        site.boot()
        reportAll(site)
        site.clock.advance(60)
        self.assertEqual(site.caller.requests(), [m.GetConfigurationRequest()] * 2)

    def test_brokenOffAndTakenUpAgain(self) -> None:
        """One that the link broke off is begun again, three times at most."""
        site = Site(SETTLE)
        site.connect()
        site.boot()
        for _ in range(6):
            site.clock.advance(11)
            site.lose()
            site.clock.advance(1)
            site.connect()
        self.assertEqual(site.caller.requests(), [m.GetConfigurationRequest()] * 3)

    def test_newHardware(self) -> None:
        """New hardware under the old node name is read, also where it does not boot."""
        site = Site(SETTLE)
        answering(site)
        site.connect()
        site.boot()
        reportAll(site)
        site.clock.advance(5)
        site.lose()
        site.recorder.note(NODE, f.IdentityReplaced("NEW", site.now()))
        site.connect()
        site.clock.advance(20)
        self.assertEqual(len(site.caller.requests(m.GetConfigurationRequest)), 2)

    def test_B5_bootLoop(self) -> None:
        """More than three boots in five minutes: automation stops, and it is shown."""
        site = Site(SETTLE)
        answering(site)
        site.connect()
        for number in range(5):
            site.boot()
            reportAll(site)
            site.clock.advance(10)
            self.assertEqual(len(site.caller.sent), min(number + 1, 3))
        self.assertEqual(dict(site.record.deviations.byKind), {"B5": 2})
        site.clock.advance(300)
        site.boot()
        reportAll(site)
        site.clock.advance(10)
        self.assertEqual(len(site.caller.sent), 4)

    def test_B5_waitingIsNoLoop(self) -> None:
        """One that repeats its Boot because it is told Pending is started once accepted."""
        site = Site(SETTLE)
        answering(site)
        site.connect()
        for status in ("Pending",) * 6 + ("Accepted",):
            site.boot(status)
            reportAll(site)
            site.clock.advance(10)
        self.assertEqual(site.caller.requests(), [m.GetConfigurationRequest()])
        self.assertEqual(site.record.deviations.count, 0)

    def test_C28_neverInABurst(self) -> None:
        """When many come at once, at most 20 are started at a time, and all in the end."""
        site = Site()
        names = [f"N{number}" for number in range(60)]
        for name in names:
            site.add(name, connectors=1)
            site.connect(name)
            site.boot(nodeName=name)
            site.report(1, nodeName=name)
        site.clock.advance(0)
        self.assertLess(len(site.caller.sent), 20)
        site.clock.advance(30)
        self.assertEqual(len(site.caller.sent), 20)
        done = 0
        while done < len(site.caller.sent):
            site.caller.sent[done].end(m.GetConfigurationConfirmation())
            done += 1
            site.clock.advance(0)
        self.assertEqual({one.nodeName for one in site.caller.sent}, set(names))

    def test_C28_strangersNeitherInABurst(self) -> None:
        """Many that do not boot are asked to, a few at a time, and each in the end."""
        site = Site()
        names = [f"N{number}" for number in range(60)]
        for name in names:
            site.add(name, connectors=1)
            site.connect(name)
        site.clock.advance(10)
        self.assertLess(len(site.caller.sent), 20)
        site.clock.advance(10)
        self.assertEqual(len(site.caller.sent), 20)
        done = 0
        while done < len(site.caller.sent):
            site.caller.sent[done].end(m.TriggerMessageConfirmation(status="Rejected"))
            done += 1
            site.clock.advance(0)
        asked = [one.nodeName for one in site.caller.sent if one.request == BOOT]
        self.assertEqual(sorted(asked), sorted(names))

    def test_stop(self) -> None:
        """At the gateway's stop a start-up ends and leaves no timer."""
        for seconds in (0, 10, 15):
            site = Site(SETTLE)
            answering(site)
            site.connect()
            site.clock.advance(seconds)
            site.outgoing.stop()
            site.clock.advance(0)
            sent = len(site.caller.sent)
            site.clock.advance(200)
            self.assertEqual(len(site.caller.sent), sent)
            self.assertEqual(site.clock.getDelayedCalls(), [])
