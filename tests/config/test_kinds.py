"""Tests of the kinds of value that most keys have."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.roles import Role
from ocppgw.config.addresses import Endpoint, OpcUaUrl
from ocppgw.config.errors import Unacceptable
from ocppgw.config.freetables import Factors, WantedKeys
from ocppgw.config.kinds import (
    FilePath,
    Kind,
    ListOf,
    NodeText,
    Number,
    PasswordText,
    RoleWord,
    Switch,
    Text,
    Whole,
    Word,
    orList,
)
from ocppgw.config.times import Moment, TimeZone

KINDS: list[Kind[Any]] = [
    Text(1, 20),
    NodeText(),
    Switch(),
    Whole(1, 10),
    Number(0, 10),
    Word(("a", "b")),
    RoleWord(),
    FilePath(),
    PasswordText(),
    ListOf(Text(1, 3), 1),
    Endpoint(),
    OpcUaUrl(),
    Moment(),
    TimeZone(),
    WantedKeys(),
    Factors(),
]

#: What ``tomllib`` can make of a value.
VALUES = st.recursive(
    st.booleans() | st.integers() | st.floats() | st.text() | st.datetimes() | st.dates(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


class EveryKindTests(SynchronousTestCase):
    """What holds for all kinds."""

    @given(st.sampled_from(KINDS), VALUES)
    def test_anyValue(self, kind: Kind[Any], value: object) -> None:
        """A value is read or refused as unacceptable; no other error comes of it."""
        try:
            kind.read(value)
        except Unacceptable as error:
            self.assertIsInstance(error.shown, str)

    def test_inWords(self) -> None:
        """Each says in one line what it accepts."""
        for kind in KINDS:
            self.assertTrue(kind.accepted.isprintable() and len(kind.accepted) > 3)

    def test_booleansAreNoNumbers(self) -> None:
        """true is not 1."""
        for kind in (Whole(0, 9), Number(0, 9), Factors(), FilePath(), Text()):
            self.assertRaises(Unacceptable, kind.read, True)


class SimpleKindTests(SynchronousTestCase):
    """What each kind accepts and what not."""

    def assertReads(self, kind: Kind[Any], **values: list[object]) -> None:
        """Every value of ``good`` is read as it is, every one of ``bad`` is refused."""
        for value in values["good"]:
            self.assertEqual(kind.read(value), value)
        for value in values["bad"]:
            self.assertRaises(Unacceptable, kind.read, value)

    def test_text(self) -> None:
        """Text has a length, stands on one line and begins and ends with a visible sign."""
        bad: list[object] = ["", "12345", " a", "a ", "a\nb", "a\x7f", "a\x85", "\u2028", 1, None]
        self.assertReads(Text(1, 4), good=["a", "1234", "a b", "é\u200d"], bad=bad)

    def test_nodeText(self) -> None:
        """A charge point's name harms no NodeId, file or log; what vendors use is accepted."""
        good: list[object] = ["DE*ABC*E001*1", "CP 01", "a/b", "a%2Fb", "Säule", "..a"]
        bad: list[object] = ["", "/Gateway", ".", "..", "a\u200b", "a\u202eb", " a", "x" * 256]
        self.assertReads(NodeText(1), good=good, bad=bad)

    def test_whole(self) -> None:
        """Whole numbers include both bounds."""
        self.assertReads(Whole(1, 3), good=[1, 3], bad=[0, 4, 2.0, "2"])

    def test_number(self) -> None:
        """Numbers include both bounds; infinity and nan are none."""
        bad: list[object] = [-0.1, 3.1, float("nan"), float("inf"), "2", 10**400]
        self.assertReads(Number(0, 3), good=[0, 0.5, 3], bad=bad)

    def test_word(self) -> None:
        """Words are taken as they are written, case included."""
        self.assertReads(Word(("a", "b")), good=["a", "b"], bad=["A", "", 1, ["a"]])

    def test_roles(self) -> None:
        """A role's name becomes the role, from the least that makes sense there."""
        self.assertEqual(RoleWord().read("none"), Role.none)
        self.assertEqual(RoleWord(Role.observer).read("engineer"), Role.engineer)
        self.assertRaises(Unacceptable, RoleWord(Role.observer).read, "none")
        self.assertRaises(Unacceptable, RoleWord().read, 2)

    def test_path(self) -> None:
        """A path is any text that a file may be named."""
        self.assertEqual(FilePath().read("a/b c"), Path("a/b c"))
        self.assertReads(FilePath(), good=[], bad=["", "a\0b", 5])


class ListTests(SynchronousTestCase):
    """Lists of one kind."""

    def test_read(self) -> None:
        """A list becomes a tuple of what its items become."""
        self.assertEqual(ListOf(RoleWord()).read(["none", "observer"]), (Role.none, Role.observer))

    def test_tooShort(self) -> None:
        """A list that must not be empty says so."""
        error = self.assertRaises(Unacceptable, ListOf(Whole(0, 9), 1).read, [])
        self.assertEqual(error.shown, "[]")
        self.assertIn("at least 1 of: a whole number", ListOf(Whole(0, 9), 1).accepted)

    def test_place(self) -> None:
        """A wrong item is found by its place, also in a list of lists."""
        nested = ListOf(ListOf(Whole(0, 9)))
        error = self.assertRaises(Unacceptable, nested.read, [[1], [2, "x"]])
        self.assertEqual((error.where, error.shown), ("[2][2]", '"x"'))
        self.assertEqual(error.accepted, "a whole number from 0 to 9")

    def test_repetition(self) -> None:
        """An item may stand twice: two listeners may both ask for any free port."""
        self.assertEqual(ListOf(Endpoint()).read(["tcp:0", "tcp:0"]), ("tcp:0", "tcp:0"))


class OrListTests(SynchronousTestCase):
    """Words in a sentence."""

    def test_orList(self) -> None:
        """One, two and three words read as a person would write them."""
        self.assertEqual(orList(["a"]), '"a"')
        self.assertEqual(orList(["a", "b"]), '"a" or "b"')
        self.assertEqual(orList(["a", "b", "c"]), '"a", "b" or "c"')
