"""Tests of the overview and of the pages of charge points, over charge points in memory."""

from __future__ import annotations

import json
import re

from ocppgw.v16.states import STATUSES
from ocppgw.web.pages import chargepoint
from ocppgw.web.pages.chargepoint import MAKE
from tests.config.support import read
from tests.web.pages.case import PagesCase
from tests.web.support import CONFIGURATION


class OverviewTests(PagesCase):
    """The first page."""

    def test_counts(self) -> None:
        """It counts, and tells the health of every part."""
        self.world.ring.advance(2)
        words = self.words("/")
        for part in ("Charge points 1", "Online 1", "Connectors 1", "Available 1", "Store ok"):
            self.assertIn(part, words)
        self.assertIn("opc.tcp://box:4840/, 1 sessions", words)

    def test_events(self) -> None:
        """It tells what happened last."""
        number = self.start()
        self.chargePoint.vanish()
        self.world.ring.advance(5)
        words = self.words("/")
        self.assertIn("CP1 became known", words)
        self.assertIn(f"CP1 connector 1: transaction {number} began", words)
        self.assertIn("CP1 lost its link", words)


class ChargePointsTests(PagesCase):
    """The list."""

    def test_list(self) -> None:
        """Each is there with its status, and leads to its page."""
        page = self.browser.get("/chargepoints")
        self.assertIn('href="/chargepoints/CP1"', page.text)
        self.assertIn("CP1 Available 1 Available", page.words)

    def test_tooltips(self) -> None:
        """A status says what it means, and any other word has no tooltip."""
        page = self.browser.get("/chargepoints").text
        self.assertIn(f'title="{STATUSES.text("Available")}">Available<', page)
        self.chargePoint.vanish()
        self.world.ring.advance(5)
        self.assertIn(
            '<span class="badge offline">Offline<', self.browser.get("/chargepoints").text
        )

    def test_narrowed(self) -> None:
        """Search and state narrow it; an unknown state does not."""
        self.assertIn("0 in all", self.words("/chargepoints?search=other"))
        self.assertIn("1 in all", self.words("/chargepoints?search=acme"))
        self.assertIn("0 in all", self.words("/chargepoints?state=offline"))
        self.assertIn("1 in all", self.words("/chargepoints?state=x"))

    def test_thousand(self) -> None:
        """With a thousand of them a page stays small, and leads to the next."""
        for number in range(1000):
            self.world.browser().send("POST", "/api/v1/chargepoints", {"identity": f"X{number:04}"})
            self.world.clock.advance(0.1)
        page = self.browser.get("/chargepoints")
        self.assertIn("1001 in all, 1 to 50", page.words)
        self.assertIn('href="/chargepoints?offset=50"', page.text)
        self.assertIn("1001 to 1001", self.words("/chargepoints?offset=1000"))
        for path in (
            *("/", "/chargepoints", "/chargepoints?search=x&state=offline", "/chargepoints/X0500"),
            *("/transactions", "/idtags", "/opcua", "/audit", "/server"),
            *("/api/v1/audit?limit=200", "/api/v1/settings"),
            *("/api/v1/chargepoints?limit=200", "/api/v1/chargepoints/X0500", "/api/v1/gateway"),
        ):
            page = self.browser.get(path)
            self.assertEqual(page.status, 200, path)
            self.assertLess(len(page.text.encode()), 200_000, path)

    def test_manyConnectors(self) -> None:
        """One with many connectors does not fill the list with them."""
        self.press("/chargepoints", "/chargepoints", identity="BIG", connectors="64")
        self.assertIn("8 unknown and 56 more", self.words("/chargepoints"))

    def test_add(self) -> None:
        """One is announced, and a notice says so, once."""
        done = self.press("/chargepoints", "/chargepoints", identity="NEW", connectors="2")
        self.assertEqual(self.successResultOf(done).headers["Location"], "/chargepoints")
        self.assertIn("Add NEW: Added", self.words("/chargepoints"))
        self.assertNotIn("Add NEW: Added", self.words("/chargepoints"))

    def test_addTwice(self) -> None:
        """One that is known is not added, and the notice says why."""
        self.press("/chargepoints", "/chargepoints", identity="CP1")
        self.assertIn("Add CP1: invalidArgument, identity", self.words("/chargepoints"))

    def test_remove(self) -> None:
        """One that is not connected is removed."""
        self.chargePoint.vanish()
        self.world.ring.advance(5)
        self.press("/chargepoints/CP1/remove", "/chargepoints/CP1")
        self.assertIn("Remove CP1: Removed", self.words("/chargepoints"))
        self.assertEqual(self.browser.get("/chargepoints/CP1").status, 404)


