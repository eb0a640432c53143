"""The book of refusals."""

from __future__ import annotations

from twisted.internet.task import Clock
from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance import refusals


class RefusalTests(SynchronousTestCase):
    """Who was turned away."""

    def setUp(self) -> None:
        self.clock = Clock()
        self.book = refusals.Refusals(self.clock.seconds)

    def lines(self, count: int, address: str = "192.0.2.1") -> list[int]:
        """How many more each log line tells of, while somebody hammers."""
        with capturedLogs() as events:
            for _ in range(count):
                self.book.note(address, "/CP1", "not known")
                self.clock.advance(1)
        return [event["more"] for event in events]

    def test_last(self) -> None:
        """The last one is told in words, and all are counted."""
        self.assertEqual(self.book.last, "")
        self.lines(3)
        self.assertEqual(self.book.count, 3)
        self.assertEqual(self.book.last, "/CP1 from 192.0.2.1: not known")

    def test_C11_oneLineAMinute(self) -> None:
        """One that hammers costs one log line a minute, with a counter."""
        self.assertEqual(self.lines(121), [0, 59, 59])

    def test_othersAreHeard(self) -> None:
        """Another address has its own line."""
        self.lines(1)
        self.assertEqual(self.lines(1, "192.0.2.2"), [0])

    def test_bounded(self) -> None:
        """Neither many addresses nor many refusals make it grow."""
        for number in range(1100):
            self.book.note(f"host{number}", "/x", "y")
        self.assertEqual(len(self.book._sparing), 1000)
        self.assertEqual(len(self.book.latest), refusals.LATEST)
