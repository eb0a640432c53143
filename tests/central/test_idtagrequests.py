"""
Requests about the site's idTags.
"""

from __future__ import annotations

from datetime import UTC, datetime

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import commands as c, facts as f
from ocppgw.model.outcomes import Answered, Refusal
from tests.central.support_administration import Office, refused


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

    def test_S22_padding(self) -> None:
        """Blanks and NULs around an idTag are no part of it; only those are no idTag."""
        office = Office()
        self.assertEqual(office.perform(c.AddIdTag(" NEW\0 ", "Accepted")), [Answered("Added")])
        self.assertEqual(office.perform(c.AddIdTag("new", "Blocked")), [Answered("Updated")])
        self.assertEqual(
            refused(office.perform(c.AddIdTag(" \0", "Accepted"))),
            (Refusal.invalidArgument, "idTag"),
        )

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
