"""
What is done after a boot, when, and how often.
"""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.calling import AnswerInvalid
from ocppgw.config.sections import OcppSection
from ocppgw.model import commands as c, facts as f
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, Keys, Site, always, refusing

SETTLE = OcppSection(settleTime=3.0)
BOOT = m.TriggerMessageRequest(requestedMessage="BootNotification")
ALL_STATUSES = m.TriggerMessageRequest(requestedMessage="StatusNotification")


def answering(site: Site, **keys: str) -> Keys:
    """Have the charge point answer everything that a start-up asks."""
    known = Keys(**keys)
    site.caller.script[m.GetConfigurationRequest] = known.get
    site.caller.script[m.ChangeConfigurationRequest] = known.change
    site.caller.script[m.TriggerMessageRequest] = always("Accepted", m.TriggerMessageConfirmation)
    return known


def reportAll(site: Site) -> None:
    """Every connector reports its status."""
    for connectorId in (0, 1, 2):
        site.report(connectorId)


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


class ReadingTests(SynchronousTestCase):
    """Reading the configuration after a boot."""

    def booted(self, answer: Any = None, **table: Any) -> Site:
        """A site whose charge point has booted and settled."""
        site = Site(**table)
        answering(site, HeartbeatInterval="300")
        if answer is not None:
            site.caller.script[m.GetConfigurationRequest] = answer
        site.connect()
        site.boot()
        reportAll(site)
        site.clock.advance(0)
        return site

    def test_all(self) -> None:
        """The configuration points show what the charge point has."""
        site = self.booted()
        self.assertEqual(site.record.configuration.points["heartbeatinterval"].text, "300")

    def test_B7_patience(self) -> None:
        """The whole configuration may take a minute."""
        site = self.booted(lambda _: None)
        self.assertEqual([one.timeout for one in site.caller.sent], [60.0])

    def test_B7_byKeys(self) -> None:
        """readConfiguration = "keys" never asks for everything at once."""
        site = self.booted(readConfiguration="keys")
        requests = site.caller.requests(m.GetConfigurationRequest)
        self.assertTrue(all(request.key for request in requests))
        self.assertEqual(site.record.configuration.points["heartbeatinterval"].text, "300")

    def test_never(self) -> None:
        """readConfiguration = "never" never asks."""
        site = self.booted(readConfiguration="never")
        self.assertEqual(site.caller.requests(m.GetConfigurationRequest), [])

    def test_S13_chunksAfterSilence(self) -> None:
        """One whose long answer never comes is asked in chunks, and its link is kept."""
        keys = Keys(HeartbeatInterval="300")
        site = self.booted(lambda request: keys.get(request) if request.key else None)
        site.clock.advance(60)
        self.assertEqual(site.record.configuration.points["heartbeatinterval"].text, "300")
        self.assertEqual(site.caller.closed, [])

    def test_cannotAnswer(self) -> None:
        """One that cannot answer GetConfiguration keeps working: the next steps are done."""
        for answer in (refusing("NotImplemented"), lambda _: AnswerInvalid("?")):
            site = Site(wanted={"A": "1"})
            answering(site)
            site.caller.script[m.GetConfigurationRequest] = answer
            site.connect()
            site.boot()
            site.clock.advance(0)
            self.assertIn(ALL_STATUSES, site.caller.requests())
            self.assertEqual(site.record.configuration.drift, ("A",))
            site.caller.script[m.ClearCacheRequest] = always("Accepted", m.ClearCacheConfirmation)
            self.assertEqual(len(site.issue(c.ClearCache())), 1)


