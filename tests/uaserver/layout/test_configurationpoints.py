"""Configuration points: types by key, texts as sent, keys that are not there."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial import unittest

from ocppgw.model import facts as f
from ocppgw.model.records import ConfigurationPoint
from ocppgw.uaserver.layout.configurationpoints import spelled
from ocppgw.uaserver.nodes import CURRENT_READ, CURRENT_WRITE
from ocppgw.v16.configurationkeys import CONFIGURATION_KEYS
from tests.uaserver.layout.site import (
    CODES,
    ENGINEER,
    OBSERVER,
    OPERATOR,
    START,
    Site,
    children,
    later,
)

FOLDER = "ConfigurationPoints"


class ConfigurationPoints(unittest.SynchronousTestCase):
    """Reading and browsing."""

    def setUp(self) -> None:
        self.site = Site()
        self.site.connect()

    def browsed(self) -> list[str]:
        """The keys that browsing shows."""
        return [each.browseName.Name for each in children(self.site, self.site.node(FOLDER))]

    def test_typesFollowTheKey(self) -> None:
        """Booleans, integers and texts by the standard's table; Text holds what was sent."""
        self.site.configure(
            HeartbeatInterval=" 300 ", LocalPreAuthorize="TRUE", MeterValuesSampledData="A,B",
            VendorKey="5",
        )  # fmt: skip
        for key, value, text in (
            ("HeartbeatInterval", 300, " 300 "),
            ("LocalPreAuthorize", True, "TRUE"),
            ("MeterValuesSampledData", "A,B", "A,B"),
            ("VendorKey", "5", "5"),
        ):
            self.assertEqual(self.site.value(f"{FOLDER}/{key}"), value)
            self.assertEqual(self.site.value(f"{FOLDER}/{key}/Text"), text)
        self.assertEqual(self.site.value(f"{FOLDER}/HeartbeatInterval/Unit"), "s")
        self.assertEqual(self.site.value(f"{FOLDER}/VendorKey/Unit"), "")

    def test_textThatDoesNotParse(self) -> None:
        """Text that cannot be read is null and BadDataEncodingInvalid; Text keeps it."""
        self.site.configure(HeartbeatInterval="often", LocalPreAuthorize="maybe")
        for key in ("HeartbeatInterval", "LocalPreAuthorize"):
            self.assertIsNone(self.site.value(f"{FOLDER}/{key}"))
            self.assertEqual(self.site.code(f"{FOLDER}/{key}"), CODES.BadDataEncodingInvalid)
        self.assertEqual(self.site.value(f"{FOLDER}/HeartbeatInterval/Text"), "often")

    def test_keyWithoutValue(self) -> None:
        """Without a value a text is empty, anything else is BadNoData."""
        self.site.configure(HeartbeatInterval=None, MeterValuesSampledData=None)
        self.assertEqual(self.site.code(f"{FOLDER}/HeartbeatInterval"), CODES.BadNoData)
        self.assertEqual(self.site.value(f"{FOLDER}/MeterValuesSampledData"), "")
        self.assertEqual(self.site.code(f"{FOLDER}/MeterValuesSampledData"), CODES.Good)

    def test_browsedAreThoseReported(self) -> None:
        """Browsing shows the keys that were reported, and keeps them."""
        self.assertEqual(self.browsed(), [])
        self.site.configure(HeartbeatInterval="1")
        self.site.configure(VendorKey="x")
        self.assertEqual(self.browsed(), ["HeartbeatInterval", "VendorKey"])

    def test_everyStandardKeyResolves(self) -> None:
        """Every key of the standard can be bound before the hardware arrives."""
        for key in CONFIGURATION_KEYS:
            self.assertEqual(self.site.code(f"{FOLDER}/{key}"), CODES.BadWaitingForInitialData)
        self.assertIsNone(self.site.find(f"CP1/{FOLDER}/VendorKey"))

    def test_unknownKey(self) -> None:
        """A key that the charge point does not have is BadNotSupported, in any spelling."""
        self.site.lack("lightintensity")
        self.assertEqual(self.site.code(f"{FOLDER}/LightIntensity"), CODES.BadNotSupported)
        self.assertEqual(self.browsed(), [])

    def test_B9_foreignSpelling(self) -> None:
        """A key keeps the spelling first reported; the standard's NodeId reads the same."""
        self.site.configure(heartbeatinterval="30")
        self.assertEqual(self.browsed(), ["heartbeatinterval"])
        self.assertEqual(self.site.value(f"{FOLDER}/heartbeatinterval"), 30)
        self.assertEqual(self.site.value(f"{FOLDER}/HeartbeatInterval"), 30)
        self.assertIsNone(self.site.find(f"CP1/{FOLDER}/HEARTBEATINTERVAL"))

    def test_vendorKeyWithSlash(self) -> None:
        """A vendor's key may have any characters."""
        self.site.configure(**{"Grp/Key.1": "x", "Grp_Key_1": "y"})
        self.assertEqual(self.site.value(f"{FOLDER}/Grp%2FKey.1"), "x")
        names = [each.displayName.Text for each in children(self.site, self.site.node(FOLDER))]
        self.assertEqual(names, ["Grp_Key_1 (2)", "Grp_Key_1"])

    def test_rereadKeepsType(self) -> None:
        """A value that becomes something else never changes the DataType."""
        self.site.configure(HeartbeatInterval="300")
        node = self.site.node(f"{FOLDER}/HeartbeatInterval")
        before = node.attribute(ua.AttributeIds.DataType, ENGINEER).Value.Value
        self.site.at = later(1)
        self.site.configure(HeartbeatInterval="300 s")
        after = self.site.node(f"{FOLDER}/HeartbeatInterval")
        self.assertEqual(after.attribute(ua.AttributeIds.DataType, ENGINEER).Value.Value, before)


