"""
From the nodes of our types to the text of a NodeSet2 file.

The same text each time: nothing in it depends on when or where it was made.
In the file our namespace has the index 1, whatever it has in a server.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, register_namespace, tostring

from opcua import ua

from ocppgw.access.roles import Role
from ocppgw.model.registry import Registry
from ocppgw.uaserver.layout.namespacemetadata import PUBLISHED, VERSION
from ocppgw.uaserver.layout.space import Space
from ocppgw.uaserver.nodes import (
    METHOD,
    NAMESPACE_INDEX,
    NAMESPACE_URI,
    OBJECT,
    OBJECT_TYPE,
    VARIABLE,
    Reference,
    Viewer,
)
from ocppgw.uaserver.nodeset.values import TYPES, valueElement

_NODE_SET = "http://opcfoundation.org/UA/2011/03/UANodeSet.xsd"
_STANDARD = "http://opcfoundation.org/UA/"
#: What the library declares as namespace 0, and ours builds on.
_STANDARD_VERSION, _STANDARD_DATE = "1.04.6", "2020-04-14T00:00:00Z"
_ELEMENTS = {
    OBJECT: "UAObject",
    VARIABLE: "UAVariable",
    METHOD: "UAMethod",
    OBJECT_TYPE: "UAObjectType",
}
_READER = Viewer("", Role.engineer)
_A = ua.AttributeIds


def nodeSet() -> str:
    """The whole file."""
    register_namespace("", _NODE_SET)
    register_namespace("uax", TYPES)
    root = Element(f"{{{_NODE_SET}}}UANodeSet")
    SubElement(SubElement(root, _tag("NamespaceUris")), _tag("Uri")).text = NAMESPACE_URI
    root.append(_models())
    for node in _nodes(Space(Registry(), startTime=PUBLISHED)):
        root.append(_element(node))
    indent(root)
    return _written(root)


def _written(root: Element) -> str:
    return f'<?xml version="1.0" encoding="utf-8"?>\n{tostring(root, encoding="unicode")}\n'


def _tag(name: str) -> str:
    return f"{{{_NODE_SET}}}{name}"


def _models() -> Element:
    models = Element(_tag("Models"))
    date = PUBLISHED.strftime("%Y-%m-%dT%H:%M:%SZ")
    own = SubElement(
        models, _tag("Model"), ModelUri=NAMESPACE_URI, Version=VERSION, PublicationDate=date
    )
    SubElement(
        own,
        _tag("RequiredModel"),
        ModelUri=_STANDARD,
        Version=_STANDARD_VERSION,
        PublicationDate=_STANDARD_DATE,
    )
    return models


def _nodes(space: Space) -> Iterator[Any]:
    """Our types and all that is declared in them, parents first."""
    for each in (*space.types.values(), space.namespace):
        yield from _withChildren(each)


def _withChildren(node: Any) -> Iterator[Any]:
    yield node
    for child in node.children(_READER):
        yield from _withChildren(child)


def _element(node: Any) -> Element:
    found = Element(_tag(_ELEMENTS[node.nodeClass]), NodeId=_id(node.nodeId))
    name = node.browseName
    prefix = "1:" if name.NamespaceIndex == NAMESPACE_INDEX else ""
    found.set("BrowseName", prefix + name.Name)
    if node.parent is not None:
        found.set("ParentNodeId", _id(node.parent.nodeId))
    for attribute, value in _own(node):
        found.set(attribute, value)
    SubElement(found, _tag("DisplayName")).text = node.displayName.Text
    SubElement(found, _tag("Description")).text = node.description
    references = SubElement(found, _tag("References"))
    for each in node.references(_READER):
        references.append(_reference(each))
    variant = _constant(node)
    if variant is not None:
        SubElement(found, _tag("Value")).append(valueElement(variant))
    return found


def _own(node: Any) -> Iterator[tuple[str, str]]:
    """The attributes that the class of the node has, where they are not the default."""
    if node.nodeClass == VARIABLE:
        yield "DataType", _id(_value(node, _A.DataType))
        yield "ValueRank", str(_value(node, _A.ValueRank))
        if node.isList:
            yield "ArrayDimensions", "0"
        yield "AccessLevel", str(_value(node, _A.AccessLevel))
    elif node.nodeClass == OBJECT and _value(node, _A.EventNotifier):
        yield "EventNotifier", str(_value(node, _A.EventNotifier))


def _value(node: Any, attributeId: Any) -> Any:
    return node.attribute(attributeId, _READER).Value.Value


def _constant(node: Any) -> Any:
    """The value of a Property that never changes."""
    return getattr(node.declaration, "variant", None)


def _reference(each: Reference) -> Element:
    found = Element(_tag("Reference"), ReferenceType=_id(each.referenceTypeId))
    if not each.isForward:
        found.set("IsForward", "false")
    found.text = _id(each.target)
    return found


def _id(nodeId: Any) -> str:
    if nodeId.NamespaceIndex == NAMESPACE_INDEX:
        return f"ns=1;s={nodeId.Identifier}"
    return f"i={nodeId.Identifier}"
