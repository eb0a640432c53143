"""Who calls in, read from the raw request target."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance.identity import LONGEST, NoIdentity, callerOf, shown, whyNot


class IdentityTests(SynchronousTestCase):
    """`callerOf` finds the identity."""

    def identity(self, target: str) -> str:
        return callerOf(target.encode()).identity

    def test_C5_slashesAndQuery(self) -> None:
        """Doubled and trailing slashes and a query around the identity do not matter."""
        for target in ("/CP1", "//CP1", "///CP1/", "/ocpp//CP1//", "/a/b/CP1?x=/y/z", "CP1"):
            self.assertEqual(self.identity(target), "CP1", target)

    def test_C6_wholeUrlAsPath(self) -> None:
        """A whole URL in the path ends with the identity all the same."""
        self.assertEqual(self.identity("/ws://host:8887/CP_1/SERIAL"), "SERIAL")
        self.assertEqual(self.identity("ws://host/CP1"), "CP1")

    def test_C7_percentEncoding(self) -> None:
        """The segment is decoded once, as UTF-8, after it was cut at literal slashes."""
        self.assertEqual(self.identity("/a%2Fb"), "a/b")
        self.assertEqual(self.identity("/CP%2001"), "CP 01")
        self.assertEqual(self.identity("/K%C3%B6ln%2A1"), "Köln*1")
        self.assertEqual(self.identity("/a%252Fb"), "a%2Fb")

    def test_C7_notUtf8(self) -> None:
        """What is not UTF-8 is nobody's identity."""
        self.assertRaises(NoIdentity, callerOf, b"/CP%FF")

    def test_rawBlanksAndUmlauts(self) -> None:
        """An identity that should have been encoded, and was not, is understood."""
        self.assertEqual(self.identity("/CP 01"), "CP 01")
        self.assertEqual(self.identity("/Köln"), "Köln")

    def test_none(self) -> None:
        """A URL without identity is told from others."""
        for target in (b"/", b"//", b"", b"/?id=CP1", b"/%20"):
            self.assertRaises(NoIdentity, callerOf, target)

    def test_harmful(self) -> None:
        """What could harm a NodeId, a file, a log or a page is refused."""
        for target in (b"/a%00b", b"/a%0Ab", b"/a%E2%80%AEb", b"/..", b"/%2FGateway", b"/a%7Fb"):
            self.assertRaises(NoIdentity, callerOf, target)

    def test_long(self) -> None:
        """The length is limited, in characters."""
        self.assertEqual(len(self.identity("/" + "ö" * LONGEST)), LONGEST)
        self.assertRaises(NoIdentity, callerOf, b"/" + b"x" * (LONGEST + 1))

    @given(st.binary(max_size=300))
    def test_anything(self, target: bytes) -> None:
        """Whatever the target, there is a harmless identity or none, and text that can be shown."""
        try:
            caller = callerOf(target)
        except NoIdentity:
            pass
        else:
            self.assertEqual(whyNot(caller.identity), "")
        self.assertNotIn("\n", shown(target))
