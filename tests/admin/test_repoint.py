"""Tests of ``ocppgw-repoint``: exported tags of all kinds, and what is left alone."""

from __future__ import annotations

import copy
import io
import json
import re
from pathlib import Path
from typing import Any

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from docs.tables import formernames
from docs.tables.formernames import METHODS
from ocppgw.admin.itempaths import PATTERN, Left, nodeIdOf
from ocppgw.admin.repoint import run
from ocppgw.admin.tagfiles import Terms, repointed
from ocppgw.admin.terminal import Terminal
from ocppgw.uaserver.nodes import METHOD
from ocppgw.v16.configurationkeys import CONFIGURATION_KEYS
from ocppgw.v16.measurands import KINDS
from tests.repository.tree import ROOT
from tests.uaserver.layout.site import Site

EXAMPLE = ROOT / "docs" / "examples" / "tags.json"
SERVER = "Ignition OPC UA Server"
TERMS = Terms(re.compile(PATTERN), SERVER, "gateway")
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=20,
)


def tag(path: Any, **more: Any) -> dict[str, Any]:
    """An OPC tag."""
    return {"name": "T", "opcServer": SERVER, "opcItemPath": path, **more}


def item(path: str, device: str = "CP1") -> str:
    """An item of a device."""
    return f"ns=1;s=[{device}]{path}"


class ItemPathTests(SynchronousTestCase):
    """Names of a driver and the nodes that they stand for."""

    def test_names(self) -> None:
        """The names of the peer's guide, whatever their spelling, are nodes of ours."""
        for path, expected in (
            ("Connectors/1/Status", "Connectors/1/Status"),
            ("Connectors/0/Error Code", "Connectors/0/ErrorCode"),
            ("connectors/Connector 2/error_code", "Connectors/2/ErrorCode"),
            ("Connectors/1/Info", "Connectors/1/Info"),
            ("ConfigurationPoints/HeartbeatInterval", "ConfigurationPoints/HeartbeatInterval"),
            ("Configuration Points/heartbeatinterval", "ConfigurationPoints/HeartbeatInterval"),
            ("ConfigurationPoints/VendorKey.1", "ConfigurationPoints/VendorKey.1"),
            ("Connectors/1/Voltage.L1-N", "Connectors/1/MeterValues/Voltage.L1-N"),
            ("Connectors/1/Meter Values/SoC@EV", "Connectors/1/MeterValues/SoC@EV"),
            ("Serial Number", "SerialNumber"),
            ("ICCID", "Iccid"),
            ("", ""),
        ):
            self.assertEqual(nodeIdOf("CP1", path), f"ns=2;s=CP1/{expected}".rstrip("/"), path)

    def test_theyResolve(self) -> None:
        """What comes out is a node that the gateway has, for every key and every measurand."""
        site = Site()
        paths = [f"ConfigurationPoints/{key}" for key in CONFIGURATION_KEYS]
        paths += [f"Connectors/1/{name}" for name in KINDS]
        paths += [f"Connectors/1/{name}" for name in ("Status", "Error Code", "Info")]
        for path in paths:
            found = nodeIdOf("CP1", path)
            assert isinstance(found, str)
            self.assertIsNotNone(site.find(found.removeprefix("ns=2;s=")), path)

    def test_methods(self) -> None:
        """The methods of the documents' table are methods of the gateway."""
        site = Site()
        for name in METHODS:
            _, methodId = formernames._method(name)
            path = methodId.strip("`").removeprefix(f"ns=2;s={formernames.NODE}/")
            self.assertEqual(site.node(path).nodeClass, METHOD, name)

    def test_left(self) -> None:
        """Methods, and what has no counterpart, are left with a reason."""
        for path, reason in (
            ("Clear Cache", "method"),
            ("Connectors/1/Unlock Connector", "method"),
            ("DB12,REAL4", "nothing like"),
            ("Connectors/x/Status", "no number"),
            ("Connectors/1/Status/x", "nothing below"),
            ("ConfigurationPoints/a/b", "nothing below"),
        ):
            found = nodeIdOf("CP1", path)
            assert isinstance(found, Left), path
            self.assertIn(reason, found.reason)

    def test_parameters(self) -> None:
        """Parameters of a UDT stay where they stand, and names are encoded as NodeIds want."""
        self.assertEqual(
            nodeIdOf("{Site}-{Device}", "Connectors/{N}/Status"),
            "ns=2;s={Site}-{Device}/Connectors/{N}/Status",
        )
        self.assertEqual(nodeIdOf("a/b", "Vendor"), "ns=2;s=a%2Fb/Vendor")


