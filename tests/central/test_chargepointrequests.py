"""
Requests about charge points and their settings, and every way in which they are refused.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.administering.administration import DECIDE
from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered, Refusal
from tests.central.support_administration import Office, refused
from tests.central.support_outgoing import NODE


class ChargePointTests(SynchronousTestCase):
    """Announcing, removing, replacing and accepting charge points."""

    def test_everyRequestIsKnown(self) -> None:
        """Every kind of request has its decision."""
        self.assertEqual(set(DECIDE), set(c.GatewayAction.__args__))

    def test_add(self) -> None:
        """An announced charge point is known at once, under its node name."""
        office = Office()
        self.assertEqual(office.perform(c.AddChargePoint("ID9", "Bay 9", 3)), [Answered("Added")])
        record = office.record("Bay 9")
        self.assertEqual((record.identity, record.settings.connectors), ("ID9", 3))
        self.assertEqual(sorted(record.connectors), [0, 1, 2, 3])
        self.assertEqual(record.settings.chosen, {"connectors"})

    def test_addWithoutNode(self) -> None:
        """Without a node name it is named by its identity; without connectors it will tell."""
        office = Office()
        office.perform(c.AddChargePoint("ID9", "", 0))
        self.assertEqual(office.record("ID9").settings.chosen, frozenset())

    def test_addRefused(self) -> None:
        """What cannot call in or is known already is refused, and the argument named."""
        for action, argument in (
            (c.AddChargePoint("", "", 1), "identity"),
            (c.AddChargePoint("a\nb", "", 1), "identity"),
            (c.AddChargePoint("x" * 500, "", 1), "identity"),
            (c.AddChargePoint(NODE, "other", 1), "identity"),
            (c.AddChargePoint(NODE.lower(), "other", 1), "identity"),
            (c.AddChargePoint("ID9", NODE, 1), "nodeName"),
            (c.AddChargePoint("ID9", "/Gateway", 1), "nodeName"),
            (c.AddChargePoint("ID9", "a\0b", 1), "nodeName"),
            (c.AddChargePoint("ID9", "", 65), "connectors"),
        ):
            office = Office()
            self.assertEqual(
                refused(office.perform(action)), (Refusal.invalidArgument, argument), action
            )
            self.assertEqual(list(office.site.registry.chargePoints), [NODE])

    def test_remove(self) -> None:
        """One that is not connected is forgotten."""
        office = Office()
        self.assertEqual(office.perform(c.RemoveChargePoint(NODE)), [Answered("Removed")])
        self.assertIsNone(office.record(NODE))
        self.assertEqual(
            refused(office.perform(c.RemoveChargePoint(NODE)))[0], Refusal.unknownTarget
        )

    def test_removeWhileConnected(self) -> None:
        """One that is connected is not, nor one whose loss was not recognised yet."""
        office = Office()
        office.site.connect()
        for _ in range(2):
            outcomes = office.perform(c.RemoveChargePoint(NODE))
            self.assertEqual(refused(outcomes)[0], Refusal.notAllowedNow)
            office.site.caller.drop(NODE)
        office.site.lose()
        self.assertEqual(office.perform(c.RemoveChargePoint(NODE)), [Answered("Removed")])

    def test_replace(self) -> None:
        """New hardware takes over the node name; the old one's link is closed."""
        office = Office()
        office.site.connect()
        outcomes = office.perform(c.ReplaceChargePoint(NODE, "NEW"))
        self.assertEqual(outcomes, [Answered("Replaced")])
        self.assertEqual(office.record(NODE).identity, "NEW")
        self.assertEqual(office.site.registry.nodeNameOf("NEW"), NODE)
        self.assertEqual(office.site.caller.closed, [(NODE, "replaced")])

    def test_replaceEndsWhatRan(self) -> None:
        """What still ran on the old hardware is closed: nobody will ever tell its end."""
        office = Office()
        office.site.begin(1, 5)
        office.perform(c.ReplaceChargePoint(NODE, "NEW"))
        last = office.record(NODE).connectors[1].lastTransaction
        self.assertEqual((last.active, last.isAdministrative), (False, True))
        self.assertEqual(last.stopReason, "Other")

    def test_replaceRefused(self) -> None:
        """Not by an identity that is known, nor of a node that is not."""
        office = Office()
        office.site.add("CP2")
        self.assertEqual(
            refused(office.perform(c.ReplaceChargePoint(NODE, "CP2"))),
            (Refusal.invalidArgument, "newIdentity"),
        )
        self.assertEqual(
            refused(office.perform(c.ReplaceChargePoint("X", "NEW")))[0], Refusal.unknownTarget
        )

    def test_accept(self) -> None:
        """One that waits is taken in; saying it twice changes nothing."""
        office = Office()
        office.site.boot("Pending")
        for _ in range(2):
            self.assertEqual(office.perform(c.AcceptChargePoint(NODE)), [Answered("Accepted")])
            self.assertEqual(office.record(NODE).registration.status, "Accepted")
        self.assertEqual(len(office.site.facts(f.RegistrationChanged)), 1)
        self.assertEqual(
            refused(office.perform(c.AcceptChargePoint("X")))[0], Refusal.unknownTarget
        )


