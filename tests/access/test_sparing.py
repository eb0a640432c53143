"""Tests of how often the same is worth a log line."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.sparing import Sparing


class SparingTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.clock = Clock()
        self.sparing = Sparing(self.clock.seconds, 60.0, most=2)

    def test_interval(self) -> None:
        """One answer of yes in each interval, with the number of those passed over before it."""
        self.assertEqual([self.sparing.ask("a") for _ in range(3)], [0, None, None])
        self.clock.advance(60)
        self.assertEqual([self.sparing.ask("a"), self.sparing.ask("a")], [2, None])

    def test_keys(self) -> None:
        """Another key is another matter."""
        self.assertEqual([self.sparing.ask(key) for key in "aba"], [0, 0, None])

    def test_bounded(self) -> None:
        """The one logged longest ago is forgotten first."""
        for key in "abc":
            self.sparing.ask(key)
        self.assertEqual(len(self.sparing), 2)
        self.assertEqual(self.sparing.ask("a"), 0)
