"""Tests of the OpenAPI document: it tells of everything that the API does, and truly."""

from __future__ import annotations

import re
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.web.api.operations import OPERATIONS
from tests.web.support import World, clientCertificate

NOON = "2026-05-04T12:00:00Z"


class DocumentTests(SynchronousTestCase):
    """The document as it is served."""

    def setUp(self) -> None:
        self.world = World(self)
        self.document: Any = self.world.browser().get("/api/v1/openapi.json").json

    def schema(self, path: str, method: str = "get") -> dict[str, Any]:
        """The schema of an answer, with all that it refers to."""
        answers = self.document["paths"][path][method]["responses"]
        schema = answers["200"]["content"]["application/json"]["schema"]
        return {**schema, "components": self.document["components"]}

    def test_every(self) -> None:
        """Each operation is in it once, with a summary and the names in its path."""
        told = {
            (method.upper(), path): one
            for path, methods in self.document["paths"].items()
            for method, one in methods.items()
        }
        self.assertEqual(set(told), {(one.method, one.path) for one in OPERATIONS})
        for (_, path), one in told.items():
            self.assertTrue(one["summary"].endswith("."), one["operationId"])
            names = {p["name"] for p in one["parameters"] if p["in"] == "path"}
            self.assertEqual(names, set(re.findall(r"\{(\w+)\}", path)))

    def test_references(self) -> None:
        """Whatever it refers to is there."""
        wanted = set(re.findall(r"#/components/schemas/([\w]+)", str(self.document)))
        self.assertEqual(wanted - set(self.document["components"]["schemas"]), set())

    def test_schemas(self) -> None:
        """Its schemas are JSON schemas."""
        for schema in self.document["components"]["schemas"].values():
            Draft202012Validator.check_schema(schema)

    def test_answersFit(self) -> None:
        """What is answered is what the document promises."""
        chargePoint = self.world.chargePoint()
        said = {
            "connectorId": 1,
            "idTag": "A",
            "meterStart": 1,
            "timestamp": NOON,
        }
        number = chargePoint.call("StartTransaction", said)[2]["transactionId"]
        program = self.world.browser()
        program.send("PUT", "/api/v1/idtags/A", {})
        self.world.trust.known = (clientCertificate(),)
        self.world.means.works.begin("anonymous", "Import", "rows")
        for path, named in (
            ("/gateway", {}),
            ("/audit", {}),
            ("/me", {}),
            ("/settings", {}),
            ("/chargepoints", {}),
            ("/chargepoints/{nodeName}", {"nodeName": "CP1"}),
            ("/chargepoints/{nodeName}/configuration", {"nodeName": "CP1"}),
            ("/chargepoints/{nodeName}/frames", {"nodeName": "CP1"}),
            ("/transactions", {}),
            (
                "/transactions/{nodeName}/{transactionId}",
                {"nodeName": "CP1", "transactionId": number},
            ),
            ("/idtags", {}),
            ("/opcua", {}),
            ("/opcua/certificates", {}),
            ("/works", {}),
        ):
            page = program.get("/api/v1" + path.format(**named))
            self.assertEqual(page.status, 200, page.text)
            Draft202012Validator(self.schema(path)).validate(page.json)

    def test_files(self) -> None:
        """Files are told with their types, the ones that are given out and the ones taken in."""
        self.world.chargePoint()
        program = self.world.browser()
        for path in ("/idtags.csv", "/transactions.csv", "/chargepoints/{nodeName}/frames.jsonl"):
            [kind] = self.document["paths"][path]["get"]["responses"]["200"]["content"]
            page = program.get("/api/v1" + path.format(nodeName="CP1"))
            self.assertEqual(page.headers["Content-Type"].partition(";")[0], kind)
        [kind] = self.document["paths"]["/idtags.csv"]["post"]["requestBody"]["content"]
        answer = program.ask("POST", "/api/v1/idtags.csv", b"A", Content_Type=kind)
        Draft202012Validator(self.schema("/idtags.csv", "post")).validate(answer.json)

    def test_problemFits(self) -> None:
        """A problem is what the document says that problems are."""
        page = self.world.browser().get("/api/v1/chargepoints/nobody")
        schema = {"$ref": "#/components/schemas/Problem", "components": self.document["components"]}
        Draft202012Validator(schema).validate(page.json)
