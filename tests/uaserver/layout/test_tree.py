"""The tree that clients bind to: every node is there with its name, type and arguments."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial import unittest

from ocppgw.model import facts as f
from ocppgw.model.records import Settings
from ocppgw.uaserver.nodes import METHOD, OBJECT, OBJECT_TYPE, VARIABLE
from tests.model.given import refresh
from tests.uaserver.layout import tree
from tests.uaserver.layout.site import (
    ENGINEER,
    START,
    Site,
    children,
    everything,
    nodeId,
)

A = ua.AttributeIds
TYPE_NAMES = {1: "Boolean", 6: "Int32", 7: "UInt32", 11: "Double", 12: "String", 13: "DateTime"}


def attribute(node: Any, attributeId: int) -> Any:
    """The bare value of an attribute."""
    return node.attribute(attributeId, ENGINEER).Value.Value


def variablesOf(site: Site, node: Any) -> dict[str, str]:
    """Browse name to DataType of the variables beneath a node, Properties left out."""
    return {
        attribute(each, A.BrowseName).Name: TYPE_NAMES[attribute(each, A.DataType).Identifier]
        for each in children(site, node)
        if each.nodeClass == VARIABLE
    }


def argumentsOf(node: Any, name: str) -> str:
    """Arguments of a method, written as in the promised tree."""
    found = node.child(name)
    if found is None:
        return ""
    texts = []
    for each in attribute(found, A.Value):
        suffix = "[]" if each.ValueRank == 1 else ""
        assert each.Description.Text
        texts.append(f"{each.Name} {TYPE_NAMES[each.DataType.Identifier]}{suffix}")
    return ", ".join(texts)


def methodsOf(site: Site, node: Any) -> dict[str, tuple[str, str]]:
    """Browse name to inputs and outputs of the methods beneath a node."""
    return {
        attribute(each, A.BrowseName).Name: (
            argumentsOf(each, "InputArguments"),
            argumentsOf(each, "OutputArguments"),
        )
        for each in children(site, node)
        if each.nodeClass == METHOD
    }


class PromisedTree(unittest.SynchronousTestCase):
    """Every line of the tree."""

    def setUp(self) -> None:
        self.site = Site(Settings(connectors=2))

    def assertVariables(self, node: Any, promised: str, zero: bool = False) -> None:
        """Just the promised variables are beneath a node."""
        self.assertEqual(variablesOf(self.site, node), tree.variables(promised, zero))

    def test_gateway(self) -> None:
        """Gateway has its variables and methods."""
        gateway = self.site.find("/Gateway")
        self.assertVariables(gateway, tree.GATEWAY)
        self.assertEqual(methodsOf(self.site, gateway), tree.methods(tree.GATEWAY_METHODS))

    def test_chargePoint(self) -> None:
        """A charge point has its variables, methods and command variables at once."""
        node = self.site.node("")
        self.assertVariables(node, tree.CHARGE_POINT)
        self.assertEqual(methodsOf(self.site, node), tree.methods(tree.CHARGE_POINT_METHODS))
        self.assertVariables(self.site.node("Commands"), tree.CHARGE_POINT_COMMANDS)

    def test_connectors(self) -> None:
        """Connector 0 lacks what needs a session; the others have everything."""
        for number, zero in (("0", True), ("1", False), ("2", False)):
            node = self.site.node(f"Connectors/{number}")
            self.assertVariables(node, tree.CONNECTOR, zero)
            promised = tree.methods(tree.CONNECTOR_METHODS, zero)
            self.assertEqual(methodsOf(self.site, node), promised)
            commands = self.site.node(f"Connectors/{number}/Commands")
            self.assertVariables(commands, tree.CONNECTOR_COMMANDS, zero)

    def test_connectorObjects(self) -> None:
        """Live, MeterValues and transactions are there before anything was received."""
        self.assertVariables(self.site.node("Connectors/1/Live"), tree.LIVE)
        running = self.site.node("Connectors/1/Transaction")
        self.assertVariables(running, tree.TRANSACTION)
        self.assertEqual(methodsOf(self.site, running), tree.methods(tree.FORCE_CLOSE))
        last = self.site.node("Connectors/1/LastTransaction")
        self.assertVariables(last, tree.LAST_TRANSACTION)
        self.assertEqual(methodsOf(self.site, last), {})
        for name in ("Live", "Transaction", "LastTransaction"):
            self.assertIsNone(self.site.find(f"CP1/Connectors/0/{name}"))

    def test_peerNames(self) -> None:
        """The names of the peer's guide are met by what people read."""
        for path, display in tree.PEER_NAMES.items():
            node = self.site.node(path)
            self.assertEqual(attribute(node, A.DisplayName).Text, display)

    def test_roots(self) -> None:
        """Gateway and ChargePoints are found from the Objects folder."""
        found = self.site.layout.additions(ua.NodeId(85, 0), ENGINEER)
        self.assertEqual(
            [(each.target, each.browseName.Name) for each in found],
            [(nodeId("/Gateway"), "Gateway"), (nodeId("/ChargePoints"), "ChargePoints")],
        )
        chargePoints = children(self.site, self.site.find("/ChargePoints"))
        self.assertEqual([each.nodeId for each in chargePoints], [nodeId("CP1")])


