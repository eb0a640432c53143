"""
What the server says of our namespace (OPC 10000-5, 6.3.13): the object beneath Server/Namespaces.

Owns version and date of the namespace: both change whenever a type does.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from opcua import ua

from ocppgw.uaserver.layout.declarations import ConstantDeclaration, ObjectDeclaration
from ocppgw.uaserver.layout.node import Node
from ocppgw.uaserver.layout.objectnode import ObjectNode
from ocppgw.uaserver.layout.standardnodes import (
    HAS_COMPONENT,
    HAS_TYPE_DEFINITION,
    NAMESPACES,
    localizedText,
    qualifiedName,
)
from ocppgw.uaserver.layout.variablenode import ConstantNode
from ocppgw.uaserver.library import bareVariant
from ocppgw.uaserver.nodes import NAMESPACE_URI, OBJECT, OBJECT_TYPE, Reference, Relation, Viewer

VERSION = "1.0.0"
PUBLISHED = datetime(2026, 11, 29, tzinfo=UTC)

_K = ua.VariantType
_TYPE = ua.NodeId(ua.ObjectIds.NamespaceMetadataType)
_STRING_IDS = 1
"""The value of IdType that means String."""


def _constant(name: str, dataType: int, kind: Any, value: Any, text: str) -> ConstantDeclaration:
    variant = bareVariant(value, kind, None, isinstance(value, list))
    return ConstantDeclaration(name, ua.NodeId(dataType), variant, text)


_I = ua.ObjectIds
PROPERTIES = (
    _constant("NamespaceUri", _I.String, _K.String, NAMESPACE_URI, "The URI of this namespace."),
    _constant("NamespaceVersion", _I.String, _K.String, VERSION, "Its version."),
    _constant(
        "NamespacePublicationDate", _I.DateTime, _K.DateTime, PUBLISHED, "When that came out."
    ),
    _constant(
        "IsNamespaceSubset", _I.Boolean, _K.Boolean, False, "Nothing of the namespace is left out."
    ),
    _constant("StaticNodeIdTypes", _I.IdType, _K.Int32, [_STRING_IDS], "How nodes are identified."),
    _constant("StaticNumericNodeIdRange", _I.NumericRange, _K.String, [], "No number is one."),
    _constant(
        "StaticStringNodeIdPattern", _I.String, _K.String, "/Types/%", "Nodes of every gateway."
    ),
)

NAMESPACE = ObjectDeclaration(
    NAMESPACE_URI, "What this namespace is, and in which version.", children=PROPERTIES
)

_TYPE_DEFINITION = Reference(
    Relation(
        HAS_TYPE_DEFINITION,
        True,
        OBJECT_TYPE,
        qualifiedName("NamespaceMetadataType", 0),
        localizedText("NamespaceMetadataType"),
    ),
    _TYPE,
)
_PARENT = Reference(
    Relation(
        HAS_COMPONENT,
        False,
        OBJECT,
        qualifiedName("Namespaces", 0),
        localizedText("Namespaces"),
        ua.NodeId(ua.ObjectIds.NamespacesType),
    ),
    NAMESPACES,
)


class NamespaceNode(ObjectNode):
    """The metadata of our namespace."""

    __slots__ = ()

    def __init__(self, space: Any) -> None:
        super().__init__(space, None, NAMESPACE, "/Namespace")

    @property
    def displayName(self) -> Any:
        return localizedText(NAMESPACE_URI)

    @property
    def typeDefinition(self) -> Any:
        return _TYPE

    def ownReferences(self) -> Iterable[Reference]:
        return (_TYPE_DEFINITION, _PARENT)

    def made(self, declaration: Any) -> Node:
        return ConstantNode(self.space, self, declaration)

    def children(self, viewer: Viewer) -> Iterable[Node]:
        return [self.made(each) for each in PROPERTIES]
