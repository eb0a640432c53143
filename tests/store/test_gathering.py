"""When the next transaction begins while much is to be written."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.store.gathering import LONGEST, Gathering


class GatheringTests(SynchronousTestCase):
    """A busy reactor is given time, an idle one is not waited for."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.waiting = 3
        self.seen: list[int] = []
        self.gathering = Gathering(self.clock, lambda: self.waiting, self.begin)

    def begin(self) -> None:
        self.seen.append(self.waiting)

    def test_idle(self) -> None:
        """Where a turn brings nothing more, it is over."""
        self.gathering.start()
        self.assertEqual((self.seen, self.gathering.isUnderWay), ([], True))
        self.clock.advance(0)
        self.assertEqual((self.seen, self.gathering.isUnderWay), ([3], False))
        self.assertFalse(self.clock.getDelayedCalls())

    def arrive(self, turns: int) -> None:
        """One more, in each of so many turns."""
        self.waiting += 1
        if turns > 1:
            self.clock.callLater(0, self.arrive, turns - 1)

    def test_busy(self) -> None:
        """It goes on with each turn that brings more."""
        self.gathering.start()
        self.arrive(4)
        self.clock.advance(0)
        self.assertEqual(self.seen, [7])

    def test_bounded(self) -> None:
        """However busy it is, somebody waits already."""
        self.gathering.start()
        self.arrive(4)
        self.clock.advance(LONGEST)
        self.assertEqual(self.seen, [4])

    def test_stopped(self) -> None:
        """Somebody else may begin."""
        self.gathering.start()
        self.gathering.stop()
        self.clock.advance(0)
        self.assertEqual((self.seen, self.gathering.isUnderWay), ([], False))