class ChargePointTests(PagesCase):
    """The page of one."""

    def test_seen(self) -> None:
        """Nameplate, live values and the running transaction are on it."""
        number = self.start()
        self.measure("Power.Active.Import", "7400")
        self.measure("Current.Import", "16", "L1")
        words = self.words("/chargepoints/CP1")
        for part in ("ACME One", "Power 7.40 kW", "L1 16 A", f"Transaction {number} running"):
            self.assertIn(part, words)

    def test_curves(self) -> None:
        """Power and the current of each phase are drawn from the history."""
        for watts in ("1000", "2000"):
            self.measure("Power.Active.Import", watts)
            self.measure("Current.Import", "10", "L1")
            self.world.ring.advance(60)
        text = self.browser.get("/chargepoints/CP1").text
        self.assertEqual(text.count("<polyline"), 2)
        self.assertIn("Power 2 kW 1 0 2026-", self.words("/chargepoints/CP1"))

    def test_command(self) -> None:
        """A button sends a Call, and the outcome is told when it came."""
        done = self.press(
            "/chargepoints/CP1/command", "/chargepoints/CP1", command="Disable", connectorId="1"
        )
        self.assertNoResult(done)
        call = self.world.answer(self.chargePoint, {"status": "Accepted"})
        self.assertEqual(call[3], {"connectorId": 1, "type": "Inoperative"})
        self.assertEqual(self.successResultOf(done).status, 303)
        words = self.words("/chargepoints/CP1")
        self.assertIn("ChangeAvailability: Accepted", words)

    def test_recent(self) -> None:
        """Commands stand on its page with their outcomes, the last first, no more than a few."""
        path = "/chargepoints/CP1/command"
        for status in ("Unlocked", *["UnlockFailed"] * 3, "NotSupported", "Unlocked"):
            done = self.press(path, "/chargepoints/CP1", command="Unlock", connectorId="1")
            self.world.answer(self.chargePoint, {"status": status})
            self.successResultOf(done)
        text = self.browser.get("/chargepoints/CP1").text.partition('id="recent"')[2]
        self.assertEqual(
            re.findall('data-label="Outcome">(\\w+)', text),
            ["Unlocked", "NotSupported", *["UnlockFailed"] * 3],
        )
        self.world.ring.store.fail("the disk is on fire")
        self.world.clock.advance(3)
        self.assertIn("Last commands None is known", self.words("/chargepoints/CP1"))

    def test_buttons(self) -> None:
        """Every button that is on the page does something."""
        self.start()
        text = self.browser.get("/chargepoints/CP1").text
        for command in MAKE:
            self.assertIn(f'name="command" value="{command}"', text)

    def test_nonsense(self) -> None:
        """A command that is none is refused."""
        self.press("/chargepoints/CP1/command", "/chargepoints/CP1", command="Explode")
        self.assertIn("You may not do that here", self.words("/chargepoints/CP1"))
        self.assertEqual(self.chargePoint.takeCalls(), [])

    def test_settings(self) -> None:
        """Name and description are changed; what was not changed is not touched."""
        self.press("/chargepoints/CP1/settings", "/chargepoints/CP1", name="Bay 1", enabled="yes")
        record = self.world.ring.record()
        self.assertEqual((record.settings.name, record.settings.enabled), ("Bay 1", True))
        self.assertEqual(record.settings.chosen, {"name"})

    def test_disable(self) -> None:
        """One that may not connect is cut off."""
        self.press("/chargepoints/CP1/settings", "/chargepoints/CP1")
        self.world.ring.advance(5)
        self.assertFalse(self.world.ring.record().link.connected)
        self.assertIn("Disabled", self.words("/chargepoints/CP1"))

    def test_quirks(self) -> None:
        """What left the specification is counted, with an example and the setting for it."""
        said = {"connectorId": "1", "status": "Available", "timestamp": "2026-05-04T12:00:00"}
        self.chargePoint.call("StatusNotification", said)
        words = self.words("/chargepoints/CP1")
        self.assertNotIn("It keeps to the specification", words)
        self.assertIn(
            "S12 send integers as texts or fractions 1 1 StatusNotification, 2026-", words
        )
        self.assertIn("no setting; it is borne", words)
        self.assertIn("[[chargePoints]] timeZone The zone of its timestamps", words)
        quirks = self.browser.get("/api/v1/chargepoints/CP1").json["quirks"]
        found = {one["kind"]: one["override"] for one in quirks}
        self.assertIn("write times without a zone", [one["meaning"] for one in quirks])
        self.assertEqual((found["T2"], found["S12"]), ("[[chargePoints]] timeZone", ""))

    def test_wholeMessage(self) -> None:
        """A quirk is shown with the whole message that it stood in, held against the schema."""
        info = "x" * 50 + "<i>" + "y" * 450
        self.report(info=info, timestamp="2026-05-04T12:00:00")
        page = self.browser.get("/chargepoints/CP1")
        self.assertIn(f'"info": "{info}"', page.words)
        self.assertNotIn("<i>", page.text.replace("<i>IDENTITY</i>", ""))
        self.assertIn('<details id="quirkT2"><summary>StatusNotification,', page.text)
        quirks = self.browser.get("/api/v1/chargepoints/CP1").json["quirks"]
        [message] = [one["message"] for one in quirks if one["kind"] == "T2"]
        self.assertIn(info, message["text"])
        self.assertEqual(message["action"], "StatusNotification")
        self.assertIn("longer than 50 characters", message["fault"])

    def test_longMessage(self) -> None:
        """A message that is too long for the page is told by the API alone."""
        self.patch(chargepoint, "MESSAGES", 100)
        self.report(info="x" * 500, timestamp="2026-05-04T12:00:00")
        page = self.browser.get("/chargepoints/CP1")
        self.assertNotIn("x" * 300, page.text)
        self.assertIn('<a href="/api/v1/chargepoints/CP1">the API</a> tells it', page.text)

    def report(self, **said: str) -> None:
        status = {"connectorId": 1, "status": "Available", "errorCode": "NoError"}
        self.chargePoint.call("StatusNotification", {**status, **said})

    def test_gone(self) -> None:
        """A browser that goes away stops nothing, and is no mistake of anybody."""
        sent = self.press("/chargepoints/CP1/command", "/chargepoints/CP1", command="ClearCache")
        sent.cancel()
        self.failureResultOf(sent)
        self.world.flush()
        self.world.answer(self.chargePoint, {"status": "Accepted"})
        self.assertIn("ClearCache", self.words("/audit"))

    def test_replace(self) -> None:
        """New hardware takes over the place of the old."""
        self.press("/chargepoints/CP1/replace", "/chargepoints/CP1", newIdentity="NEW")
        words = self.words("/chargepoints/CP1")
        self.assertIn("Replace: Replaced", words)
        self.assertIn("Identity NEW", words)
        self.press("/chargepoints/CP1/replace", "/chargepoints/CP1", newIdentity="NEW")
        self.assertIn("Replace: invalidArgument, newIdentity", self.words("/chargepoints/CP1"))

    def test_forceClose(self) -> None:
        """A transaction that never ends is closed."""
        self.start()
        self.press("/chargepoints/CP1/close", "/chargepoints/CP1", connectorId="1")
        self.assertIn("Close: Closed", self.words("/chargepoints/CP1"))

    def test_unknown(self) -> None:
        """One that there is not is a page that says so."""
        for path in ("/chargepoints/CP9", "/chargepoints/CP9/configuration"):
            page = self.browser.get(path)
            self.assertEqual(page.status, 404)
            self.assertIn("There is no charge point CP9", page.words)


