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
from ocppgw.uaserver.layout.names import encodePart, legal
from ocppgw.uaserver.layout.node import Node
from ocppgw.uaserver.layout.objectnode import ObjectNode
from ocppgw.uaserver.layout.standardnodes import localizedText, qualifiedName
from ocppgw.uaserver.nodes import NAMESPACE_INDEX, Reference, Viewer

if TYPE_CHECKING:
    from ocppgw.uaserver.layout.space import Space

CHARGE_POINTS = ObjectDeclaration(
    "ChargePoints", "All known charge points, connected or not.", notifies=True
)
CHARGE_POINT = ObjectDeclaration(
    "<ChargePoint>", "A charge point.", CHARGE_POINT_TYPE, notifies=True
)


class ChargePointNode(ObjectNode):
    """
    The object of one charge point.

    :param display: its DisplayName, where the caller has just looked it up.
    """

    __slots__ = ("_display", "_nodeName")

    def __init__(self, space: Space, parent: Node, nodeName: str, display: str = "") -> None:
        super().__init__(space, parent, CHARGE_POINT)
        self._nodeName = nodeName
        self._display = display
        self.subject = nodeName
        self.identifier = encodePart(nodeName)
        self.nodeId = type(self.nodeId)(self.identifier, NAMESPACE_INDEX)

    @property
    def browseName(self) -> Any:
        return qualifiedName(self._nodeName)

    @property
    def displayName(self) -> Any:
        display = self._display or self.space.displayNames().get(self._nodeName)
        return localizedText(display or legal(self._nodeName, "CP"))

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

    def towardsChildren(self, viewer: Viewer) -> Iterable[Reference]:
        """Each has names of its own."""
        return [child.towards(child.referenceTypeId) for child in self.children(viewer)]

    def children(self, viewer: Viewer) -> Iterable[Node]:
        names = self.space.displayNames()
        return [ChargePointNode(self.space, self, name, shown) for name, shown in names.items()]
