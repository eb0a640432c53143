"""
Variables of ours, as the services see them.

Values are computed from a record when somebody asks, and kept until the part of the record that
they depend on is another object.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, ClassVar

from opcua import ua
from zope.interface import implementer

from ocppgw.model.history import Series
from ocppgw.model.point import Point
from ocppgw.model.quality import seen
from ocppgw.uaserver.layout.declarations import ConstantDeclaration, VariableDeclaration
from ocppgw.uaserver.layout.node import A, Attributes, Node, T, byte, flag, plainValue
from ocppgw.uaserver.layout.properties import ofVariable
from ocppgw.uaserver.layout.sources import NEVER
from ocppgw.uaserver.layout.standardnodes import (
    ANALOG_ITEM_TYPE,
    BASE_DATA_VARIABLE_TYPE,
    HAS_COMPONENT,
    HAS_PROPERTY,
    MULTI_STATE_DISCRETE_TYPE,
    ORGANIZES,
    PROPERTY_TYPE,
    TYPE_DEFINITIONS,
    qualifiedName,
)
from ocppgw.uaserver.layout.stems import Stem, stemOf
from ocppgw.uaserver.layout.values import constant, dataValue, waiting
from ocppgw.uaserver.layout.writing import write
from ocppgw.uaserver.library import status
from ocppgw.uaserver.nodes import (
    CURRENT_READ,
    CURRENT_WRITE,
    HISTORY_READ,
    VARIABLE,
    IVariable,
    Reference,
    Viewer,
)

_NOT_WRITABLE = status(ua.StatusCodes.BadNotWritable)


class _Valued(Node):
    """What constants and variables have in common."""

    __slots__ = ()
    nodeClass = VARIABLE

    attributes: ClassVar[Attributes] = {
        **Node.attributes,
        A.Value: lambda node, viewer: node.valueFrom(node.space.currentRecord(node.subject)),
        A.DataType: lambda node, viewer: plainValue(T.NodeId, node.dataTypeId),
        A.ValueRank: lambda node, viewer: plainValue(T.Int32, 1 if node.isList else -1),
        A.ArrayDimensions: lambda node, viewer: plainValue(T.UInt32, [0]) if node.isList else None,
        A.AccessLevel: lambda node, viewer: byte(node.accessLevel),
        A.UserAccessLevel: lambda node, viewer: byte(node.userAccessLevel(viewer)),
        A.MinimumSamplingInterval: lambda node, viewer: plainValue(T.Double, 0.0),
        A.Historizing: lambda node, viewer: flag(node.history is not None),
    }

    def ownReferences(self) -> Iterable[Reference]:
        return (TYPE_DEFINITIONS[self.typeDefinition],)


@lru_cache(maxsize=1024)
def _constant(declaration: ConstantDeclaration, since: datetime) -> Any:
    """The value of all nodes of a declaration: there are thousands of some, encoded once."""
    return constant(declaration.variant, since)


@implementer(IVariable)
class ConstantNode(_Valued):
    """A Property that is the same for ever."""

    __slots__ = ()
    declaration: ConstantDeclaration
    accessLevel = CURRENT_READ
    history = None
    notifiedLast = False
    stem = stemOf(None, NEVER, isAlways=True)

    @property
    def typeDefinition(self) -> Any:
        return PROPERTY_TYPE

    @property
    def referenceTypeId(self) -> Any:
        return HAS_PROPERTY

    @property
    def browseName(self) -> Any:
        return qualifiedName(self.declaration.name, 0)

    @property
    def dataTypeId(self) -> Any:
        """The DataType's NodeId."""
        return self.declaration.dataTypeId

    @property
    def isList(self) -> bool:
        """Is the value an array?"""
        return bool(self.declaration.variant.is_array)

    def mayRead(self, viewer: Viewer) -> bool:
        return viewer.role.mayRead

    def userAccessLevel(self, viewer: Viewer) -> int:
        return CURRENT_READ if viewer.role.mayRead else 0

    def changed(self, old: Any, new: Any) -> bool:
        return old is None or new is None

    def valueFrom(self, record: Any) -> Any:
        return _constant(self.declaration, self.space.startTime)

    def pastValue(self, point: Point) -> Any:
        return None

    def write(self, value: Any, viewer: Viewer, deadline: float | None) -> Any:
        return _NOT_WRITABLE


