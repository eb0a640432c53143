"""
The ChargePoints folder and the charge points in it.

A charge point's NodeId begins with its node name, not with the folder's, so that it does not
change should the folder ever move.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ocppgw.uaserver.layout.chargepoint import CHARGE_POINT_TYPE
from ocppgw.uaserver.layout.declarations import ObjectDeclaration
from ocppgw.uaserver.layout.names import encodePart
from ocppgw.uaserver.layout.node import Node
from ocppgw.uaserver.layout.objectnode import ObjectNode
from ocppgw.uaserver.layout.standardnodes import localizedText, qualifiedName
from ocppgw.uaserver.nodes import NAMESPACE_INDEX, Viewer

if TYPE_CHECKING:
    from ocppgw.uaserver.layout.space import Space

CHARGE_POINTS = ObjectDeclaration("ChargePoints", "All known charge points, connected or not.")
CHARGE_POINT = ObjectDeclaration("<ChargePoint>", "A charge point.", CHARGE_POINT_TYPE)


class ChargePointNode(ObjectNode):
    """The object of one charge point."""

    __slots__ = ("_nodeName",)

    def __init__(self, space: Space, parent: Node, nodeName: str) -> None:
        super().__init__(space, parent, CHARGE_POINT)
        self._nodeName = nodeName
        self.subject = nodeName
        self.identifier = encodePart(nodeName)
        self.nodeId = type(self.nodeId)(self.identifier, NAMESPACE_INDEX)

    @property
    def browseName(self) -> Any:
        return qualifiedName(self._nodeName)

    @property
    def displayName(self) -> Any:
        return localizedText(self.space.displayNameOf(self._nodeName))

    @property
    def description(self) -> str:
        """What the site wrote, else what the device says of itself."""
        record = self.space.currentRecord(self.subject)
        if record is None:
            return self.declaration.description
        plate = record.nameplate
        device = f"{plate.chargePointVendor} {plate.chargePointModel}".strip()
        return record.settings.description or f"Charge point {device or self._nodeName}"


class ChargePointsNode(ObjectNode):
    """The folder of all charge points."""

    __slots__ = ()

    def child(self, name: str) -> Node | None:
        """Nothing has a NodeId beneath the folder's own."""
        return None

    def children(self, viewer: Viewer) -> Iterable[Node]:
        names = list(self.space.records.chargePoints)
        found = (self.space.chargePoint(name) for name in names)
        return [each for each in found if each is not None]
