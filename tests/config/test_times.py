"""Tests of moments, time zones, and how long something is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.errors import Unacceptable
from ocppgw.config.showing import tomlText
from ocppgw.config.times import FOREVER, Keeping, Moment, TimeZone

#: Without a zone, as a charge point may send them.
WINTER = datetime.fromisoformat("2030-01-01T12:00:00")
SUMMER = datetime.fromisoformat("2030-07-01T12:00:00")


class MomentTests(SynchronousTestCase):
    """Date-times in the file."""

    @given(st.datetimes(timezones=st.timezones()))
    def test_becomesUtc(self, moment: datetime) -> None:
        """Whatever its offset, a moment stays the same moment, in UTC."""
        try:
            made = Moment().read(moment)
        except Unacceptable:
            self.assertIn(moment.year, {1, 9999})
        else:
            self.assertIs(made.tzinfo, UTC)
            self.assertEqual(
                made - datetime(2000, 1, 1, tzinfo=UTC), moment - datetime(2000, 1, 1, tzinfo=UTC)
            )

    def test_refused(self) -> None:
        """Without an offset nobody knows which moment it is; a text is no moment either."""
        for value in [WINTER, date(2030, 1, 1), "2030-01-01T00:00:00Z", 0]:
            self.assertRaises(Unacceptable, Moment().read, value)

    def test_endOfTime(self) -> None:
        """A moment that UTC cannot hold is refused."""
        last = datetime(9999, 12, 31, 23, tzinfo=timezone(timedelta(hours=-5)))
        self.assertRaises(Unacceptable, Moment().read, last)


class TimeZoneTests(SynchronousTestCase):
    """The zone of times that name none."""

    def test_zones(self) -> None:
        """UTC, an offset and a name give the offset that holds at a time."""
        for text, hours in {
            "UTC": 0.0,
            "+05:30": 5.5,
            "-03:00": -3.0,
            "Europe/Berlin": 1.0,
        }.items():
            self.assertEqual(TimeZone().read(text).utcoffset(WINTER), timedelta(hours=hours))

    def test_summer(self) -> None:
        """A name knows about summer time."""
        zone = TimeZone().read("Europe/Berlin")
        self.assertEqual(zone.utcoffset(SUMMER), timedelta(hours=2))

    def test_refused(self) -> None:
        """Unknown names, names that lead out of the zone database and half offsets are refused."""
        for value in ["Europe/Nowhere", "../../etc/passwd", "/etc/passwd", "", "+5", "+24:00", 1]:
            self.assertRaises(Unacceptable, TimeZone().read, value)


class KeepingTests(SynchronousTestCase):
    """How long the store keeps something."""

    def test_accepted(self) -> None:
        """Days, weeks and years, in the singular too, or for ever; each reads back as itself."""
        for text, days in (("1 day", 1), ("400 days", 400), ("2 weeks", 14), ("10 years", 3650)):
            made = Keeping().read(text)
            self.assertEqual(made, timedelta(days=days))
            self.assertEqual(tomlText(made), f'"{days} days"')
        self.assertEqual(Keeping().read("forever"), FOREVER)
        self.assertEqual(tomlText(FOREVER), '"forever"')

    def test_refused(self) -> None:
        """Nothing at once, nothing negative, no other unit, nothing that cannot be counted."""
        values: tuple[object, ...] = ("0 days", "-1 days", "400", 400, "3 hours", "99999 years")
        for value in (*values, "", None, []):
            self.assertRaises(Unacceptable, Keeping().read, value)