@implementer(IVariable)
class VariableNode(_Valued):
    """A variable whose value comes from a record."""

    __slots__ = ("_kept", "_link", "_part", "_settings")
    declaration: VariableDeclaration
    isList = False

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        # The value that was computed last, and what it depends on besides the declaration.
        self._kept: Any = None
        self._part: Any = None
        self._link: Any = None
        self._settings: Any = None

    @property
    def typeDefinition(self) -> Any:
        """The VariableType: by unit, words, or whether it is a Property."""
        if self.declaration.isProperty:
            return PROPERTY_TYPE
        if self.declaration.unit is not None:
            return ANALOG_ITEM_TYPE
        return MULTI_STATE_DISCRETE_TYPE if self.declaration.words else BASE_DATA_VARIABLE_TYPE

    @property
    def referenceTypeId(self) -> Any:
        if self.declaration.isProperty:
            return HAS_PROPERTY
        return HAS_COMPONENT if self.parent is None or self.parent.isTyped else ORGANIZES

    @property
    def dataTypeId(self) -> Any:
        """The DataType's NodeId."""
        return self.declaration.dataType.nodeId

    @property
    def stem(self) -> Stem | None:
        """What it has in common with others."""
        source = self.declaration.source
        if source.root is None:
            return None
        return stemOf(self.connectorId, source.root, source.isAlways)

    @property
    def notifiedLast(self) -> bool:
        """Is it told to subscribers behind all else that changed with it?"""
        return self.declaration.notifiedLast

    @property
    def accessLevel(self) -> int:
        """What the node allows to anybody, given what the site and the charge point lock."""
        readable = CURRENT_READ if self.declaration.readable is not None else 0
        past = HISTORY_READ if self.history is not None else 0
        return readable | past | (CURRENT_WRITE if self._isWritable() else 0)

    @property
    def history(self) -> Series | None:
        """The series that the store keeps of it; types have none."""
        past = self.declaration.past
        if past is None or self.subject is None or self.connectorId is None:
            return None
        return Series(self.subject, self.connectorId, past.of, past.numbersOnly)

    def pastValue(self, point: Point) -> Any:
        return dataValue(point, self.declaration.dataType)

    def _isWritable(self) -> bool:
        writing = self.declaration.writing
        if writing is None:
            return False
        record = self.space.currentRecord(self.subject)
        return record is None or not writing.isLocked(record)

    def mayRead(self, viewer: Viewer) -> bool:
        readable = self.declaration.readable
        return readable is not None and readable.allows(viewer.role)

    def userAccessLevel(self, viewer: Viewer) -> int:
        level = self.accessLevel
        if self.isDeclared:  # a type says what its objects allow, but nobody writes into a type
            level &= ~CURRENT_WRITE
        readable, writing = self.declaration.readable, self.declaration.writing
        if readable is None or not readable.allows(viewer.role):
            level &= ~(CURRENT_READ | HISTORY_READ)
        if writing is None or not writing.may.allows(viewer.role):
            level &= ~CURRENT_WRITE
        return level

    def changed(self, old: Any, new: Any) -> bool:
        if old is None or new is None:
            return True
        source = self.declaration.source
        if not source.isAlways and (old.link is not new.link or old.settings is not new.settings):
            return True
        return source.changed(self.holder(old), self.holder(new))

    def valueFrom(self, record: Any) -> Any:
        if record is None:
            return dataValue(waiting(self.space.startTime), self.declaration.dataType)
        holder = self.holder(record)
        return self.valueOf(record, holder, self.declaration.source.part(holder))

    def valueOf(self, record: Any, holder: Any, part: Any) -> Any:
        """The same for somebody who has the holder and the part already."""
        declaration = self.declaration
        source = declaration.source
        link, settings = (None, None) if source.isAlways else (record.link, record.settings)
        if source.isPoint and part is not None and (link is None or link.connected):
            return self.valueOfPoint(part, link, settings)
        if (
            self._kept is None
            or part is not self._part
            or link is not self._link
            or settings is not self._settings
        ):
            since = getattr(record, "knownSince", self.space.startTime)
            point = source.point(holder, since)
            if point is None:
                point = waiting(since)
            elif not source.isAlways and not record.link.connected:
                point = seen(point, record, source.kind)
            self._kept = dataValue(point, declaration.dataType)
            self._part, self._link, self._settings = part, link, settings
        return self._kept

    def valueOfPoint(self, point: Point, link: Any, settings: Any) -> Any:
        """The same where the part is a point, and seen as it is, because no link is lost."""
        if point is self._part and link is self._link and settings is self._settings:
            return self._kept
        self._kept = kept = dataValue(point, self.declaration.dataType)
        self._part, self._link, self._settings = point, link, settings
        return kept

    def write(self, value: Any, viewer: Viewer, deadline: float | None) -> Any:
        return write(self, value, viewer, deadline)

    def children(self, viewer: Viewer) -> Iterable[Node]:
        return (self._property(each) for each in ofVariable(self.declaration))

    def child(self, name: str) -> Node | None:
        for each in ofVariable(self.declaration):
            if each.name == name:
                return self._property(each)
        return None

    def _property(self, declaration: ConstantDeclaration | VariableDeclaration) -> Node:
        kind = ConstantNode if isinstance(declaration, ConstantDeclaration) else VariableNode
        return kind(self.space, self, declaration)
