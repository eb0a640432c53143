"""Tests of what takes long, and of how its progress is seen."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.internet.task import Clock
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.web.live.works import (
    MOST_ENDED,
    MOST_RUNNING,
    SHOWN,
    TooManyWorks,
    Work,
    Works,
)


class WorksTests(SynchronousTestCase):
    """The list of works."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.works = Works(self.clock.seconds)

    def test_course(self) -> None:
        """One is shown to its user while it runs, and how it ended for a while."""
        work = self.works.begin("erna", "Import", "rows")
        work.total = 10
        work.advance(4)
        self.assertEqual((work.done, work.isRunning), (4, True))
        self.assertTrue(self.works.isBusy("erna"))
        self.assertEqual(self.works.of("otto"), [])
        self.works.end(work, "Done.")
        self.assertEqual((work.done, work.isRunning), (4, False))
        self.assertFalse(self.works.isBusy("erna"))
        self.assertEqual(self.works.of("erna"), [work])
        self.clock.advance(SHOWN + 1)
        self.assertEqual(self.works.of("erna"), [])

    def test_measured(self) -> None:
        """What is measured shows what there is, never more than all, and stays where it ended."""
        counted = [3]
        work = self.works.begin("erna", "Reading", "points", lambda: counted[0])
        self.assertEqual(work.done, 3)
        work.total = 5
        counted[0] = 9
        self.assertEqual(work.done, 5)
        counted[0] = 4
        self.works.end(work, "Done.")
        counted[0] = 0
        self.assertEqual(work.done, 4)

    def test_stop(self) -> None:
        """Its user can cancel it, and put it away when it has ended; nobody else can."""
        work = self.works.begin("erna", "Import", "rows")
        self.assertFalse(self.works.stop("otto", work.number))
        self.assertFalse(work.isCancelled)
        self.assertTrue(self.works.stop("erna", work.number))
        self.assertTrue(work.isCancelled and work.isRunning)
        self.works.end(work, "Cancelled.")
        self.assertTrue(self.works.stop("erna", work.number))
        self.assertEqual(self.works.of("erna"), [])
        self.assertFalse(self.works.stop("erna", work.number))

    def test_notCancellable(self) -> None:
        """What nobody can end is not said to be cancelled."""
        work = self.works.begin("erna", "Reading", "points", lambda: 0)
        self.assertFalse(self.works.stop("erna", work.number))
        self.assertFalse(work.isCancelled)

    def test_tooMany(self) -> None:
        """Only so many run at once, whoever began them."""
        first = self.works.begin("0", "Import", "rows")
        for number in range(1, MOST_RUNNING):
            self.works.begin(str(number), "Import", "rows")
        self.assertRaises(TooManyWorks, self.works.begin, "erna", "Import", "rows")
        self.works.end(first, "Done.")
        self.works.begin("erna", "Import", "rows")

    @given(st.lists(st.sampled_from(["begin", "end"]), max_size=60))
    def test_bounded(self, steps: list[str]) -> None:
        """However many begin and end, few are kept."""
        works = Works(Clock().seconds)
        running: list[Work] = []
        for step in steps:
            if step == "begin" and len(running) < MOST_RUNNING:
                running.append(works.begin("erna", "Import", "rows"))
            elif running:
                works.end(running.pop(), "Done.")
            self.assertLessEqual(len(works.of("erna")), len(running) + MOST_ENDED)

    def test_observed(self) -> None:
        """Whoever watches is told of the user whose works change."""
        told: list[str] = []
        self.works.observe(told.append)
        work = self.works.begin("erna", "Import", "rows")
        self.works.stop("erna", work.number)
        self.works.end(work, "Cancelled.")
        self.assertEqual(told, ["erna"] * 3)

    def test_gatewayStops(self) -> None:
        """The end of the gateway cancels all."""
        work = self.works.begin("erna", "Import", "rows")
        self.works.cancelAll()
        self.assertTrue(work.isCancelled)