class StatusTests(SynchronousTestCase):
    """Asking for status where none came."""

    def test_noneCame(self) -> None:
        """Where no connector reported, all are asked for at once."""
        site = Site()
        answering(site)
        site.connect()
        site.boot()
        site.clock.advance(0)
        self.assertEqual(site.caller.requests(m.TriggerMessageRequest), [ALL_STATUSES])

    def test_someCame(self) -> None:
        """Where some reported, only the others are asked for."""
        site = Site()
        answering(site)
        site.connect()
        site.boot()
        site.report(0)
        site.report(1)
        site.clock.advance(0)
        self.assertEqual(
            [one.connectorId for one in site.caller.requests(m.TriggerMessageRequest)], [2]
        )

    def test_allCame(self) -> None:
        """Where all reported, nobody is asked."""
        site = Site()
        answering(site)
        site.connect()
        site.boot()
        site.report(1)
        site.report(2)
        site.clock.advance(100)
        self.assertEqual(site.caller.requests(m.TriggerMessageRequest), [])

    def test_B17_nothingWithinTenSeconds(self) -> None:
        """Where asking for all brought nothing, each connector is asked for."""
        site = Site()
        answering(site)
        site.connect()
        site.boot()
        site.clock.advance(0)
        site.report(2)
        site.clock.advance(10)
        self.assertEqual(
            [one.connectorId for one in site.caller.requests(m.TriggerMessageRequest)], [None, 1]
        )

    def test_cannot(self) -> None:
        """One that does not know TriggerMessage is asked once."""
        for answer in (
            always("NotImplemented", m.TriggerMessageConfirmation),
            refusing("NotSupported"),
        ):
            site = Site()
            answering(site)
            site.caller.script[m.TriggerMessageRequest] = answer
            site.connect()
            site.boot()
            site.clock.advance(100)
            self.assertEqual(site.caller.requests(m.TriggerMessageRequest), [ALL_STATUSES])


