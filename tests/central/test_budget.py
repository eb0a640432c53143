"""How much of what a link says is dealt with."""

from __future__ import annotations

import math
from fractions import Fraction

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.linking.budget import RESERVE, ROUNDING, Budget

RATES = st.one_of(st.sampled_from([1 / 3600, 1 / 3, 1.0, 7.0, 500.0]), st.integers(1, 100_000))
STARTS = st.sampled_from([-1e3, 0.0, 1.0, 1e4, 1e7, 1.8e9])
"""Of clocks, in seconds; monotonic ones begin at any time."""

STEPS = st.lists(
    st.tuples(st.floats(-2.0, 100.0) | st.sampled_from([0.0, 1e-6, 1e6]), st.integers(0, 4096)),
    max_size=50,
)
"""Seconds that pass, some of them backwards, and what comes then."""


class Exact:
    """The same purse in fractions, which nothing is lost of."""

    def __init__(self, rate: float, now: float) -> None:
        self.rate = Fraction(rate)
        self.most = self.left = self.rate * Fraction(RESERVE)
        self.at = Fraction(now)

    def spend(self, now: float, cost: float) -> float:
        self.left = min(self.most, self.left + (Fraction(now) - self.at) * self.rate)
        self.left -= Fraction(cost)
        self.at = Fraction(now)
        return float(-self.left / self.rate) if self.left < 0 else 0.0


class BudgetTests(SynchronousTestCase):
    """`Budget`."""

    def test_reserve(self) -> None:
        """A purse never holds more than its reserve."""
        budget = Budget(10.0, 0.0)
        budget.wait(1000.0)
        waits = [budget.spend(1000.0) for _ in range(42)]
        self.assertEqual([round(wait, 5) for wait in waits if wait], [0.1, 0.2])

    @given(RATES, STARTS, STEPS)
    def test_exact(self, rate: float, now: float, steps: list[tuple[float, int]]) -> None:
        """Whatever is spent, and when, the wait is that of exact arithmetic, but for roundings."""
        budget, exact = Budget(rate, now), Exact(rate, now)
        for passed, cost in steps:
            now += passed
            wait, due = budget.spend(now, cost), exact.spend(now, cost)
            error = 4 * len(steps) * math.ulp(max(abs(now), due))
            self.assertLessEqual(abs(wait - due), ROUNDING + error)

    @given(RATES, STARTS, STEPS)
    def test_waitedFor(self, rate: float, now: float, steps: list[tuple[float, int]]) -> None:
        """Whoever waited as long as was said need not wait again, not even for an instant."""
        budget = Budget(rate, now)
        for passed, cost in steps:
            now += passed
            budget.spend(now, cost)
            due = now + budget.wait(now)
            self.assertEqual(budget.wait(due), 0.0)
            now = max(now, due)

    @given(STARTS, STEPS)
    def test_noLimit(self, now: float, steps: list[tuple[float, int]]) -> None:
        """Where the rate is 0 nobody waits."""
        budget = Budget(0.0, now)
        for passed, cost in steps:
            now += passed
            self.assertEqual(budget.spend(now, cost), 0.0)
