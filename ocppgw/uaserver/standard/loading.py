"""
From the library's declaration of namespace 0 to nodes that are right.

Put right here: references know the class, names and type of their target and
have their inverse; AccessLevels allow reading only, because nothing in
namespace 0 is written; of the standard objects only the Server notifies of
events.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from opcua import ua

from ocppgw.uaserver.library import loadStandardNodes
from ocppgw.uaserver.nodes import OBJECT, OBJECT_TYPE, VARIABLE, Reference, Relation
from ocppgw.uaserver.standard.nodes import StandardNode, StandardObject, StandardVariable

_NODE_CLASS, _BROWSE_NAME, _DISPLAY_NAME = 2, 3, 4
_WRITE_MASKS = (6, 7)
_EVENT_NOTIFIER = 12
_VALUE, _ACCESS_LEVEL, _USER_ACCESS_LEVEL = 13, 17, 18
_HAS_TYPE_DEFINITION = ua.ObjectIds.HasTypeDefinition
_READ_ONLY = ua.DataValue(ua.Variant(1, ua.VariantType.Byte))
_SERVER = ua.NodeId(ua.ObjectIds.Server)
_EVENTS = ua.DataValue(ua.Variant(1, ua.VariantType.Byte))
_NO_EVENTS = ua.DataValue(ua.Variant(0, ua.VariantType.Byte))
_NO_MASK = ua.DataValue(ua.Variant(0, ua.VariantType.UInt32))

Nodes = dict[Any, StandardNode]


def standardNodes() -> Nodes:
    """
    All nodes of namespace 0.  Their values belong to one server; what never
    changes is shared by all servers of the process.
    """
    return {nodeId: node.copy() for nodeId, node in _linked().items()}


@cache
def _linked() -> Nodes:
    declared = loadStandardNodes()
    nodes = {nodeId: _node(nodeId, data) for nodeId, data in declared.items()}
    types = {nodeId: _typeOf(data) for nodeId, data in declared.items()}
    links = _Links(nodes, types)
    for nodeId, data in declared.items():
        links.add(nodeId, data.references)
    return nodes


def _node(nodeId: Any, data: Any) -> StandardNode:
    attributes = {number: each.value for number, each in data.attributes.items()}
    nodeClass = int(attributes[_NODE_CLASS].Value.Value)
    attributes[_NODE_CLASS] = ua.DataValue(ua.Variant(nodeClass, ua.VariantType.Int32))
    for mask in _WRITE_MASKS:
        attributes[mask] = _NO_MASK
    if _EVENT_NOTIFIER in attributes:
        attributes[_EVENT_NOTIFIER] = _EVENTS if nodeId == _SERVER else _NO_EVENTS
    if nodeClass == VARIABLE:
        attributes[_ACCESS_LEVEL] = attributes[_USER_ACCESS_LEVEL] = _READ_ONLY
        return StandardVariable(nodeId, nodeClass, attributes)
    if nodeClass in (OBJECT, OBJECT_TYPE):
        return StandardObject(nodeId, nodeClass, attributes)
    return StandardNode(nodeId, nodeClass, attributes)


def _typeOf(data: Any) -> Any:
    for each in data.references:
        if each.ReferenceTypeId.Identifier == _HAS_TYPE_DEFINITION and each.IsForward:
            return each.NodeId
    return ua.NodeId()


class _Links:
    """Gives nodes their references, each once and in both directions."""

    def __init__(self, nodes: Nodes, types: dict[Any, Any]) -> None:
        self._nodes = nodes
        self._types = types
        self._known: set[tuple[Any, ...]] = set()

    def add(self, source: Any, references: list[Any]) -> None:
        """What is declared of a node."""
        for each in references:
            if each.NodeId in self._nodes:
                self._link(source, each.NodeId, each.ReferenceTypeId, each.IsForward)
                if each.ReferenceTypeId.Identifier != _HAS_TYPE_DEFINITION:
                    self._link(each.NodeId, source, each.ReferenceTypeId, not each.IsForward)

    def _link(self, source: Any, target: Any, kind: Any, isForward: bool) -> None:
        # All of them have numbers in namespace 0.
        key = (source.Identifier, target.Identifier, kind.Identifier, isForward)
        if key in self._known:
            return
        self._known.add(key)
        node = self._nodes[target]
        relation = Relation(
            kind,
            isForward,
            node.nodeClass,
            node.attributes[_BROWSE_NAME].Value.Value,
            node.attributes[_DISPLAY_NAME].Value.Value,
            self._types[target],
        )
        self._nodes[source].own.append(Reference(relation, target))
