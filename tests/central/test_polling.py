"""
pollMeterValues: asking idle connectors now and then.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.sections import OcppSection
from ocppgw.model import commands as c, facts as f
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, Site, always, refusing

POLLING = OcppSection(settleTime=0.0, pollMeterValues=60)


def polled(status: str = "Accepted", ocpp: OcppSection = POLLING) -> Site:
    """A settled charge point that answers TriggerMessage with one word."""
    site = Site(ocpp, readConfiguration="never")
    site.caller.script[m.TriggerMessageRequest] = always(status, m.TriggerMessageConfirmation)
    site.connect()
    site.boot()
    for connectorId in (0, 1, 2):
        site.report(connectorId)
    site.clock.advance(0)
    site.caller.sent.clear()
    return site


def asked(site: Site) -> list[int | None]:
    """The connectors that were asked for meter values."""
    requests = site.caller.requests(m.TriggerMessageRequest)
    return [one.connectorId for one in requests if one.requestedMessage == "MeterValues"]


class PollingTests(SynchronousTestCase):
    """Who is asked, and when."""

    def test_everyInterval(self) -> None:
        """Each connector is asked once in every interval."""
        site = polled()
        site.clock.advance(60)
        self.assertEqual(asked(site), [1, 2])
        site.clock.advance(60)
        self.assertEqual(asked(site), [1, 2, 1, 2])

    def test_offByDefault(self) -> None:
        """Without pollMeterValues nobody is asked."""
        site = polled(ocpp=OcppSection(settleTime=0.0))
        site.clock.advance(1000)
        self.assertEqual(asked(site), [])

    def test_atDifferentTimes(self) -> None:
        """Charge points that connected in the same moment are not asked in the same moment."""
        site = polled()
        for number in range(10):
            site.add(f"N{number}", connectors=1)
            site.connect(f"N{number}")
            site.report(1, nodeName=f"N{number}")
        seen = set()
        for _ in range(60):
            before = len(asked(site))
            site.clock.advance(1)
            seen.add(len(asked(site)) - before)
        self.assertLess(max(seen), 6)

    def test_runningTransactionsReportThemselves(self) -> None:
        """A connector where a transaction runs is left out."""
        site = polled()
        site.begin(1)
        site.clock.advance(60)
        self.assertEqual(asked(site), [2])

    def test_commandsGoFirst(self) -> None:
        """While a command waits, polling skips its turn."""
        site = polled()
        site.clock.advance(29)
        for _ in range(2):
            site.issue(c.ClearCache())
            site.clock.advance(29)
        self.assertEqual(asked(site), [])
        site.clock.advance(120)
        self.assertNotEqual(asked(site), [])

    def test_givenUpUntilTheNextBoot(self) -> None:
        """One that does not want to is asked once, and again after it booted."""
        site = polled("Rejected")
        site.clock.pump([60.0] * 5)
        self.assertEqual(asked(site), [1])
        site.boot()
        for connectorId in (1, 2):
            site.report(connectorId)
        site.clock.pump([60.0] * 5)
        self.assertEqual(asked(site), [1, 1])

    def test_newHardware(self) -> None:
        """What the old hardware could not is not held against the new, which need not boot."""
        site = polled("NotImplemented")
        site.clock.advance(60)
        site.lose()
        site.recorder.note(NODE, f.IdentityReplaced("NEW", site.now()))
        site.connect()
        site.clock.pump([60.0] * 2)
        self.assertGreater(len(asked(site)), 1)

    def test_aPassingErrorIsNoReason(self) -> None:
        """One that answers with another CallError is asked again."""
        site = polled()
        site.caller.script[m.TriggerMessageRequest] = refusing("InternalError")
        site.clock.pump([60.0] * 3)
        self.assertEqual(asked(site), [1, 2] * 3)

    def test_silenceIsNoAnswer(self) -> None:
        """One that did not answer once is asked again."""
        site = polled()
        del site.caller.script[m.TriggerMessageRequest]
        site.clock.pump([10.0] * 30)
        self.assertGreater(len(asked(site)), 2)

    def test_linkLost(self) -> None:
        """Without a link nobody is asked and no timer is left."""
        site = polled()
        site.lose()
        self.assertEqual(site.clock.getDelayedCalls(), [])

    def test_notAcceptedNotAsked(self) -> None:
        """A charge point that is not taken in is not asked."""
        site = polled()
        site.recorder.note(NODE, f.RegistrationChanged("Rejected", site.now()))
        site.clock.advance(200)
        self.assertEqual(asked(site), [])

    def test_stop(self) -> None:
        """At the gateway's stop polling ends, in the middle of a round too."""
        site = polled()
        del site.caller.script[m.TriggerMessageRequest]
        site.clock.advance(60)
        site.outgoing.stop()
        site.caller.drop(NODE)
        self.assertEqual(site.clock.getDelayedCalls(), [])
