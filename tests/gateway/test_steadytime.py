"""Tests of timers that go by a clock of their own."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.gateway.steadytime import keepSteady


class SteadyTimeTests(SynchronousTestCase):
    """What a reactor counts by."""

    def test_seconds(self) -> None:
        """From then on the reactor counts by the clock that was given."""
        reactor = Clock()
        keepSteady(reactor, lambda: 42.0)
        self.assertEqual(reactor.seconds(), 42.0)
        self.assertEqual(reactor.callLater(3.0, len, "").getTime(), 45.0)

    def test_tooLate(self) -> None:
        """What was planned by the former clock would never be due: that is refused."""
        reactor = Clock()
        reactor.callLater(3.0, len, "")
        self.assertRaises(ValueError, keepSteady, reactor, lambda: 42.0)
        self.assertEqual(reactor.seconds(), 0.0)
