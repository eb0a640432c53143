"""The answer for an idTag."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model.idtags import IdTagAnswer, IdTagEntry, IdTagTable
from tests.model.given import T0, at

TABLE = IdTagTable.of(
    "Invalid",
    [
        IdTagEntry("Anna"),
        IdTagEntry("Bob", "Blocked"),
        IdTagEntry("Guest", expiryDate=at(60), parentIdTag="House"),
    ],
)


class AnswerTests(SynchronousTestCase):
    """Accepted, Blocked, Expired, Invalid, ConcurrentTx."""

    def test_known(self) -> None:
        """A known idTag is answered with its status."""
        self.assertEqual(TABLE.answer("Anna", T0), IdTagAnswer("Accepted"))
        self.assertEqual(TABLE.answer("Bob", T0).status, "Blocked")

    def test_S22_spelling(self) -> None:
        """Case and padding make no difference."""
        for spelling in ("ANNA", " anna", "anna\0\0", "aNNa  "):
            self.assertEqual(TABLE.answer(spelling, T0).status, "Accepted")

    def test_unknown(self) -> None:
        """An unknown idTag is answered as the site decided."""
        self.assertEqual(TABLE.answer("nobody", T0).status, "Invalid")
        self.assertEqual(IdTagTable().answer("nobody", T0).status, "Accepted")

    def test_expiry(self) -> None:
        """From its expiry on an idTag is Expired; expiry and parent travel along."""
        self.assertEqual(TABLE.answer("guest", at(59)), IdTagAnswer("Accepted", at(60), "House"))
        self.assertEqual(TABLE.answer("guest", at(60)), IdTagAnswer("Expired", at(60), "House"))

    def test_blockedStaysBlocked(self) -> None:
        """A blocked idTag does not become merely expired."""
        table = TABLE.added(IdTagEntry("Guest", "Blocked", at(60)))
        self.assertEqual(table.answer("guest", at(99)).status, "Blocked")

    def test_concurrent(self) -> None:
        """An idTag that is charging already is ConcurrentTx where that counts."""
        self.assertEqual(TABLE.answer("Anna", T0, {"ANNA "}).status, "ConcurrentTx")
        self.assertEqual(TABLE.answer("Anna", T0, {"Carl"}).status, "Accepted")
        self.assertEqual(TABLE.answer("Bob", T0, {"Bob"}).status, "Blocked")


class ChangeTests(SynchronousTestCase):
    """Changes make new tables."""

    def test_added(self) -> None:
        """An added idTag is known, and the old table does not change."""
        table = TABLE.added(IdTagEntry("New"))
        self.assertEqual(table.answer("new", T0).status, "Accepted")
        self.assertIsNone(TABLE.find("new"))

    def test_changed(self) -> None:
        """Adding a known idTag changes it; there is one entry for all spellings."""
        table = TABLE.added(IdTagEntry("ANNA", "Blocked"))
        self.assertEqual((len(table.list()), table.answer("anna", T0).status), (3, "Blocked"))

    def test_removed(self) -> None:
        """An idTag of the runtime is gone when removed."""
        table = TABLE.added(IdTagEntry("New")).removed("NEW")
        self.assertIsNone(table.find("new"))

    def test_removedFromTheFile(self) -> None:
        """An idTag of the file is blocked when removed, also after it was changed at runtime."""
        self.assertEqual(TABLE.removed("anna").answer("Anna", T0).status, "Blocked")
        table = TABLE.added(IdTagEntry("anna")).removed("anna")
        self.assertEqual(table.answer("Anna", T0).status, "Blocked")

    def test_removedUnknown(self) -> None:
        """Removing an unknown idTag is no change."""
        self.assertIs(TABLE.removed("nobody"), TABLE)

    def test_runtimeWins(self) -> None:
        """What was decided at runtime wins over the file, and is still the file's to block."""
        table = IdTagTable.of("Accepted", [IdTagEntry("A")], [IdTagEntry("a", "Blocked")])
        entry = table.find("A")
        assert entry is not None
        self.assertEqual((entry.status, entry.fromFile), ("Blocked", True))

    def test_list(self) -> None:
        """The list is complete and in order."""
        self.assertEqual([entry.idTag for entry in TABLE.list()], ["Anna", "Bob", "Guest"])

    @given(st.lists(st.sampled_from("aAbB")), st.sampled_from(["Accepted", "Invalid"]))
    def test_addThenRemoveAll(self, idTags: list[str], default: str) -> None:
        """Whatever was added at runtime and removed again leaves the table as it was."""
        table = IdTagTable.of(default, [])
        for idTag in idTags:
            table = table.added(IdTagEntry(idTag))
        for idTag in idTags:
            table = table.removed(idTag.swapcase())
        self.assertEqual(table, IdTagTable.of(default, []))
