"""How a charge point becomes registered, and what it does meanwhile."""

from __future__ import annotations

from twisted.trial.unittest import TestCase

from ocppgw.simulator.car import Car
from ocppgw.v16 import messages
from ocppgw.v16.messages import BootNotificationConfirmation
from tests.simulator.central import REFUSAL, SILENCE, Site, started


def decision(status: str, interval: int) -> BootNotificationConfirmation:
    """An answer to a boot."""
    return BootNotificationConfirmation(
        status=status, currentTime="2026-03-01T08:00:00.000Z", interval=interval
    )


class RegistrationTests(TestCase):
    """BootNotification (section 4.2) and Heartbeat (section 4.6)."""

    def booted(self, status: str, interval: int) -> Site:
        site = Site()
        site.replies["BootNotification"] = decision(status, interval)
        site.start()
        return site

    def test_undecided(self) -> None:
        """While pending or rejected, only boots are sent, each after the interval."""
        for status in ("Pending", "Rejected"):
            site = self.booted(status, 20)
            site.point.plugIn(1, Car())
            site.point.present(1, "TAG")
            site.run(19)
            self.assertEqual(["BootNotification"], site.actions())
            site.run(2)
            self.assertEqual(["BootNotification"], site.actions())

    def test_acceptedLater(self) -> None:
        """Once accepted, the statuses are reported."""
        site = self.booted("Pending", 20)
        del site.replies["BootNotification"]
        site.take()
        site.run(21)
        self.assertEqual(
            ["BootNotification", "StatusNotification", "StatusNotification"], site.actions()
        )

    def test_pendingAnswersCommands(self) -> None:
        """While pending, configuration is read and messages are triggered, but nothing starts."""
        site = self.booted("Pending", 60)
        site.take()
        answer = site.command(messages.GetConfigurationRequest())
        self.assertGreater(len(answer.configurationKey), 30)
        site.command(messages.TriggerMessageRequest(requestedMessage="StatusNotification"))
        self.assertEqual([(0, "Available"), (1, "Available")], site.statuses())
        started = site.command(messages.RemoteStartTransactionRequest(idTag="T", connectorId=1))
        self.assertEqual("Rejected", started.status)

    def test_ownInterval(self) -> None:
        """With an interval of 0 the charge point chooses one."""
        site = self.booted("Rejected", 0)
        site.take()
        site.run(31)
        self.assertEqual(["BootNotification"], site.actions())

    def test_bootUnanswered(self) -> None:
        """A boot that is not answered, or refused, is sent again after a while."""
        for reply in (SILENCE, REFUSAL):
            site = Site(MessageTimeout="10")
            site.replies["BootNotification"] = reply
            site.start()
            del site.replies["BootNotification"]
            site.run(45)
            self.assertEqual(["BootNotification", "BootNotification"], site.actions()[:2])
            self.assertTrue(site.point.registration.isAccepted)

    def test_intervalBecomesKey(self) -> None:
        """The interval of an acceptance is HeartbeatInterval from then on."""
        site = self.booted("Accepted", 44)
        request = messages.GetConfigurationRequest(key=("HeartbeatInterval",))
        (key,) = site.command(request).configurationKey
        self.assertEqual("44", key.value)

    def test_reconnect(self) -> None:
        """A link that was lost for a while comes back without a boot (OCPP-J 1.6 section 5.4)."""
        site = started()
        site.cut()
        site.heal()
        self.assertEqual([], site.actions())
        self.assertTrue(site.point.isOnline)

    def test_lostDuringBoot(self) -> None:
        """A boot that the link cut short is sent over the next link."""
        site = Site()
        site.replies["BootNotification"] = SILENCE
        site.start()
        site.cut()
        site.replies.clear()
        site.isReachable = True
        site.run(2)
        self.assertEqual(["BootNotification", "BootNotification"], site.actions()[:2])


class HeartbeatTests(TestCase):
    """When heartbeats come."""

    def test_whenIdle(self) -> None:
        """Without other messages a heartbeat comes at each interval."""
        site = started()
        site.run(250)
        self.assertEqual(["Heartbeat", "Heartbeat"], site.actions())

    def test_trafficCounts(self) -> None:
        """Any frame puts the next heartbeat off."""
        site = started()
        for _ in range(4):
            site.run(100)
            site.command(messages.ClearCacheRequest())
        self.assertEqual([], site.actions())

    def test_changed(self) -> None:
        """Another interval holds at once; 0 switches heartbeats off."""
        site = started()
        change = messages.ChangeConfigurationRequest
        site.command(change(key="HeartbeatInterval", value="10"))
        site.run(31)
        self.assertEqual(["Heartbeat"] * 3, site.actions())
        site.command(change(key="HeartbeatInterval", value="0"))
        site.run(500)
        self.assertEqual([], site.actions())

    def test_offline(self) -> None:
        """Without a link no heartbeat is sent; with the next link one comes, for the time."""
        site = started()
        site.cut()
        site.run(600)
        self.assertEqual([], site.actions())
        site.heal()
        self.assertEqual(["Heartbeat"], site.actions())
