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

from ocppgw.uaserver.library import DeclaredNode, loadStandardNodes
from ocppgw.uaserver.nodes import OBJECT, OBJECT_TYPE, VARIABLE, Reference, Relation
from ocppgw.uaserver.standard.nodes import StandardNode, StandardObject, StandardVariable

_BROWSE_NAME, _DISPLAY_NAME = 3, 4
_WRITE_MASKS = (6, 7)
_EVENT_NOTIFIER = 12
_ACCESS_LEVEL, _USER_ACCESS_LEVEL = 17, 18
_HAS_TYPE_DEFINITION = ua.ObjectIds.HasTypeDefinition
_READ_ONLY = ua.DataValue(ua.Variant(1, ua.VariantType.Byte))
_EVENTS = ua.DataValue(ua.Variant(1, ua.VariantType.Byte))
_NO_EVENTS = ua.DataValue(ua.Variant(0, ua.VariantType.Byte))
_NO_MASK = ua.DataValue(ua.Variant(0, ua.VariantType.UInt32))
_NO_TYPE = ua.NodeId()

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
    nodes = {number: _node(data) for number, data in declared.items()}
    types = {number: _typeOf(data) for number, data in declared.items()}
    links = _Links(nodes, types)
    for number, data in declared.items():
        links.add(number, data.references)
    return {node.nodeId: node for node in nodes.values()}


def _node(data: DeclaredNode) -> StandardNode:
    nodeId, nodeClass, attributes = data.nodeId, data.nodeClass, data.attributes
    for mask in _WRITE_MASKS:
        attributes[mask] = _NO_MASK
    if _EVENT_NOTIFIER in attributes:
        isServer = nodeId.Identifier == ua.ObjectIds.Server
        attributes[_EVENT_NOTIFIER] = _EVENTS if isServer else _NO_EVENTS
    if nodeClass == VARIABLE:
        attributes[_ACCESS_LEVEL] = attributes[_USER_ACCESS_LEVEL] = _READ_ONLY
        return StandardVariable(nodeId, nodeClass, attributes)
    if nodeClass in (OBJECT, OBJECT_TYPE):
        return StandardObject(nodeId, nodeClass, attributes)
    return StandardNode(nodeId, nodeClass, attributes)


def _typeOf(data: DeclaredNode) -> Any:
    for kind, target, isForward in data.references:
        if kind.Identifier == _HAS_TYPE_DEFINITION and isForward:
            return target
    return _NO_TYPE


class _Links:
    """Gives nodes their references, each once and in both directions."""

    def __init__(self, nodes: dict[int, StandardNode], types: dict[int, Any]) -> None:
        self._nodes = nodes
        self._types = types
        self._known: set[tuple[int, int, int, bool]] = set()
        self._relations: dict[tuple[int, int, bool], Relation] = {}

    def add(self, source: int, references: list[tuple[Any, Any, bool]]) -> None:
        """What is declared of a node, which has a number in namespace 0 as all of them have."""
        for kind, target, isForward in references:
            self._link(source, target.Identifier, kind, isForward)
            if kind.Identifier != _HAS_TYPE_DEFINITION:
                self._link(target.Identifier, source, kind, not isForward)

    def _link(self, source: int, target: int, kind: Any, isForward: bool) -> None:
        key = (source, target, kind.Identifier, isForward)
        if key in self._known:
            return
        self._known.add(key)
        relation = self._relation(target, kind, isForward)
        self._nodes[source].own.append(Reference(relation, self._nodes[target].nodeId))

    def _relation(self, target: int, kind: Any, isForward: bool) -> Relation:
        """What references of a kind to one node have in common."""
        key = (target, kind.Identifier, isForward)
        found = self._relations.get(key)
        if found is None:
            node = self._nodes[target]
            found = self._relations[key] = Relation(
                kind,
                isForward,
                node.nodeClass,
                node.attributes[_BROWSE_NAME].Value.Value,
                node.attributes[_DISPLAY_NAME].Value.Value,
                self._types[target],
            )
        return found
