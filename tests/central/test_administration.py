"""
Requests to the gateway itself: stored before they are answered, in order, and written down.
"""

from __future__ import annotations

import attrs
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.administering.administration import LONGEST, Administration
from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.model.records import Settings
from ocppgw.store.memory import MemoryStore
from tests.central.support_administration import Office, refused
from tests.central.support_outgoing import NODE


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

    def test_storeHangs(self) -> None:
        """
        Nobody waits for ever: who has a change in the store's hands hears that it may still come
        about, who waits behind it that nothing was changed, and so it is.
        """
        office, clock = self.slowOffice()
        store = office.administration._means.recorder._store
        assert isinstance(store, MemoryStore)
        store.delay = 3600.0
        first = office.perform(c.SetName(NODE, "x"))
        second = office.perform(c.SetDescription(NODE, "y"))
        clock.advance(LONGEST)
        self.assertEqual([refused(one)[0] for one in (first, second)], [Refusal.timedOut] * 2)
        self.assertIn("may still", str(first[0]))
        self.assertIn("nothing was changed", str(second[0]))
        clock.advance(3600.0)
        settings = office.record(NODE).settings
        self.assertEqual((settings.name, settings.description), ("x", ""))
        ends = [e.status for _, e in store.committed if isinstance(e, f.CommandEnded)]
        self.assertEqual(ends, ["timedOut", "timedOut", "Stored"])
        store.delay = 1.0
        third = office.perform(c.SetDescription(NODE, "z"))
        clock.advance(1.0)
        self.assertEqual(third, [Answered("Stored")])

    def test_keptAllTheSame(self) -> None:
        """A change that is on disk although the store failed is in force once it works again."""
        office = Office()
        office.site.store.deceive()
        outcomes = office.perform(c.AddIdTag("NEW", "Accepted"))
        self.assertEqual(refused(outcomes)[0], Refusal.storeFailed)
        self.assertIsNone(office.book.table.find("NEW"))
        office.site.store.recover()
        self.assertIsNotNone(office.book.table.find("NEW"))

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
            (entries[0].name, entries[0].user, entries[0].arguments, entries[0].queuedAt),
            ("Name", "engineer", f"nodeName={NODE} value=Bay 1", None),
        )
        self.assertEqual({n for n, e in office.site.store.committed if e in entries}, {f.SITE})
        self.assertEqual(office.record(NODE).lastCommand.number, number)

    def test_listingIsNotWritten(self) -> None:
        """Looking at the list changes nothing and leaves no entry."""
        office = Office()
        office.perform(c.ListIdTags())
        self.assertEqual(office.site.facts(f.CommandEnded), [])
