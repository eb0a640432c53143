"""References: what hangs where, and by which kind of reference."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial import unittest

from ocppgw.uaserver.layout.units import NAMES
from ocppgw.uaserver.nodes import OBJECT_TYPE, VARIABLE_TYPE, Reference
from tests.conformance import shows
from tests.uaserver.layout.site import ENGINEER, Site, everything, nodeId

UNITS = "EngineeringUnits"
I = ua.ObjectIds  # noqa: E741 - the library's own short name


def towards(node: Any, target: Any, isForward: bool = True) -> list[int]:
    """The kinds of the references from a node to a target."""
    return [
        int(each.referenceTypeId.Identifier)
        for each in node.references(ENGINEER)
        if each.target == target and each.isForward == isForward
    ]


def said(reference: Reference) -> tuple[Any, ...]:
    """All that Browse tells of a reference."""
    relation = reference.relation
    names = relation.browseName.to_string(), relation.displayName.to_string()
    kinds = relation.referenceTypeId, relation.nodeClass, relation.typeDefinition
    return reference.target, relation.isForward, *names, *kinds


def typeOf(node: Any) -> Reference:
    """The one HasTypeDefinition of a node."""
    (found,) = [
        each for each in node.references(ENGINEER)
        if each.referenceTypeId.Identifier == I.HasTypeDefinition
    ]  # fmt: skip
    return found


class Hierarchy(unittest.SynchronousTestCase):
    """Parents and children."""

    def setUp(self) -> None:
        self.site = Site()
        self.site.configure(HeartbeatInterval="300")

    def test_kinds(self) -> None:
        """Folders organize, objects have components, variables and methods have properties."""
        for parent, child, kind in (
            ("/ChargePoints", "CP1", I.Organizes),
            ("CP1", "CP1/Connected", I.HasComponent),
            ("CP1", "CP1/HardReset", I.HasComponent),
            ("CP1", "CP1/Connectors", I.HasComponent),
            ("CP1/Connectors", "CP1/Connectors/1", I.Organizes),
            ("CP1/Commands", "CP1/Commands/HardReset", I.Organizes),
            ("CP1/Connectors/1/Live", "CP1/Connectors/1/Live/Power", I.HasComponent),
            (
                "CP1/Connectors/1/Live/Power",
                "CP1/Connectors/1/Live/Power/EURange",
                I.HasProperty,
            ),
            (
                "CP1/ConfigurationPoints/HeartbeatInterval",
                "CP1/ConfigurationPoints/HeartbeatInterval/Unit",
                I.HasProperty,
            ),
            ("CP1/RemoteStartTransaction", "CP1/RemoteStartTransaction/InputArguments",
             I.HasProperty),
        ):  # fmt: skip
            upper, lower = self.site.find(parent), self.site.find(child)
            self.assertEqual(towards(upper, lower.nodeId), [kind], child)
            self.assertEqual(towards(lower, upper.nodeId, isForward=False), [kind], child)

    def test_everyParentKnowsItsChild(self) -> None:
        """Each inverse reference has its forward one, of the same kind."""
        for node in everything(self.site):
            for each in node.references(ENGINEER):
                if not each.isForward and each.target.NamespaceIndex == 2:
                    parent = self.site.layout.find(each.target)
                    kind = int(each.referenceTypeId.Identifier)
                    self.assertEqual(towards(parent, node.nodeId), [kind], node.nodeId)

    def test_toldAsMade(self) -> None:
        """What is told of a child by its declaration is what the child itself would say."""
        self.site.measure("Voltage", 230.0)
        self.site.measure("Vendor.Own", 1.0)
        types = self.site.layout._space.types.values()
        for node in (*everything(self.site), *types):
            made = [child.towards(child.referenceTypeId) for child in node.children(ENGINEER)]
            told = node.towardsChildren(ENGINEER)
            self.assertEqual([said(each) for each in told], [said(each) for each in made])

    def test_parentsInNamespaceZero(self) -> None:
        """Gateway and ChargePoints point back to Objects, types to BaseObjectType."""
        objects = ua.NodeId(I.ObjectsFolder, 0)
        for identifier in ("/Gateway", "/ChargePoints"):
            node = self.site.find(identifier)
            self.assertEqual(towards(node, objects, isForward=False), [I.Organizes])
        node = self.site.find("/Types/ConnectorType")
        base = ua.NodeId(I.BaseObjectType, 0)
        self.assertEqual(towards(node, base, isForward=False), [I.HasSubtype])


class Types(unittest.SynchronousTestCase):
    """Type definitions, and our types themselves."""

    def setUp(self) -> None:
        self.site = Site()
        self.site.configure(HeartbeatInterval="300")
        self.site.measure("Voltage", 230.0)

    @shows(
        "Address Space Method", "Data Access AnalogItemType", "Data Access MultiStateDiscreteType"
    )
    def test_typeDefinitions(self) -> None:
        """Each object and variable says of which type it is, and the type is found."""
        for path, target in (
            ("CP1", nodeId("/Types/ChargePointType")),
            ("/Gateway", nodeId("/Types/GatewayType")),
            ("CP1/Connectors/1", nodeId("/Types/ConnectorType")),
            ("CP1/Connectors/1/Live", nodeId("/Types/LiveType")),
            ("CP1/Connectors/1/Transaction", nodeId("/Types/TransactionType")),
            ("CP1/Connectors/1/LastTransaction", nodeId("/Types/TransactionType")),
            ("CP1/Connectors", ua.NodeId(I.FolderType, 0)),
            ("CP1/Connectors/1/MeterValues", ua.NodeId(I.FolderType, 0)),
            ("CP1/Vendor", ua.NodeId(I.BaseDataVariableType, 0)),
            ("CP1/Power", ua.NodeId(I.AnalogItemType, 0)),
            ("CP1/Connectors/1/Live/Power", ua.NodeId(I.AnalogItemType, 0)),
            ("CP1/Connectors/1/MeterValues/Voltage", ua.NodeId(I.AnalogItemType, 0)),
            ("CP1/Connectors/1/StatusNumber", ua.NodeId(I.MultiStateDiscreteType, 0)),
            ("CP1/Connectors/1/ErrorNumber", ua.NodeId(I.MultiStateDiscreteType, 0)),
            ("CP1/ConfigurationPoints/HeartbeatInterval/Text", ua.NodeId(I.PropertyType, 0)),
            ("CP1/Connectors/1/Live/Power/EURange", ua.NodeId(I.PropertyType, 0)),
        ):
            reference = typeOf(self.site.find(path))
            self.assertEqual(reference.target, target, path)
            self.assertIn(reference.nodeClass, (OBJECT_TYPE, VARIABLE_TYPE))

    def test_childrenNameTheirType(self) -> None:
        """Browsing tells the type of each child, as the child itself does."""
        for node in everything(self.site):
            for each in node.references(ENGINEER):
                child = self.site.layout.find(each.target)
                kind = each.referenceTypeId.Identifier
                if each.isForward and kind in (35, 46, 47) and child.nodeClass != 4:
                    self.assertEqual(each.typeDefinition, typeOf(child).target, each.target)

    def test_subtypes(self) -> None:
        """BaseObjectType has our five types as subtypes."""
        base = ua.NodeId(I.BaseObjectType, 0)
        found = self.site.layout.additions(base, ENGINEER)
        names = ["GatewayType", "ChargePointType", "ConnectorType", "LiveType", "TransactionType"]
        self.assertEqual([each.browseName.Name for each in found], names)
        for each in found:
            self.assertEqual(each.referenceTypeId.Identifier, I.HasSubtype)
            self.assertEqual(self.site.layout.find(each.target).nodeClass, OBJECT_TYPE)

    def test_instanceDeclarations(self) -> None:
        """A type shows its components with a modelling rule."""
        for identifier, rule in (
            ("/Types/ChargePointType/Connected", I.ModellingRule_Mandatory),
            ("/Types/ChargePointType/Commands/HardReset", I.ModellingRule_Mandatory),
            ("/Types/ChargePointType/Connectors/<Connector>",
             I.ModellingRule_OptionalPlaceholder),
            ("/Types/ChargePointType/ConfigurationPoints/<Key>",
             I.ModellingRule_OptionalPlaceholder),
            ("/Types/ConnectorType/Live", I.ModellingRule_Optional),
            ("/Types/ConnectorType/Status", I.ModellingRule_Mandatory),
            ("/Types/LiveType/Power/EURange", I.ModellingRule_Mandatory),
        ):  # fmt: skip
            node = self.site.find(identifier)
            self.assertEqual(towards(node, ua.NodeId(rule, 0)), [I.HasModellingRule], identifier)

    def test_instancesHaveWhatTheirTypeDeclares(self) -> None:
        """Each mandatory component of a type is there on the objects of that type."""
        mandatory = ua.NodeId(I.ModellingRule_Mandatory, 0)
        for type_, path, least in (
            ("GatewayType", "/Gateway", 30),
            ("ChargePointType", "CP1", 50),
            ("ConnectorType", "CP1/Connectors/1", 15),
            ("LiveType", "CP1/Connectors/1/Live", 13),
            ("TransactionType", "CP1/Connectors/1/Transaction", 10),
            ("TransactionType", "CP1/Connectors/1/LastTransaction", 10),
        ):
            names = [
                each.browseName.Name
                for each in self.site.find(f"/Types/{type_}").references(ENGINEER)
                if each.isForward
                and each.referenceTypeId.Identifier in (I.HasComponent, I.Organizes)
                if towards(self.site.layout.find(each.target), mandatory)
            ]
            self.assertGreaterEqual(len(names), least, type_)
            for name in names:
                self.assertIsNotNone(self.site.find(f"{path}/{name}"), f"{path}/{name}")

    def test_namesOfStandardProperties(self) -> None:
        """Properties of the standard have their BrowseName in namespace 0, ours in 2."""
        for path, namespace in (
            ("Connectors/1/Live/Power/EURange", 0),
            ("Connectors/1/Live/Power/EngineeringUnits", 0),
            ("Connectors/1/StatusNumber/EnumStrings", 0),
            ("HardReset/OutputArguments", 0),
            ("ConfigurationPoints/HeartbeatInterval/Text", 2),
        ):
            self.assertEqual(self.site.node(path).browseName.NamespaceIndex, namespace)

    def test_unitsAndRanges(self) -> None:
        """Units have their UNECE code, and a constant range."""
        for path, unitId, symbol, low, high in (
            ("Connectors/1/Live/Power", 5723220, "W", 0.0, 500000.0),
            ("Connectors/1/Live/Energy", 5720146, "Wh", 0.0, 1e10),
            ("Connectors/1/Live/CurrentL1", 4279632, "A", 0.0, 1000.0),
            ("Connectors/1/MeterValues/Voltage", 5655636, "V", 0.0, 1000.0),
            ("Connectors/1/Live/SoC", 20529, "%", 0.0, 100.0),
            ("Connectors/1/Live/Temperature", 4408652, "°C", -50.0, 150.0),
            ("ClockSkew", 5457219, "s", -1e10, 1e10),
        ):
            unit = self.site.value(f"{path}/EngineeringUnits")
            self.assertEqual((unit.UnitId, unit.DisplayName.Text), (unitId, symbol), path)
            self.assertEqual(unit.NamespaceUri, "http://www.opcfoundation.org/UA/units/un/cefact")
            limits = self.site.value(f"{path}/EURange")
            self.assertEqual((limits.Low, limits.High), (low, high), path)

    def test_everyCodeHasItsName(self) -> None:
        """Each unit with a code is named as the recommendation names it."""
        units = [node for node in everything(self.site) if node.browseName.Name == UNITS]
        self.assertTrue(units)
        for node in units:
            unit = node.valueFrom(self.site.record).Value.Value
            code = unit.UnitId.to_bytes(3, "big").decode("ascii").strip("\0")
            self.assertEqual(unit.Description.Text, NAMES[code])

    def test_words(self) -> None:
        """StatusNumber and ErrorNumber name the words behind their numbers."""
        words = self.site.value("Connectors/1/StatusNumber/EnumStrings")
        self.assertEqual(
            [each.Text for each in words],
            ["Unknown", "Available", "Preparing", "Charging", "SuspendedEVSE", "SuspendedEV",
             "Finishing", "Reserved", "Unavailable", "Faulted"],
        )  # fmt: skip
        words = self.site.value("Connectors/1/ErrorNumber/EnumStrings")
        self.assertEqual(
            [each.Text for each in words],
            ["NoError", "ConnectorLockFailure", "EVCommunicationError", "GroundFailure",
             "HighTemperature", "InternalError", "LocalListConflict", "OtherError",
             "OverCurrentFailure", "OverVoltage", "PowerMeterFailure", "PowerSwitchFailure",
             "ReaderFailure", "ResetFailure", "UnderVoltage", "WeakSignal"],
        )  # fmt: skip
