"""
The console for somebody who does not live by UTC (T11 of the field quirks).
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from twisted.internet.defer import Deferred

from ocppgw.simulator.car import Car
from tests.browser.case import BrowserCase
from tests.browser.chromium import Chromium


class ZoneTests(BrowserCase):
    """Times, for somebody who does not live by UTC (T11 of the field quirks)."""

    def test_T11_localTime(self) -> Deferred[None]:
        """Times are local, those that come live as well; UTC stays where one asks for it."""

        def scenario(browser: Chromium) -> None:
            browser.live("Pacific/Kiritimati")
            browser.open("/")
            browser.see("times are Pacific/Kiritimati")
            browser.see("Nothing happened since the start")
            point = self.do(self.callIn, "CP1")
            browser.see("connected")
            self.assertTimes(browser, timedelta(hours=14))
            self.do(point.plugIn, 1, Car())
            self.do(point.present, 1, "ANNA")
            browser.see("transaction 1 began")
            self.assertTimes(browser, timedelta(hours=14))
            browser.open("/transactions")
            browser.see("ANNA")
            self.assertTimes(browser, timedelta(hours=14))
            today = f"{datetime.now(UTC) + timedelta(hours=14):%Y-%m-%d}"
            for day, isThere in (("2020-01-01", False), (today, True)):
                address = f"/transactions?start={day}&end={day}&zone=Pacific/Kiritimati"
                browser.open(address)
                self.assertEqual("ANNA" in browser.words, isThere, day)
            self.assertEqual(browser.complaints(), [])

        return self.browse(scenario)

    def test_T11_typed(self) -> Deferred[None]:
        """What is typed is meant in the zone that stands beside it."""

        def scenario(browser: Chromium) -> None:
            browser.live("Pacific/Kiritimati")
            browser.open("/idtags")
            browser.see("Expires (Pacific/Kiritimati)")
            browser.fill('section input[name="IdTag"]', "ANNA")
            field = browser.one('input[name="ExpiryDate"]')
            browser.driver.execute_script("arguments[0].value = '2035-06-01T12:00'", field)
            browser.press("Save")
            browser.see("ANNA: Added")
            [shown] = browser.all("tbody time")
            self.assertEqual(shown.text, "2035-06-01 12:00:00")
            self.assertEqual(shown.get_attribute("datetime"), "2035-05-31T22:00:00Z")
            browser.open("/transactions")
            browser.one('main form[role="search"] button').click()
            browser.until(lambda: "zone=Pacific%2FKiritimati" in browser.driver.current_url)

        return self.browse(scenario)

    def test_T11_oddTimes(self) -> Deferred[None]:
        """A time that cannot be read stays as it is; those after it are local, and come live."""

        def scenario(browser: Chromium) -> None:
            browser.live("Pacific/Kiritimati")
            browser.open("/idtags")
            for idTag, expiry in (("ANNA", "0001-01-01T12:00"), ("BERT", "2035-06-01T12:00")):
                browser.fill('section input[name="IdTag"]', idTag)
                field = browser.one('section input[name="ExpiryDate"]')
                browser.driver.execute_script("arguments[0].value = arguments[1]", field, expiry)
                browser.press("Save")
                browser.see(f"{idTag}: Added")
            self.assertEqual(browser.all("tbody time")[1].text, "2035-06-01 12:00:00")
            script = """
                const done = arguments[0];
                import("/assets/times.js").then(({ localise }) => {
                    const page = document.createElement("div");
                    page.innerHTML = '<time datetime="odd" data-at>odd</time>'
                        + '<time datetime="2035-06-01T00:00:00Z" data-at>UTC</time>';
                    localise(page);
                    done(page.innerText);
                }).catch((error) => done(String(error)));
            """
            shown = browser.driver.execute_async_script(script)
            self.assertEqual(shown, "odd2035-06-01 14:00:00")
            self.assertEqual(browser.complaints(), [])

        return self.browse(scenario)

    def test_T11_withoutScripts(self) -> Deferred[None]:
        """Where no script runs, times are UTC, and the page says so."""

        def scenario(browser: Chromium) -> None:
            browser.live("Pacific/Kiritimati")
            self.do(self.callIn, "CP1")
            self.wait(browser)
            browser.stopScripts()
            browser.open("/chargepoints/CP1")
            self.assertIn("times are UTC", browser.words)
            self.assertTimes(browser, timedelta())

        return self.browse(scenario)

    def assertTimes(self, browser: Chromium, ahead: timedelta) -> None:
        """Each is so much ahead of UTC, and names the UTC that it stands for."""
        found = [
            (one.text, one.get_attribute("title"), one.get_attribute("datetime"))
            for one in browser.all("time")
        ]
        self.assertTrue(found)
        for text, title, machine in found:
            at = datetime.fromisoformat(machine or "")
            self.assertEqual(text, f"{at + ahead:%Y-%m-%d %H:%M:%S}")
            self.assertEqual(title, f"{at:%Y-%m-%d %H:%M:%S} UTC")
