"""Tests of the index of actions."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16.actions import ACTIONS, Initiator, actionOf, find
from ocppgw.v16.messages import HeartbeatRequest


class Index(SynchronousTestCase):
    """What the gateway understands."""

    def test_complete(self) -> None:
        """All sixteen Core actions, TriggerMessage, and six more of a charge point are there."""
        profiles = [action.profile for action in ACTIONS.values()]
        self.assertEqual(profiles.count("Core"), 16)
        self.assertEqual(profiles.count("RemoteTrigger"), 1)
        self.assertEqual(len(profiles), 23)

    def test_sides(self) -> None:
        """Who may ask what: DataTransfer both, the rest one of the two."""
        both = [action.name for action in ACTIONS.values() if action.initiator is Initiator.both]
        self.assertEqual(both, ["DataTransfer"])
        for name, charge, central in (
            ("DataTransfer", True, True),
            ("Heartbeat", True, False),
            ("Reset", False, True),
        ):
            action = ACTIONS[name]
            self.assertEqual((action.fromChargePoint, action.fromCentralSystem), (charge, central))

    def test_actionOf(self) -> None:
        """A request knows its action."""
        self.assertIs(actionOf(HeartbeatRequest()), ACTIONS["Heartbeat"])

    def test_exact(self) -> None:
        """The name as the specification writes it is found, and nothing is odd about it."""
        for name, action in ACTIONS.items():
            for lenient in (True, False):
                found = find(name, lenient)
                self.assertEqual((found.action, found.deviation), (action, None))

    def test_S19_caseAndSuffix(self) -> None:
        """Another case and a suffix are understood and counted; a strict reader knows neither."""
        for name in (
            "bootnotification",
            "BootNotification.req",
            "BOOTNOTIFICATION",
            "BootNotificationRequest",
            "BootNotificationReq",
            " BootNotification",
        ):
            found = find(name)
            assert found.deviation is not None
            self.assertIs(found.action, ACTIONS["BootNotification"])
            self.assertEqual((found.deviation.kind, found.deviation.example), ("S19", name))
            self.assertIsNone(find(name, lenient=False).action)

    def test_unknown(self) -> None:
        """What nobody knows is not found."""
        for name in ("", "Foo", ".req", "Boot"):
            self.assertIsNone(find(name).action)
