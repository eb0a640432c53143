"""
The console as somebody with a laptop meets it.
"""

from __future__ import annotations

import json

from twisted.internet.defer import Deferred

from ocppgw.simulator.car import Car
from ocppgw.simulator.nameplate import Nameplate
from tests.browser.case import BrowserCase
from tests.browser.chromium import Chromium

HOSTILE = "<script>document.title='broken'</script><img src=x onerror=alert(1)>"


class CommissioningTests(BrowserCase):
    """A charge point is taken into operation."""

    def test_live(self) -> Deferred[None]:
        """It appears without a reload, charges before one's eyes, and does as it is told."""

        def scenario(browser: Chromium) -> None:
            browser.open("/chargepoints")
            browser.see("0 in all")
            point = self.do(self.callIn, "CP1")
            browser.see("1 in all")
            browser.see("1 Available")
            self.shoot(browser, "chargepoints")
            self.do(point.plugIn, 1, Car())
            self.do(point.present, 1, "ANNA")
            browser.open("/chargepoints/CP1")
            browser.see("Charging")
            browser.see("running since")
            browser.until(lambda: browser.points("#connector1") >= 2)
            before = browser.points("#connector1")
            browser.until(lambda: browser.points("#connector1") > before)
            self.shoot(browser, "chargepoint")
            browser.open("/")
            browser.see("transaction 1 began")
            browser.until(lambda: browser.points("#power") >= 2)
            self.shoot(browser, "overview")
            self.do(point.unplug, 1)
            browser.see("transaction 1 ended")
            self.assertEqual(browser.complaints(), [])

        return self.browse(scenario)

    def test_commands(self) -> Deferred[None]:
        """A connector is disabled and a configuration point changed; each outcome is seen."""

        def scenario(browser: Chromium) -> None:
            self.do(self.callIn, "CP1")
            self.wait(browser)
            browser.open("/chargepoints/CP1")
            browser.press("Disable", "section.connector")
            browser.see("ChangeAvailability: Accepted")
            browser.see("Unavailable")
            browser.open("/chargepoints/CP1/configuration?search=heartbeat")
            browser.fill('input[aria-label="HeartbeatInterval"]', "77")
            browser.press("Set", "tbody")
            browser.see("HeartbeatInterval: Accepted")
            field = browser.one('input[aria-label="HeartbeatInterval"]')
            self.assertEqual(field.get_attribute("value"), "77")
            self.assertEqual(self.points[0].settings.number("HeartbeatInterval"), 77)
            self.shoot(browser, "configuration")
            browser.open("/audit")
            browser.see("ChangeConfiguration")
            self.shoot(browser, "audit")
            self.assertEqual(browser.complaints(), [])

        return self.browse(scenario)

    def test_manyTabs(self) -> Deferred[None]:
        """With more pages open than a browser has connections, the one that is seen is live."""

        def scenario(browser: Chromium) -> None:
            for _ in range(8):
                browser.driver.switch_to.new_window("tab")
                browser.open("/chargepoints")
                browser.see("0 in all")
            self.do(self.callIn, "CP1")
            browser.see("1 in all")
            browser.driver.switch_to.window(browser.driver.window_handles[1])
            browser.see("1 in all")

        return self.browse(scenario)

    def test_frames(self) -> Deferred[None]:
        """Frames come in live, and are downloaded as JSON lines."""

        def scenario(browser: Chromium) -> None:
            point = self.do(self.callIn, "CP1")
            self.wait(browser)
            browser.open("/chargepoints/CP1/frames")
            browser.see("BootNotification")
            self.assertNotIn("ANNA", browser.words)
            self.do(point.plugIn, 1, Car())
            self.do(point.present, 1, "ANNA")
            browser.see('"ANNA"')
            self.shoot(browser, "frames")
            browser.one('a[href$="/frames.jsonl"]').click()
            lines = browser.downloaded("frames.jsonl").splitlines()
            self.assertIn("BootNotification", json.loads(lines[0])["frame"])
            self.assertEqual(browser.complaints(), [])

        return self.browse(scenario)

    def test_blockedTag(self) -> Deferred[None]:
        """A tag that is blocked on its page does not charge."""

        def scenario(browser: Chromium) -> None:
            point = self.do(self.callIn, "CP1")
            browser.open("/idtags")
            browser.fill('section input[name="IdTag"]', "ANNA")
            browser.press("Save")
            browser.see("ANNA: Added")
            browser.press("Block", "tbody")
            browser.see("ANNA: Updated")
            self.shoot(browser, "idtags")
            self.wait(browser)
            self.do(point.plugIn, 1, Car())
            self.do(point.present, 1, "ANNA")
            browser.open("/chargepoints/CP1")
            browser.see("ANNA: Blocked")
            self.assertNotIn("running since", browser.words)

        return self.browse(scenario)

    def test_downloads(self) -> Deferred[None]:
        """Transactions are downloaded as CSV."""

        def scenario(browser: Chromium) -> None:
            point = self.do(self.callIn, "CP1")
            self.wait(browser)
            self.do(point.plugIn, 1, Car())
            self.do(point.present, 1, "ANNA")
            browser.open("/transactions")
            browser.see("ANNA")
            self.shoot(browser, "transactions")
            browser.one('a[href^="/transactions.csv"]').click()
            text = browser.downloaded("transactions.csv")
            self.assertIn("CP1,1,1,ANNA,Accepted", text)
            browser.one('tbody a[href^="/transactions/"]').click()
            browser.see("Transaction 1")
            self.shoot(browser, "transaction")

        return self.browse(scenario)


