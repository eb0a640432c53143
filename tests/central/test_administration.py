"""
Requests to the gateway itself: every request, every way in which it is refused, and that it is
stored before it is answered.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import attrs
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.administration import DECIDE, Administration
from ocppgw.central.idtagbook import IdTagBook
from ocppgw.model import commands as c, facts as f
from ocppgw.model.idtags import IdTagEntry, IdTagTable
from ocppgw.model.outcomes import Answered, Outcome, Refusal, Refused
from ocppgw.model.records import Settings
from ocppgw.store.memory import MemoryStore
from tests.central.support_outgoing import NODE, Site

FILE = (IdTagEntry("FILETAG"), IdTagEntry("OTHER", "Blocked"))


class Office:
    """A site and its administration."""

    def __init__(self, **settings: Any) -> None:
        self.site = Site()
        self.book = IdTagBook(IdTagTable.of("Invalid", FILE))
        self.administration = Administration(
            self.site.means,
            self.book,
            lambda identity: self.site.configuration.settingsFor(identity).recorded(),
        )
        if settings:
            fact = f.SettingsChanged(Settings(**settings), self.site.now())
            self.site.recorder.note(NODE, fact)

    def perform(self, action: c.GatewayAction, name: str = "Request") -> list[Outcome]:
        """Give a request in; its outcome appears in the list."""
        outcomes: list[Outcome] = []
        request = c.GatewayRequest(name, action, "engineer")
        self.administration.perform(request).addCallback(outcomes.append)
        return outcomes

    def record(self, nodeName: str) -> Any:
        """A record."""
        return self.site.registry.record(nodeName)


def refused(outcomes: list[Outcome]) -> tuple[Refusal, str]:
    """Why, and which argument."""
    (outcome,) = outcomes
    assert isinstance(outcome, Refused), outcome
    return outcome.refusal, outcome.argument


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


class IdTagTests(SynchronousTestCase):
    """The site's idTags."""

    def test_add(self) -> None:
        """A new idTag is Added, a known one Updated, whatever its case; it counts at once."""
        office = Office()
        expiry = datetime(2030, 1, 1, tzinfo=UTC)
        self.assertEqual(
            office.perform(c.AddIdTag("NEW", "Accepted", expiry, "GROUP")), [Answered("Added")]
        )
        self.assertEqual(office.book.table.answer("new", office.site.now()).status, "Accepted")
        self.assertEqual(office.perform(c.AddIdTag("new", "Blocked")), [Answered("Updated")])
        self.assertEqual(office.book.table.answer("NEW", office.site.now()).status, "Blocked")

    def test_remove(self) -> None:
        """A removed idTag is unknown; removing it again says so."""
        office = Office()
        office.perform(c.AddIdTag("NEW", "Accepted"))
        self.assertEqual(office.perform(c.RemoveIdTag("new")), [Answered("Removed")])
        self.assertEqual(office.perform(c.RemoveIdTag("NEW")), [Answered("Unknown")])
        self.assertEqual(office.book.table.answer("NEW", office.site.now()).status, "Invalid")
        self.assertEqual(len(office.site.facts(f.IdTagRemoved)), 1)

    def test_removingAFilesTagBlocksIt(self) -> None:
        """An idTag of the file is blocked, so that the next start does not bring it back."""
        office = Office()
        self.assertEqual(office.perform(c.RemoveIdTag("filetag")), [Answered("Removed")])
        self.assertEqual(office.book.table.answer("FILETAG", office.site.now()).status, "Blocked")
        (fact,) = office.site.facts(f.IdTagChanged)
        self.assertEqual((fact.entry.idTag, fact.entry.status), ("FILETAG", "Blocked"))

    def test_list(self) -> None:
        """All idTags in columns of the same length."""
        office = Office()
        office.perform(c.AddIdTag("NEW", "Accepted", None, "GROUP"))
        (outcome,) = office.perform(c.ListIdTags())
        assert isinstance(outcome, Answered)
        columns = dict(outcome.outputs)
        self.assertEqual(columns["IdTags"], ("FILETAG", "NEW", "OTHER"))
        self.assertEqual(columns["Statuses"], ("Accepted", "Accepted", "Blocked"))
        self.assertEqual(columns["ParentIdTags"], ("", "GROUP", ""))
        self.assertEqual(columns["ExpiryDates"], (None, None, None))

    def test_arguments(self) -> None:
        """What cannot be an idTag or a status is refused, and the argument named."""
        for action, argument in (
            (c.AddIdTag("", "Accepted"), "idTag"),
            (c.AddIdTag("a\nb", "Accepted"), "idTag"),
            (c.AddIdTag("x" * 256, "Accepted"), "idTag"),
            (c.AddIdTag("A", "Fine"), "status"),
            (c.AddIdTag("A", "Accepted", None, "p" * 21), "parentIdTag"),
        ):
            self.assertEqual(
                refused(Office().perform(action)), (Refusal.invalidArgument, argument), action
            )


