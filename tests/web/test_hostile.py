"""
What a hostile charge point sends shows as text on every page and in every export.

One charge point says markup, control characters and formulas in every field that OCPP has for it.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import attrs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.interfaces import OpcUaFacts, OpcUaSession
from tests.web.support import HOSTILE, World, clientCertificate

MARKUP = HOSTILE.partition("\x1b")[0]
"""As an identity may be: without what cannot be seen."""

PAGES = (
    "/",
    "/chargepoints",
    "/chargepoints?search=script",
    "/chargepoints/{node}",
    "/chargepoints/{node}/configuration",
    "/chargepoints/{node}/frames",
    "/transactions",
    "/transactions?idTag={idTag}",
    "/transactions/{node}/{transaction}",
    "/idtags",
    "/audit",
    "/opcua",
    "/server",
    "/login?next={node}",
    "/chargepoints?search={node}",
    "/{node}",
)


class HostileTests(SynchronousTestCase):
    """The charge point ``<script>alert(1)</script>``."""

    def setUp(self) -> None:
        self.world = World(self)
        self.node = "".join(f"%{byte:02X}" for byte in MARKUP.encode())
        self.transaction = self.speak()
        session = OpcUaSession(HOSTILE, HOSTILE, HOSTILE, HOSTILE, HOSTILE)
        self.world.opcua.facts = OpcUaFacts("opc.tcp://box:4840/", (session,))
        certificate = clientCertificate("ab12", HOSTILE)
        self.world.trust.known = (
            attrs.evolve(certificate, issuer=HOSTILE, uris=(HOSTILE,), file=HOSTILE),
            attrs.evolve(certificate, isTrusted=True, thumbprint="cd34"),
        )
        work = self.world.means.works.begin("anonymous", HOSTILE, HOSTILE)
        self.world.means.works.end(work, HOSTILE)
        self.browser = self.world.browser()

    def speak(self) -> int:
        """Say it everywhere."""
        chargePoint = self.world.ring.connect(f"/{self.node}")
        fields = (
            *("chargePointVendor", "chargePointModel", "chargePointSerialNumber", "meterType"),
            *("firmwareVersion", "iccid", "imsi", "meterSerialNumber"),
        )
        chargePoint.call("BootNotification", dict.fromkeys(fields, HOSTILE))
        status = {"connectorId": 1, "status": "Faulted", "errorCode": HOSTILE}
        status |= dict.fromkeys(("info", "vendorId", "vendorErrorCode"), HOSTILE)
        chargePoint.call("StatusNotification", status)
        self.world.ring.advance(5)
        keys = [{"key": HOSTILE, "readonly": bool(n), "value": HOSTILE} for n in range(2)]
        self.world.answer(chargePoint, {"configurationKey": keys, "unknownKey": [HOSTILE]})
        time = self.world.ring.now().isoformat().replace("+00:00", "Z")
        said = {"connectorId": 1, "idTag": HOSTILE, "meterStart": 1, "timestamp": time}
        number = int(chargePoint.call("StartTransaction", said)[2]["transactionId"])
        chargePoint.call("Authorize", {"idTag": HOSTILE})
        sampled = {"value": HOSTILE, "measurand": HOSTILE, "unit": HOSTILE, "phase": HOSTILE}
        meterValue = [{"timestamp": time, "sampledValue": [sampled]}]
        chargePoint.call("MeterValues", {"connectorId": 1, "meterValue": meterValue})
        stop = {"transactionId": number, "meterStop": 5, "timestamp": time, "reason": HOSTILE}
        chargePoint.call("StopTransaction", stop)
        chargePoint.call(HOSTILE, {HOSTILE: HOSTILE})
        self.world.ring.advance(2)
        return number

    def get(self, path: str) -> Any:
        named = {"node": self.node, "transaction": self.transaction, "idTag": self.node}
        return self.browser.get(path.format(**named))

    def test_pages(self) -> None:
        """On no page it is markup, and nothing on a page is invisible."""
        for path in PAGES:
            page = self.get(path)
            self.assertIn(page.status, (200, 404), f"{path}: {page.text}")
            self.assertNotIn("<script>alert", page.text, path)
            self.assertNotIn("\x1b", page.text, path)
            self.assertNotIn("\u202e", page.text, path)

    def test_shown(self) -> None:
        """It is not lost either: a person can read what was sent."""
        words = self.get("/chargepoints/{node}").words
        self.assertIn("<script>alert(1)</script>", words)
        self.assertIn("\\x1b\\u202e=1+1", words)

    def test_notice(self) -> None:
        """What somebody types comes back as text, too."""
        page = self.get("/idtags")
        self.browser.post("/idtags", page, IdTag=MARKUP, ExpiryDate="never")
        self.browser.post("/idtags", page, IdTag=f"{MARKUP}{MARKUP}")
        page = self.get("/idtags")
        self.assertNotIn("<script>alert", page.text)
        self.assertIn("<script>", page.words)

    def test_jsonLines(self) -> None:
        """The frames come as JSON in ASCII, one in each line, whatever was said."""
        own = "/chargepoints/{node}/frames.jsonl"
        for path in (own, f"/api/v1{own}"):
            page = self.get(path)
            self.assertIn("attachment", page.headers["Content-Disposition"])
            self.assertTrue(page.text.replace("\n", "").isprintable() and page.text.isascii())
            lines = [json.loads(line) for line in page.text.splitlines()]
            self.assertTrue(any("alert(1)" in line["frame"] for line in lines))

    def test_csv(self) -> None:
        """No cell of an export is a formula, and none has invisible characters."""
        self.world.chargePoint("=HYPERLINK(1)").call(
            "StartTransaction",
            {"connectorId": 1, "idTag": "@SUM(A1)", "meterStart": -5, "timestamp": "x"},
        )
        self.browser.send("PUT", "/api/v1/idtags/%2Bcmd", {"parentIdTag": "-1+1"})
        pages = ("/transactions.csv", "/idtags.csv")
        for path in (*pages, *(f"/api/v1{page}" for page in pages)):
            page = self.get(path)
            self.assertIn("attachment", page.headers["Content-Disposition"])
            rows = list(csv.reader(io.StringIO(page.text.removeprefix("\ufeff"))))
            self.assertGreater(len(rows), 1)
            for cell in (cell for row in rows for cell in row):
                isNumber = cell.removeprefix("-").replace(".", "").isdigit()
                self.assertTrue(isNumber or not cell.startswith(("=", "+", "-", "@", "\t")), cell)
                self.assertTrue(cell.isprintable(), cell)

    def test_metrics(self) -> None:
        """A name cannot break out of its label."""
        self.world.ring.advance(2)
        text = self.browser.get("/metrics").text
        self.assertIn('charge_point="<script>alert(1)</script>"', text)

    def test_headers(self) -> None:
        """A path with line ends becomes no header of its own."""
        page = World(self, isLocal=False).browser().get("/chargepoints/a%0d%0aX-Evil:%201")
        self.assertEqual(page.status, 303)
        self.assertNotIn("X-Evil", page.headers)
