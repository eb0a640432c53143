"""Tests of namespace 0 as clients see it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from attrs import evolve
from opcua import ua
from twisted.trial.unittest import TestCase

from ocppgw.uaserver.codec.reader import MAX_ELEMENTS, MAX_LENGTH
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.nodes import OBJECT_TYPE, VARIABLE, VARIABLE_TYPE
from ocppgw.uaserver.settings import ServerSettings
from tests.conformance import shows
from tests.uaserver.wire import World

#: Variables of the Server object that mean "nothing known" when null, and may be.
MAY_BE_NULL = {
    "EstimatedReturnTime", "LocalTime", "DefaultAccessRestrictions",
}  # fmt: skip


class ServerObjectTests(TestCase):
    def setUp(self) -> None:
        limits = evolve(Limits(), operations=77, continuationPoints=3)
        self.world = World(ServerSettings(applicationUri="urn:gw", limits=limits))
        self.client = self.world.client()

    def value(self, name: str) -> Any:
        found = self.client.read(ua.NodeId(getattr(ua.ObjectIds, name)))
        self.assertEqual(found.StatusCode.name, "Good")
        return found.Value.Value

    def test_history(self) -> None:
        """Raw history can be read, nothing of it changed; the limits are those that hold."""
        capabilities = "HistoryServerCapabilities_"
        self.assertTrue(self.value(capabilities + "AccessHistoryDataCapability"))
        for name in ("AccessHistoryEvents", "InsertData", "ReplaceData", "UpdateData", "DeleteRaw"):
            self.assertFalse(self.value(f"{capabilities}{name}Capability"), name)
        self.assertEqual(self.value(capabilities + "MaxReturnDataValues"), Limits().historyValues)
        points = self.value("Server_ServerCapabilities_MaxHistoryContinuationPoints")
        self.assertEqual(points, Limits().historyContinuationPoints)

    def test_namespaces(self) -> None:
        """Index 1 is the application's own URI, index 2 is ours for ever."""
        self.assertEqual(
            self.value("Server_NamespaceArray"),
            ["http://opcfoundation.org/UA/", "urn:gw", "urn:ocppgw:chargepoints"],
        )
        self.assertEqual(self.value("Server_ServerArray"), ["urn:gw"])

    def test_currentTime(self) -> None:
        """CurrentTime goes on, alone and within ServerStatus."""
        before = self.value("Server_ServerStatus_CurrentTime")
        self.world.clock.advance(3)
        self.assertEqual((self.value("Server_ServerStatus_CurrentTime") - before).seconds, 3)
        status = self.value("Server_ServerStatus")
        self.assertEqual(status.CurrentTime, self.world.now().replace(tzinfo=None))
        self.assertEqual(status.State, ua.ServerState.Running)
        self.assertEqual(status.BuildInfo.ProductName, "ocppgw")

    @shows("Base Info Server Capabilities")
    def test_limitsAreTrue(self) -> None:
        """ServerCapabilities announces what is enforced."""
        base = "Server_ServerCapabilities_"
        limits = base + "OperationLimits_"
        for name in ("MaxNodesPerRead", "MaxNodesPerBrowse", "MaxMonitoredItemsPerCall"):
            self.assertEqual(self.value(limits + name), 77)
        self.assertEqual(self.value(base + "MaxBrowseContinuationPoints"), 3)
        for name, most in (
            ("MaxArrayLength", MAX_ELEMENTS),
            ("MaxStringLength", MAX_LENGTH),
            ("MaxByteStringLength", MAX_LENGTH),
        ):
            self.assertEqual(self.value(base + name), most)
        self.assertEqual(self.value("Server_ServiceLevel"), 255)

    def test_buildInfo(self) -> None:
        """BuildInfo is about the product, whatever the site calls its gateway."""
        built = datetime(2026, 1, 2, tzinfo=UTC)
        settings = ServerSettings(applicationName="Car park", softwareVersion="1.2", built=built)
        self.client = World(settings).client()
        build = self.value("Server_ServerStatus_BuildInfo")
        self.assertEqual((build.ProductName, build.ManufacturerName), ("ocppgw", "ocppgw"))
        self.assertEqual((build.SoftwareVersion, build.ProductUri), ("1.2", "urn:ocppgw"))
        self.assertEqual(build.BuildDate, built.replace(tzinfo=None))
        for name in ("ProductName", "SoftwareVersion", "BuildDate"):
            one = self.value(f"Server_ServerStatus_BuildInfo_{name}")
            self.assertEqual(one, getattr(build, name))

    @shows("Base Info Core Structure")
    def test_nothingIsNull(self) -> None:
        """No Variable below the Server object is null but those that may be."""
        space, viewer = self.world.core.space, None
        waiting, seen = [ua.NodeId(2253)], set()
        while waiting:
            node = space.find(waiting.pop())
            name = node.attribute(3, viewer).Value.Value.Name
            if node.nodeClass == VARIABLE and name not in MAY_BE_NULL:
                value = node.attribute(13, viewer)
                self.assertIsNotNone(value.Value.Value, name)
                self.assertIsNotNone(value.ServerTimestamp, name)
            for each in node.own:
                component = each.referenceTypeId.Identifier in (46, 47)
                if component and each.isForward and each.target not in seen:
                    seen.add(each.target)
                    waiting.append(each.target)
        self.assertGreater(len(seen), 100)

    def test_typeDefinitions(self) -> None:
        """Each HasTypeDefinition names the class of its target, and its inverse is not there."""
        for node in self.world.core.space._standard.values():
            for each in node.own:
                if each.referenceTypeId.Identifier == 40:
                    self.assertIn(each.nodeClass, (OBJECT_TYPE, VARIABLE_TYPE))
                    self.assertTrue(each.isForward)

    def test_nothingIsWritable(self) -> None:
        """A standard Variable can be read, not written, and says so."""
        nodeId = ua.NodeId(2258)
        self.assertEqual(self.client.read(nodeId, 17).Value.Value, 1)
        self.assertEqual(self.client.read(nodeId, 18).Value.Value, 1)
        asked = ua.WriteValue()
        asked.NodeId, asked.AttributeId = nodeId, 13
        asked.Value = ua.DataValue(ua.Variant(1))
        request = ua.WriteRequest()
        request.Parameters.NodesToWrite = [asked]
        self.assertEqual(self.client.ask(request).Results[0].name, "BadNotWritable")

    @shows("Attribute Read Complex")
    def test_everyAttributeOfEveryNode(self) -> None:
        """Every attribute of every standard node can be read and decoded by another decoder."""
        request = ua.ReadRequest()
        self.world = World()
        client = self.world.client()
        nodes = list(self.world.core.space._standard)
        bad: set[str] = set()
        for begin in range(0, len(nodes), 40):
            request.Parameters.NodesToRead = []
            for nodeId in nodes[begin : begin + 40]:
                for attributeId in range(1, 23):
                    asked = ua.ReadValueId()
                    asked.NodeId, asked.AttributeId = nodeId, attributeId
                    request.Parameters.NodesToRead.append(asked)
            results = client.ask(request).Results
            self.assertEqual(len(results), len(request.Parameters.NodesToRead))
            bad |= {each.StatusCode.name for each in results}
        self.assertEqual(bad, {"Good", "BadAttributeIdInvalid"})