class Access(unittest.SynchronousTestCase):
    """Who may do what with a key."""

    def setUp(self) -> None:
        self.site = Site()
        points = (
            ConfigurationPoint("HeartbeatInterval", "300", False, START),
            ConfigurationPoint("ResetRetries", "3", True, START),
            ConfigurationPoint("AuthorizationKey", "secret", False, START),
        )
        self.site.apply(f.ConfigurationReported(points, (), START))

    def levels(self, key: str) -> tuple[Any, ...]:
        """AccessLevel, and UserAccessLevel of Observer, Operator and Engineer."""
        node = self.site.node(f"{FOLDER}/{key}")
        users = (OBSERVER, OPERATOR, ENGINEER)
        return (node.accessLevel, *(node.userAccessLevel(user) for user in users))

    def test_writable(self) -> None:
        """A key can be written by Engineers, and read by all."""
        both = CURRENT_READ | CURRENT_WRITE
        self.assertEqual(self.levels("HeartbeatInterval"), (both, CURRENT_READ, CURRENT_READ, both))

    def test_readonly(self) -> None:
        """A key that the charge point calls read-only cannot be written by anybody."""
        self.assertEqual(self.levels("ResetRetries"), (CURRENT_READ,) * 4)

    def test_standardBeforeReport(self) -> None:
        """Before the charge point said anything, the standard says what is read-only."""
        self.assertEqual(self.levels("NumberOfConnectors"), (CURRENT_READ,) * 4)

    def test_authorizationKey(self) -> None:
        """AuthorizationKey can be written by Engineers, never read, not as Text either."""
        self.assertEqual(self.levels("AuthorizationKey"), (CURRENT_WRITE, 0, 0, CURRENT_WRITE))
        self.assertEqual(self.levels("AuthorizationKey/Text"), (0, 0, 0, 0))


class Spelling(unittest.SynchronousTestCase):
    """What is sent to the charge point."""

    def test_booleans(self) -> None:
        """Booleans are written in the spelling that the charge point reported."""
        for reported, yes, no in (
            (None, "true", "false"), ("true", "true", "false"), ("False", "True", "False"),
            ("TRUE", "TRUE", "FALSE"), ("0", "1", "0"), ("Yes", "Yes", "No"),
            ("strange", "true", "false"), (" true ", "true", "false"),
        ):  # fmt: skip
            self.assertEqual((spelled(True, reported), spelled(False, reported)), (yes, no))

    def test_others(self) -> None:
        """Numbers and texts are sent as they are."""
        self.assertEqual(spelled(300, "60"), "300")
        self.assertEqual(spelled("A,B", None), "A,B")
