"""Tests of the JSON API, over a Central System and charge points in memory."""

from __future__ import annotations

import json
from typing import Any

import attrs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.config.configuration import Configuration
from ocppgw.config.sections import OcppSection
from tests.web.support import HOSTILE, OPCUA, World, clientCertificate

API = "/api/v1"


class ApiCase(SynchronousTestCase):
    """One charge point, CP1, and a program on this machine."""

    def setUp(self) -> None:
        self.world = World(self)
        self.chargePoint = self.world.chargePoint()
        self.program = self.world.browser()

    def get(self, path: str) -> Any:
        page = self.program.get(API + path)
        self.assertEqual(page.status, 200, page.text)
        return page.json

    def start(self, idTag: str = "TAG", meterStart: int = 100) -> int:
        time = self.world.ring.now().isoformat().replace("+00:00", "Z")
        said = {"connectorId": 1, "idTag": idTag, "meterStart": meterStart, "timestamp": time}
        return int(self.chargePoint.call("StartTransaction", said)[2]["transactionId"])


class ChargePointsTests(ApiCase):
    """What there is to see."""

    def test_list(self) -> None:
        """The list tells how each one is."""
        told = self.get("/chargepoints")
        [one] = told["chargePoints"]
        self.assertEqual((one["nodeName"], one["status"], told["total"]), ("CP1", "Available", 1))
        self.assertTrue(one["connected"])

    def test_pages(self) -> None:
        """It comes page by page, narrowed by search and state."""
        for name in ("A1", "A2", "B1"):
            self.world.chargePoint(name).vanish()
        self.world.ring.advance(5)
        page = self.get("/chargepoints?limit=2&offset=1")
        self.assertEqual([one["nodeName"] for one in page["chargePoints"]], ["A2", "B1"])
        self.assertEqual(page["total"], 4)
        self.assertEqual(self.get("/chargepoints?search=a")["total"], 4)
        self.assertEqual(self.get("/chargepoints?search=a1")["total"], 1)
        online = self.get("/chargepoints?state=online")["chargePoints"]
        self.assertEqual([one["nodeName"] for one in online], ["CP1"])

    def test_one(self) -> None:
        """One of them is told with its nameplate and its connectors' live values."""
        self.chargePoint.call(
            "MeterValues",
            {
                "connectorId": 1,
                "meterValue": [
                    {
                        "timestamp": "2026-05-04T12:00:00Z",
                        "sampledValue": [
                            {"value": "7.4", "measurand": "Power.Active.Import", "unit": "kW"}
                        ],
                    }
                ],
            },
        )
        told = self.get("/chargepoints/CP1")
        self.assertEqual(told["nameplate"]["vendor"], "ACME")
        live = told["connectors"][1]["live"]["power"]
        self.assertEqual((live["value"], live["quality"]), (7400.0, "good"))

    def test_unknown(self) -> None:
        """What there is not is not found, in JSON."""
        for path in ("/chargepoints/CP2", "/chargepoints/CP2/configuration", "/transactions/CP1/1"):
            page = self.program.get(API + path)
            self.assertEqual((page.status, page.json["error"]), (404, "unknownTarget"), path)
        for path in ("/nothing", "", "/chargepoints/CP1/nothing"):
            self.assertEqual(self.program.get(API + path).status, 404)
        self.assertEqual(self.program.send("DELETE", f"{API}/gateway", {}).status, 405)

    def test_anyName(self) -> None:
        """Any name can be asked for, slashes and percent signs too."""
        markup = HOSTILE.partition("\x1b")[0]
        for name in ("A/B", "50%", "%2F", "a?b#c", "a b", markup):
            quoted = "".join(f"%{byte:02X}" for byte in name.encode())
            added = self.program.send("POST", f"{API}/chargepoints", {"identity": name})
            self.assertEqual(added.status, 200, added.text)
            self.assertEqual(self.get(f"/chargepoints/{quoted}")["summary"]["identity"], name)

    def test_add(self) -> None:
        """One is made known before it calls in, and removed again."""
        body = {"identity": "NEW", "nodeName": "Bay7", "connectors": 2}
        self.assertEqual(
            self.program.send("POST", f"{API}/chargepoints", body).json["status"], "Added"
        )
        self.assertEqual(self.get("/chargepoints/Bay7")["summary"]["connectors"], 2)
        again = self.program.send("POST", f"{API}/chargepoints", body)
        self.assertEqual((again.status, again.json["error"]), (409, "known"))
        removed = self.program.send("DELETE", f"{API}/chargepoints/Bay7", b"")
        self.assertEqual(removed.json["status"], "Removed")

    def test_removeConnected(self) -> None:
        """One that is connected is not removed."""
        answer = self.program.send("DELETE", f"{API}/chargepoints/CP1", b"")
        self.assertEqual((answer.status, answer.json["error"]), (409, "notAllowedNow"))

    def test_change(self) -> None:
        """Name, description and whether it may connect are changed one by one."""
        answer = self.program.send("PATCH", f"{API}/chargepoints/CP1", {"name": "Bay 1"})
        self.assertEqual(answer.json["summary"]["name"], "Bay 1")
        answer = self.program.send("PATCH", f"{API}/chargepoints/CP1", {"enabled": False})
        self.assertEqual(answer.json["summary"]["status"], "Disabled")
        self.assertEqual(answer.json["summary"]["name"], "Bay 1")

    def test_configuration(self) -> None:
        """Configuration keys are told, secrets without their values."""
        keys = {one["key"]: one for one in self.get("/chargepoints/CP1/configuration")["keys"]}
        self.assertEqual(keys["HeartbeatInterval"]["value"], "300")
        self.assertEqual(keys["HeartbeatInterval"]["type"], "Int32")
        self.assertTrue(keys["NumberOfConnectors"]["readonly"])
        self.assertIsNone(keys["AuthorizationKey"]["value"])


