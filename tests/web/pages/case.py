"""What the tests of the pages have in common."""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.configuration import Configuration
from tests.web.support import World


class PagesCase(SynchronousTestCase):
    """One charge point, CP1, and an engineer on this machine."""

    configuration: Configuration | None = None

    def setUp(self) -> None:
        self.world = World(self, self.configuration)
        self.chargePoint = self.world.chargePoint()
        self.browser = self.world.browser()

    def words(self, path: str) -> str:
        page = self.browser.get(path)
        self.assertEqual(page.status, 200, page.text)
        return page.words

    def press(self, path: str, page: str, **fields: str) -> Deferred[Any]:
        """Send a form of a page."""
        return self.browser.posted(path, self.browser.get(page), **fields)

    def start(self, idTag: str = "TAG", meterStart: int = 100) -> int:
        time = self.world.ring.now().isoformat().replace("+00:00", "Z")
        said = {"connectorId": 1, "idTag": idTag, "meterStart": meterStart, "timestamp": time}
        return int(self.chargePoint.call("StartTransaction", said)[2]["transactionId"])

    def measure(self, measurand: str, value: str, phase: str = "") -> None:
        time = self.world.ring.now().isoformat().replace("+00:00", "Z")
        sampled = {"value": value, "measurand": measurand}
        sampled |= {"phase": phase} if phase else {}
        meterValue = [{"timestamp": time, "sampledValue": [sampled]}]
        self.chargePoint.call("MeterValues", {"connectorId": 1, "meterValue": meterValue})
