"""
Chromium without a screen, driven by its driver.

Everything here waits and blocks: for a thread, never for the reactor's.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.ui import Select, WebDriverWait

T = TypeVar("T")

PATIENCE = 30
"""Seconds that something may take to appear."""

SWITCHES = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    "--hide-scrollbars",
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)

NAMED = """
const named = (one) => [one.tagName, ...["href", "name", "id", "aria-label"].map((it) =>
  one.getAttribute(it) || ""), one.tagName === "BUTTON" ? one.textContent : ""].join(" ").trim();
"""
"""By what a control is known, whatever changes in it meanwhile."""

USABLE = """
return [...document.querySelectorAll(
  "a[href], button, input:not([type=hidden]), select, summary, [tabindex='0']"
)].filter((one) => one.checkVisibility() && !one.disabled).map(named)"""

FOCUSED = """
const one = document.activeElement, style = getComputedStyle(one);
const isSeen = style.outlineStyle !== "none" || one.matches("input[type^=date]");
return one === document.body || !isSeen ? null : named(one)"""
"""What has the focus, if one sees that it has: the parts of a date are marked by the browser."""

MOST_KEYS = 400

TALLEST = 3600
"""Pixels of a picture from top to bottom."""

SIZES = {"desktop": (1280, 900), "phone": (390, 844)}


def found() -> tuple[str, str] | None:
    """Where Chromium and its driver are; ``None`` where they are not."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser")
    driver = shutil.which("chromedriver")
    return (browser, driver) if browser and driver else None


class Chromium:
    """
    One browser with an empty profile.

    :param folder: for its profile and for what it downloads.
    """

    def __init__(self, folder: Path, url: str) -> None:
        programs = found()
        assert programs is not None, "Chromium and its driver are not installed"
        self.downloads = folder / "downloads"
        self.downloads.mkdir(parents=True)
        self._url = url.rstrip("/")
        options = ChromeOptions()
        options.binary_location = programs[0]
        for switch in (*SWITCHES, f"--user-data-dir={folder / 'profile'}"):
            options.add_argument(switch)
        options.add_experimental_option(
            "prefs", {"download.default_directory": str(self.downloads)}
        )
        self.driver = Chrome(options=options, service=ChromeService(programs[1]))
        self.driver.set_window_size(*SIZES["desktop"])

    def quit(self) -> None:
        """End it."""
        self.driver.quit()

    def open(self, path: str) -> None:
        """Go to a page."""
        self.driver.get(self._url + path)

    @property
    def words(self) -> str:
        """What stands on the page."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def until(self, what: Callable[[], T]) -> T:
        """Wait until something is so, without touching the page."""
        # A page that is just being left has its elements taken away, in several words.
        wait = WebDriverWait(self.driver, PATIENCE, 0.1, ignored_exceptions=[WebDriverException])
        return wait.until(lambda _: what())

    def see(self, text: str) -> None:
        """Wait until a text stands on the page."""
        try:
            self.until(lambda: text in self.words)
        except TimeoutException:
            raise AssertionError(f"{text!r} did not appear:\n{self.words}") from None

    def one(self, css: str) -> WebElement:
        """The first element of a kind."""
        return self.until(lambda: self.driver.find_element(By.CSS_SELECTOR, css))

    def focused(self, css: str) -> None:
        """Wait until the first element of a kind has the focus, which comes behind the page."""
        self.until(lambda: self.driver.switch_to.active_element == self.one(css))

    def all(self, css: str) -> list[WebElement]:
        """Every element of a kind."""
        return self.driver.find_elements(By.CSS_SELECTOR, css)

    def fill(self, css: str, text: str) -> None:
        """Type over a field."""
        field = self.one(css)
        field.clear()
        field.send_keys(text)

    def choose(self, css: str, text: str) -> None:
        """Choose from a list."""
        Select(self.one(css)).select_by_visible_text(text)

    def press(self, text: str, within: str = "main") -> None:
        """Press the first button with a text."""
        path = f'.//button[normalize-space(text())="{text}"]'
        self.until(lambda: self.one(within).find_element(By.XPATH, path).is_enabled())
        self.one(within).find_element(By.XPATH, path).click()

    def points(self, css: str) -> int:
        """How many points the curves of a plot have."""
        lines = self.all(f"{css} polyline")
        return sum(len((one.get_attribute("points") or "").split()) for one in lines)

    def downloaded(self, name: str) -> str:
        """Wait for a file; its content."""
        path = self.downloads / name
        self.until(lambda: path.exists() and path.stat().st_size)
        return path.read_text("utf-8-sig")

    def shoot(self, folder: Path, name: str) -> None:
        """Keep a picture of the whole page at each size, of a long one the first part."""
        for size, (width, height) in SIZES.items():
            self.driver.set_window_size(width, height)
            whole = self.driver.execute_script("return document.documentElement.scrollHeight")
            self.driver.set_window_size(width, min(max(height, int(whole)), TALLEST))
            self.driver.save_screenshot(str(folder / f"{name}-{size}.png"))
        self.driver.set_window_size(*SIZES["desktop"])

    def isWithin(self, width: int = SIZES["phone"][0]) -> bool:
        """Whether the page, at the width of a phone, needs no scrolling sideways."""
        self.driver.set_window_size(width, SIZES["phone"][1])
        wide = self.driver.execute_script(
            "return document.documentElement.scrollWidth > document.documentElement.clientWidth"
        )
        self.driver.set_window_size(*SIZES["desktop"])
        return not wide

    def paint(self, scheme: str) -> None:
        """Prefer ``light`` or ``dark`` from now on."""
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def live(self, zone: str) -> None:
        """Live in a time zone from now on."""
        self.driver.execute_cdp_cmd("Emulation.setTimezoneOverride", {"timezoneId": zone})

    def stopScripts(self) -> None:
        """Run no script of pages that are opened from now on."""
        self.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})

    def violations(self, rules: str) -> list[str]:
        """
        What a page does against the rules of accessibility.

        :param rules: the source of axe-core.
        """
        self.driver.execute_script(rules)
        found = self.driver.execute_async_script(
            "const done = arguments[arguments.length - 1];"
            "axe.run(document, {resultTypes: ['violations']})"
            ".then(r => done(r.violations), e => done([{id: String(e), nodes: []}]));"
        )
        return [
            f"{one['id']}: {one.get('help', '')}: {node['html'][:200]} {node['failureSummary']}"
            for one in found
            for node in one["nodes"] or [{"html": "", "failureSummary": ""}]
        ]

    def type(self, keys: str) -> WebElement:
        """Press keys wherever the focus is; gives where it is then."""
        self.driver.switch_to.active_element.send_keys(keys)
        return self.driver.switch_to.active_element

    def walk(self) -> tuple[set[str], set[str]]:
        """
        Press the tabulator until it comes round.

        Gives what had the focus and showed it by an outline, and what can be used on the page.
        """
        wanted = set(self.driver.execute_script(NAMED + USABLE))
        reached: set[str] = set()
        # Where something has the focus from the beginning, the first round begins in its midst.
        rounds = 0
        self.driver.execute_script("document.activeElement.blur()")
        for _ in range(MOST_KEYS):
            ActionChains(self.driver).send_keys(Keys.TAB).perform()
            name = self.driver.execute_script(NAMED + FOCUSED)
            if name is not None:
                reached.add(name)
            elif (rounds := rounds + 1) == 2:
                break
        return reached, wanted

    def complaints(self) -> list[str]:
        """What the browser's console says against the pages."""
        return [
            str(line["message"])
            for line in self.driver.get_log("browser")
            if "favicon" not in str(line["message"])
        ]