class AdministrationTests(ApiCase):
    """What people decide about a charge point."""

    def test_accept(self) -> None:
        """One that waits is taken in, and nothing else can be said of it."""
        ocpp = OcppSection(onboarding="pending")
        world = World(self, attrs.evolve(Configuration(), ocpp=ocpp))
        world.ring.connect("/CP2").boot()
        program, path = world.browser(), f"{API}/chargepoints/CP2"
        self.assertEqual(program.get(path).json["registration"], "Pending")
        wrong = program.send("PUT", f"{path}/registration", {"status": "Rejected"})
        self.assertEqual(wrong.status, 422)
        answer = program.send("PUT", f"{path}/registration", {"status": "Accepted"})
        self.assertEqual((answer.status, answer.json["status"]), (200, "Accepted"))
        self.assertEqual(program.get(path).json["registration"], "Accepted")

    def test_replace(self) -> None:
        """New hardware takes over the node name, and what is known already cannot."""
        path = f"{API}/chargepoints/CP1/identity"
        answer = self.program.send("PUT", path, {"newIdentity": "NEW"})
        self.assertEqual(answer.json["status"], "Replaced")
        self.assertEqual(self.get("/chargepoints/CP1")["summary"]["identity"], "NEW")
        again = self.program.send("PUT", path, {"newIdentity": "NEW"})
        self.assertEqual((again.status, again.json["argument"]), (409, "newIdentity"))

    def test_forceClose(self) -> None:
        """A transaction that never ends is closed; where none runs, there is nothing to close."""
        self.start()
        path = f"{API}/chargepoints/CP1/connectors/1/transaction"
        self.assertEqual(self.program.ask("DELETE", path).json["status"], "Closed")
        self.assertEqual(self.program.ask("DELETE", path).status, 409)
        path = f"{API}/chargepoints/CP1/connectors/x/transaction"
        self.assertEqual(self.program.ask("DELETE", path).status, 404)

    def test_audited(self) -> None:
        """Each of them is in the audit trail, with who did it."""
        self.test_replace()
        [entry] = [one for one in self.get("/audit")["entries"] if one["status"] == "Replaced"]
        self.assertEqual((entry["name"], entry["origin"]), ("ReplaceChargePoint", "web"))


