"""
All nodes that clients see: namespace 0 from the library, the rest from the
layout, found by NodeId in constant time.

Owns the standard nodes; asks the layout's `IAddressSource` for the others each
time, so that a charge point's nodes exist only while they are looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from opcua import ua

from ocppgw.uaserver.nodes import (
    NOBODY,
    OBJECT_TYPE,
    REFERENCE_TYPE,
    VARIABLE_TYPE,
    IAddressSource,
    Occurrence,
    Reference,
    Viewer,
)
from ocppgw.uaserver.settings import ServerSettings
from ocppgw.uaserver.standard.loading import standardNodes
from ocppgw.uaserver.standard.serverfacts import Ending, applyServerFacts

_HAS_SUBTYPE = ua.ObjectIds.HasSubtype
_BASE_EVENT_TYPE = ua.NodeId(ua.ObjectIds.BaseEventType)


class AddressSpace:
    """
    The address space of one server.

    :param now: wall clock, aware UTC.
    :ivar ending: what the Server object says of the end of this server.
    """

    def __init__(
        self, settings: ServerSettings, source: IAddressSource, now: Callable[[], datetime]
    ) -> None:
        self._standard = standardNodes()
        self.ending = Ending(now)
        applyServerFacts(self._standard, settings, now, self.ending)
        self._source = source
        self._supertypes: dict[Any, frozenset[Any]] = {}
        self._subtypes: dict[Any, frozenset[int]] = {}

    def find(self, nodeId: Any) -> Any:
        """The `INode` with this NodeId, or ``None``."""
        if nodeId.NamespaceIndex == 0:
            return self._standard.get(nodeId)
        return self._source.find(nodeId)

    def offer(self, objectId: Any, methodId: Any, method: Any) -> None:
        """Make a standard Method callable on a standard Object."""
        self._standard[objectId].offered[methodId] = method
        self._standard[methodId].isOffered = True

    def references(self, node: Any, viewer: Viewer) -> Sequence[Reference]:
        """All references of a node, those included that ours add to standard ones."""
        own: Sequence[Reference] = node.references(viewer)
        if node.nodeId.NamespaceIndex != 0:
            return own
        additions = self._source.additions(node.nodeId, viewer)
        return list(chain(own, additions)) if additions else own

    def occurrence(self, happening: Any, eventId: bytes) -> Occurrence:
        """The event that a happening is."""
        return self._source.occurrence(happening, eventId)

    def isEventType(self, typeId: Any) -> bool:
        """Is it BaseEventType or a subtype?"""
        return _BASE_EVENT_TYPE in self.supertypesOf(typeId)

    def supertypesOf(self, typeId: Any) -> frozenset[Any]:
        """A type with all its supertypes; empty for what is no known type."""
        found = self._supertypes.get(typeId)
        if found is None:
            found = frozenset(self._upwards(typeId))
            if found:  # what exists is bounded, what clients make up is not
                self._supertypes[typeId] = found
        return found

    def _upwards(self, typeId: Any) -> Iterator[Any]:
        node = self.find(typeId)
        while node is not None and node.nodeClass in (OBJECT_TYPE, VARIABLE_TYPE):
            yield node.nodeId
            above = [
                each.target
                for each in node.references(NOBODY)
                if not each.isForward and each.referenceTypeId.Identifier == _HAS_SUBTYPE
            ]
            node = self.find(above[0]) if above else None

    def currentRecord(self, subject: str) -> Any:
        """The newest record of a subject."""
        return self._source.currentRecord(subject)

    def subtypesOf(self, referenceTypeId: Any) -> frozenset[int] | None:
        """
        The numbers of a standard reference type and of all its subtypes; ``None``
        when it is no reference type at all.
        """
        found = self._subtypes.get(referenceTypeId)
        if found is None:
            node = self._standard.get(referenceTypeId)
            if node is None or node.nodeClass != REFERENCE_TYPE:
                return None
            found = self._subtypes[referenceTypeId] = frozenset(self._closure(referenceTypeId))
        return found

    def _closure(self, referenceTypeId: Any) -> set[int]:
        found = {int(referenceTypeId.Identifier)}
        for each in self._standard[referenceTypeId].own:
            if each.isForward and each.referenceTypeId.Identifier == _HAS_SUBTYPE:
                found |= self._closure(each.target)
        return found
