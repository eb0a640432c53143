"""
What our nodes share: the records, the types, what waits, and how a NodeId becomes a node.

Owns the roots of our tree and a bounded number of nodes that were looked at; a charge point
that nobody looks at costs nothing.  OPC UA thread, but for `currentRecord`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ocppgw.model.registry import GATEWAY as GATEWAY_SUBJECT
from ocppgw.uaserver.layout.asking import Waiting
from ocppgw.uaserver.layout.chargepoints import CHARGE_POINTS, ChargePointNode, ChargePointsNode
from ocppgw.uaserver.layout.eventtypes import EVENT_TYPES
from ocppgw.uaserver.layout.gateway import GATEWAY
from ocppgw.uaserver.layout.names import Path, decodePart, split
from ocppgw.uaserver.layout.namespacemetadata import NamespaceNode
from ocppgw.uaserver.layout.node import Node, encodedName
from ocppgw.uaserver.layout.objectnode import ObjectNode, TypeNode
from ocppgw.uaserver.layout.records import Records
from ocppgw.uaserver.layout.relations import Relations
from ocppgw.uaserver.layout.siblings import ChargePointNames
from ocppgw.uaserver.layout.types import TYPES

KEPT = 10_000
"""Nodes kept after somebody looked at them; then all are made anew."""

DEEPEST = 8
"""Steps of a NodeId's path at which the parent is looked up; no node of ours has more."""


class Space:
    """
    Our part of the address space.

    :ivar startTime: when the gateway was started: the time of what has no other.
    :ivar startWait: seconds that a remote start waits for its transaction to begin.
    :ivar types: our ObjectTypes, by name.
    :ivar relations: what Browse tells of children.
    :ivar waiting: the command variables that have no outcome yet.
    """

    def __init__(self, records: Records, startTime: datetime, startWait: float = 0.0) -> None:
        self.records = records
        self.startTime = startTime
        self.startWait = startWait
        self.waiting = Waiting()
        self.relations = Relations()
        self.types = {each.name: TypeNode(self, each) for each in (*TYPES, *EVENT_TYPES)}
        self.gateway = ObjectNode(self, None, GATEWAY, "/Gateway")
        self.gateway.subject = GATEWAY_SUBJECT
        self.chargePoints = ChargePointsNode(self, None, CHARGE_POINTS, "/ChargePoints")
        self.namespace = NamespaceNode(self)
        self._names = ChargePointNames()
        self._kept: dict[str, tuple[Node, object]] = {}

    def currentRecord(self, subject: Any) -> Any:
        """The newest record of a subject, or ``None``.  Any thread."""
        if subject == GATEWAY_SUBJECT:
            return self.records.gateway
        held = self.records.chargePoints.get(subject)
        return None if held is None else held.record

    def displayNames(self) -> Mapping[str, str]:
        """What people read of each charge point, by node name."""
        return self._names.among(self.records.chargePoints)

    def find(self, identifier: str) -> Node | None:
        """The node of an identifier, or ``None``."""
        kept = self._kept.get(identifier)
        if kept is not None and kept[1] is self._holder(kept[0]):
            return kept[0]
        self._kept.pop(identifier, None)
        node = self._found(identifier)
        if node is not None:
            self._keep(node)
        return node

    def _keep(self, node: Node) -> None:
        if len(self._kept) >= KEPT:
            self._kept.clear()
        self._kept[node.identifier] = node, self._holder(node)

    def _holder(self, node: Node) -> object:
        """What holds its charge point's records: another one once that was removed and added."""
        return self.records.chargePoints.get(node.subject or "")

    def _found(self, identifier: str) -> Node | None:
        above, _, last = identifier.rpartition("/")
        if not above or above[0] == "/" or identifier.count("/") > DEEPEST:
            return self._walked(identifier)
        name = decodePart(last)
        if not name or encodedName(name) != last:
            return None
        parent = self.find(above)  # kept, so that siblings share it
        return None if parent is None else parent.child(name)

    def _walked(self, identifier: str) -> Node | None:
        """All the way from the root."""
        path = split(identifier)
        if path is None:
            return None
        node, rest = self._root(path)
        for name in rest:
            if node is None:
                return None
            node = node.child(name)
        return node

    def _root(self, path: Path) -> tuple[Node | None, Path]:
        """Where a path begins, and what is left of it."""
        if path[0]:
            return self.chargePoint(path[0]), path[1:]
        if path[1] == "Types":
            return self.types.get("".join(path[2:3])), path[3:]
        roots: dict[str, Node] = {
            "Gateway": self.gateway,
            "ChargePoints": self.chargePoints,
            "Namespace": self.namespace,
        }
        return roots.get(path[1]), path[2:]

    def chargePoint(self, nodeName: str) -> ChargePointNode | None:
        """The object of a known charge point."""
        if nodeName not in self.records.chargePoints:
            return None
        return ChargePointNode(self, self.chargePoints, nodeName)
