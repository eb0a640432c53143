"""Clocks that are set back while the charge point is connected."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.watching.setbacks import STEPS, Setbacks
from ocppgw.model.facts import ChargePointRemoved
from tests.central.support import START, stamp
from tests.central.test_backlog import REGISTER, BacklogCase

HOUR = timedelta(hours=1)


class LiveTests(BacklogCase):
    """What SCADA sees."""

    def test_T4_setBackWhileConnected(self) -> None:
        """A clock that lags a day behind is found by its pace; live values then move on again."""
        self.meter(1000, self.ring.now())
        for step in range(STEPS + 3):
            self.ring.advance(60)
            self.meter(2000 + step, self.ring.now() - 24 * HOUR)
        self.assertEqual(self.ring.connector().readings[REGISTER].value, 2000.0 + STEPS + 2)
        energy = self.ring.connector().live.energy
        assert energy is not None
        self.assertEqual(energy.sourceTime, self.ring.now())
        self.assertIn("T4", self.ring.deviations())

    def test_T4_setRightAgain(self) -> None:
        """Once the clock is right its times are believed again, and so is a queue."""
        for _ in range(STEPS + 2):
            self.ring.advance(60)
            self.meter(1000, self.ring.now() - 24 * HOUR)
        self.meter(5000, self.ring.now())
        self.ring.advance(1)
        self.meter(4000, START + HOUR)
        self.assertEqual(self.ring.connector().readings[REGISTER].value, 5000.0)
        self.assertIn((4000.0, START + HOUR), self.past((REGISTER,)))

    def test_X9_slowQueue(self) -> None:
        """A queue that is emptied slowly, a message a minute, is a queue all the same."""
        self.meter(9000, self.ring.now())
        for number in range(20):
            self.ring.advance(60)
            self.meter(1000 + number, START + number * timedelta(minutes=15))
        self.assertEqual(self.ring.connector().readings[REGISTER].value, 9000.0)
        self.assertNotIn("T4", self.ring.deviations())

    def test_transactions(self) -> None:
        """A transaction that begins on such a clock begins when we hear of it."""
        for _ in range(STEPS + 1):
            self.ring.advance(60)
            self.meter(1000, self.ring.now() - 24 * HOUR)
        self.ring.advance(60)
        self.start(timestamp=stamp(self.ring.now() - 24 * HOUR))
        self.assertEqual(self.transaction().startTime, self.ring.now())


class PaceTests(SynchronousTestCase):
    """When a clock counts as set back."""

    @given(st.lists(st.integers(0, 50_000), min_size=1, max_size=30), st.integers(1, 3600))
    def test_queues(self, gaps: list[int], speed: int) -> None:
        """A queue that is emptied ten seconds faster per message than it was filled is none."""
        book, said, received = Setbacks(), START, START + 100 * HOUR
        for gap in gaps:
            said += timedelta(seconds=gap + 10 + speed)
            received += timedelta(seconds=speed)
            self.assertFalse(book.isSetBack("CP1", said, received))

    @given(st.lists(st.floats(5, 5000), min_size=STEPS, max_size=30), st.integers(400, 10**7))
    def test_setBack(self, gaps: list[float], behind: int) -> None:
        """Whatever the rhythm, a clock that goes at our pace is found after a few messages."""
        book, now = Setbacks(), START
        lag = timedelta(seconds=behind)
        found = [book.isSetBack("CP1", now - lag, now)]
        for gap in gaps:
            now += timedelta(seconds=gap)
            found.append(book.isSetBack("CP1", now - lag, now))
        self.assertEqual(found[:STEPS], [False] * STEPS)
        self.assertTrue(all(found[STEPS:]))

    def test_forgotten(self) -> None:
        """A charge point that is removed leaves nothing behind."""
        book = Setbacks()
        book.isSetBack("CP1", START - HOUR, START)
        book.observe("CP1", ChargePointRemoved(START), None)
        self.assertEqual(len(book), 0)
