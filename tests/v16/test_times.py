"""Tests of date-times as charge points write them, and as we do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.v16 import times
from ocppgw.v16.times import isTime, readTime, writeTime

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
ANY_TIME = st.datetimes(
    min_value=datetime(1, 1, 2),  # noqa: DTZ001
    max_value=datetime(9999, 12, 30),  # noqa: DTZ001
    timezones=st.just(UTC),
)


class Reading(SynchronousTestCase):
    """Reading a date-time: there is always a time."""

    def same(self, text: str, *, hour: int = 10, second: int = 30, micro: int = 0) -> None:
        """The text is that time on the first of May, and nothing is odd about it."""
        read = readTime(text, NOW)
        self.assertEqual(read.time, datetime(2024, 5, 1, hour, 20, second, micro, tzinfo=UTC))
        self.assertIsNone(read.deviation, text)
        self.assertTrue(read.isTime)

    def test_plain(self) -> None:
        """The usual form."""
        self.same("2024-05-01T10:20:30Z")
        self.same("2024-05-01T10:20:30.000Z")

    def test_T1_offsets(self) -> None:
        """Offsets with and without minutes and colon, after a blank, and a small z."""
        for zone in ("z", "+00", "+0000", "-00:00", " Z", " +00:00"):
            self.same(f"2024-05-01T10:20:30{zone}")
        for zone in ("+03", "+0300", "+03:00", " +03"):
            self.same(f"2024-05-01T13:20:30{zone}")
        self.same("2024-05-01T07:50:30-0230")

    def test_T2_noZone(self) -> None:
        """Without a zone it is UTC and counted, or in the zone that the site says."""
        read = readTime("2024-05-01T10:20:30", NOW)
        assert read.deviation is not None
        self.assertEqual((read.time.hour, read.deviation.kind), (10, "T2"))
        for zone in (timezone(timedelta(hours=2)), ZoneInfo("Europe/Berlin")):
            read = readTime("2024-05-01T10:20:30", NOW, zone)
            self.assertEqual((read.time.hour, read.deviation), (8, None))
            self.assertEqual(readTime("2024-05-01T10:20:30Z", NOW, zone).time.hour, 10)

    def test_T5_garbage(self) -> None:
        """What is no date-time is the time of receipt and counted."""
        for text in (
            "",
            "yesterday",
            "2024-13-01T00:00:00Z",
            "2024-05-01",
            "2024-05-01T25:00:00Z",
            "2024-05-01T24:00:01Z",
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00+05:00",
            "9999-12-31T24:00:00Z",
            "2024-05-01T10:20:30+99:00",
            "1714558830",
            "x" * 100_000,
        ):
            read = readTime(text, NOW)
            assert read.deviation is not None
            self.assertEqual((read.time, read.deviation.kind), (NOW, "T5"))
            self.assertFalse(isTime(text))

    def test_T5_nothing(self) -> None:
        """Where nothing was sent it is the time of receipt, and nothing is odd about that."""
        read = readTime(None, NOW)
        self.assertEqual((read.time, read.deviation, read.isTime), (NOW, None, False))

    @given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d)"))
    def test_isTime(self, text: str) -> None:
        """Whether there was a time to be read can be asked beforehand, too."""
        self.assertEqual(readTime(text, NOW).isTime, isTime(text))

    @given(st.text(max_size=40) | st.from_regex(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d)"))
    def test_T5_anyText(self, text: str) -> None:
        """No text whatever raises, and every time is aware UTC."""
        self.assertIs(readTime(text, NOW).time.tzinfo, UTC)

    @given(
        ANY_TIME.map(writeTime)
        | st.from_regex(
            r"[0-9]{4}-[0-9W][0-9]-[0-9]{2}T[0-2][0-9]:[0-6][0-9]:[0-6][0-9]([.,][0-9]{3})?Z",
            fullmatch=True,
        )
        | st.text(alphabet="0123456789-:.,TWZ+ ", min_size=20, max_size=24)
    )
    def test_usualForm(self, text: str) -> None:
        """The short way for what most write comes to the same as the long one."""
        try:
            expected = times._readAny(text, None)
        except (ValueError, OverflowError):
            self.assertFalse(isTime(text))
        else:
            self.assertEqual(readTime(text, NOW), expected)

    @given(
        st.sampled_from(
            [f"2026-11-01T{time}" for time in (
                "12:00:00Z", "12:00:00.000Z", "12:00:00,123Z", "120000.0Z", "120000.00000Z",
                "24:00:00Z", "23:59:60Z", "12:00.00Z", "12:00,00Z", "12000080Z", "12:00:00:000Z",
            )]
        ),
        st.lists(st.tuples(st.integers(0, 23), st.sampled_from("0123456789-:.,TWZ+ ")), max_size=3),
    )  # fmt: skip
    def test_nearlyUsualForm(self, text: str, changes: list[tuple[int, str]]) -> None:
        """Nor does the short way read what only looks so: Python reads more than we do."""
        for place, character in changes:
            text = text[:place] + character + text[place + 1 :]
        try:
            expected = times._readAny(text, None)
        except (ValueError, OverflowError):
            self.assertFalse(isTime(text), text)
        else:
            self.assertEqual(readTime(text, NOW), expected)

    def test_T6_fractions(self) -> None:
        """Any number of digits, and a comma; what is finer than microseconds is cut off."""
        self.same("2024-05-01T10:20:30.5Z", micro=500000)
        self.same("2024-05-01T10:20:30,123Z", micro=123000)
        self.same("2024-05-01T10:20:30.1234567899Z", micro=123456)
        self.same("2024-05-01T10:20Z", second=0)

    def test_T6_midnightAndLeapSecond(self) -> None:
        """24:00:00 is the next day's midnight, second 60 the next minute."""
        for text, expected in (
            ("2024-02-28T24:00:00Z", datetime(2024, 2, 29, tzinfo=UTC)),
            ("2016-12-31T23:59:60Z", datetime(2017, 1, 1, tzinfo=UTC)),
        ):
            read = readTime(text, NOW)
            self.assertEqual((read.time, read.deviation), (expected, None))

    def test_otherForms(self) -> None:
        """A blank for the T, and the form without hyphens and colons."""
        self.same("2024-05-01 10:20:30Z")
        self.same("20240501T102030Z")


class Writing(SynchronousTestCase):
    """Writing a date-time."""

    def test_T7_form(self) -> None:
        """Exactly three digits of fraction and Z, or none and Z, whatever the zone."""
        time = datetime(2024, 5, 1, 12, 20, 30, 123999, tzinfo=timezone(timedelta(hours=2)))
        self.assertEqual(writeTime(time), "2024-05-01T10:20:30.123Z")
        self.assertEqual(writeTime(time, fraction=False), "2024-05-01T10:20:30Z")
        self.assertEqual(writeTime(NOW), "2024-05-01T12:00:00.000Z")

    @given(ANY_TIME, st.booleans())
    def test_roundTrip(self, time: datetime, fraction: bool) -> None:
        """What we write reads back as the same time, cut to what is written."""
        cut = time.replace(microsecond=time.microsecond // 1000 * 1000 if fraction else 0)
        read = readTime(writeTime(time, fraction), NOW)
        self.assertEqual((read.time, read.deviation), (cut, None))
