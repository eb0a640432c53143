"""Events of charge points as OPC UA clients see them: types, notifiers, fields."""

from __future__ import annotations

from typing import Any

from opcua import ua
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.model.happenings import Happening, Kind
from ocppgw.uaserver.layout.eventtypes import EVENT_TYPES, EVENTS, FACTS
from ocppgw.uaserver.layout.occurrences import occurrence
from ocppgw.uaserver.nodes import NAMESPACE_URI, Occurrence
from tests.conformance import shows
from tests.uaserver.layout.site import ENGINEER, START, Site, nodeId

HAS_SUBTYPE, HAS_NOTIFIER = 45, 48


def told(kind: Kind, nodeName: str = "CP1", **details: Any) -> Occurrence:
    """The event of such a happening."""
    return occurrence(Happening(kind, nodeName, 1, START, START, details), b"id")


def field(event: Occurrence, name: str, namespace: int = 2) -> Any:
    """The value of a field."""
    return event.fields[((namespace, name),)].Value


class TypeTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.site = Site()

    def subtypes(self, references: Any) -> set[str]:
        return {
            each.browseName.Name
            for each in references
            if each.isForward and each.referenceTypeId.Identifier == HAS_SUBTYPE
        }

    def test_everyKindHasItsType(self) -> None:
        """Each kind of event has a type and a severity, and each type is found."""
        self.assertEqual(set(EVENTS), set(Kind))
        self.assertEqual(set(FACTS), set(Kind))
        for each in EVENT_TYPES:
            node = self.site.find(f"/Types/{each.name}")
            fields = {one.name for one in each.children}
            children = {r.browseName.Name for r in node.references(ENGINEER) if r.isForward}
            self.assertLessEqual(fields, children, each.name)

    def test_hierarchy(self) -> None:
        """Events of charge points stand under one type, which stands under BaseEventType."""
        base = self.site.layout.additions(ua.NodeId(2041), ENGINEER)
        self.assertEqual(self.subtypes(base), {"ChargePointEventType", "AccessRefusedEventType"})
        own = self.site.find("/Types/ChargePointEventType").references(ENGINEER)
        self.assertEqual(len(self.subtypes(own)), len(EVENT_TYPES) - 2)
        objects = self.site.layout.additions(ua.NodeId(58), ENGINEER)
        self.assertFalse({each for each in self.subtypes(objects) if "Event" in each})

    @shows("Address Space Events")
    def test_notifiers(self) -> None:
        """Gateway, ChargePoints and each charge point say that they have events; others none."""
        for path, expected in (
            ("/Gateway", 1), ("/ChargePoints", 1), ("CP1", 1), ("CP1/Connectors", 0),
        ):  # fmt: skip
            value = self.site.find(path).attribute(12, ENGINEER).Value.Value
            self.assertEqual(value, expected, path)
        server = self.site.layout.additions(ua.NodeId(2253), ENGINEER)
        self.assertEqual(
            [(each.target, each.referenceTypeId.Identifier) for each in server],
            [(nodeId("/Gateway"), HAS_NOTIFIER), (nodeId("/ChargePoints"), HAS_NOTIFIER)],
        )


class NamespaceTests(SynchronousTestCase):
    @shows("Namespace Metadata")
    def test_metadata(self) -> None:
        """The metadata of our namespace hang under Server/Namespaces, nothing in them null."""
        site = Site()
        [reference] = site.layout.additions(ua.NodeId(11715), ENGINEER)
        self.assertEqual(reference.browseName.Name, NAMESPACE_URI)
        node = site.layout.find(reference.target)
        self.assertEqual(node.typeDefinition, ua.NodeId(11616))
        values = {
            child.declaration.name: child.attribute(13, ENGINEER).Value.Value
            for child in node.children(ENGINEER)
        }
        self.assertEqual(values["NamespaceUri"], NAMESPACE_URI)
        self.assertNotIn(None, values.values())
        self.assertEqual(len(values), 7)


class OccurrenceTests(SynchronousTestCase):
    def test_baseFields(self) -> None:
        """Every event has the fields of BaseEventType."""
        for kind in Kind:
            event = told(kind)
            self.assertEqual(field(event, "EventType", 0), event.typeId)
            self.assertEqual(field(event, "SourceNode", 0), nodeId("CP1"))
            self.assertEqual(field(event, "SourceName", 0), "CP1")
            self.assertEqual(field(event, "Time", 0), START)
            self.assertEqual(field(event, "ReceiveTime", 0), START)
            self.assertEqual(field(event, "EventId", 0), b"id")
            self.assertTrue(1 <= field(event, "Severity", 0) <= 1000)
            self.assertTrue(field(event, "Message", 0).Text)

    def test_ownFields(self) -> None:
        """What the event type declares is filled, and stands in the message."""
        event = told(Kind.faultRaised, ErrorCode="GroundFailure", Info="leak {0}")
        self.assertEqual(field(event, "ConnectorId"), 1)
        self.assertEqual(field(event, "ErrorCode"), "GroundFailure")
        text = field(event, "Message", 0).Text
        self.assertEqual(text, "Connector 1: fault GroundFailure leak {0}")

    def test_missingFields(self) -> None:
        """What is not known is null."""
        self.assertIsNone(field(told(Kind.transactionStopped), "Energy"))

    def test_persons(self) -> None:
        """The idTag is marked as personal, nothing else is."""
        event = told(Kind.transactionStarted, IdTag="T")
        self.assertEqual(event.personal, {((2, "IdTag"),)})
        self.assertEqual(told(Kind.booted).personal, frozenset())

    def test_longTexts(self) -> None:
        """A text of a charge point does not make an event large."""
        event = told(Kind.disconnected, Reason="x" * 100_000)
        self.assertLess(len(field(event, "Reason")), 1000)
        self.assertLess(len(field(event, "Message", 0).Text), 1000)

    def test_whoIsTold(self) -> None:
        """Events of a charge point come to it, to ChargePoints, Gateway and Server."""
        ours = (nodeId("/ChargePoints"), nodeId("/Gateway"), ua.NodeId(2253))
        self.assertEqual(set(told(Kind.booted).notifiers), {nodeId("CP1"), *ours})
        refused = told(Kind.accessRefused, nodeName="")
        self.assertEqual(set(refused.notifiers), set(ours))
        self.assertEqual(field(refused, "SourceNode", 0), nodeId("/Gateway"))