class StoreTests(SynchronousTestCase):
    """Stored before answered."""

    CHANGES = (
        c.AddChargePoint("ID9", "", 1),
        c.RemoveChargePoint(NODE),
        c.ReplaceChargePoint(NODE, "NEW"),
        c.AcceptChargePoint(NODE),
        c.SetName(NODE, "x"),
        c.SetDescription(NODE, "x"),
        c.SetEnabled(NODE, False),
        c.SetCommandIdTag(NODE, 1, "T"),
        c.ForceClose(NODE, 1),
        c.AddIdTag("NEW", "Accepted"),
        c.RemoveIdTag("FILETAG"),
    )

    def test_storeFails(self) -> None:
        """When the store fails nothing changes, no link is closed, and the user hears why."""
        for action in self.CHANGES:
            office = Office()
            office.site.begin(1)
            before, table = office.site.registry.chargePoints, office.book.table
            record = office.record(NODE)
            office.site.store.fail("disk full")
            outcomes = office.perform(action)
            self.assertEqual(outcomes, [Refused(Refusal.storeFailed, "disk full")], action)
            self.assertIs(office.site.registry.chargePoints, before)
            self.assertIs(office.record(NODE), record)
            self.assertIs(office.book.table, table)
            self.assertEqual(office.site.caller.closed, [])

    def slowOffice(self) -> tuple[Office, Clock]:
        """An office whose store takes a second."""
        office = Office()
        clock = office.site.clock
        store = MemoryStore(clock, delay=1.0)
        recorder = type(office.site.recorder)(office.site.registry, store)
        means = attrs.evolve(office.site.means, recorder=recorder)
        office.administration = Administration(means, office.book, lambda _: Settings())
        return office, clock

    def test_answeredOnceStored(self) -> None:
        """The outcome comes when the change is on disk, not before."""
        office, clock = self.slowOffice()
        outcomes = office.perform(c.AddIdTag("NEW", "Accepted"))
        self.assertEqual((outcomes, office.book.table.find("NEW")), ([], None))
        clock.advance(1)
        self.assertEqual(outcomes, [Answered("Added")])

    def test_oneAfterAnother(self) -> None:
        """Each request is decided upon what the one before it changed."""
        office, clock = self.slowOffice()
        first = office.perform(c.AddChargePoint("ID9", "", 1))
        second = office.perform(c.AddChargePoint("ID9", "", 1))
        clock.pump([1.0] * 3)
        self.assertEqual(first, [Answered("Added")])
        self.assertEqual(refused(second), (Refusal.invalidArgument, "identity"))

    def test_stopping(self) -> None:
        """After the stop no request is taken in; one under way ends as the store ends it."""
        office, clock = self.slowOffice()
        first = office.perform(c.SetName(NODE, "x"))
        office.administration.stop()
        self.assertEqual(refused(office.perform(c.SetName(NODE, "y")))[0], Refusal.stopping)
        clock.advance(1)
        self.assertEqual(first, [Answered("Stored")])

    def test_aMistakeOfOurs(self) -> None:
        """A mistake of the gateway ends the request as failed, is logged, and blocks nobody."""
        office = Office()
        broken = Administration(office.site.means, office.book, lambda _: 1 / 0)  # type: ignore[arg-type, return-value]
        office.administration = broken
        outcomes = office.perform(c.AddChargePoint("ID9", "", 1))
        self.assertEqual(refused(outcomes)[0], Refusal.failed)
        self.assertEqual(len(self.flushLoggedErrors(ZeroDivisionError)), 1)
        self.assertEqual(office.perform(c.SetName(NODE, "x")), [Answered("Stored")])


class AuditTests(SynchronousTestCase):
    """The audit trail."""

    def test_everyChangeIsWritten(self) -> None:
        """Who asked for what, and how it ended, good or bad; not under the charge point."""
        office = Office()
        number = office.record(NODE).lastCommand.number
        office.perform(c.SetName(NODE, "Bay 1"), name="Name")
        office.perform(c.SetName("X", "Bay 1"), name="Name")
        entries = office.site.facts(f.CommandEnded)
        self.assertEqual([entry.status for entry in entries], ["Stored", "unknownTarget"])
        self.assertEqual(
            (entries[0].name, entries[0].user, entries[0].arguments, entries[0].queued),
            ("Name", "engineer", f"nodeName={NODE} value=Bay 1", False),
        )
        self.assertEqual({n for n, e in office.site.store.committed if e in entries}, {f.SITE})
        self.assertEqual(office.record(NODE).lastCommand.number, number)

    def test_listingIsNotWritten(self) -> None:
        """Looking at the list changes nothing and leaves no entry."""
        office = Office()
        office.perform(c.ListIdTags())
        self.assertEqual(office.site.facts(f.CommandEnded), [])