class TagFileTests(SynchronousTestCase):
    """Whole files."""

    def test_nested(self) -> None:
        """Folders in folders keep their form; the report tells the way."""
        content = [{"name": "A", "tags": [{"name": "B", "tags": [tag(item("Vendor"))]}]}]
        made, [change] = repointed(content, TERMS)
        self.assertEqual(made[0]["tags"][0]["tags"][0]["opcItemPath"], "ns=2;s=CP1/Vendor")
        self.assertEqual(made[0]["tags"][0]["tags"][0]["opcServer"], "gateway")
        self.assertEqual((change.tag, change.old), ("A/B/T", item("Vendor")))

    def test_definition(self) -> None:
        """The binding of a UDT is changed, its kind and all else of the tag are not."""
        bound = {"bindType": "parameter", "binding": item("Connectors/{N}/Status", "{Device}")}
        made, _ = repointed(tag(bound, historyEnabled=True), TERMS)
        binding = {"bindType": "parameter", "binding": "ns=2;s={Device}/Connectors/{N}/Status"}
        expected = {"name": "T", "opcServer": "gateway", "opcItemPath": binding}
        self.assertEqual(made, {**expected, "historyEnabled": True})

    def test_override(self) -> None:
        """An instance that overrides only the path gets no server of its own."""
        made, _ = repointed({"name": "T", "opcItemPath": item("Vendor")}, TERMS)
        self.assertEqual(made, {"name": "T", "opcItemPath": "ns=2;s=CP1/Vendor"})

    def test_parameter(self) -> None:
        """A parameter that holds an item is changed; any other is not."""
        parameters = {
            "Base": {"dataType": "String", "value": item("Connectors/1")},
            "Old": item("Connectors/2"),
            "Number": {"dataType": "Integer", "value": 1},
        }
        made, report = repointed({"name": "U", "parameters": parameters}, TERMS)
        self.assertEqual(made["parameters"]["Base"]["value"], "ns=2;s=CP1/Connectors/1")
        self.assertEqual(made["parameters"]["Old"], "ns=2;s=CP1/Connectors/2")
        self.assertEqual(made["parameters"]["Number"], parameters["Number"])
        self.assertEqual(2, len(report))

    def test_foreign(self) -> None:
        """Other servers, other namespaces, other kinds of tags and bound servers stay."""
        for each in (
            tag(item("Vendor"), opcServer="Kepware"),
            tag(item("Vendor"), opcServer={"bindType": "parameter", "binding": "{Server}"}),
            tag("ns=2;s=Channel1.Device1.Tag1"),
            tag(None),
            {"name": "M", "valueSource": "memory", "value": item("Vendor")},
        ):
            self.assertEqual(repointed(each, TERMS), (each, []))

    def test_noCounterpart(self) -> None:
        """What has no counterpart stays, server included, and is told."""
        plc = tag("ns=1;s=[PLC7]DB12,REAL4")
        made, [change] = repointed(plc, TERMS)
        self.assertEqual(made, plc)
        self.assertIsInstance(change.new, Left)

    def test_terms(self) -> None:
        """Devices can be chosen and renamed."""
        terms = Terms(TERMS.pattern, SERVER, "g", {"CP1": "East"}, frozenset({"CP1"}))
        tags = [tag(item("Vendor")), tag(item("Vendor", "CP2"))]
        made, report = repointed(tags, terms)
        self.assertEqual((made[0]["opcItemPath"], made[1]), ("ns=2;s=East/Vendor", tags[1]))
        self.assertEqual(1, len(report))

    @given(JSON)
    def test_anything(self, content: Any) -> None:
        """Any JSON comes through as it is, and what came in is never changed."""
        before = copy.deepcopy(content)
        self.assertEqual(repointed(content, TERMS), (before, []))
        self.assertEqual(content, before)