class EveryNode(unittest.SynchronousTestCase):
    """What holds for every node that browsing reaches, and for types."""

    def setUp(self) -> None:
        self.site = Site(Settings(connectors=2))
        self.site.connect()
        self.site.configure(HeartbeatInterval="300", **{"Grp/Key.1": "x"})
        self.site.measure("Current.Import", 16.0, phase="L1")
        refresh(self.site.registry, START, {"Version": "1"})
        types = [self.site.layout.find(each.target) for each in self.types()]
        for node in types:
            types.extend(
                self.site.layout.find(each.target)
                for each in node.references(ENGINEER)
                if each.isForward and each.referenceTypeId.Identifier in (35, 46, 47)
            )
        self.nodes = everything(self.site) + types

    def types(self) -> Any:
        """References to our ObjectTypes."""
        return self.site.layout.additions(ua.NodeId(58, 0), ENGINEER)

    def test_described(self) -> None:
        """Every node has a Description, and a DisplayName that begins with a letter."""
        for node in self.nodes:
            self.assertTrue(attribute(node, A.Description).Text, node.nodeId)
            self.assertTrue(attribute(node, A.DisplayName).Text[0].isalpha(), node.nodeId)

    def test_uniqueDisplayNames(self) -> None:
        """Siblings differ by what people read."""
        for node in self.nodes:
            forward = [each for each in node.references(ENGINEER) if each.isForward]
            names = [
                each.displayName.Text.casefold() for each in forward
                if each.referenceTypeId.Identifier in (35, 46, 47)
            ]  # fmt: skip
            self.assertEqual(len(names), len(set(names)), node.nodeId)

    def test_foundAgain(self) -> None:
        """Each NodeId leads to its node, and only one node has it."""
        identifiers = [node.nodeId.Identifier for node in self.nodes]
        self.assertEqual(len(identifiers), len(set(identifiers)))
        for node in self.nodes:
            self.assertEqual(self.site.layout.find(node.nodeId).nodeId, node.nodeId)

    def test_attributes(self) -> None:
        """Every node tells the mandatory attributes of its class, and no others."""
        common = {1, 2, 3, 4, 5, 6, 7}
        own = {
            OBJECT: {12},
            VARIABLE: {13, 14, 15, 17, 18, 19, 20},
            METHOD: {21, 22},
            OBJECT_TYPE: {8},
        }
        for node in self.nodes:
            told = {
                number for number in range(1, 28)
                if number != A.ArrayDimensions and node.attribute(number, ENGINEER) is not None
            }  # fmt: skip
            self.assertEqual(told, common | own[node.nodeClass], node.nodeId)
            self.assertEqual(attribute(node, A.NodeClass), node.nodeClass)
            self.assertEqual(attribute(node, A.NodeId), node.nodeId)

    def test_valuesMatchTheirType(self) -> None:
        """Every value has the declared DataType and rank, and both timestamps."""
        for node in self.nodes:
            if node.nodeClass != VARIABLE:
                continue
            value = node.attribute(A.Value, ENGINEER)
            rank = attribute(node, A.ValueRank)
            self.assertEqual(value.Value.is_array, rank == 1, node.nodeId)
            self.assertEqual((rank == 1), node.attribute(16, ENGINEER) is not None)
            dataType = attribute(node, A.DataType).Identifier
            if dataType in TYPE_NAMES:
                self.assertEqual(value.Value.VariantType.value, dataType, node.nodeId)
            self.assertIsNotNone(value.SourceTimestamp)
            self.assertIsNotNone(value.ServerTimestamp)

    def test_noNullIsGood(self) -> None:
        """A client never meets a null value that says it is good."""
        for node in self.nodes:
            if node.nodeClass == VARIABLE:
                value = node.attribute(A.Value, ENGINEER)
                if value.Value.Value is None:
                    self.assertNotEqual(value.StatusCode.value, 0, node.nodeId)


