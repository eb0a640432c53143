"""Tests of transactions, idTags, audit trail and OPC UA as people see them."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.interfaces import OpcUaFacts
from tests.web.pages.case import PagesCase
from tests.web.support import World, clientCertificate


class TransactionsTests(PagesCase):
    """The transactions."""

    def stop(self, number: int, meterStop: int) -> None:
        time = self.world.ring.now().isoformat().replace("+00:00", "Z")
        said = {"transactionId": number, "meterStop": meterStop, "timestamp": time}
        self.chargePoint.call("StopTransaction", said)

    def test_list(self) -> None:
        """Running and ended ones are there with their energy."""
        first = self.start()
        self.stop(first, 1600)
        self.world.ring.advance(60)
        second = self.start("OTHER", 1600)
        words = self.words("/transactions")
        self.assertIn(f"{second} CP1 connector 1 OTHER", words)
        self.assertIn("running", words)
        self.assertIn("1.50 kWh Local", words)

    def test_narrowed(self) -> None:
        """They are narrowed by day, charge point and idTag; what is no day does not narrow."""
        self.start("ANNA")
        for query, there in (
            ("idTag=anna", True),
            ("idTag=bert", False),
            ("chargePoint=CP2", False),
            ("start=2026-05-04&end=2026-05-04", True),
            ("end=2026-05-03", False),
            ("start=2026-05-05", False),
            ("start=0001-01-01&end=9999-12-31", True),
            ("start=soon", True),
        ):
            words = self.words(f"/transactions?{query}")
            self.assertEqual("ANNA 2026" in words, there, query)

    def test_pages(self) -> None:
        """Older ones are on the next page."""
        for meter in range(55):
            self.stop(self.start(meterStart=meter), meter)
            self.world.ring.advance(10)
        page = self.browser.get("/transactions")
        self.assertEqual(page.text.count('<tr><th scope="row">'), 50)
        self.assertIn('rel="next"', page.text)
        query = page.text.partition('rel="next" href="')[2].partition('"')[0]
        older = self.browser.get(query)
        self.assertEqual(older.text.count('<tr><th scope="row">'), 5)
        self.assertNotIn('rel="next"', older.text)

    def test_one(self) -> None:
        """One has a page with its curve."""
        number = self.start()
        self.world.ring.advance(10)
        self.measure("Power.Active.Import", "3600")
        self.world.ring.advance(10)
        page = self.browser.get(f"/transactions/CP1/{number}")
        self.assertIn("<polyline", page.text)
        self.assertEqual(self.browser.get("/transactions/CP1/999").status, 404)
        self.assertEqual(self.browser.get("/transactions/CP1/x").status, 404)

    def test_csv(self) -> None:
        """All of them are downloaded, with head line and numbers as numbers."""
        self.stop(self.start(), 1600)
        page = self.browser.get("/transactions.csv")
        head, row, *_ = page.text.removeprefix("\ufeff").splitlines()
        self.assertTrue(head.startswith("ChargePoint,Connector,TransactionId,IdTag"))
        self.assertIn(",TAG,Accepted,2026-05-04T12:00:0", row)
        self.assertIn(",100.0,1600.0,1500.0,Local", row)

    def test_storeFails(self) -> None:
        """While the store fails the page says so."""
        self.world.ring.store.fail("the disk is on fire")
        page = self.browser.get("/transactions")
        self.assertEqual(page.status, 503)
        self.assertIn("the disk is on fire", page.words)


class IdTagsTests(PagesCase):
    """The idTags."""

    def test_block(self) -> None:
        """One that is blocked may not charge any more."""
        self.press("/idtags", "/idtags", IdTag="ANNA", Status="Accepted")
        self.press("/idtags", "/idtags", IdTag="ANNA", Status="Blocked")
        self.assertIn("ANNA Blocked", self.words("/idtags"))
        answer = self.chargePoint.call("Authorize", {"idTag": "anna"})
        self.assertEqual(answer[2]["idTagInfo"]["status"], "Blocked")

    def test_expiry(self) -> None:
        """An expiry date is kept; one that makes no sense is refused with a notice."""
        self.press("/idtags", "/idtags", IdTag="A", ExpiryDate="2030-12-31T23:59")
        self.assertIn("2030-12-31 23:59:00", self.words("/idtags"))
        self.press("/idtags", "/idtags", IdTag="B", ExpiryDate="some day")
        self.assertIn("cannot be read", self.words("/idtags"))

    def test_remove(self) -> None:
        """One is removed."""
        self.press("/idtags", "/idtags", IdTag="ANNA")
        self.press("/idtags/remove", "/idtags", IdTag="ANNA")
        self.assertIn("0 in all", self.words("/idtags"))

    def test_roundTrip(self) -> None:
        """What was exported is taken in again as it was, whatever it begins with."""
        for idTag in ("=1+1", "+A", "B-1", "C,D"):
            self.press("/idtags", "/idtags", IdTag=idTag, Status="Blocked")
        exported = self.browser.get("/idtags.csv").text
        for idTag in ("=1+1", "+A", "B-1", "C,D"):
            self.press("/idtags/remove", "/idtags", IdTag=idTag)
        self.press("/idtags/import", "/idtags", file=exported)
        words = self.words("/idtags")
        self.assertIn("4 of 4 id tags taken in", words)
        for idTag in ("=1+1", "+A", "B-1", "C,D"):
            self.assertIn(f"{idTag} Blocked", words)

    def test_upload(self) -> None:
        """A file is taken in as a browser sends it; rows that make no sense are named."""
        token = self.browser.get("/idtags").token
        content = "A\nB;Blocked\n" + "X" * 30 + "\nC,Accepted,never\n"
        body = (
            f'--x\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n{token}\r\n'
            '--x\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n{content}\r\n--x--\r\n"
        )
        answer = self.browser.ask(
            "POST", "/idtags/import", body.encode(), Content_Type="multipart/form-data; boundary=x"
        )
        self.assertEqual(answer.status, 303)
        words = self.words("/idtags")
        self.assertIn("A Accepted", words)
        self.assertIn("1 refused: row 4 (the expiry date cannot be read).", words)


class TrailTests(PagesCase):
    """The audit trail and the OPC UA side."""

    def test_audit(self) -> None:
        """Who did what stands there, and can be narrowed."""
        self.press("/idtags", "/idtags", IdTag="ANNA")
        self.assertIn("anonymous web gateway AddIdTag idTag=ANNA", self.words("/audit"))
        self.assertIn("Nothing was done", self.words("/audit?user=nobody"))


class OpcUaTests(PagesCase):
    """The OPC UA side."""

    def test_sessions(self) -> None:
        """Endpoint, sessions and what they subscribed to stand there."""
        words = self.words("/opcua")
        self.assertIn("Endpoint opc.tcp://box:4840/", words)
        self.assertIn("Basic256Sha256 Sign, Basic256Sha256 SignAndEncrypt", words)
        self.assertIn("1 with 2 subscriptions", words)
        self.assertIn("Ignition Ignition Server scada 192.0.2.9:1234", words)
        self.assertIn("1200 items every 250 ms (7)", words)
        self.assertIn("3 items every 1000 ms, does not publish (8)", words)

    def test_nobody(self) -> None:
        """An empty page says what to do."""
        self.world.opcua.facts = OpcUaFacts("opc.tcp://box:4840/")
        words = self.words("/opcua")
        self.assertIn("Nobody is connected. Type the endpoint", words)
        self.assertIn("A client that is refused because nobody knows its certificate", words)

    def test_trust(self) -> None:
        """A certificate that waits is trusted with one click, and rejected with another."""
        self.world.trust.known = (clientCertificate(),)
        page = self.browser.get("/opcua")
        self.assertIn("Ignition Ignition.der urn:Ignition itself 2026-01-01", page.words)
        self.browser.post("/opcua/trust", page, thumbprint="ab12", decision="trust")
        self.assertIn("Trust: Trusted", self.words("/opcua"))
        self.browser.post("/opcua/trust", page, thumbprint="ab12", decision="reject")
        self.assertIn("Reject: Distrusted", self.words("/opcua"))
        self.assertEqual(
            self.world.trust.decided, [("ab12", True, "anonymous"), ("ab12", False, "anonymous")]
        )

    def test_many(self) -> None:
        """However many there are, the page stays small and says how many it leaves out."""
        self.world.trust.known = tuple(
            clientCertificate(f"{number:040x}", "x" * 300) for number in range(500)
        )
        page = self.browser.get("/opcua")
        self.assertIn("500 in all, 30 are shown", page.words)
        self.assertLess(len(page.text), 200_000)


class OpcUaVisitorTests(SynchronousTestCase):
    """Whom to trust is for engineers to decide."""

    def test_notForOperators(self) -> None:
        """An operator sees the certificates, has no button, and is refused."""
        world = World(self, isLocal=False)
        world.trust.known = (clientCertificate(),)
        otto = world.browser("otto")
        page = otto.get("/opcua")
        self.assertIn("Ignition.der", page.words)
        self.assertNotIn("/opcua/trust", page.text)
        refused = otto.post("/opcua/trust", page, thumbprint="ab12", decision="trust")
        self.assertEqual(refused.status, 403)
        path = "/api/v1/opcua/certificates/ab12"
        answer = otto.send("PUT", path, {"trusted": True}, X_CSRF_Token=page.token)
        self.assertEqual(answer.status, 403)
        self.assertEqual(world.trust.decided, [])


class ProblemTests(PagesCase):
    """What is not there."""

    def test_noPage(self) -> None:
        """A path that is none, or a method that it does not have, are told on a page."""
        self.assertEqual(self.browser.get("/nothing").status, 404)
        answer = self.browser.post("/audit")
        self.assertEqual((answer.status, answer.headers["Allow"]), (405, "GET, HEAD"))

    def test_notUtf8(self) -> None:
        """A path that is no text is refused, and nothing is logged as a mistake of ours."""
        self.assertEqual(self.browser.get("/chargepoints/%ff").status, 400)
