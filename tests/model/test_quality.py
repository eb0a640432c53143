"""Values as they have to be shown when the link is lost."""

from __future__ import annotations

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model import facts as f
from ocppgw.model.point import Point, Quality
from ocppgw.model.quality import KEEPING, Kind, lostQuality, seen
from ocppgw.model.records import Settings
from tests.model.given import T0, after, at, connected, known

POINT = Point(1.0, at(-5), at(-4))
LOST = after(connected(), f.LinkLost("x", at(60)))


class SeenTests(SynchronousTestCase):
    """The quality with the link taken into account."""

    def test_connected(self) -> None:
        """While connected every point is shown as it is: the same object."""
        for kind in Kind:
            self.assertIs(seen(POINT, connected(), kind), POINT)

    def test_lost(self) -> None:
        """Measurements keep the last value as usable, the status must not be trusted."""
        for kind in KEEPING:
            self.assertIs(seen(POINT, LOST, kind).quality, Quality.lastUsable)
        self.assertIs(seen(POINT, LOST, Kind.status).quality, Quality.noCommunication)

    def test_lostValueAndTime(self) -> None:
        """The last value travels along; the time is when the loss was recognised."""
        for kind in (Kind.live, Kind.status):
            now = seen(POINT, LOST, kind)
            self.assertEqual((now.value, now.sourceTime), (1.0, at(60)))

    def test_gatewaysOwn(self) -> None:
        """Identity values and the gateway's own facts stay good."""
        for kind in (Kind.identity, Kind.own):
            self.assertIs(seen(POINT, LOST, kind), POINT)

    def test_offlineQuality(self) -> None:
        """A site may choose one code for both."""
        for choice, quality in (
            ("uncertain", Quality.lastUsable),
            ("bad", Quality.noCommunication),
        ):
            record = after(LOST, f.SettingsChanged(Settings(offlineQuality=choice), at(61)))
            for kind in (*KEEPING, Kind.status):
                self.assertIs(seen(POINT, record, kind).quality, quality)

    def test_neverReceived(self) -> None:
        """What was never received waits for its first value, with or without a link."""
        for record in (known(), connected(), LOST):
            now = seen(None, record, Kind.live)
            self.assertEqual((now.value, now.quality, now.sourceTime), (None, Quality.waiting, T0))

    def test_restart(self) -> None:
        """After a restart, until the charge point calls in, it is as if the link were lost."""
        self.assertIs(seen(POINT, known(), Kind.live).quality, Quality.lastUsable)

    def test_linkIsBack(self) -> None:
        """With the link back the point is shown again as it was."""
        self.assertIs(seen(POINT, after(LOST, f.LinkOpened("a", at(90))), Kind.live), POINT)

    def test_sameAnswer(self) -> None:
        """Looking twice gives the same object, so that nothing seems to have changed."""
        self.assertIs(seen(POINT, LOST, Kind.live), seen(POINT, LOST, Kind.live))

    def test_typeIsKept(self) -> None:
        """Values that are equal and of different types never stand for each other."""
        for same in (False, 0.0, 0):
            now = seen(Point(same, T0, T0), LOST, Kind.live)
            self.assertIs(type(now.value), type(same))

    def test_noValueAnyway(self) -> None:
        """What had no value keeps its reason: there is no last value to be used."""
        for quality in (Quality.encodingInvalid, Quality.noData, Quality.notSupported):
            bad = Point(None, T0, T0, quality)
            self.assertIs(seen(bad, LOST, Kind.configuration), bad)

    @given(st.sampled_from(Kind), st.sampled_from(["byKind", "uncertain", "bad"]))
    def test_neverGoodWithoutLink(self, kind: Kind, choice: str) -> None:
        """What depends on the link is never good without it."""
        record = after(LOST, f.SettingsChanged(Settings(offlineQuality=choice), at(61)))
        dependent = lostQuality(record, kind) is not None
        self.assertEqual(dependent, seen(POINT, record, kind).quality is not Quality.good)
        self.assertEqual(dependent, kind not in (Kind.identity, Kind.own))
