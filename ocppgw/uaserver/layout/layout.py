"""
The layout as the server sees it: where nodes outside namespace 0 come from.

OPC UA thread, but for `Layout.currentRecord`.  A test needs records only, no socket.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from zope.interface import implementer

from ocppgw.uaserver.layout.occurrences import occurrence
from ocppgw.uaserver.layout.records import Records
from ocppgw.uaserver.layout.space import Space
from ocppgw.uaserver.layout.standardnodes import (
    BASE_EVENT_TYPE,
    BASE_OBJECT_TYPE,
    HAS_COMPONENT,
    HAS_NOTIFIER,
    HAS_SUBTYPE,
    NAMESPACES,
    OBJECTS_FOLDER,
    ORGANIZES,
    SERVER,
)
from ocppgw.uaserver.nodes import NAMESPACE_INDEX, IAddressSource, Occurrence, Reference, Viewer


@implementer(IAddressSource)
class Layout:
    """
    Our nodes, computed from records.

    :param records: the registry.
    :param startTime: when the gateway was started, aware UTC.
    :param startWait: seconds that a remote start waits for its transaction to begin.
    """

    def __init__(self, records: Records, startTime: datetime, startWait: float = 0.0) -> None:
        self._space = Space(records, startTime, startWait)

    def find(self, nodeId: Any) -> Any:
        if nodeId.NamespaceIndex != NAMESPACE_INDEX or not isinstance(nodeId.Identifier, str):
            return None
        return self._space.find(nodeId.Identifier)

    def additions(self, nodeId: Any, viewer: Viewer) -> Sequence[Reference]:
        if nodeId == OBJECTS_FOLDER:
            roots = (self._space.gateway, self._space.chargePoints)
            return [root.towards(ORGANIZES) for root in roots]
        if nodeId == NAMESPACES:
            return [self._space.namespace.towards(HAS_COMPONENT)]
        if nodeId == SERVER:
            roots = (self._space.gateway, self._space.chargePoints)
            return [root.towards(HAS_NOTIFIER) for root in roots]
        if nodeId in (BASE_OBJECT_TYPE, BASE_EVENT_TYPE):
            return self._subtypes(isEvent=nodeId == BASE_EVENT_TYPE)
        return ()

    def _subtypes(self, isEvent: bool) -> list[Reference]:
        return [
            each.towards(HAS_SUBTYPE)
            for each in self._space.types.values()
            if each.declaration.supertype is None and each.declaration.isEvent is isEvent
        ]

    def occurrence(self, happening: Any, eventId: bytes) -> Occurrence:
        return occurrence(happening, eventId)

    def currentRecord(self, subject: Hashable) -> Any:
        return self._space.currentRecord(subject)
