"""Which time a value is shown with, and which of two is the newer."""

from __future__ import annotations

from datetime import datetime, timedelta

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model.point import Point
from ocppgw.model.records import LinkState, Settings
from ocppgw.model.times import effectiveTime, isBacklog, supersedes
from tests.model.given import T0, at

SECONDS = st.integers(-10_000_000, 10_000_000)


class EffectiveTimeTests(SynchronousTestCase):
    """SourceTimestamp is the charge point's time while it makes sense."""

    def test_chargePointsTime(self) -> None:
        """Within the tolerance the charge point's own time is shown."""
        for seconds in (-300, 0, 300):
            self.assertEqual(effectiveTime(at(seconds), T0, Settings()), (at(seconds), False))

    def test_noTime(self) -> None:
        """Where none was given the time of receipt is shown, and nothing was wrong."""
        self.assertEqual(effectiveTime(None, T0, Settings()), (T0, False))

    def test_nonsense(self) -> None:
        """A time out of the tolerance is replaced by the time of receipt, and told of."""
        for seconds in (-301, 301):
            self.assertEqual(effectiveTime(at(seconds), T0, Settings()), (T0, True))

    def test_tolerance(self) -> None:
        """The tolerance is a setting of the charge point."""
        settings = Settings(clockTolerance=10.0)
        self.assertEqual(effectiveTime(at(-11), T0, settings), (T0, True))

    def test_backlog(self) -> None:
        """What waited in the charge point's queue keeps its time, hours later."""
        self.assertEqual(effectiveTime(at(-7200), T0, Settings(), True), (at(-7200), False))

    def test_backlogOfTheFuture(self) -> None:
        """No queue explains a time in the future."""
        self.assertEqual(effectiveTime(at(3600), T0, Settings(), True), (T0, True))

    def test_T4_yearBeforeTheClockWasSet(self) -> None:
        """1970 is nonsense even where a queue would be possible."""
        for year in (1, 1970, 2000):
            then = T0.replace(year=year)
            self.assertEqual(effectiveTime(then, T0, Settings(), True), (T0, True))

    def test_receipt(self) -> None:
        """A site may choose the time of receipt for everything."""
        settings = Settings(sourceTimestamp="receipt")
        self.assertEqual(effectiveTime(at(-9999), T0, settings), (T0, False))

    @given(SECONDS, st.booleans())
    def test_neverFarInTheFuture(self, seconds: int, backlog: bool) -> None:
        """Whatever a charge point sends, the time shown is at most the tolerance ahead."""
        shown, _ = effectiveTime(at(seconds), T0, Settings(), backlog)
        self.assertLessEqual(shown, at(300))


class BacklogTests(SynchronousTestCase):
    """What is dated before the present link was opened had been waiting."""

    def test_beforeTheLink(self) -> None:
        """Only a time before the opening of the WebSocket counts as queued."""
        link = LinkState(connected=True, connectedSince=at(-50), openedAt=T0)
        self.assertEqual(
            [isBacklog(link, when) for when in (at(-1), T0, at(1), None)],
            [True, False, False, False],
        )

    def test_neverConnected(self) -> None:
        """Without a link nothing is called queued."""
        self.assertFalse(isBacklog(LinkState(), T0))


def point(source: float, received: float) -> Point:
    """A point with these times."""
    return Point(1.0, at(source), at(received))


class SupersedesTests(SynchronousTestCase):
    """Newest wins, by the charge point's own order where its times can say it."""

    def test_newer(self) -> None:
        """A newer value, or one of the same second, replaces the current one."""
        for source in (10, 11):
            self.assertTrue(supersedes(point(source, 12), point(10, 11), Settings()))

    def test_T8_overtaken(self) -> None:
        """A value that was overtaken by a newer one does not come back."""
        self.assertFalse(supersedes(point(8, 12), point(10, 11), Settings()))

    def test_otherClock(self) -> None:
        """Against a value with the gateway's time only the order of receipt can count."""
        self.assertTrue(supersedes(point(-60, 1), point(0, 0), Settings()))

    def test_clockSetBack(self) -> None:
        """Minutes later a fresh value with an older time means that the clock was set back."""
        self.assertTrue(supersedes(point(100, 200), point(150, 10), Settings()))

    def test_lateNeverComesBack(self) -> None:
        """A value of an offline queue never replaces a newer one, however long ago that came."""
        self.assertFalse(supersedes(point(-1000, 999), point(0, 0), Settings()))

    @given(SECONDS, SECONDS, SECONDS)
    def test_newerAlwaysWins(self, source: int, newer: int, received: int) -> None:
        """No combination of times keeps a value that is newer in the charge point's order away."""
        current = Point(1.0, at(min(source, newer)), at(received))
        new = Point(1.0, at(max(source, newer)), _later(at(received)))
        self.assertTrue(supersedes(new, current, Settings()))


def _later(when: datetime) -> datetime:
    return when + timedelta(seconds=1)
