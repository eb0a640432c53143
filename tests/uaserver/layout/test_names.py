"""Names: parts of NodeIds and what people read."""

from __future__ import annotations

import unicodedata

from hypothesis import given, strategies as st
from twisted.trial import unittest

from ocppgw.uaserver.layout.names import (
    decodePart,
    distinct,
    encodePart,
    join,
    legal,
    split,
    unique,
    worded,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
paths = st.lists(texts, min_size=1, max_size=6).map(tuple)


class Parts(unittest.SynchronousTestCase):
    """Percent-encoding of one part."""

    def test_onlyWhatDisturbsIsEncoded(self) -> None:
        """``/ % ; "``, control characters and outer spaces are encoded, all else stays."""
        for part, encoded in (
            ("DE*ABC*E001*1", "DE*ABC*E001*1"),
            ("CP 01", "CP 01"),
            ("a/b", "a%2Fb"),
            ("a%2Fb", "a%252Fb"),
            ("Grp/Key.1", "Grp%2FKey.1"),
            ('x;"y"', "x%3B%22y%22"),
            (" both ", "%20both%20"),
            (" ", "%20"),
            ("tab\tnew\x85", "tab%09new%C2%85"),
            ("Säule+&=?#", "Säule+&=?#"),
        ):
            self.assertEqual(encodePart(part), encoded)
            self.assertEqual(decodePart(encoded), part)

    @given(texts)
    def test_roundTrip(self, part: str) -> None:
        """Whatever a charge point is called, its name comes back from the NodeId."""
        encoded = encodePart(part)
        self.assertEqual(decodePart(encoded), part)
        self.assertNotIn("/", encoded)
        self.assertNotIn(";", encoded)
        self.assertEqual(encoded.strip(" "), encoded)

    def test_brokenEscapes(self) -> None:
        """Bytes that are no UTF-8 stand for nothing."""
        self.assertIsNone(decodePart("a%FFb"))


class Paths(unittest.SynchronousTestCase):
    """Identifiers of NodeIds."""

    @given(paths)
    def test_roundTrip(self, path: tuple[str, ...]) -> None:
        """An identifier leads back to its path."""
        self.assertEqual(split(join(path)), path)

    def test_gatewayNodesBeginWithSlash(self) -> None:
        """The gateway's own nodes cannot be taken for a charge point's."""
        self.assertEqual(split("/Gateway/StoreStatus"), ("", "Gateway", "StoreStatus"))
        self.assertEqual(join(("", "Gateway")), "/Gateway")

    @given(st.text(max_size=40))
    def test_oneNodeHasOneNodeId(self, identifier: str) -> None:
        """Another spelling of the same path is no NodeId."""
        path = split(identifier)
        if path is not None:
            self.assertEqual(join(path), identifier)

    def test_refused(self) -> None:
        """Empty parts, needless and small-letter escapes lead nowhere."""
        for identifier in ("", "/", "a//b", "a/", "CP%41", "a%2fb", " a", "a;b", "a\n"):
            self.assertIsNone(split(identifier), identifier)


class DisplayNames(unittest.SynchronousTestCase):
    """What people read."""

    def test_wordsOfOurNames(self) -> None:
        """Names of ours are read as words."""
        self.assertEqual(worded("HardReset"), "Hard Reset")
        self.assertEqual(worded("CurrentL1"), "Current L1")

    @given(st.text(max_size=30))
    def test_legalTagName(self, text: str) -> None:
        """Every DisplayName begins with a letter and has only letters, digits and `` _-()``."""
        name = legal(text, "CP")
        self.assertTrue(name[0].isalpha())
        for each in name:
            known = each in " _-()" or unicodedata.category(each)[0] in "LN"
            self.assertTrue(known, repr(each))

    def test_examples(self) -> None:
        """Foreign characters become an underscore; a leading digit gets a word before it."""
        self.assertEqual(legal("DE*ABC*E001*1", "CP"), "DE_ABC_E001_1")
        self.assertEqual(legal("4711", "CP"), "CP 4711")
        self.assertEqual(legal("Grp/Key.1", "Key"), "Grp_Key_1")

    @given(st.lists(st.sampled_from(["A", "a", "B", "A (2)"]), max_size=8))
    def test_siblingsDiffer(self, wanted: list[str]) -> None:
        """No two siblings have the same DisplayName, letter case left aside."""
        found = unique((str(number), name) for number, name in enumerate(wanted))
        self.assertEqual(len({name.casefold() for name in found.values()}), len(wanted))

    def test_legalNamesKeepTheirs(self) -> None:
        """A name that is legal as it stands is not changed by one that only becomes like it."""
        siblings = ["Grp/Key", "Grp_Key", "Grp.Key"]
        shown = [distinct(each, lambda name: legal(name, "Key"), siblings) for each in siblings]
        self.assertEqual(shown, ["Grp_Key (2)", "Grp_Key", "Grp_Key (3)"])
