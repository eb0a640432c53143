"""
The console for everybody: with a screen reader, with a keyboard, in the dark.
"""

from __future__ import annotations

import re
from pathlib import Path

from selenium.webdriver.common.keys import Keys
from twisted.internet.defer import Deferred
from twisted.trial.unittest import SkipTest

from ocppgw.simulator.car import Car
from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.trustlist import TrustList
from tests.browser.case import BrowserCase
from tests.browser.chromium import Chromium
from tests.uaserver.pki import holder

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
"""The rules of accessibility as a program; ``make test-browser`` installs it."""


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
                    name = re.sub(r"\W+", "-", path.strip("/")) or "overview"
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

    def test_focus(self) -> Deferred[None]:
        """What changes by itself changes also around the focus, and leaves it where it is."""

        def scenario(browser: Chromium) -> None:
            point = self.do(self.callIn, "CP1")
            self.wait(browser)
            for _ in range(30):
                if browser.type(Keys.TAB).text == "CP1":
                    break
            self.do(point.plugIn, 1, Car())
            browser.see("1 Preparing")
            self.assertEqual(browser.driver.switch_to.active_element.text, "CP1")
            browser.type(Keys.ENTER)
            browser.see("Connector 1")

        return self.browse(scenario)

    def test_everywhere(self) -> Deferred[None]:
        """On each page every control is reached by keyboard, is seen, and is left again."""

        def scenario(browser: Chromium) -> None:
            for path in self.everyPage(browser):
                browser.open(path)
                reached, wanted = browser.walk()
                self.assertEqual(wanted - reached, set(), path)

        return self.browse(scenario)

    def test_logIn(self) -> Deferred[None]:
        """One logs in by keyboard alone: the first field has the focus."""

        def scenario(browser: Chromium) -> None:
            browser.open("/login")
            browser.focused("input[name=user]")
            for keys in ("erna", Keys.TAB, "erna-pw", Keys.ENTER):
                browser.type(keys)
            browser.see("erna (engineer)")

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