class CommandTests(ApiCase):
    """Commands, and how they end."""

    def send(self, body: Any) -> Any:
        path = f"{API}/chargepoints/CP1/commands"
        sent = self.program.asked("POST", path, _json(body), Content_Type="application/json")
        self.world.ring.flush()
        return sent

    def test_accepted(self) -> None:
        """The charge point's word comes back."""
        sent = self.send({"command": "Reset", "type": "Soft"})
        self.assertNoResult(sent)
        call = self.world.answer(self.chargePoint, {"status": "Accepted"})
        self.assertEqual(call[2:], ["Reset", {"type": "Soft"}])
        page = self.successResultOf(sent)
        self.assertEqual((page.status, page.json["status"]), (200, "Accepted"))

    def test_rejected(self) -> None:
        """A charge point that says no has answered, too."""
        sent = self.send({"command": "UnlockConnector", "connectorId": 1})
        self.world.answer(self.chargePoint, {"status": "UnlockFailed"})
        self.assertEqual(self.successResultOf(sent).json["status"], "UnlockFailed")

    def test_timedOut(self) -> None:
        """One that does not answer at all is told as a time-out of the gateway."""
        sent = self.send({"command": "ClearCache"})
        self.world.ring.advance(31)
        self.world.flush()
        page = self.successResultOf(sent)
        self.assertEqual((page.status, page.json["error"]), (504, "timedOut"))

    def test_notConnected(self) -> None:
        """To one that is not there nothing is sent."""
        self.chargePoint.vanish()
        self.world.ring.advance(5)
        page = self.successResultOf(self.send({"command": "ClearCache"}))
        self.assertEqual((page.status, page.json["error"]), (409, "notConnected"))

    def test_invalid(self) -> None:
        """A command that is none is refused, and says why."""
        for body, status in (
            ({"command": "Explode"}, 422),
            ({"command": "Reset"}, 422),
            ({"command": "Reset", "type": "Soft", "more": 1}, 422),
            ({"command": "UnlockConnector", "connectorId": "1"}, 422),
            ({"command": "Reset", "type": "Medium"}, 422),
            ([], 422),
            (b"{", 400),
            (b"\xff", 400),
            (b"[" * 100_000, 400),
            ({"command": "UnlockConnector", "connectorId": 1.5}, 422),
        ):
            page = self.successResultOf(self.send(body))
            self.assertEqual((page.status, page.json["error"]), (status, "invalidArgument"))
        self.assertEqual(self.chargePoint.takeCalls(), [])

    def test_notJson(self) -> None:
        """A body of another kind is refused."""
        page = self.program.ask(
            "PUT", f"{API}/idtags/X", b"status=Blocked", Content_Type="text/plain"
        )
        self.assertEqual(page.status, 415)

    def test_gone(self) -> None:
        """Who goes away before the end stops nothing: the command is done, and in the trail."""
        sent = self.send({"command": "ClearCache"})
        sent.cancel()
        self.failureResultOf(sent)
        self.world.flush()
        self.world.answer(self.chargePoint, {"status": "Accepted"})
        entry = self.get("/audit")["entries"][0]
        self.assertEqual((entry["name"], entry["status"]), ("ClearCache", "Accepted"))

    def test_changeKey(self) -> None:
        """A configuration key is changed and read back."""
        sent = self.program.asked(
            "PUT",
            f"{API}/chargepoints/CP1/configuration/HeartbeatInterval",
            b'{"value": "60"}',
            Content_Type="application/json",
        )
        call = self.world.answer(self.chargePoint, {"status": "Accepted"})
        self.assertEqual(call[3], {"key": "HeartbeatInterval", "value": "60"})
        reported = {"key": "HeartbeatInterval", "readonly": False, "value": "60"}
        self.world.answer(self.chargePoint, {"configurationKey": [reported]})
        told = self.successResultOf(sent).json
        self.assertEqual(told["status"], "Accepted")
        self.assertEqual(told["outputs"]["Value"], "60")


