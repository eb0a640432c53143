"""Tests of the page that tells how the gateway is set."""

from __future__ import annotations

from ocppgw.config.configuration import Configuration
from ocppgw.config.declaring import Key, partsOf
from ocppgw.config.overriding import Overrides, merge
from tests.config.support import read
from tests.web.pages.case import PagesCase
from tests.web.support import ADDRESS, World

FILE = """\
[gateway]
name = "Depot"
[ocpp]
onboarding = "pending"
listen = ["tcp:8887", "tcp:8890:interface=127.0.0.1"]
[[ocpp.listeners]]
endpoint = "tcp:8888:interface=192.0.2.11"
securityProfile = 1
identityPrefix = "EAST-"
[configuration]
HeartbeatInterval = 60
[[idTags]]
idTag = "SECRETARY"
"""


SITE = merge(read(FILE), Overrides(web="tcp:8085:interface=127.0.0.1"))

URLS = "ws://127.0.0.1:8887,ws://127.0.0.1:8890,ws://192.0.2.11:8888"
"""Of the open ports, as the Central System tells them."""


class ServerTests(PagesCase):
    """The page, and the API that tells the same."""

    def setUp(self) -> None:
        super().setUp()
        central = self.world.ring.central
        central.configuration = SITE
        central.others = lambda: {"OcppUrl": URLS}
        self.world.ring.advance(2)

    def test_menu(self) -> None:
        """Every page leads there."""
        self.assertIn('<a href="/server">Server</a>', self.browser.get("/").text)

    def test_listeners(self) -> None:
        """Each port with the URL to type, its profile and its prefix."""
        [plain, local, east] = self.settings()["listeners"]
        self.assertEqual(plain["endpoint"], "tcp:8887")
        self.assertEqual((east["securityProfile"], east["identityPrefix"]), (1, "EAST-"))
        words = self.words("/server")
        for one, url in (
            (plain, f"ws://{ADDRESS}:8887/"),
            (local, "ws://127.0.0.1:8890/"),
            (east, "ws://192.0.2.11:8888/"),
        ):
            self.assertEqual(one["url"], url)
            self.assertIn(f"{url} IDENTITY", words)
            self.assertIn(str(one["endpoint"]), words)
        self.assertIn("1: plain, with a password EAST-", words)
        self.assertEqual(words.count("from this machine only"), 2)

    def test_notOpen(self) -> None:
        """A port that is not open has no URL."""
        self.world.ring.central.others = lambda: {"OcppUrl": ""}
        self.world.ring.advance(2)
        self.assertEqual([one["url"] for one in self.settings()["listeners"]], [None] * 3)
        self.assertIn("not open", self.words("/server"))

    def test_everySetting(self) -> None:
        """Each key with its meaning, as it is declared, and with its value."""
        words = self.words("/server")
        told = {one["key"]: one for one in self.settings()["settings"]}
        for part in partsOf(Configuration):
            if isinstance(part, Key) or part.repeated:
                continue
            for key in partsOf(part.cls):
                if isinstance(key, Key):
                    self.assertIn(" ".join(key.text.split()), words)
                    self.assertEqual(told[f"{part.name}.{key.name}"]["reload"], key.reload)

    def test_origins(self) -> None:
        """Each with where it comes from: the file and its line, the command line, the default."""
        words = self.words("/server")
        self.assertIn('"Depot" file line 2', words)
        self.assertIn('"tcp:8085:interface=127.0.0.1" command line --web', words)
        self.assertIn("30.0 seconds default at a reload", words)
        self.assertIn("45.0 seconds default at a reload, for new links", words)
        self.assertIn("site.toml , 1 [[idTags]]", words)
        told = {one["key"]: one for one in self.settings()["settings"]}
        self.assertEqual(
            [told["ocpp.onboarding"][name] for name in ("origin", "line", "option")],
            ["file", 4, ""],
        )
        self.assertEqual(told["web.endpoint"]["option"], "--web")
        self.assertEqual(told["configuration"]["value"], '{ HeartbeatInterval = "60" }')

    def test_readOnly(self) -> None:
        """There is nothing to fill in and nothing to press."""
        main = self.browser.get("/server").text.partition("<main")[2]
        self.assertNotIn("<form", main)
        self.assertNotIn("<input", main)

    def test_noPersons(self) -> None:
        """Id tags of the file are counted and not named."""
        self.assertNotIn("SECRETARY", self.browser.get("/server").text)
        self.assertNotIn("SECRETARY", self.browser.get("/api/v1/settings").text)

    def test_status(self) -> None:
        """What of the file waits for a restart stands there in words."""
        self.assertIn("In force ok all that stands in the file", self.words("/server"))
        waiting = "restart needed for: gateway.name"
        self.world.ring.central.others = lambda: {"ConfigurationStatus": waiting}
        self.world.ring.advance(2)
        self.assertIn(f"In force bad {waiting}", self.words("/server"))
        self.assertEqual(self.settings()["status"], waiting)

    def test_nobody(self) -> None:
        """Who may not look is shown nothing."""
        browser = World(self, isLocal=False).browser()
        self.assertEqual(browser.get("/server").status, 303)
        self.assertEqual(browser.get("/api/v1/settings").status, 401)

    def settings(self) -> dict[str, list[dict[str, object]]]:
        answer: dict[str, list[dict[str, object]]] = self.browser.get("/api/v1/settings").json
        return answer