class WantedTests(SynchronousTestCase):
    """The wanted configuration."""

    def started(self, wanted: dict[str, str], keys: dict[str, str], **table: Any) -> Site:
        """A site whose charge point has these keys, after its start-up."""
        site = Site(wanted=wanted, **table)
        self.keys = answering(site, **keys)
        site.connect()
        self.rebooted(site)
        return site

    def rebooted(self, site: Site) -> None:
        """It boots, and the start-up is run."""
        site.clock.advance(400)
        site.boot()
        reportAll(site)
        site.clock.advance(0)

    def changes(self, site: Site) -> list[tuple[str, str]]:
        """What was changed, in order."""
        requests = site.caller.requests(m.ChangeConfigurationRequest)
        return [(request.key, request.value) for request in requests]

    def test_onlyWhatDiffers(self) -> None:
        """Keys that are as wanted are left alone; the others are changed and read back."""
        site = self.started(
            {"heartbeatInterval": "300", "MeterValueSampleInterval": "30"},
            {"HeartbeatInterval": "0300", "MeterValueSampleInterval": "60"},
        )
        self.assertEqual(self.changes(site), [("MeterValueSampleInterval", "30")])
        point = site.record.configuration.points["metervaluesampleinterval"]
        self.assertEqual(point.text, "30")
        self.assertEqual(site.record.configuration.drift, ())
        self.assertIsNotNone(site.record.configuration.driftAt)

    def test_theChargePointsOwnTableWins(self) -> None:
        """A charge point's own wanted keys beat the common ones."""
        site = self.started({"A": "1"}, {"A": "0"}, configuration={"a": "2"})
        self.assertEqual(self.changes(site), [("A", "2")])

    def test_unknownKey(self) -> None:
        """A key that the charge point does not have is not written, and shows as drift."""
        site = self.started({"A": "1"}, {"B": "0"})
        self.assertEqual(self.changes(site), [])
        self.assertEqual(site.record.configuration.drift, ("A",))

    def test_rejectedValue(self) -> None:
        """A rejected value is tried once per boot and shows as drift."""
        site = Site(wanted={"A": "1"})
        answering(site, A="0")
        site.caller.script[m.ChangeConfigurationRequest] = always(
            "Rejected", m.ChangeConfigurationConfirmation
        )
        site.connect()
        for boots in (1, 2):
            self.rebooted(site)
            self.assertEqual(self.changes(site), [("A", "1")] * boots)
            self.assertEqual(site.record.configuration.drift, ("A",))

    def test_B6_rebootRequired(self) -> None:
        """A key that needs a reboot is written once in a boot, and no reset is sent."""
        site = Site(wanted={"A": "1,2"})
        answering(site, A="0")
        site.caller.script[m.ChangeConfigurationRequest] = always(
            "RebootRequired", m.ChangeConfigurationConfirmation
        )
        site.connect()
        self.rebooted(site)
        site.lose()
        site.connect()
        site.clock.advance(60)
        self.assertEqual(self.changes(site), [("A", "1,2")])
        self.assertEqual(site.caller.requests(m.ResetRequest), [])
        self.assertTrue(site.record.registration.rebootRequired)
        self.assertEqual(site.record.configuration.drift, ("A",))

    def listTaker(self, *supported: str) -> Site:
        """A charge point that rejects lists with items that it does not support."""
        site = Site(wanted={"MeterValuesSampledData": "SoC,Voltage,RPM"})
        keys = answering(site, MeterValuesSampledData="Voltage")

        def change(request: m.ChangeConfigurationRequest) -> m.ChangeConfigurationConfirmation:
            if not set(request.value.split(",")) <= set(supported):
                return m.ChangeConfigurationConfirmation(status="Rejected")
            return keys.change(request)

        site.caller.script[m.ChangeConfigurationRequest] = change
        site.connect()
        return site

    def test_B14_rejectedListIsCutDown(self) -> None:
        """Of a rejected list the charge point gets what it takes; the rest is drift."""
        site = self.listTaker("SoC", "RPM")
        self.rebooted(site)
        point = site.record.configuration.points["metervaluessampleddata"]
        self.assertEqual(point.text, "SoC,RPM")
        self.assertEqual(site.record.configuration.drift, ("MeterValuesSampledData",))

    def test_B14_isRemembered(self) -> None:
        """What came of it is remembered: the next boot changes nothing."""
        site = self.listTaker("SoC", "RPM")
        self.rebooted(site)
        changes = self.changes(site)
        self.rebooted(site)
        self.assertEqual(self.changes(site), changes)
        self.assertEqual(site.record.configuration.drift, ("MeterValuesSampledData",))

    def test_B14_nothingIsTaken(self) -> None:
        """Where no item is taken, the old value stays."""
        site = self.listTaker()
        self.rebooted(site)
        self.assertEqual(len(self.changes(site)), 4)
        point = site.record.configuration.points["metervaluessampleddata"]
        self.assertEqual(point.text, "Voltage")

    def test_readNever(self) -> None:
        """Where nothing may be read, wanted keys are written without looking."""
        site = self.started({"A": "1"}, {"A": "0"}, readConfiguration="never")
        self.assertEqual(self.changes(site), [("A", "1")])
        self.assertEqual(site.caller.requests(m.GetConfigurationRequest), [])

    def test_silence(self) -> None:
        """A charge point that does not answer is not asked for every key in turn."""
        site = Site(wanted={"A": "1", "B": "1", "C": "1"})
        answering(site, A="0", B="0", C="0")
        del site.caller.script[m.ChangeConfigurationRequest]
        site.connect()
        self.rebooted(site)
        site.clock.advance(30)
        self.assertEqual(self.changes(site), [("A", "1")])
        self.assertEqual(site.record.configuration.drift, ("A", "B", "C"))

    def test_driftFollowsReports(self) -> None:
        """When an Engineer puts a key right or wrong, the drift follows."""
        site = self.started({"A": "1"}, {"A": "1"})
        site.issue(c.ChangeConfiguration("A", "2"))
        self.assertEqual(site.record.configuration.drift, ("A",))
        site.issue(c.ChangeConfiguration("A", "1"))
        self.assertEqual(site.record.configuration.drift, ())
