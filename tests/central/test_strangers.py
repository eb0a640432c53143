"""Connections that do not say who they are: bounded in time and number, and in nobody's way."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance import connections
from tests.central.support import Ring, configured


class StrangerTests(SynchronousTestCase):
    """What is open, and has not come to be a link."""

    def test_silence(self) -> None:
        """Who connects and says nothing is dropped."""
        ring = Ring(self)
        chargePoint = ring.dial()
        ring.advance(connections.INTRODUCTION + 1)
        self.assertTrue(chargePoint.isClosed)

    def test_openLinkIsNotDropped(self) -> None:
        """The time for the handshake says nothing about a link that is open."""
        ring = Ring(self, configured(ocpp={"pingInterval": 0.0}))
        chargePoint = ring.connect()
        ring.advance(connections.INTRODUCTION + 1)
        self.assertFalse(chargePoint.isClosed)

    def test_tooMany(self) -> None:
        """The number of connections that have not said who they are is bounded."""
        self.patch(connections, "MOST_HANDSHAKES", 2)
        ring = Ring(self)
        ring.connect("/A")
        first, second, third = ring.dial(), ring.dial(), ring.dial()
        ring.flush()
        self.assertEqual([first.isClosed, second.isClosed, third.isClosed], [True, False, False])

    def test_slowOnesKeepNobodyOut(self) -> None:
        """Whoever holds many silent connections open loses them; others get in and stay."""
        self.patch(connections, "MOST_HANDSHAKES", 20)
        ring = Ring(self)
        slow = [ring.dial("192.0.2.66") for _ in range(20)]
        others = [ring.dial(f"192.0.2.{number}") for number in range(10)]
        more = [ring.dial("192.0.2.66") for _ in range(20)]
        ring.flush()
        self.assertFalse(any(one.isClosed for one in others))
        self.assertEqual(sum(not one.isClosed for one in slow + more), 10)
        for number, one in enumerate(others):
            one.shakeHands(f"/CP{number}")
        self.assertEqual([one.status for one in others], [101] * 10)
        for one in slow + more:
            one.vanish()
        self.assertEqual(ring.central._connections.handshakes, 0)
        self.assertEqual(dict(ring.central._connections._byHost), {})

    def test_slowOnesOfOneNetwork(self) -> None:
        """So does whoever has a network of IPv6 to hold them open from."""
        self.patch(connections, "MOST_HANDSHAKES", 20)
        ring = Ring(self)
        other = ring.dial("192.0.2.1")
        slow = [ring.dial(f"2001:db8::{number:x}") for number in range(20)]
        ring.flush()
        self.assertFalse(other.isClosed)
        self.assertEqual([one.isClosed for one in slow], [True] + [False] * 19)
