"""Tests of how much one address may ask for."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access import rates
from ocppgw.access.rates import Rates


class RatesTests(SynchronousTestCase):
    """Two a second, three seconds' worth at once."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.rate = 2.0
        self.rates = Rates(self.clock.seconds, lambda: self.rate, 3.0)

    def taken(self, host: str, number: int) -> int:
        """How many of so many are within the rate."""
        return sum(self.rates.take(host) for _ in range(number))

    def test_perAddress(self) -> None:
        """One address that asks too often costs no other one anything."""
        self.assertEqual(self.taken("a", 10), 6)
        self.assertEqual(self.taken("b", 1), 1)

    def test_time(self) -> None:
        """The bucket fills with time, and never beyond its rim."""
        self.taken("a", 10)
        self.clock.advance(1)
        self.assertEqual(self.taken("a", 10), 2)
        self.clock.advance(1000)
        self.assertEqual(self.taken("a", 10), 6)

    def test_noLimit(self) -> None:
        """0 counts nothing."""
        self.rate = 0.0
        self.assertEqual(self.taken("a", 100), 100)
        self.assertEqual(len(self.rates), 0)

    def test_bounded(self) -> None:
        """Many addresses cannot make it grow; who was heard of longest ago is forgotten."""
        self.patch(rates, "MOST", 10)
        self.taken("first", 10)
        for number in range(10):
            self.taken(str(number), 1)
        self.assertEqual(len(self.rates), 10)
        self.assertEqual(self.taken("first", 10), 6)
