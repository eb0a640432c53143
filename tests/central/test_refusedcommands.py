"""
Commands that are refused before anything is sent, and what is written about commands.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.model.records import Settings
from ocppgw.v16 import messages as m
from tests.central.support_outgoing import NODE, START, Site, always, readySite, refusal
from tests.central.test_commands import CASES


class RefusalTests(SynchronousTestCase):
    """What is refused before anything is sent."""

    def assertRefused(self, site: Site, action: c.Action, expected: Refusal) -> None:
        """A command is refused at once, nothing is sent, and LastCommand says so."""
        number = site.record.lastCommand.number
        self.assertEqual(refusal(site.issue(action)), expected)
        self.assertEqual(site.caller.sent, [])
        self.assertEqual(site.record.lastCommand.number, number + 1)
        self.assertEqual(site.record.lastCommand.status, expected.value)
        self.assertEqual(site.record.commandsWaiting, 0)

    def test_notConnected(self) -> None:
        """A charge point without a link cannot be commanded."""
        self.assertRefused(Site(), c.ClearCache(), Refusal.notConnected)

    def test_notEnabled(self) -> None:
        """One that was disabled cannot, connected or not."""
        site = readySite()
        site.recorder.note(NODE, f.SettingsChanged(Settings(enabled=False), site.now()))
        self.assertRefused(site, c.ClearCache(), Refusal.notEnabled)

    def test_unknownChargePoint(self) -> None:
        """A node name that nobody knows is told so."""
        outcomes = readySite().issue(c.ClearCache(), nodeName="nobody")
        self.assertEqual(refusal(outcomes), Refusal.unknownTarget)

    def test_pending(self) -> None:
        """While Pending no remote session may be begun or ended; the rest goes."""
        for action in (c.RemoteStart(1, "A"), c.RemoteStop(transactionId=1)):
            site = readySite()
            site.boot("Pending")
            site.clock.advance(1)
            self.assertRefused(site, action, Refusal.notAllowedNow)
        site.issue(c.GetConfiguration())
        self.assertEqual(len(site.caller.sent), 1)

    def test_rejected(self) -> None:
        """While Rejected nothing is sent at all."""
        for action, _ in CASES:
            site = readySite()
            site.boot("Rejected")
            site.clock.advance(1)
            self.assertRefused(site, action, Refusal.notAllowedNow)

    def test_noTransaction(self) -> None:
        """RemoteStop of a connector where nothing runs makes no sense now."""
        self.assertRefused(readySite(), c.RemoteStop(connectorId=1), Refusal.notAllowedNow)

    def test_arguments(self) -> None:
        """What OCPP does not allow is refused, and the argument is named."""
        for action, argument in (
            (c.Reset("Warm"), "type"),
            (c.UnlockConnector(0), "connectorId"),
            (c.RemoteStart(0, "A"), "connectorId"),
            (c.RemoteStart(1, "A" * 21), "idTag"),
            (c.ChangeAvailability(-1, "Operative"), "connectorId"),
            (c.ChangeAvailability(1, "Broken"), "type"),
            (c.TriggerMessage("Weather"), "requestedMessage"),
            (c.TriggerMessage("Heartbeat", -2), "connectorId"),
            (c.GetConfiguration(("K" * 51,)), "keys"),
            (c.ChangeConfiguration("", "1"), "key"),
            (c.ChangeConfiguration("K" * 51, "1"), "key"),
            (c.ChangeConfiguration("K", "v" * 501), "value"),
            (c.DataTransfer(""), "vendorId"),
            (c.DataTransfer("v" * 256), "vendorId"),
            (c.DataTransfer("v", "m" * 51), "messageId"),
        ):
            site = readySite()
            (outcome,) = site.issue(action)
            assert isinstance(outcome, Refused), action
            self.assertEqual(
                (outcome.refusal, outcome.argument), (Refusal.invalidArgument, argument)
            )
            self.assertEqual(site.caller.sent, [])

    def test_tooMany(self) -> None:
        """One command runs and 32 wait; the next one is too many."""
        site = readySite()
        taken = [site.issue(c.ClearCache()) for _ in range(33)]
        self.assertEqual(refusal(site.issue(c.ClearCache())), Refusal.tooMany)
        self.assertEqual([outcomes for outcomes in taken if outcomes], [])
        self.assertEqual(site.record.commandsWaiting, 33)


class AuditTests(SynchronousTestCase):
    """What is written about commands."""

    def test_lastCommand(self) -> None:
        """How a command ended, and whose it was, shows in LastCommand and in the store."""
        site = readySite()
        site.caller.script[m.ResetRequest] = always("Rejected", m.ResetConfirmation)
        site.issue(c.Reset("Hard"), name="HardReset")
        last = site.record.lastCommand
        self.assertEqual(
            (last.name, last.status, last.detail, last.user),
            ("HardReset", "Rejected", "", "operator"),
        )
        (fact,) = site.facts(f.CommandEnded)
        self.assertEqual(
            (fact.arguments, fact.origin, fact.queuedAt), ("type=Hard", "opcua", START)
        )

    def test_waitingIsCounted(self) -> None:
        """CommandsWaiting counts commands that have not ended, the running one included."""
        site = readySite()
        site.issue(c.ClearCache())
        site.issue(c.ClearCache())
        self.assertEqual(site.record.commandsWaiting, 2)
        site.caller.sent[0].end(m.ClearCacheConfirmation(status="Accepted"))
        self.assertEqual(site.record.commandsWaiting, 1)

    def test_secretsAreMasked(self) -> None:
        """A new AuthorizationKey is in no audit entry and in no record."""
        secret = "00112233445566778899aabbccddeeff"
        site = readySite()
        site.caller.script[m.ChangeConfigurationRequest] = always(
            "Accepted", m.ChangeConfigurationConfirmation
        )
        outcomes = site.issue(c.ChangeConfiguration("AuthorizationKey", secret))
        self.assertEqual(outcomes, [Answered("Accepted")])
        self.assertNotIn(secret, repr(site.store.committed) + repr(site.record))
        self.assertEqual(site.facts(f.CommandEnded)[0].arguments, "key=AuthorizationKey value=***")

    def test_argumentsAreBounded(self) -> None:
        """Long arguments cannot make the audit trail grow without bound."""
        site = readySite()
        site.issue(c.DataTransfer("acme", None, "x" * 100_000))
        site.outgoing.stop()
        (fact,) = site.facts(f.CommandEnded)
        self.assertLessEqual(len(fact.arguments), 200)
