"""
Which field of an event a SimpleAttributeOperand means (OPC 10000-4, 7.7.4.5),
and what one user sees in it.  Pure.
"""

from __future__ import annotations

from typing import Any

from attrs import frozen
from opcua import ua

from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.library import bareVariant
from ocppgw.uaserver.nodes import Occurrence, Viewer
from ocppgw.uaserver.services.indexrange import applyRange

_NODE_ID, _VALUE = 1, 13
NULL = bareVariant(None, ua.VariantType.Null, None, False)


@frozen
class Field:
    """
    A field as a client names it.

    :ivar typeId: null for any type of event.
    :ivar path: namespace index and name of each step.
    """

    typeId: Any
    path: tuple[tuple[int, str], ...]
    attributeId: int
    indexRange: str


def fieldOf(asked: Any) -> Field:
    """What an operand means."""
    path = tuple((each.NamespaceIndex, each.Name or "") for each in asked.BrowsePath or ())
    return Field(asked.TypeDefinitionId, path, asked.AttributeId, asked.IndexRange or "")


@frozen(eq=False)
class Seen:
    """
    An event as one user sees it.

    :ivar types: its type and all supertypes.
    """

    occurrence: Occurrence
    viewer: Viewer
    types: frozenset[Any]

    def isOfType(self, typeId: Any) -> bool:
        """Is it of this type, or of a subtype?"""
        return typeId in self.types

    def value(self, field: Field) -> Any:
        """The Variant of a field; null where this event, or this user, has none such."""
        if not (field.typeId.is_null() or self.isOfType(field.typeId)):
            return NULL
        occurrence = self.occurrence
        if field.path in occurrence.personal and not self.viewer.role.mayReadPersonal:
            return NULL
        if field.attributeId != _VALUE and (field.attributeId != _NODE_ID or field.path):
            return NULL
        found = occurrence.fields.get(field.path, NULL)
        if not field.indexRange:
            return found
        try:
            return applyRange(found, field.indexRange)
        except Fault:
            return NULL
