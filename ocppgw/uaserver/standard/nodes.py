"""
A standard node as the services see it.

Nothing here changes after `ocppgw.uaserver.standard.loading` made it, but the
facts of the Server object, which are computed when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from opcua import ua
from zope.interface import implementer

from ocppgw.uaserver.library import status
from ocppgw.uaserver.nodes import (
    CURRENT_READ,
    VALUE,
    INode,
    IObject,
    IVariable,
    Reference,
    Viewer,
)

_EXECUTABLE = (21, 22)
_EXECUTABLE_NO = ua.DataValue(ua.Variant(False, ua.VariantType.Boolean))
_EXECUTABLE_YES = ua.DataValue(ua.Variant(True, ua.VariantType.Boolean))


@implementer(INode)
class StandardNode:
    """
    A node of namespace 0.

    :ivar attributes: AttributeId to DataValue.
    :ivar own: its references, in both directions.
    :ivar isOffered: a Method that can be called; those of the Server object exist in
        every address space, whether they are offered or not.
    """

    def __init__(self, nodeId: Any, nodeClass: int, attributes: dict[int, Any]) -> None:
        self.nodeId = nodeId
        self.nodeClass = nodeClass
        self.attributes = attributes
        self.own: list[Reference] = []
        self.offered: dict[Any, Any] = {}
        self.isOffered = False

    def copy(self) -> StandardNode:
        """The same node with attributes of its own."""
        other = type(self)(self.nodeId, self.nodeClass, dict(self.attributes))
        other.own = self.own
        return other

    def attribute(self, attributeId: int, viewer: Viewer) -> Any:
        if attributeId in _EXECUTABLE and attributeId in self.attributes:
            return _EXECUTABLE_YES if self.isOffered else _EXECUTABLE_NO
        return self.attributes.get(attributeId)

    def references(self, viewer: Viewer) -> Sequence[Reference]:
        return self.own


@implementer(IObject)
class StandardObject(StandardNode):
    """An Object or ObjectType of namespace 0."""

    def method(self, methodId: Any) -> Any:
        return self.offered.get(methodId)


@implementer(IVariable)
class StandardVariable(StandardNode):
    """
    A Variable of namespace 0.

    :ivar fact: computes the value, for what changes; else ``None``.
    """

    subject = None
    accessLevel = CURRENT_READ
    history = None
    notifiedLast = False
    stem = None
    fact: Callable[[], Any] | None = None

    def attribute(self, attributeId: int, viewer: Viewer) -> Any:
        if attributeId == VALUE and self.fact is not None:
            return self.fact()
        return self.attributes.get(attributeId)

    def mayRead(self, viewer: Viewer) -> bool:
        return True

    def userAccessLevel(self, viewer: Viewer) -> int:
        return CURRENT_READ

    def changed(self, old: Any, new: Any) -> bool:
        return False

    def valueFrom(self, record: Any) -> Any:
        return self.attributes.get(VALUE)

    def pastValue(self, point: Any) -> Any:
        return None

    def write(self, value: Any, viewer: Viewer, deadline: float | None) -> Any:
        return status(ua.StatusCodes.BadNotWritable)