class PastTests(ApiCase):
    """Transactions, idTags, the audit trail."""

    def test_transaction(self) -> None:
        """A transaction is told while it runs and when it ended."""
        number = self.start()
        [one] = self.get("/transactions")["transactions"]
        self.assertEqual((one["transactionId"], one["active"], one["idTag"]), (number, True, "TAG"))
        self.chargePoint.call(
            "StopTransaction",
            {"transactionId": number, "meterStop": 1600, "timestamp": "2026-05-04T13:00:00Z"},
        )
        told = self.get(f"/transactions/CP1/{number}")
        self.assertEqual((told["energy"], told["active"]), (1500.0, False))

    def test_transactionsNarrowed(self) -> None:
        """The list is narrowed by charge point, idTag and time."""
        self.start("A")
        self.assertEqual(len(self.get("/transactions?idTag=a")["transactions"]), 1)
        self.assertEqual(len(self.get("/transactions?chargePoint=CP2")["transactions"]), 0)
        past = "2026-01-01T00:00:00Z"
        self.assertEqual(len(self.get(f"/transactions?end={past}")["transactions"]), 0)
        self.assertEqual(len(self.get(f"/transactions?start={past}")["transactions"]), 1)

    def test_idTags(self) -> None:
        """An idTag is added, found, blocked and removed."""
        for status in ("Accepted", "Blocked"):
            body = {"status": status, "expiryDate": "2030-01-01T00:00:00Z"}
            self.assertEqual(self.program.send("PUT", f"{API}/idtags/TAG%2F1", body).status, 200)
        [one] = self.get("/idtags?search=tag")["idTags"]
        self.assertEqual((one["idTag"], one["status"]), ("TAG/1", "Blocked"))
        self.assertEqual(
            self.chargePoint.call("Authorize", {"idTag": "tag/1"})[2]["idTagInfo"]["status"],
            "Blocked",
        )
        self.program.send("DELETE", f"{API}/idtags/TAG%2F1", b"")
        self.assertEqual(self.get("/idtags")["total"], 0)

    def test_audit(self) -> None:
        """What was done is told with who did it, and from where."""
        self.program.send("PUT", f"{API}/idtags/X", {})
        [entry] = self.get("/audit")["entries"]
        self.assertEqual(
            (entry["user"], entry["origin"], entry["name"], entry["status"]),
            ("anonymous", "web", "AddIdTag", "Added"),
        )

    def test_parameters(self) -> None:
        """A parameter that makes no sense is refused by name, not ignored."""
        wrong = "limit=0 limit=1000 limit=x start=yesterday more=1 before=-1 idTag=%ff start=null"
        for query in (*wrong.split(), "limit=1&limit=2"):
            page = self.program.get(f"{API}/transactions?{query}")
            self.assertEqual((page.status, page.json["error"]), (400, "invalidArgument"), query)

    def test_storeFails(self) -> None:
        """While the store fails the lists say so, and what it keeps is refused."""
        self.world.ring.store.fail("the disk is on fire")
        for path in ("/transactions", "/audit"):
            page = self.program.get(API + path)
            self.assertEqual((page.status, page.json["error"]), (503, "storeFailed"))
        self.assertEqual(self.program.send("PUT", f"{API}/idtags/X", {}).status, 503)

    def test_gateway(self) -> None:
        """The gateway tells its own values and who is connected by OPC UA."""
        told = self.get("/gateway")
        self.assertEqual(told["values"]["ChargePointsKnown"]["value"], 1)


def _json(body: Any) -> bytes:
    return body if isinstance(body, bytes) else json.dumps(body).encode()


class OpcUaTests(ApiCase):
    """The OPC UA side."""

    def test_sessions(self) -> None:
        """Who is connected is told, with what they subscribed to."""
        told = self.get("/opcua")
        self.assertEqual(told["endpoints"], list(OPCUA.endpoints))
        [session] = told["sessions"]
        self.assertEqual((session["name"], session["user"]), ("Ignition", "scada"))
        first = session["subscriptions"][0]
        self.assertEqual((first["items"], first["publishingInterval"]), (1200, 250.0))

    def test_certificates(self) -> None:
        """One that waits is trusted, and rejected again; one that there is not is not found."""
        self.world.trust.known = (clientCertificate(),)
        [one] = self.get("/opcua/certificates")["certificates"]
        self.assertEqual((one["name"], one["trusted"]), ("Ignition", False))
        path = f"{API}/opcua/certificates/ab12"
        self.assertEqual(self.program.send("PUT", path, {"trusted": True}).status, 200)
        [one] = self.get("/opcua/certificates")["certificates"]
        self.assertTrue(one["trusted"])
        self.assertEqual(self.program.send("PUT", path, {"trusted": True}).status, 404)
        self.assertEqual(self.program.send("PUT", path, {"trusted": False}).status, 200)
        self.assertEqual([one[1] for one in self.world.trust.decided], [True, False])