class FromTheFileTests(PagesCase):
    """A charge point that the file names and locks."""

    configuration = read(
        '[[chargePoints]]\nidentity = "CP1"\nname = "Fixed"\nlocked = true\n'
        '[[idTags]]\nidTag = "ANNA"\n'
    )

    def test_readOnly(self) -> None:
        """What the file fixes is shown with file and key, and cannot be typed over."""
        self.assertIn("ANNA from site.toml, [[idTags]]", self.words("/idtags"))
        page = self.browser.get("/chargepoints/CP1")
        self.assertIn('site.toml , [[chargePoints]] identity = "CP1"', page.words)
        self.assertRegex(page.text, r'name="name"[^>]*value="Fixed" readonly')
        self.press("/chargepoints/CP1/settings", "/chargepoints/CP1", name="Other", enabled="yes")
        self.assertIn("SetName: locked", self.words("/chargepoints/CP1"))


class ConfigurationTests(PagesCase):
    """The configuration points."""

    path = "/chargepoints/CP1/configuration"

    def test_seen(self) -> None:
        """Each has its type, read-only ones have no field, secrets no value."""
        page = self.browser.get(self.path)
        self.assertIn('name="value" value="300"', page.text)
        self.assertIn("read-only", page.words)
        self.assertNotIn("very-secret-key", page.text)

    def test_readAll(self) -> None:
        """Reading all of them again shows how far it is, and in the end how it went."""
        page = "/chargepoints/CP1/configuration"
        read = "/chargepoints/CP1/command"
        answer = self.successResultOf(self.press(read, page, command="RefreshConfiguration"))
        self.assertEqual(answer.headers["Location"], page)
        shown = self.browser.get(page)
        self.assertIn("Configuration points of CP1 0 of 3 points", shown.words)
        self.assertNotIn("Cancel", shown.words)
        for _ in range(2):
            self.world.ring.flush()
            [call] = self.chargePoint.takeCalls()
            self.chargePoint.text(json.dumps([4, call[1], "InternalError", "too long", {}]))
        self.world.ring.flush()
        keys = CONFIGURATION["configurationKey"]
        self.world.answer(self.chargePoint, {"configurationKey": keys[:2]})
        self.assertIn("Configuration points of CP1 2 of 3 points", self.words(page))
        self.world.answer(self.chargePoint, {"configurationKey": keys[2:]})
        self.finish()
        self.assertIn("Configuration points of CP1: read, 3 are known.", self.words(page))

    def finish(self) -> None:
        """Answer what is still asked: with nothing."""
        self.world.ring.flush()
        while calls := self.chargePoint.takeCalls():
            for call in calls:
                self.chargePoint.text(json.dumps([3, call[1], {"configurationKey": []}]))
            self.world.ring.flush()

    def test_readAllLost(self) -> None:
        """That a link broke meanwhile is said, too."""
        page = "/chargepoints/CP1/configuration"
        self.press("/chargepoints/CP1/command", page, command="RefreshConfiguration")
        self.chargePoint.vanish()
        self.world.ring.advance(60)
        self.assertIn("Configuration points of CP1: connectionLost", self.words(page))

    def test_search(self) -> None:
        """They are searched by name."""
        self.assertIn("1 in all", self.words(f"{self.path}?search=heart"))

    def test_change(self) -> None:
        """One is changed in its place, and read back."""
        done = self.press(self.path, self.path, key="HeartbeatInterval", value="60")
        self.world.answer(self.chargePoint, {"status": "RebootRequired"})
        reported = {"key": "HeartbeatInterval", "readonly": False, "value": "60"}
        self.world.answer(self.chargePoint, {"configurationKey": [reported]})
        self.successResultOf(done)
        page = self.browser.get(self.path)
        self.assertIn("HeartbeatInterval: RebootRequired", page.words)
        self.assertIn("needs a reboot", page.words)
        self.assertIn('value="60"', page.text)
        [row] = [row for row in page.text.split("<tr ") if "Reboot required" in row]
        self.assertIn("HeartbeatInterval", row)
        self.chargePoint.boot()
        self.assertNotIn("Reboot required", self.browser.get(self.path).text)