class PeopleTests(BrowserCase):
    """Who is there, and what they may do."""

    opcua = 'anonymousLoopback = "none"'

    def test_logIn(self) -> Deferred[None]:
        """One logs in and out; an observer sees, and has no button to press."""

        def scenario(browser: Chromium) -> None:
            point = self.do(self.callIn, "CP1")
            browser.until(lambda: point.registration.isAccepted)
            for name, isObserver in (("olga", True), ("erna", False)):
                browser.open("/chargepoints/CP1")
                browser.fill('input[name="user"]', name)
                browser.fill('input[name="password"]', "wrong")
                browser.press("Log in")
                browser.see("wrong password")
                self.shoot(browser, "login")
                browser.fill('input[name="user"]', name)
                browser.fill('input[name="password"]', f"{name}-pw")
                browser.press("Log in")
                browser.see(f"{name} ({'observer' if isObserver else 'engineer'})")
                browser.see("CP1")
                self.assertEqual(not browser.all("section.connector button"), isObserver)
                if isObserver:
                    browser.open("/idtags")
                    browser.see("This needs the role operator")
                browser.press("Log out", "header")
                browser.see("Logged out")
                browser.open("/")
                browser.see("Password")

        return self.browse(scenario)


class HostileTests(BrowserCase):
    """A charge point that means ill, and a small screen."""

    def test_script(self) -> Deferred[None]:
        """Markup in every field of its nameplate is text, and no page needs sideways scrolling."""

        def scenario(browser: Chromium) -> None:
            plate = Nameplate(HOSTILE[:20], HOSTILE[:20], HOSTILE[:25], HOSTILE[:50], HOSTILE[:25])
            self.do(self.callIn, "CP<1>", plate)
            self.wait(browser)
            own = "/chargepoints/CP%3C1%3E"
            for path in ("/", "/chargepoints", own, f"{own}/configuration", "/idtags", "/audit"):
                browser.open(path)
                if path.startswith("/chargepoints"):
                    browser.see("CP<1>")
                self.assertNotEqual(browser.driver.title, "broken")
                self.assertTrue(browser.isWithin(), path)
                self.assertEqual(browser.complaints(), [], path)

        return self.browse(scenario)
