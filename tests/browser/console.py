"""
The console as somebody with a laptop meets it: a whole gateway, a simulated charge point, Chromium.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from selenium.webdriver.common.keys import Keys
from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks, maybeDeferred
from twisted.internet.threads import blockingCallFromThread, deferToThread
from twisted.trial.unittest import SkipTest

from ocppgw.access.secrets import Secret, hashPassword, scrypt
from ocppgw.simulator.car import Car
from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.nameplate import Nameplate
from ocppgw.simulator.transport import webSocketDial
from ocppgw.simulator.uplink import Uplink
from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.trustlist import TrustList
from tests.browser.chromium import Chromium, found
from tests.endToEnd.gateway import GatewayCase
from tests.uaserver.pki import holder

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
"""The rules of accessibility as a program; ``make test-browser`` installs it."""

SHOTS = "OCPPGW_SCREENSHOTS"
"""Names the folder in which pictures of the pages are kept; without it there are none."""

HOSTILE = "<script>document.title='broken'</script><img src=x onerror=alert(1)>"


def user(name: str, role: str) -> str:
    password = hashPassword(Secret(f"{name}-pw"), b"0123456789abcdef", scrypt).text
    return f'[[users]]\nname = "{name}"\nrole = "{role}"\npassword = "{password}"\n'


class ConsoleCase(GatewayCase):
    """A gateway with a console, and simulated charge points."""

    web = "tcp:0:interface=127.0.0.1"
    more = user("olga", "observer") + user("erna", "engineer")
    timeout = 240

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        yield super().setUp()
        self.points: list[ChargePoint] = []
        self.uplinks: list[Uplink] = []
        self.addCleanup(self.hangUp)

    def hangUp(self) -> Any:
        for point in self.points:
            point.stop()
        return [uplink.stop() for uplink in self.uplinks][-1] if self.uplinks else None

    def callIn(self, identity: str, nameplate: Nameplate | None = None) -> ChargePoint:
        """A simulated charge point.  Reactor thread."""
        clock: Any = reactor
        point = ChargePoint(
            identity, nameplate or Nameplate(), clock, lambda: datetime.now(UTC), Random(1)
        )
        point.settings.put("MeterValueSampleInterval", "1")
        dial = webSocketDial(self.ready.ocpp[0], identity, clock, point.settings)
        uplink = Uplink(dial, point, clock, Random(1))
        uplink.start()
        self.points.append(point)
        self.uplinks.append(uplink)
        return point

    def do(self, function: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Do something on the reactor thread, and wait for it."""
        loop: Any = reactor
        return blockingCallFromThread(loop, maybeDeferred, function, *arguments, **named)


class BrowserCase(ConsoleCase):
    """The same with a browser."""

    if found() is None:
        skip = "Chromium and its driver are not installed"

    def browse(self, scenario: Callable[[Chromium], None]) -> Deferred[None]:
        """Play a scenario in a thread, with a browser that is ended in any case."""

        def play() -> None:
            browser = Chromium(self.folder.absolute() / "browser", self.ready.web)
            try:
                scenario(browser)
            finally:
                browser.quit()

        return deferToThread(play)

    def wait(self, browser: Chromium) -> None:
        """Until a charge point is there and can be used."""
        browser.open("/chargepoints")
        browser.see("1 Available")

    def shoot(self, browser: Chromium, name: str) -> None:
        """Keep pictures where they are wanted."""
        if folder := os.environ.get(SHOTS):
            path = Path(folder)
            path.mkdir(parents=True, exist_ok=True)
            browser.shoot(path, name)


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


class AccessibilityTests(BrowserCase):
    """Everybody can use it: with a screen reader, with a keyboard, in the dark."""

    def everyPage(self, browser: Chromium) -> tuple[str, ...]:
        """All pages, with something on each."""
        point = self.do(self.callIn, "CP1")
        self.wait(browser)
        self.do(point.plugIn, 1, Car())
        self.do(point.present, 1, "ANNA")
        self.knock()
        browser.open("/idtags")
        browser.fill('section input[name="IdTag"]', "ANNA")
        browser.press("Save")
        browser.open("/transactions")
        browser.see("ANNA")
        own = "/chargepoints/CP1"
        return (
            *("/", "/chargepoints", own, f"{own}/configuration", f"{own}/frames"),
            *("/transactions", "/transactions/CP1/1", "/idtags", "/opcua", "/audit", "/server"),
            *("/login", "/nowhere", "/chargepoints?search=nobody"),
        )

    def knock(self) -> None:
        """An OPC UA client whose certificate nobody knows was turned away."""
        certificate = Certificate(holder("Ignition").der)
        TrustList(self.folder / "state" / "pki").reject(certificate)

    def test_rules(self) -> Deferred[None]:
        """No page breaks a rule that can be checked, neither light nor dark."""
        if not AXE.exists():
            raise SkipTest("axe-core is not installed: npm ci in tests/browser")
        rules = AXE.read_text(encoding="utf-8")

        def scenario(browser: Chromium) -> None:
            found = []
            for path in self.everyPage(browser):
                for scheme in ("light", "dark"):
                    browser.paint(scheme)
                    browser.open(path)
                    said = browser.violations(rules)
                    found += [f"{path} {scheme}: {one}" for one in said]
                    name = path.strip("/").replace("/", "-").partition("?")[0] or "overview"
                    self.shoot(browser, f"{name}-{scheme}")
                self.assertTrue(browser.isWithin(), path)
            self.assertEqual(found, [], "\n".join(found))

        return self.browse(scenario)

    def test_keyboard(self) -> Deferred[None]:
        """The first key leads past the menu; a command is given without a mouse."""

        def scenario(browser: Chromium) -> None:
            self.do(self.callIn, "CP1")
            self.wait(browser)
            browser.open("/chargepoints/CP1")
            self.assertEqual(browser.type(Keys.TAB).text, "Skip to the content")
            self.assertEqual(browser.type(Keys.ENTER).get_attribute("id"), "content")
            for _ in range(60):
                if browser.type(Keys.TAB).text == "Disable":
                    break
            browser.type(Keys.ENTER)
            browser.see("ChangeAvailability: Accepted")

        return self.browse(scenario)

    def test_trust(self) -> Deferred[None]:
        """A certificate that was turned away is trusted with one click, and rejected again."""

        def scenario(browser: Chromium) -> None:
            self.knock()
            browser.open("/opcua")
            browser.press("Trust", "#certificates")
            browser.see("Trust: Trusted")
            [path] = (self.folder / "state" / "pki" / "trusted").iterdir()
            self.assertIn("Ignition", path.name)
            browser.press("Reject", "#certificates")
            browser.see("Reject: Distrusted")
            self.assertEqual(list((self.folder / "state" / "pki" / "trusted").iterdir()), [])
            browser.open("/audit")
            browser.see("TrustCertificate")

        return self.browse(scenario)

    def test_import(self) -> Deferred[None]:
        """A file of id tags is taken in, and the page says how it went."""

        def scenario(browser: Chromium) -> None:
            path = self.folder.absolute() / "tags.csv"
            path.write_text("IdTag,Status\nANNA,Accepted\nBERT,Wrong\n")
            browser.open("/idtags")
            browser.one('input[type="file"]').send_keys(str(path))
            browser.press("Take in")
            browser.see("1 of 2 id tags taken in. 1 refused: row 2")
            self.shoot(browser, "import")
            browser.open("/chargepoints")
            browser.see("1 of 2 id tags taken in")
            browser.press("Put away", "#works")
            browser.until(lambda: "taken in" not in browser.words)

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
