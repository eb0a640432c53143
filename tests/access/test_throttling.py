"""Tests of how repeated failures cost time."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.access.throttling import Patience, Throttle


class ThrottleTests(SynchronousTestCase):
    """How long somebody who failed has to wait."""

    def setUp(self) -> None:
        """A throttle with the ordinary patience, and a clock that stands still."""
        self.clock = Clock()
        self.throttle = Throttle(self.clock.seconds)

    def failures(self, times: int, key: str = "eve") -> None:
        """Let ``key`` fail so many times at this moment."""
        for _ in range(times):
            self.throttle.failed(key)

    def test_typingErrorsAreFree(self) -> None:
        """Who mistypes a password three times does not wait."""
        self.failures(3)
        self.assertEqual(self.throttle.delay("eve"), 0.0)

    def test_waitDoubles(self) -> None:
        """From the fourth failure on each doubles the wait: 1, 2, 4 .. 60 s."""
        self.failures(3)
        waits = []
        for _ in range(8):
            self.throttle.failed("eve")
            waits.append(self.throttle.delay("eve"))
        self.assertEqual(waits, [1, 2, 4, 8, 16, 32, 60, 60])

    def test_waitPasses(self) -> None:
        """The wait gets shorter as time passes, and ends."""
        self.failures(6)
        self.clock.advance(1.5)
        self.assertEqual(self.throttle.delay("eve"), 2.5)
        self.clock.advance(2.5)
        self.assertEqual(self.throttle.delay("eve"), 0.0)

    def test_othersDoNotWait(self) -> None:
        """One key's failures cost no other key anything."""
        self.failures(10)
        self.assertEqual(self.throttle.delay("ann"), 0.0)

    def test_successForgives(self) -> None:
        """After a success the count begins anew."""
        self.failures(10)
        self.throttle.succeeded("eve")
        self.assertEqual(self.throttle.delay("eve"), 0.0)
        self.failures(3)
        self.assertEqual(self.throttle.delay("eve"), 0.0)
        self.throttle.succeeded("never failed")

    def test_forgets(self) -> None:
        """A quarter of an hour without failures forgives them too, and frees the memory."""
        self.failures(10)
        self.clock.advance(900.5)
        self.assertEqual(self.throttle.delay("eve"), 0.0)
        self.assertEqual(len(self.throttle), 0)

    def test_boundedMemory(self) -> None:
        """Failures under ever new names cost bounded memory; the latest are remembered."""
        self.throttle = Throttle(self.clock.seconds, Patience(free=0, keys=10))
        self.failures(1, "first")
        for number in range(9):
            self.failures(1, f"other {number}")
        self.failures(1, "first")
        self.failures(1, "one too many")
        self.assertEqual(len(self.throttle), 10)
        self.assertEqual(self.throttle.delay("other 0"), 0.0)
        self.assertEqual(self.throttle.delay("first"), 2.0)

    @given(st.integers(0, 100_000))
    def test_waitIsBounded(self, failures: int) -> None:
        """However often somebody failed, the wait is a number between 0 and the longest."""
        self.assertTrue(0.0 <= Patience().wait(failures) <= 60.0)
