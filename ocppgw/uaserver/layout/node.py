"""
What all our nodes have in common: where they stand, what they are called, what they refer to.

A node is made of a declaration and of the place where it stands, whenever a client asks, and
holds nothing of the record.  Kinds of nodes stand in modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar

from opcua import ua

from ocppgw.model.records import ChargePointRecord, ConnectorRecord
from ocppgw.uaserver.layout.names import encodePart
from ocppgw.uaserver.layout.standardnodes import (
    HAS_COMPONENT,
    MANDATORY,
    OPTIONAL,
    PLACEHOLDER,
    localizedText,
    qualifiedName,
)
from ocppgw.uaserver.library import bareVariant
from ocppgw.uaserver.nodes import NAMESPACE_INDEX, Reference, Relation, Viewer

if TYPE_CHECKING:
    from ocppgw.uaserver.layout.space import Space

encodedName = lru_cache(maxsize=8192)(encodePart)

T = ua.VariantType
A = ua.AttributeIds


def plainValue(variantType: Any, value: Any) -> Any:
    """An attribute's DataValue: good, without times."""
    return ua.DataValue(bareVariant(value, variantType, None, isinstance(value, list)))


@lru_cache(maxsize=256)
def _number(variantType: Any, value: int) -> Any:
    return plainValue(variantType, value)


def flag(value: bool) -> Any:
    """The shared DataValue of a Boolean attribute."""
    return _number(T.Boolean, value)


def byte(value: int) -> Any:
    """The shared DataValue of a Byte attribute."""
    return _number(T.Byte, value)


_NO_TYPE = ua.NodeId()
Attributes = dict[int, Callable[[Any, Viewer], Any]]


class Node:
    """
    A node of ours.

    :ivar parent: where it hangs; ``None`` for the roots of our tree.
    :ivar identifier: of its NodeId.
    :ivar subject: whose record it depends on; ``None`` in a type.
    :ivar connectorId: of the connector that it belongs to; ``None``: to none.
    :ivar isDeclared: an instance declaration in a type.
    """

    __slots__ = (
        "connectorId",
        "declaration",
        "identifier",
        "isDeclared",
        "nodeId",
        "parent",
        "space",
        "subject",
    )
    nodeClass = 0
    attributes: ClassVar[Attributes] = {
        A.NodeId: lambda node, viewer: plainValue(T.NodeId, node.nodeId),
        A.NodeClass: lambda node, viewer: _number(T.Int32, node.nodeClass),
        A.BrowseName: lambda node, viewer: plainValue(T.QualifiedName, node.browseName),
        A.DisplayName: lambda node, viewer: plainValue(T.LocalizedText, node.displayName),
        A.Description: lambda node, viewer: plainValue(
            T.LocalizedText, localizedText(node.description)
        ),
        A.WriteMask: lambda node, viewer: _number(T.UInt32, 0),
        A.UserWriteMask: lambda node, viewer: _number(T.UInt32, 0),
    }
    """How each attribute is told; subclasses know more."""

    def __init__(self, space: Space, parent: Node | None, declaration: Any, name: str = "") -> None:
        self.space = space
        self.parent = parent
        self.declaration = declaration
        self.subject: str | None = None
        self.connectorId: int | None = None
        self.isDeclared = False
        self.identifier = name
        if parent is not None:
            self.subject = parent.subject
            self.connectorId = parent.connectorId
            self.isDeclared = parent.isDeclared
            self.identifier = f"{parent.identifier}/{encodedName(declaration.name)}"
        self.nodeId = ua.NodeId(self.identifier, NAMESPACE_INDEX)

    def holder(self, record: Any) -> Any:
        """The part of its subject's record that the node's object stands for."""
        if self.connectorId is None or record is None:
            return record
        return connectorOf(record, self.connectorId)

    @property
    def isTyped(self) -> bool:
        """False for folders, which organize what others have as components."""
        return True

    @property
    def typeDefinition(self) -> Any:
        """The NodeId of its type; null for types and methods."""
        return _NO_TYPE

    @property
    def browseName(self) -> Any:
        """The shared QualifiedName."""
        return qualifiedName(self.declaration.name)

    @property
    def displayName(self) -> Any:
        """The shared text that people read."""
        return localizedText(self.declaration.displayName)

    @property
    def description(self) -> str:
        """What the node is, in a sentence."""
        text: str = self.declaration.description
        return text

    def attribute(self, attributeId: int, viewer: Viewer) -> Any:
        """The DataValue of an attribute, or ``None`` where nodes of this class have none such."""
        make = self.attributes.get(attributeId)
        return None if make is None else make(self, viewer)

    def children(self, viewer: Viewer) -> Iterable[Node]:
        """The children that browsing shows."""
        return ()

    def child(self, name: str) -> Node | None:
        """The child of this name, browsable or not."""
        return None

    def towards(self, referenceTypeId: Any, isForward: bool = True) -> Reference:
        """A reference of another node to this one."""
        return Reference(self.relation(referenceTypeId, isForward), self.nodeId)

    def relation(self, referenceTypeId: Any, isForward: bool = True) -> Relation:
        """What a reference to this node tells of it."""
        return Relation(
            referenceTypeId,
            isForward,
            self.nodeClass,
            self.browseName,
            self.displayName,
            self.typeDefinition,
        )

    @property
    def referenceTypeId(self) -> Any:
        """How the parent refers to it."""
        return HAS_COMPONENT

    def references(self, viewer: Viewer) -> Sequence[Reference]:
        """To its type, its parent and its children."""
        found = list(self.ownReferences())
        if self.parent is not None:
            found.append(self.parent.towards(self.referenceTypeId, isForward=False))
        if self.isDeclared:
            found.append(self._modellingRule())
        found += self.towardsChildren(viewer)
        return found

    def towardsChildren(self, viewer: Viewer) -> Iterable[Reference]:
        """To the children that browsing shows."""
        return [child.towards(child.referenceTypeId) for child in self.children(viewer)]

    def ownReferences(self) -> Iterable[Reference]:
        """Such as the one to its type."""
        return ()

    def _modellingRule(self) -> Reference:
        if self.declaration.name.startswith("<"):
            return PLACEHOLDER
        return OPTIONAL if getattr(self.declaration, "sessionsOnly", False) else MANDATORY


def connectorOf(record: ChargePointRecord, connectorId: int) -> ConnectorRecord:
    """A connector's record; an empty one before anything is known of it."""
    return record.connectors.get(connectorId) or ConnectorRecord(connectorId)