class ScriptTests(SynchronousTestCase):
    """The command."""

    def setUp(self) -> None:
        self.stdout, self.stderr = io.StringIO(), io.StringIO()
        self.output = Path(self.mktemp())

    def run_(self, *arguments: str) -> int:
        """Run it."""
        return run(list(arguments), Terminal(io.StringIO(), self.stdout, self.stderr))

    def test_dryRun(self) -> None:
        """Without --output each change is told, and what stays with its reason."""
        self.assertEqual(self.run_(str(EXAMPLE)), 0)
        said = self.stdout.getvalue()
        old = "ns=1;s=[BGS_5338]Connectors/1/Error Code"
        self.assertIn(f"Garage/East/Error: {old} -> ns=2;s=BGS_5338/Connectors/1/ErrorCode\n", said)
        self.assertIn("Boiler: ns=1;s=[PLC7]DB12,REAL4 stays: there is nothing like", said)
        self.assertIn("3 changed, 1 left as they are; nothing was written", said)

    def test_written(self) -> None:
        """With --output the file is written, the same but for items and servers."""
        self.assertEqual(self.run_("-o", str(self.output), "-c", "gw", str(EXAMPLE)), 0)
        before = json.loads(EXAMPLE.read_text(encoding="utf-8"))
        after = json.loads(self.output.read_text(encoding="utf-8"))
        self.assertEqual(before["tags"][2], after["tags"][2])
        east = after["tags"][1]["tags"][0]["tags"]
        self.assertEqual(east[0], before["tags"][1]["tags"][0]["tags"][0])
        self.assertEqual((east[1]["opcServer"], east[1]["historyEnabled"]), ("gw", True))
        self.assertEqual(list(east[1]), list(before["tags"][1]["tags"][0]["tags"][1]))
        self.assertEqual(
            east[2]["opcItemPath"],
            "ns=2;s=BGS_5338/Connectors/1/MeterValues/Energy.Active.Import.Register",
        )

    def test_neverOverwritten(self) -> None:
        """A file that is there is not touched."""
        self.output.write_text("mine")
        self.assertEqual(self.run_("-o", str(self.output), str(EXAMPLE)), 1)
        self.assertEqual(self.output.read_text(), "mine")
        self.assertIn("File exists", self.stderr.getvalue())

    def test_options(self) -> None:
        """Pattern, node names, devices and server are taken from the command line."""
        words = ["--node", "BGS_5338=East", "--device", "BGS_5338", "--pattern"]
        self.assertEqual(self.run_(*words, PATTERN, "--server", SERVER, str(EXAMPLE)), 0)
        self.assertIn("-> ns=2;s=East/Connectors/1/ErrorCode", self.stdout.getvalue())
        self.assertIn("2 changed, 0 left", self.stdout.getvalue())

    def test_refused(self) -> None:
        """What cannot be done is one line and status 1."""
        self.output.write_text("[")
        for arguments in (
            [],
            ["missing.json"],
            [str(self.output)],
            ["--pattern", "(", str(EXAMPLE)],
            ["--pattern", "x", str(EXAMPLE)],
            ["--node", "x", str(EXAMPLE)],
        ):
            self.assertEqual(self.run_(*arguments), 1, arguments)
        self.assertEqual(6, self.stderr.getvalue().count("ocppgw-repoint: "))
        self.assertEqual("", self.stdout.getvalue())
