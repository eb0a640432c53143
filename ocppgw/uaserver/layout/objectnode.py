"""
Objects and ObjectTypes of ours.

Which children an object has is declared; those that depend on a record are found in it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, ClassVar

import attrs
from opcua.ua import NodeId
from zope.interface import implementer

from ocppgw.uaserver.layout.declarations import (
    Members,
    MethodDeclaration,
    ObjectDeclaration,
    TypeDeclaration,
    VariableDeclaration,
)
from ocppgw.uaserver.layout.methodnode import MethodNode
from ocppgw.uaserver.layout.names import decodePart
from ocppgw.uaserver.layout.node import A, Attributes, Node, byte, encodedName, flag
from ocppgw.uaserver.layout.standardnodes import (
    FOLDER_TYPE,
    HAS_COMPONENT,
    HAS_SUBTYPE,
    HAS_TYPE_DEFINITION,
    NOTIFIED_SERVER,
    ORGANIZES,
    PARENT_OF_EVENT_TYPES,
    PARENT_OF_OURS,
    PARENT_OF_TYPES,
    TYPE_DEFINITIONS,
)
from ocppgw.uaserver.layout.variablenode import VariableNode
from ocppgw.uaserver.nodes import NAMESPACE_INDEX, OBJECT, OBJECT_TYPE, IObject, Reference, Viewer


class _Containing(Node):
    """What objects and types have in common: children by their declaration."""

    __slots__ = ()

    def child(self, name: str) -> Node | None:
        found = self.declaration.byName.get(name)
        if found is not None:
            return self.made(found) if self.has(found) else None
        return self._member(name)

    def children(self, viewer: Viewer) -> Iterable[Node]:
        return [self.made(each) for each in self._declared()]

    def towardsChildren(self, viewer: Viewer) -> Iterable[Reference]:
        """As of the declarations: no child is made for it."""
        start, isTyped = self.identifier, self.isTyped
        return [
            Reference(
                self.space.relations.of(each, isTyped, self.made),
                NodeId(f"{start}/{encodedName(each.name)}", NAMESPACE_INDEX),
            )
            for each in self._declared()
        ]

    def _declared(self) -> list[Any]:
        """The declarations of all children."""
        found = [each for each in self.declaration.byName.values() if self.has(each)]
        found.extend(self._members())
        return found

    def has(self, declaration: Any) -> bool:
        """Connector 0 lacks what needs a charging session."""
        return self.connectorId != 0 or not getattr(declaration, "sessionsOnly", False)

    def made(self, declaration: Any) -> Node:
        """The child of a declaration."""
        if isinstance(declaration, VariableDeclaration):
            return VariableNode(self.space, self, declaration)
        if isinstance(declaration, MethodDeclaration):
            return MethodNode(self.space, self, declaration)
        return ObjectNode(self.space, self, declaration)

    def _member(self, name: str) -> Node | None:
        return None

    def _members(self) -> Iterable[Any]:
        """Declarations of children that follow from the record."""
        return ()


@implementer(IObject)
class ObjectNode(_Containing):
    """An object: of one of our types, or a folder."""

    __slots__ = ()
    nodeClass = OBJECT
    attributes: ClassVar[Attributes] = {
        **Node.attributes,
        A.EventNotifier: lambda node, viewer: byte(int(node.declaration.notifies)),
    }
    declaration: ObjectDeclaration

    def __init__(self, space: Any, parent: Node | None, declaration: Any, name: str = "") -> None:
        super().__init__(space, parent, declaration, name)
        if declaration.isConnector and not self.isDeclared:
            self.connectorId = int(declaration.name)

    @property
    def isTyped(self) -> bool:
        """False for folders."""
        return self.declaration.type is not None

    @property
    def typeDefinition(self) -> Any:
        """The ObjectType."""
        if self.declaration.type is None:
            return FOLDER_TYPE
        return self.space.types[self.declaration.type.name].nodeId

    @property
    def referenceTypeId(self) -> Any:
        return HAS_COMPONENT if self.parent is None or self.parent.isTyped else ORGANIZES

    def ownReferences(self) -> Iterable[Reference]:
        if self.declaration.type is None:
            found = [TYPE_DEFINITIONS[FOLDER_TYPE]]
        else:
            found = [self.space.types[self.declaration.type.name].towards(HAS_TYPE_DEFINITION)]
        if self.parent is None:
            found += [PARENT_OF_OURS, NOTIFIED_SERVER]
        return found

    def method(self, methodId: Any) -> MethodNode | None:
        """By its own NodeId, or by that of the type's Method."""
        if self.isDeclared or methodId.NamespaceIndex != NAMESPACE_INDEX:
            return None
        owner, slash, name = str(methodId.Identifier).rpartition("/")
        if not slash or owner not in self._owners():
            return None
        found = self.child(decodePart(name) or "")
        return found if isinstance(found, MethodNode) else None

    def _owners(self) -> tuple[str, ...]:
        own = self.declaration.type
        return (
            (self.identifier,)
            if own is None
            else (self.identifier, self.space.types[own.name].identifier)
        )

    def _member(self, name: str) -> Node | None:
        members = self.declaration.members
        if members is None:
            return None
        if self.isDeclared:
            return self.made(_placeholder(members)) if name == members.placeholder else None
        holder = self.holder(self.space.currentRecord(self.subject))
        found = None if holder is None else members.resolve(holder, name)
        return None if found is None else self.made(found)

    def _members(self) -> Iterable[Any]:
        members = self.declaration.members
        if members is None:
            return ()
        if self.isDeclared:
            return (_placeholder(members),)
        holder = self.holder(self.space.currentRecord(self.subject))
        names = () if holder is None else members.browsable(holder)
        found = (members.resolve(holder, name) for name in names)
        return [each for each in found if each is not None]


@lru_cache(maxsize=64)
def _placeholder(members: Members) -> Any:
    """The declaration that stands for members in a type."""
    name = members.placeholder
    return attrs.evolve(members.example, name=name, display=name.strip("<>"))


@implementer(IObject)
class TypeNode(_Containing):
    """An ObjectType, with its components as instance declarations."""

    __slots__ = ()
    nodeClass = OBJECT_TYPE
    attributes: ClassVar[Attributes] = {
        **Node.attributes,
        A.IsAbstract: lambda node, viewer: flag(False),
    }
    declaration: TypeDeclaration

    def __init__(self, space: Any, declaration: TypeDeclaration) -> None:
        super().__init__(space, None, declaration, f"/Types/{declaration.name}")
        self.isDeclared = True

    @property
    def referenceTypeId(self) -> Any:
        return HAS_SUBTYPE

    def references(self, viewer: Viewer) -> list[Reference]:
        """To its supertype, its subtypes and its instance declarations."""
        return [self._supertype(), *self.towardsChildren(viewer), *self._subtypes()]

    def _supertype(self) -> Reference:
        supertype = self.declaration.supertype
        if supertype is not None:
            return self.space.types[supertype.name].towards(HAS_SUBTYPE, isForward=False)
        return PARENT_OF_EVENT_TYPES if self.declaration.isEvent else PARENT_OF_TYPES

    def _subtypes(self) -> list[Reference]:
        found = self.space.types.values()
        own = [each for each in found if each.declaration.supertype is self.declaration]
        return [each.towards(HAS_SUBTYPE) for each in own]

    def method(self, methodId: Any) -> None:
        """A type does nothing."""
