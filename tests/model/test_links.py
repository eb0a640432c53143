"""The link, the traffic and the deviations of a charge point."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.applying import apply
from ocppgw.model.links import KINDS, TEXT
from tests.model.given import T0, after, at, connected, known


class LinkTests(SynchronousTestCase):
    """Connected, since when, and why not any more."""

    def test_opened(self) -> None:
        """The first link shows its peer and its beginning, and is no reconnect."""
        link = connected().link
        self.assertEqual(
            (link.connected, link.connectedSince, link.remoteAddress, link.reconnects),
            (True, T0, "10.0.0.1", 0),
        )

    def test_lost(self) -> None:
        """A loss shows when it was recognised, and why."""
        link = after(connected(), f.LinkLost("ping timeout", at(60))).link
        self.assertEqual(
            (link.connected, link.at, link.lastDisconnectReason), (False, at(60), "ping timeout")
        )

    def test_lostTwice(self) -> None:
        """A second report of the same loss changes nothing at all."""
        lost = after(connected(), f.LinkLost("gone", at(60)))
        self.assertIs(apply(lost, f.LinkLost("late close", at(61))), lost)

    def test_reconnects(self) -> None:
        """Each link after a loss counts as a reconnect."""
        facts: list[f.Fact] = [f.LinkLost("x", at(1)), f.LinkOpened("a", at(2))] * 3
        self.assertEqual(after(connected(), *facts).link.reconnects, 3)

    def test_C12_replaced(self) -> None:
        """A newer link in place of a live one is no outage: still connected since the first."""
        before = connected()
        link = after(before, f.LinkOpened("10.0.0.2", at(60), replaced=True)).link
        self.assertEqual(
            (link.at, link.connectedSince, link.reconnects, link.remoteAddress, link.openedAt),
            (T0, T0, 0, "10.0.0.2", at(60)),
        )


class TrafficTests(SynchronousTestCase):
    """Messages and deviations are counted."""

    def test_messages(self) -> None:
        """Every message counts, and the last one's time is kept."""
        traffic = after(connected(), f.MessageReceived(at(1)), f.MessageReceived(at(2))).traffic
        self.assertEqual((traffic.messagesReceived, traffic.lastSeen), (2, at(2)))

    def test_messageSharesTheRest(self) -> None:
        """A message alone leaves every other part of the record the same object."""
        before = connected()
        now = after(before, f.MessageReceived(at(1)))
        self.assertIs(now.connectors, before.connectors)
        self.assertIs(now.sums, before.sums)

    def test_deviations(self) -> None:
        """Deviations are counted in all and by kind, with the last example of each kind."""
        now = after(
            connected(),
            f.Deviated("time", "no zone", "12:00", at(1)),
            f.Deviated("time", "no zone", "12:01", at(2)),
            f.Deviated("field", "too long", "xx", at(3)),
        ).deviations
        self.assertEqual((now.count, now.last, now.at), (3, "field: too long: xx", at(3)))
        self.assertEqual(dict(now.byKind), {"time": 2, "field": 1})
        self.assertEqual(dict(now.examples), {"time": "12:01", "field": "xx"})

    def test_deviationsBounded(self) -> None:
        """However inventive a charge point is, the kinds and the texts kept stay bounded."""
        facts = [f.Deviated(f"k{i}", "t" * 9999, "e" * 9999, T0) for i in range(3 * KINDS)]
        now = after(connected(), *facts).deviations
        self.assertEqual((now.count, len(now.byKind)), (3 * KINDS, KINDS))
        self.assertEqual(sum(now.byKind.values()), 3 * KINDS)
        self.assertLessEqual(max(len(e) for e in (now.last, *now.examples.values())), TEXT)

    def test_health(self) -> None:
        """A figure that was not measured this time keeps its last value."""
        health = after(
            known(),
            f.HealthMeasured(at(1), clockSkew=0.5, heartbeatAge=3.0),
            f.HealthMeasured(at(11), heartbeatAge=13.0),
        ).health
        assert health.clockSkew is not None and health.heartbeatAge is not None
        self.assertEqual((health.clockSkew.value, health.clockSkew.sourceTime), (0.5, at(1)))
        self.assertEqual((health.heartbeatAge.value, health.roundTripTime), (13.0, None))