class SettingTests(SynchronousTestCase):
    """Name, Description, Enabled and the command idTag."""

    def test_set(self) -> None:
        """What is set shows in the record and counts as chosen at runtime."""
        for action, setting, value in (
            (c.SetName(NODE, "Bay 1"), "name", "Bay 1"),
            (c.SetDescription(NODE, "North"), "description", "North"),
            (c.SetEnabled(NODE, False), "enabled", False),
        ):
            office = Office()
            self.assertEqual(office.perform(action), [Answered("Stored")])
            settings = office.record(NODE).settings
            self.assertEqual(getattr(settings, setting), value)
            self.assertEqual(settings.chosen, {setting})

    def test_disabling(self) -> None:
        """Enabled false closes the link; true does not."""
        office = Office()
        office.site.connect()
        office.perform(c.SetEnabled(NODE, True))
        self.assertEqual(office.site.caller.closed, [])
        office.perform(c.SetEnabled(NODE, False))
        self.assertEqual(office.site.caller.closed, [(NODE, "disabled")])

    def test_failedAndKept(self) -> None:
        """A change that is on disk although its commit failed closes the link all the same."""
        for action, reason in (
            (c.SetEnabled(NODE, False), "disabled"),
            (c.ReplaceChargePoint(NODE, "NEW"), "replaced"),
        ):
            office = Office()
            office.site.connect()
            office.site.store.deceive()
            self.assertEqual(refused(office.perform(action))[0], Refusal.storeFailed)
            self.assertEqual(office.site.caller.closed, [])
            office.site.store.recover()
            self.assertEqual(office.site.caller.closed, [(NODE, reason)])

    def test_locked(self) -> None:
        """What the file locks stays."""
        for action in (
            c.SetName(NODE, "x"),
            c.SetDescription(NODE, "x"),
            c.SetEnabled(NODE, False),
        ):
            office = Office(locked=frozenset({"name", "description", "enabled"}))
            before = office.record(NODE)
            self.assertEqual(refused(office.perform(action))[0], Refusal.locked)
            self.assertIs(office.record(NODE), before)

    def test_arguments(self) -> None:
        """Control characters and endless texts are refused."""
        for action in (
            c.SetName(NODE, "a\nb"),
            c.SetName(NODE, "x" * 256),
            c.SetDescription(NODE, "x" * 1001),
        ):
            self.assertEqual(
                refused(Office().perform(action)), (Refusal.invalidArgument, "value"), action
            )

    def test_commandIdTag(self) -> None:
        """The idTag for the command variable is kept with the connector; 20 characters at most."""
        office = Office()
        self.assertEqual(office.perform(c.SetCommandIdTag(NODE, 1, "T")), [Answered("Stored")])
        self.assertEqual(office.record(NODE).connectors[1].commandIdTag, "T")
        self.assertEqual(
            refused(office.perform(c.SetCommandIdTag(NODE, 1, "T" * 21))),
            (Refusal.invalidArgument, "idTag"),
        )
        self.assertEqual(
            refused(office.perform(c.SetCommandIdTag(NODE, 9, "T")))[0], Refusal.unknownTarget
        )

    def test_unknown(self) -> None:
        """Nothing is set at a charge point that nobody knows."""
        for action in (
            c.SetName("X", "x"),
            c.SetEnabled("X", True),
            c.SetCommandIdTag("X", 1, ""),
            c.ForceClose("X", 1),
        ):
            self.assertEqual(refused(Office().perform(action))[0], Refusal.unknownTarget)


class ForceCloseTests(SynchronousTestCase):
    """Closing a transaction that never ended."""

    def test_forceClose(self) -> None:
        """The transaction ends with reason Other and without a meter value, once."""
        office = Office()
        office.site.begin(1, 12)
        self.assertEqual(office.perform(c.ForceClose(NODE, 1)), [Answered("Closed")])
        last = office.record(NODE).connectors[1].lastTransaction
        self.assertEqual((last.transactionId, last.stopReason, last.meterStop), (12, "Other", None))
        self.assertFalse(office.record(NODE).connectors[1].transaction.active)
        self.assertEqual(refused(office.perform(c.ForceClose(NODE, 1)))[0], Refusal.notAllowedNow)
