"""
The layout as the server sees it: where nodes outside namespace 0 come from.

OPC UA thread, but for `Layout.currentRecord`.  A test needs records only, no socket.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from datetime import datetime
from typing import Any

from zope.interface import implementer

from ocppgw.uaserver.layout.records import Records
from ocppgw.uaserver.layout.space import Space
from ocppgw.uaserver.layout.standardnodes import (
    BASE_OBJECT_TYPE,
    HAS_SUBTYPE,
    OBJECTS_FOLDER,
    ORGANIZES,
)
from ocppgw.uaserver.nodes import NAMESPACE_INDEX, IAddressSource, Reference, Viewer


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
        if nodeId == BASE_OBJECT_TYPE:
            return [each.towards(HAS_SUBTYPE) for each in self._space.types.values()]
        return ()

    def currentRecord(self, subject: Hashable) -> Any:
        return self._space.currentRecord(subject)
