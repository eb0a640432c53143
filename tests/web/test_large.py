"""Tests of pages at a large site whose charge points say as much as they may: size and work."""

from __future__ import annotations

from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.interfaces import OpcUaFacts, OpcUaSession, OpcUaSubscription
from ocppgw.model import commands as c
from ocppgw.model.records import ChargePointRecord
from ocppgw.web import selecting
from ocppgw.web.api import telling
from ocppgw.web.pages import chargepoints, idtags, trail, transactions
from tests.web.support import World, clientCertificate

LARGEST = 200_000
"""Bytes of a page."""

LONG = "<&>'\"" * 100
"""What becomes longest once it is escaped."""


class LargeTests(SynchronousTestCase):
    """A charge point that is as large and as wordy as can be, beside others."""

    def setUp(self) -> None:
        self.world = World(self)
        self.chargePoint = self.world.chargePoint(connectors=1)
        self.browser = self.world.browser()

    def assertSmall(self, path: str) -> str:
        """Served, and small; gives the page."""
        page = self.browser.get(path)
        self.assertEqual(page.status, 200, page.text[:500])
        self.assertLess(len(page.text.encode()), LARGEST, path)
        return str(page.text)

    def time(self) -> str:
        return self.world.ring.now().isoformat().replace("+00:00", "Z")

    def perform(self, action: c.GatewayAction) -> None:
        request = c.GatewayRequest(type(action).__name__, action, "erna", "web")
        self.successResultOf(self.world.means.administration.perform(request))

    def fillIdTags(self, count: int) -> None:
        for number in range(count):
            self.perform(c.AddIdTag(f"<TAG&{number:05}>", "Accepted", None, ""))

    def test_configuration(self) -> None:
        """Hundreds of points with long values, and as many unknown keys."""
        token = self.browser.get("/chargepoints/CP1")
        self.browser.posted("/chargepoints/CP1/command", token, command="RefreshConfiguration")
        keys = [{"key": f"K{n}<&>", "readonly": False, "value": LONG} for n in range(300)]
        unknown = [f"U{n}{LONG}"[:50] for n in range(300)]
        self.world.answer(self.chargePoint, {"configurationKey": keys, "unknownKey": unknown})
        text = self.assertSmall("/chargepoints/CP1/configuration")
        self.assertGreater(text.count("<tr"), 10)
        self.assertSmall("/chargepoints/CP1")

    def test_chargePoint(self) -> None:
        """All connectors, all readings, all quirks, with long texts."""
        for number in range(1, 65):
            said = {"connectorId": number, "status": "Faulted", "errorCode": LONG, "info": LONG}
            said |= {"vendorErrorCode": LONG, "vendorId": LONG}
            self.chargePoint.call("StatusNotification", said)
            sampled = [{"value": LONG, "measurand": f"M{kind}{LONG}"[:50]} for kind in range(40)]
            values = [{"timestamp": self.time(), "sampledValue": sampled}]
            self.chargePoint.call("MeterValues", {"connectorId": number, "meterValue": values})
            self.world.ring.advance(1)
        self.assertSmall("/chargepoints/CP1")
        self.assertSmall("/chargepoints")
        self.assertSmall("/")

    def test_frames(self) -> None:
        """Frames as long as they are kept."""
        for number in range(200):
            self.chargePoint.call("DataTransfer", {"vendorId": f"{number}", "data": LONG * 40})
        self.assertSmall("/chargepoints/CP1/frames")

    def test_transactions(self) -> None:
        """Long id tags and reasons, more of them than a page has; no more are read."""
        asked: list[Any] = []
        archive = self.world.means.archive
        listTransactions = archive.listTransactions

        def ask(query: Any) -> Any:
            asked.append(query)
            return listTransactions(query)

        self.patch(archive, "listTransactions", ask)
        for _ in range(60):
            said = {"connectorId": 1, "idTag": LONG[:255], "meterStart": 1}
            number = self.chargePoint.call("StartTransaction", {**said, "timestamp": self.time()})
            stop = {"transactionId": number[2]["transactionId"], "meterStop": 2, "reason": LONG}
            self.chargePoint.call("StopTransaction", {**stop, "timestamp": self.time()})
            self.world.ring.advance(10)
        text = self.assertSmall("/transactions")
        self.assertEqual(text.count('<tr><th scope="row">'), transactions.PAGE)
        self.assertEqual([one.most for one in asked], [transactions.PAGE])

    def test_idTags(self) -> None:
        """Of five thousand id tags a page has a hundred, wherever it begins."""
        self.fillIdTags(5000)
        for offset in (0, 2500, 4900):
            text = self.assertSmall(f"/idtags?offset={offset}")
            self.assertIn("5000 in all", text)
            self.assertEqual(text.count('<tr><th scope="row">'), idtags.PAGE)
        self.assertSmall("/api/v1/idtags?limit=200")

    def test_audit(self) -> None:
        """Long arguments, and no more entries than a page has."""
        for number in range(80):
            self.perform(c.AddIdTag(f"{number}<&>", "Accepted", None, "<&>" * 6))
            self.perform(c.SetDescription("CP1", LONG))
        text = self.assertSmall("/audit")
        self.assertEqual(text.count('<tr><td data-label="Time">'), trail.PAGE)

    def test_opcua(self) -> None:
        """A hundred sessions with a hundred subscriptions each, and long names."""
        many = tuple(OpcUaSubscription(n, 250.0, 1000) for n in range(100))
        sessions = tuple(
            OpcUaSession(LONG, LONG, "192.0.2.9:1", LONG, "Basic256Sha256 Sign", many)
            for _ in range(100)
        )
        self.world.opcua.facts = OpcUaFacts("opc.tcp://box:4840/", sessions, ("None",), many)
        self.world.trust.known = tuple(
            clientCertificate(f"{number:040x}", LONG) for number in range(200)
        )
        text = self.assertSmall("/opcua")
        self.assertIn("100 with 10000 subscriptions", text)


class WorkTests(SynchronousTestCase):
    """What a page of a list costs, counted."""

    def test_rows(self) -> None:
        """Of a thousand charge points only those of the page are told, by page and API."""
        world = World(self)
        for number in range(1000):
            action = c.AddChargePoint(f"X{number:04}", "", 0)
            request = c.GatewayRequest("AddChargePoint", action, "erna", "web")
            self.successResultOf(world.means.administration.perform(request))
        told: list[str] = []

        def tell(record: ChargePointRecord) -> str:
            told.append(record.nodeName)
            return selecting.statusOf(record)

        for module in (telling, chargepoints):
            self.patch(module, "statusOf", tell)
        browser = world.browser()
        browser.get("/chargepoints?offset=500")
        self.assertEqual(told, [f"X{number:04}" for number in range(500, 550)])
        told.clear()
        browser.get("/api/v1/chargepoints?offset=900&limit=20")
        self.assertEqual(told, [f"X{number:04}" for number in range(900, 920)])