class Removal(unittest.SynchronousTestCase):
    """A charge point that an Engineer took out."""

    def test_nodesGo(self) -> None:
        """Its nodes are found no more, looked at before or not, and it is not browsed."""
        site = Site()
        site.node("Connected")
        site.apply(f.ChargePointRemoved(START))
        self.assertIsNone(site.find("CP1/Connected"))
        self.assertIsNone(site.find("CP1/Alarm"))
        self.assertEqual(children(site, site.find("/ChargePoints")), [])

    def test_comesBackWithLess(self) -> None:
        """Taken in again it has the nodes of what it says now, and none of what it said before."""
        site = Site()
        site.configure(VendorKey="1")
        site.measure("W", 5.0)
        before = [node.nodeId.Identifier for node in everything(site)]
        site.apply(f.ChargePointRemoved(START))
        site.apply(f.ChargePointAdded("CP1", "CP1", START, Settings()))
        fresh = Site()
        gone = [each for each in before if site.find(each) is None]
        self.assertEqual(gone, [each for each in before if fresh.find(each) is None])
        self.assertIn("CP1/Connectors/1/MeterValues/Vendor.W", gone)


class Names(unittest.SynchronousTestCase):
    """Charge points with unusual names."""

    def test_nodeIds(self) -> None:
        """NodeIds are as promised for identities with stars, blanks, slashes and escapes."""
        for name, identifier in (
            ("DE*ABC*E001*1", "DE*ABC*E001*1/HardReset"),
            ("CP 01", "CP 01/HardReset"),
            ("a/b", "a%2Fb/HardReset"),
            ("a%2Fb", "a%252Fb/HardReset"),
        ):
            site = Site(nodeName=name)
            node = site.find(identifier)
            self.assertEqual(node.nodeId, nodeId(identifier))
            browseName = attribute(site.find(identifier.split("/")[0]), A.BrowseName)
            self.assertEqual((browseName.Name, browseName.NamespaceIndex), (name, 2))

    def test_nameChangesWhatPeopleRead(self) -> None:
        """A Name changes the DisplayName and never a NodeId; two alike get a number."""
        site = Site(Settings(name="Garage"))
        settings = Settings(name="garage")
        site.registry.apply("CP2", f.ChargePointAdded("CP2", "CP2", START, settings))
        shown = [
            (each.nodeId.Identifier, attribute(each, A.DisplayName).Text)
            for each in children(site, site.find("/ChargePoints"))
        ]
        self.assertEqual(shown, [("CP1", "Garage"), ("CP2", "garage (2)")])
        site.apply(f.SettingsChanged(Settings(name="Hall"), START))
        self.assertEqual(attribute(site.find("CP2"), A.DisplayName).Text, "garage")
        self.assertEqual(attribute(site.find("CP1"), A.DisplayName).Text, "Hall")

    def test_otherNamespacesAreNotOurs(self) -> None:
        """Numbers, other namespaces and paths beneath the folder's own name lead nowhere."""
        site = Site()
        for other in (ua.NodeId(85, 0), ua.NodeId("CP1", 3), ua.NodeId(7, 2)):
            self.assertIsNone(site.layout.find(other))
        for identifier in ("/ChargePoints/CP1", "/Types", "/Types/Other", "CP2", "CP1/Nothing"):
            self.assertIsNone(site.find(identifier), identifier)
