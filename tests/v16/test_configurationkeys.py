"""Tests of the standard's configuration keys."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16.configurationkeys import (
    BOOLEAN,
    CONFIGURATION_KEYS,
    INT32,
    STRING,
    findKey,
    readList,
    readValue,
    typeOf,
    writeList,
)


class Table(SynchronousTestCase):
    """What the standard says of its keys."""

    def test_complete(self) -> None:
        """36 keys of Core, 10 of other profiles and 6 of the security whitepaper."""
        profiles = [info.profile for info in CONFIGURATION_KEYS.values()]
        self.assertEqual((profiles.count("Core"), profiles.count("Security")), (36, 6))
        self.assertEqual(len(profiles), 52)

    def test_wellFormed(self) -> None:
        """Each has a type, an access and a sentence of its own; lists are texts."""
        infos = CONFIGURATION_KEYS.values()
        for info in infos:
            self.assertIn(info.type, (BOOLEAN, INT32, STRING), info.key)
            self.assertIn(info.access, ("R", "RW", "W"), info.key)
            self.assertRegex(info.text, r"^[A-Z].*\.$")
            self.assertTrue(not info.isList or info.type == STRING, info.key)
            self.assertTrue(not info.unit or info.type == INT32, info.key)
        self.assertEqual(len({info.text for info in infos}), len(infos))

    def test_some(self) -> None:
        """Some rows, as section 9 and the errata have them."""
        for key, type_, unit, access, required in (
            ("HeartbeatInterval", INT32, "s", "RW", True),
            ("NumberOfConnectors", INT32, "", "R", True),
            ("AuthorizationKey", STRING, "", "W", False),
            ("LocalAuthListEnabled", BOOLEAN, "", "RW", True),
            ("StopTransactionOnEVSideDisconnect", BOOLEAN, "", "RW", False),
            ("MaxEnergyOnInvalidId", INT32, "Wh", "RW", False),
            ("MeterValuesSampledData", STRING, "", "RW", True),
        ):
            info = CONFIGURATION_KEYS[key]
            found = (info.type, info.unit, info.access, info.required)
            self.assertEqual(found, (type_, unit, access, required), key)

    def test_find(self) -> None:
        """A key is found in any case; a vendor's key is a String."""
        info = findKey("heartbeatINTERVAL")
        assert info is not None
        self.assertEqual(info.key, "HeartbeatInterval")
        self.assertIsNone(findKey("VendorKey"))
        self.assertEqual(typeOf("VendorKey"), STRING)
        self.assertEqual(typeOf("LocalPreAuthorize"), BOOLEAN)


class Values(SynchronousTestCase):
    """Values in texts."""

    def test_readValue(self) -> None:
        """A text is a value of the key's type, or none."""
        for type_, text, expected in (
            (BOOLEAN, "TRUE", True),
            (BOOLEAN, "perhaps", None),
            (INT32, " 300 ", 300),
            (INT32, "300.0", 300),
            (INT32, "300.5", None),
            (INT32, "2147483648", None),
            (INT32, "", None),
            (STRING, " x ", " x "),
        ):
            self.assertEqual(readValue(type_, text), expected)

    def test_lists(self) -> None:
        """Blanks, quotes and empty items do not count."""
        for text in ("a,b", " a , 'b' ", '"a","b",', '["a", "b"]', "a,,b"):
            self.assertEqual(readList(text), ("a", "b"))
        self.assertEqual(readList(""), ())

    @given(st.lists(st.sampled_from(["Voltage", "SoC", "Current.Import.L1"])))
    def test_listRoundTrip(self, items: list[str]) -> None:
        """A list that we write is read back."""
        self.assertEqual(readList(writeList(tuple(items))), tuple(items))
