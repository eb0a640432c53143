"""
A small address space for the tests of the services: one subject ``Toy`` with a
handful of Variables and Methods, behaving as the layout does.

    Objects/Toy            Object
        Number             Double, AnalogItem with EURange 0..200; has a history
        Text               String, operators write it; awaited
        Name               String, operators write it; answered at once
        Secret             String, only operators read it and its history
        Hidden             String, can be written, never read
        List               Int32[3]
        Last               Double, notified behind the others
        Polled             Int32, no subject
        Double(X Int32, Words String[])    method, answered at once
        Slow()             method, awaited
        Guarded()          method, for engineers
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from attrs import evolve, frozen
from opcua import ua
from zope.interface import implementer

from ocppgw.access.roles import Role
from ocppgw.model.history import Series, Told
from ocppgw.model.outcomes import Refusal, Refused
from ocppgw.uaserver import nodes
from ocppgw.uaserver.library import status
from ocppgw.uaserver.nodes import Awaited, Reference, Relation, Viewer

RECEIVED = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
GOOD = status(ua.StatusCodes.Good)
READ, WRITE, READ_WRITE = 1, 2, 3
SERVER = ua.NodeId(ua.ObjectIds.Server)
DEVICE_FAILURE = ua.NodeId(ua.ObjectIds.DeviceFailureEventType)


@frozen
class ToyRecord:
    """The state of the toy."""

    number: float = 1.5
    code: int = 0
    at: datetime = RECEIVED
    text: str = "text"


def nodeId(name: str) -> Any:
    """The NodeId of a node of the toy."""
    return ua.NodeId(name, nodes.NAMESPACE_INDEX)


def dataValue(content: Any, kind: Any, code: int = 0, at: datetime = RECEIVED) -> Any:
    """A DataValue with both timestamps."""
    return ua.DataValue(
        ua.Variant(content, kind), status(code), sourceTimestamp=at, serverTimestamp=at
    )


def _reference(
    kind: int, target: Any, nodeClass: int, name: str, isForward: bool = True, typeId: int = 0
) -> Reference:
    namespace = target.NamespaceIndex
    relation = Relation(
        ua.NodeId(kind),
        isForward,
        nodeClass,
        ua.QualifiedName(name, namespace),
        ua.LocalizedText(name),
        ua.NodeId(typeId) if typeId else ua.NodeId(),
    )
    return Reference(relation, target)


HAS_COMPONENT, HAS_PROPERTY, ORGANIZES, HAS_TYPE = 47, 46, 35, 40


def finished(outcome: Any) -> Any:
    """What became of a request: refusals of ours as the layout shows them."""
    if isinstance(outcome, Refused):
        return status(REFUSALS[outcome.refusal])
    return outcome


REFUSALS = {
    Refusal.stopping: ua.StatusCodes.BadShutdown,
    Refusal.tooMany: ua.StatusCodes.BadTooManyOperations,
}


class _Node:
    """What all nodes of the toy have in common."""

    nodeClass = 0
    typeId = 63

    def __init__(self, space: ToySpace, path: str) -> None:
        self.space = space
        self.nodeId = nodeId(path)
        self.name = path.rpartition("/")[2]

    def attribute(self, attributeId: int, viewer: Viewer) -> Any:
        kinds = ua.VariantType
        common = {
            1: (self.nodeId, kinds.NodeId),
            2: (self.nodeClass, kinds.Int32),
            3: (ua.QualifiedName(self.name, 2), kinds.QualifiedName),
            4: (ua.LocalizedText(self.name), kinds.LocalizedText),
            5: (ua.LocalizedText("A toy"), kinds.LocalizedText),
        }
        if attributeId in common:
            return ua.DataValue(ua.Variant(*common[attributeId]))
        return self.more(attributeId, viewer)

    def more(self, attributeId: int, viewer: Viewer) -> Any:
        """Attributes of this class of node."""
        return None

    def references(self, viewer: Viewer) -> Sequence[Reference]:
        parent = _reference(HAS_COMPONENT, nodeId("Toy"), nodes.OBJECT, "Toy", isForward=False)
        return [parent]


@implementer(nodes.IObject)
class ToyObject(_Node):
    """The toy itself."""

    nodeClass = nodes.OBJECT

    def references(self, viewer: Viewer) -> Sequence[Reference]:
        parent = _reference(ORGANIZES, ua.NodeId(85), nodes.OBJECT, "Objects", isForward=False)
        baseType = _reference(HAS_TYPE, ua.NodeId(58), nodes.OBJECT_TYPE, "BaseObjectType")
        return [parent, baseType, *self.space.components]

    def method(self, methodId: Any) -> Any:
        found = self.space.find(methodId)
        return found if isinstance(found, ToyMethod) else None


@implementer(nodes.IVariable)
class ToyVariable(_Node):
    """A Variable whose value is a function of the record."""

    nodeClass = nodes.VARIABLE
    subject: str | None = "Toy"

    def __init__(
        self,
        space: ToySpace,
        path: str,
        value: Callable[[ToyRecord], Any],
        access: int = READ,
        observer: int = READ,
        write: Callable[[Any], Any] | None = None,
        dataType: int = 12,
    ) -> None:
        super().__init__(space, path)
        self._value = value
        self._write = write
        self._observer = observer
        self._dataType = dataType
        self.accessLevel = access
        self.history: Series | None = None
        self.notifiedLast = path == "Toy/Last"
        self.stem = None

    def allow(self, observer: int) -> None:
        """What an observer may do."""
        self._observer = observer

    def more(self, attributeId: int, viewer: Viewer) -> Any:
        kinds = ua.VariantType
        attributes = {
            13: lambda: self.valueFrom(self.space.record),
            14: lambda: ua.DataValue(ua.Variant(ua.NodeId(self._dataType), kinds.NodeId)),
            17: lambda: ua.DataValue(ua.Variant(self.accessLevel, kinds.Byte)),
            18: lambda: ua.DataValue(ua.Variant(self.userAccessLevel(viewer), kinds.Byte)),
        }
        found = attributes.get(attributeId)
        return found() if found is not None else None

    def references(self, viewer: Viewer) -> Sequence[Reference]:
        own = list(super().references(viewer))
        own.append(_reference(HAS_TYPE, ua.NodeId(63), nodes.VARIABLE_TYPE, "BaseDataVariableType"))
        if self.name == "Number":
            own.append(
                _reference(HAS_PROPERTY, nodeId("Toy/Number/EURange"), nodes.VARIABLE, "EURange")
            )
        return own

    def mayRead(self, viewer: Viewer) -> bool:
        return bool(self.userAccessLevel(viewer) & READ)

    def userAccessLevel(self, viewer: Viewer) -> int:
        operator = viewer.role >= Role.operator
        return self.accessLevel if operator else self.accessLevel & self._observer

    def changed(self, old: Any, new: Any) -> bool:
        return old is not new

    def valueFrom(self, record: Any) -> Any:
        return self._value(record)

    def pastValue(self, point: Any) -> Any:
        return ua.DataValue(
            ua.Variant(point.value),
            status(0),
            sourceTimestamp=point.sourceTime,
            serverTimestamp=point.receivedTime,
        )

    def write(self, value: Any, viewer: Viewer, deadline: float | None) -> Any:
        self.space.deadlines.append(deadline)
        assert self._write is not None
        return self._write(value.Value)


@implementer(nodes.IMethod, nodes.INode)
class ToyMethod(_Node):
    """A method, node and deed in one."""

    nodeClass = nodes.METHOD

    def __init__(
        self,
        space: ToySpace,
        path: str,
        arguments: list[Any],
        act: Callable[[Sequence[Any]], Any],
        role: Role = Role.operator,
    ) -> None:
        super().__init__(space, path)
        self.inputArguments = arguments
        self._act = act
        self._role = role

    def executableBy(self, viewer: Viewer) -> bool:
        return viewer.role >= self._role

    def call(self, inputs: Sequence[Any], viewer: Viewer, deadline: float | None) -> Any:
        self.space.deadlines.append(deadline)
        return self._act(inputs)


def argument(name: str, dataType: int, rank: int = -1) -> Any:
    """An argument of a method."""
    found = ua.Argument()
    found.Name, found.DataType, found.ValueRank = name, ua.NodeId(dataType), rank
    return found


def _range() -> Any:
    found = ua.Range()
    found.Low, found.High = 0.0, 200.0
    return found


@implementer(nodes.IAddressSource)
class ToySpace:
    """The address space; ``record`` is what the registry would hold."""

    def __init__(self) -> None:
        kinds = ua.VariantType
        self.record: ToyRecord | None = ToyRecord()
        self.deadlines: list[float | None] = []
        self.polled = 0
        variables = [
            ToyVariable(
                self,
                "Toy/Number",
                lambda r: dataValue(r.number, kinds.Double, r.code, r.at),
                dataType=11,
            ),
            ToyVariable(
                self,
                "Toy/Text",
                lambda r: dataValue(r.text, kinds.String),
                access=READ_WRITE,
                write=lambda value: Awaited(("write", value), finished),
            ),
            ToyVariable(
                self,
                "Toy/Name",
                lambda r: dataValue("name", kinds.String),
                access=READ_WRITE,
                write=lambda value: GOOD,
            ),
            ToyVariable(
                self, "Toy/Secret", lambda r: dataValue("secret", kinds.String), observer=0
            ),
            ToyVariable(
                self,
                "Toy/Hidden",
                lambda r: dataValue("hidden", kinds.String),
                access=WRITE,
                write=lambda value: GOOD,
            ),
            ToyVariable(self, "Toy/List", lambda r: dataValue([1, 2, 3], kinds.Int32), dataType=6),
            ToyVariable(self, "Toy/Last", lambda r: dataValue(r.number, kinds.Double), dataType=11),
            ToyVariable(self, "Toy/Polled", self._count, dataType=6),
            ToyVariable(
                self, "Toy/Number/EURange", lambda r: dataValue(_range(), kinds.ExtensionObject)
            ),
        ]
        variables[7].subject = None
        for variable in (variables[0], variables[3]):
            variable.history = Series(variable.name, 1, Told.status)
            variable.accessLevel = READ | nodes.HISTORY_READ
        variables[0].allow(READ | nodes.HISTORY_READ)
        methods = [
            ToyMethod(
                self, "Toy/Double", [argument("X", 6), argument("Words", 12, 1)], self._double
            ),
            ToyMethod(self, "Toy/Slow", [], lambda inputs: Awaited("slow", finished)),
            ToyMethod(self, "Toy/Guarded", [], lambda inputs: [], Role.engineer),
            ToyMethod(self, "Toy/Broken", [], self._break),
        ]
        self.toy = ToyObject(self, "Toy")
        listed: list[Any] = [*variables[:8], *methods]
        self._nodes = {each.nodeId: each for each in [self.toy, *variables, *methods]}
        self.components = [
            _reference(HAS_COMPONENT, each.nodeId, each.nodeClass, each.name, typeId=each.typeId)
            for each in listed
        ]

    def find(self, nodeId: Any) -> Any:
        return self._nodes.get(nodeId)

    def additions(self, nodeId: Any, viewer: Viewer) -> Sequence[Reference]:
        if nodeId.Identifier == 85:
            return [_reference(ORGANIZES, self.toy.nodeId, nodes.OBJECT, "Toy", typeId=58)]
        return ()

    def occurrence(self, happening: Any, eventId: bytes) -> nodes.Occurrence:
        """An event of the server: ``happening`` is a number that becomes its Severity."""
        kinds = ua.VariantType
        fields = {
            "EventId": ua.Variant(eventId, kinds.ByteString),
            "EventType": ua.Variant(DEVICE_FAILURE, kinds.NodeId),
            "Severity": ua.Variant(happening, kinds.UInt16),
            "Message": ua.Variant(ua.LocalizedText(f"number {happening}"), kinds.LocalizedText),
            "SourceName": ua.Variant("Toy", kinds.String),
        }
        named: dict[nodes.FieldPath, Any] = {((0, name),): each for name, each in fields.items()}
        personal: nodes.FieldPath = ((2, "IdTag"),)
        named[personal] = ua.Variant("a person", kinds.String)
        return nodes.Occurrence(DEVICE_FAILURE, (SERVER,), named, frozenset([personal]))

    def currentRecord(self, subject: str) -> Any:
        return self.record if subject == "Toy" else None

    def change(self, **changes: Any) -> ToyRecord:
        """Replace the record, as the registry does."""
        self.record = evolve(self.record or ToyRecord(), **changes)
        return self.record

    def _count(self, record: Any) -> Any:
        self.polled += 1
        return dataValue(self.polled, ua.VariantType.Int32)

    def _double(self, inputs: Sequence[Any]) -> Any:
        number, words = inputs
        kinds = ua.VariantType
        return [
            ua.Variant(min(2 * number, 2**31 - 1) if number > -(2**30) else 0, kinds.Int32),
            ua.Variant(words + words, kinds.String, is_array=True),
        ]

    def _break(self, inputs: Sequence[Any]) -> Any:
        raise ZeroDivisionError("a mistake of ours")
