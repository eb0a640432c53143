"""What a charge point cannot do is learnt from its answers, and kept for its firmware (B11)."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.sections import OcppSection
from ocppgw.model import commands as c, facts as f
from ocppgw.model.records import Nameplate
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, Site, always, refusing

POLLING = OcppSection(settleTime=0.0, pollMeterValues=60)


class AbilityTests(SynchronousTestCase):
    """A charge point that is polled, and boots again and again."""

    def setUp(self) -> None:
        self.site = Site(POLLING, readConfiguration="never")
        self.site.connect()

    def answers(self, answer: Any) -> None:
        self.site.caller.script[m.TriggerMessageRequest] = answer

    def polled(self, firmware: str) -> int:
        """How often it is asked in ten minutes after it booted with this firmware."""
        nameplate = Nameplate(chargePointVendor="ACME", firmwareVersion=firmware)
        self.site.recorder.note(NODE, f.Booted(nameplate, "Accepted", self.site.now()))
        for connectorId in (0, 1, 2):
            self.site.report(connectorId)
        self.site.caller.sent.clear()
        self.site.clock.pump([10] * 60)
        return len(self.site.caller.requests(m.TriggerMessageRequest))

    def test_B11_learntPerFirmware(self) -> None:
        """Who cannot be polled is asked once, whatever it boots, until its firmware is another."""
        for answer in (
            refusing("NotImplemented"),
            refusing("NotSupported"),
            always("NotImplemented", m.TriggerMessageConfirmation),
        ):
            self.setUp()
            self.answers(answer)
            self.assertEqual([self.polled("1"), self.polled("1"), self.polled("1")], [1, 0, 0])
            self.answers(always("Accepted", m.TriggerMessageConfirmation))
            self.assertEqual(self.polled("1"), 0)
            self.assertGreater(self.polled("2"), 10)

    def test_B11_otherAnswersAreForNow(self) -> None:
        """A rejection, another error or silence says nothing about the next time."""
        for answer in (
            always("Rejected", m.TriggerMessageConfirmation),
            refusing("InternalError"),
            lambda _: None,
        ):
            self.setUp()
            self.answers(answer)
            self.polled("1")
            self.assertGreater(self.polled("1"), 0)

    def test_B11_unknownFirmware(self) -> None:
        """Where it does not tell its firmware, each boot may have brought another."""
        self.answers(refusing("NotImplemented"))
        self.assertEqual([self.polled(""), self.polled("")], [1, 1])

    def test_B11_peopleMayTry(self) -> None:
        """A command is always sent; if it works, the gateway uses it again as well."""
        self.answers(refusing("NotImplemented"))
        self.assertEqual([self.polled("1"), self.polled("1")], [1, 0])
        self.answers(always("Accepted", m.TriggerMessageConfirmation))
        self.site.issue(c.RefreshMeterValues(1))
        self.assertEqual(len(self.site.caller.requests(m.TriggerMessageRequest)), 1)
        self.assertGreater(self.polled("1"), 10)

    def test_B11_otherHardware(self) -> None:
        """New hardware under the same name is asked anew."""
        self.answers(refusing("NotImplemented"))
        self.assertEqual([self.polled("1"), self.polled("1")], [1, 0])
        self.site.recorder.note(NODE, f.IdentityReplaced("CP9", self.site.now()))
        self.assertEqual(self.polled("1"), 1)
