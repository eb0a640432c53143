"""Tests of times: said in UTC by the server, typed in the zone of the browser."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from tests.web.pages.case import PagesCase

NOON = "2026-05-04T12:00:"
"""When the world begins, in UTC."""

PAGES = (
    "/",
    "/chargepoints",
    "/chargepoints/CP1",
    "/chargepoints/CP1/frames",
    "/transactions",
    "/transactions/CP1/{number}",
    "/audit",
)


class ZoneTests(PagesCase):
    """A browser on the other side of the earth (T11 of the field quirks)."""

    def setUp(self) -> None:
        super().setUp()
        self.number = self.start()
        self.press("/idtags", "/idtags", IdTag="ANNA", ExpiryDate="2027-06-01T00:00")

    def test_T11_everyPage(self) -> None:
        """Each time is an element that tells a script, and a reader without one, that it is UTC."""
        for path in PAGES:
            text = self.browser.get(path.format(number=self.number)).text
            found = re.findall(
                r'<time datetime="(\S+)T(\S+)Z" title="(\S+) (\S+) UTC" data-at>(\S+) (\S+)</time>',
                text,
            )
            self.assertTrue(found, path)
            for day, second, *others in found:
                self.assertEqual(others, [day, second, day, second])
            # What was sent and what was asked for stays as it was said.
            bare = re.sub(r"(?s)<(time|pre|code).*?</\1>", "", text)
            self.assertNotRegex(bare, r"\d\d:\d\d:\d\d", path)
            self.assertIn("times are <span data-zone>UTC</span>", text)

    def test_T11_typed(self) -> None:
        """An expiry date is meant in the zone that the browser names."""
        for zone, instant in (
            ("Europe/Berlin", "2027-05-31 22:00:00"),
            ("-03:30", "2027-06-01 03:30:00"),
            ("", "2027-06-01 00:00:00"),
        ):
            self.press("/idtags", "/idtags", IdTag="BERT", ExpiryDate="2027-06-01T00:00", zone=zone)
            self.assertIn(f"BERT Accepted {instant}", self.words("/idtags"))

    def test_T11_days(self) -> None:
        """Days of the filter begin and end in the zone that the browser names."""
        for zone, day in (("", "04"), ("Pacific/Kiritimati", "05"), ("Etc/GMT+12", "04")):
            for start, end, isWithin in (
                (day, day, True),
                ("03", f"{int(day) - 1:02}", False),
                (f"{int(day) + 1:02}", "09", False),
            ):
                query = f"start=2026-05-{start}&end=2026-05-{end}&zone={zone.replace('+', '%2B')}"
                for path in ("/transactions", "/transactions.csv"):
                    text = self.browser.get(f"{path}?{query}").text
                    self.assertEqual("TAG" in text, isWithin, (path, query))

    def test_T11_filter(self) -> None:
        """The zone goes with the download and with the next page."""
        text = self.browser.get("/transactions?start=2026-05-04&zone=Europe/Berlin").text
        self.assertIn("/transactions.csv?start=2026-05-04&amp;zone=Europe%2FBerlin", text)

    def test_T11_unknown(self) -> None:
        """A zone that nobody knows is refused, and what it names is not looked for."""
        for zone in ("Mars/Olympus", "../../etc/passwd", "/etc/passwd", "a\0b", "Europe"):
            for name in ("start", "end"):
                said = urlencode({name: "2026-05-04", "zone": zone})
                page = self.browser.get(f"/transactions?{said}")
                self.assertEqual(page.status, 422, zone)
                self.assertIn("This time zone is not known here.", page.words)

    def test_T11_unknownWithoutDate(self) -> None:
        """Where no date is given a zone means nothing, and one that nobody knows hinders nobody."""
        for query in ("idTag=TAG", "start=&end=", "start=soon", "before=999"):
            for path in ("/transactions", "/transactions.csv"):
                page = self.browser.get(f"{path}?{query}&zone=Mars/Olympus")
                self.assertEqual(page.status, 200, query)
                self.assertIn("TAG", page.text)
        self.press("/idtags", "/idtags", IdTag="CARL", ExpiryDate="", zone="Mars/Olympus")
        self.assertIn("CARL Accepted", self.words("/idtags"))

    def test_T11_earliest(self) -> None:
        """The time of an element has four digits of a year, as scripts read it."""
        self.press("/idtags", "/idtags", IdTag="DORA", ExpiryDate="0001-01-01T00:00")
        self.assertIn(
            '<time datetime="0001-01-01T00:00:00Z" title="0001-01-01 00:00:00 UTC" data-at>'
            "0001-01-01 00:00:00</time>",
            self.browser.get("/idtags").text,
        )

    def test_T11_files(self) -> None:
        """What is downloaded, and the API, stay UTC."""
        csv = self.browser.get("/transactions.csv?zone=Europe/Berlin").text
        self.assertIn(f",{NOON}", csv)
        answer = self.browser.get("/api/v1/transactions").json
        self.assertTrue(answer["transactions"][0]["startTime"].startswith(NOON))
