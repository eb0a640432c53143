"""
What a node is to the services: the seam between the layout and the server.

Interfaces, the frozen values they exchange, and nothing that computes.  The
layout implements these for nodes of ours; `ocppgw.uaserver.standard` implements
them for the nodes of namespace 0.  Everything here is called on the OPC UA
thread only, except where a docstring says otherwise.

*Subject* is the key of the record that a Variable depends on: the node name of
a charge point, ``"/Gateway"``, or ``None`` for a Variable that no record tells
about (it is sampled by polling).  *Record* is whatever frozen value the
registry keeps for that subject; the services only compare it by identity and
hand it back to the node.  Requests leave by `ocppgw.interfaces.IRequests`,
records arrive by `ocppgw.interfaces.IChanges`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from attrs import field, frozen
from opcua import ua
from zope.interface import Attribute, Interface

from ocppgw.access.roles import Role

#: Index of our namespace; a promise to every client that ever bound a screen.
NAMESPACE_INDEX = 2
NAMESPACE_URI = "urn:ocppgw:chargepoints"

# Node classes as plain integers (OPC 10000-3, 8.29): compared on every request.
OBJECT = 1
VARIABLE = 2
METHOD = 4
OBJECT_TYPE = 8
VARIABLE_TYPE = 16
REFERENCE_TYPE = 32

#: The AttributeId of what most operations are about.
VALUE = 13

# Bits of AccessLevel and UserAccessLevel (OPC 10000-3, 8.57).
CURRENT_READ = 1
CURRENT_WRITE = 2
HISTORY_READ = 4


@frozen
class Viewer:
    """
    The user on whose behalf a node is looked at.

    :ivar user: name for the audit trail; ``"anonymous"`` without a user name.
    :ivar role: what this user may do.
    :ivar sessionId: printable identifier of the OPC UA session.
    :ivar peer: ``host:port`` of the client, as the transport tells.
    """

    user: str
    role: Role
    sessionId: str = ""
    peer: str = ""


#: Somebody without any right, such as a subscription without a session.
NOBODY = Viewer("", Role.none)


def _noType() -> Any:
    return ua.NodeId()


@frozen(eq=False)
class Relation:
    """
    What references of a kind have in common: all that Browse tells but the target.

    Never changed once made, and shared by the nodes of one declaration.

    :ivar kept: who encodes it keeps that here.
    """

    referenceTypeId: Any
    isForward: bool
    nodeClass: int
    browseName: Any
    displayName: Any
    typeDefinition: Any = field(factory=_noType)
    kept: dict[int, Any] = field(factory=dict, init=False, repr=False)


class Reference:
    """
    One reference of a node: a `Relation` and its target.

    The other attributes are those of the relation.
    """

    __slots__ = ("relation", "target")

    def __init__(self, relation: Relation, target: Any) -> None:
        self.relation = relation
        self.target = target

    @property
    def referenceTypeId(self) -> Any:
        """Always a standard one."""
        return self.relation.referenceTypeId

    @property
    def isForward(self) -> bool:
        """From the node that has it?"""
        return self.relation.isForward

    @property
    def nodeClass(self) -> int:
        """Of the target."""
        return self.relation.nodeClass

    @property
    def browseName(self) -> Any:
        """Of the target."""
        return self.relation.browseName

    @property
    def displayName(self) -> Any:
        """Of the target."""
        return self.relation.displayName

    @property
    def typeDefinition(self) -> Any:
        """Of the target."""
        return self.relation.typeDefinition


@frozen(eq=False)
class Awaited:
    """
    The answer to a Write or Call that the reactor thread has to give.

    :ivar request: what goes through the inward door.
    :ivar finish: turns the outcome that comes back into the answer; called on
        the OPC UA thread exactly once, also when the client does not wait any
        more, and with a `ocppgw.model.outcomes.Refused` of ours on shutdown.
        For a Write it returns a StatusCode, for a Call what `IMethod.call` may
        return, but no further `Awaited`.
    """

    request: object
    finish: Callable[[Any], Any]


#: Where a field of an event is found: namespace index and name of each step.
FieldPath = tuple[tuple[int, str], ...]


@frozen(eq=False)
class Occurrence:
    """
    An event, ready to be told.

    :ivar typeId: its EventType.
    :ivar notifiers: NodeIds of the objects whose events it is one of.
    :ivar fields: a ``ua.Variant`` for each field that it has.
    :ivar personal: fields that tell of persons.
    """

    typeId: Any
    notifiers: tuple[Any, ...]
    fields: Mapping[FieldPath, Any]
    personal: frozenset[FieldPath] = frozenset()


class INode(Interface):
    """A node of the address space.  May be made anew for each look-up."""

    nodeId = Attribute("its ``ua.NodeId``")
    nodeClass = Attribute("one of the integers above; decides which interface it provides")

    def attribute(attributeId: int, viewer: Viewer) -> Any:
        """
        The attribute as a ``ua.DataValue``, or ``None`` where a node of this
        class has no such attribute (the client sees ``BadAttributeIdInvalid``).

        For the Value of a Variable the DataValue has its StatusCode and both
        timestamps.  The services check access levels before they ask for a
        Value; UserAccessLevel and UserExecutable are answered per viewer.
        The DataValue may be shared: nobody changes it.
        """

    def references(viewer: Viewer) -> Sequence[Reference]:
        """All references, forward and inverse, HasTypeDefinition included."""


class IObject(INode):
    """An Object or ObjectType: what methods are called on."""

    def method(methodId: Any) -> Any:
        """
        The `IMethod` that ``methodId`` means on this object, or ``None``.

        Both the shared Method node of the type and this object's own NodeId
        of the method resolve.
        """


class ITrunk(Interface):
    """What stems of one subject have in common; equal ones are the same."""

    def news(old: Any, new: Any, stems: Any, isWhole: bool) -> Iterable[tuple[Any, Any]]:
        """
        What is watched whose Variable could differ between two records, see `IVariable.changed`,
        each with its value by the new one, see `IVariable.valueFrom`.  Left out may be what
        differs in its timestamps only, unless it is ``isTimed``.

        :param stems: a dictionary, by stem a list of what is watched; each has a Variable with that
            as its ``node``, and ``isTimed`` where timestamps alone are news to somebody.  The
            dictionary and the lists have a ``memo`` for who is asked, ``None`` at first, and again
            once others are in there; those of lists also once others of them are timed.
        :param isWhole: nothing that could differ is left out.
        """


class IStem(Interface):
    """What variables of one subject have in common; equal ones are the same."""

    trunk = Attribute("its `ITrunk`")


class IVariable(INode):
    """A Variable."""

    subject = Attribute("whose record it depends on; None: poll `attribute`")
    accessLevel = Attribute("int: what the node allows to anybody")
    history = Attribute("the `ocppgw.model.history.Series` that is kept of it, or None")
    notifiedLast = Attribute("bool: among what one record changed, notify this one last")
    stem = Attribute("None, or the `IStem` of variables that are asked for changes together")

    def mayRead(viewer: Viewer) -> bool:
        """
        May this user read the value?  Asked for each value that is read: very cheap.  It depends
        on the user alone, never on a record.
        """

    def userAccessLevel(viewer: Viewer) -> int:
        """What this user may do; never more than ``accessLevel``. Cheap."""

    def changed(old: Any, new: Any) -> bool:
        """
        Could the value, its StatusCode or its timestamps differ between two
        records of the subject?  Compares identities, never computes values.
        """

    def valueFrom(record: Any) -> Any:
        """
        The ``ua.DataValue`` that ``record`` gives: pure, and the same for
        every viewer.  ``record`` is ``None`` while the subject has none.
        """

    def pastValue(point: Any) -> Any:
        """The ``ua.DataValue`` of a point of its history; asked only where there is one."""

    def write(value: Any, viewer: Viewer, deadline: float | None) -> Any:
        """
        Write the Value attribute: a ``ua.StatusCode``, or an `Awaited`.

        :param value: a ``ua.Variant`` just as the client sent it; access
            levels were checked, the type was not.
        :param deadline: seconds that the client will wait, or ``None``.
        """


class IMethod(Interface):
    """What a Method does on the object that it was looked up on."""

    inputArguments = Attribute("sequence of ``ua.Argument``")

    def executableBy(viewer: Viewer) -> bool:
        """May this user call it?"""

    def call(inputs: Sequence[Any], viewer: Viewer, deadline: float | None) -> Any:
        """
        Do it.  ``inputs`` are plain Python values, one per input argument,
        whose types were checked: Int32 and UInt32 are ``int`` within range
        (whatever integer Variant the client sent), arrays are lists.

        :return: a sequence of ``ua.Variant`` (Good, the output arguments); a
            ``ua.StatusCode``; a ``ua.CallMethodResult`` for anything else,
            such as refusals of single arguments; or an `Awaited`.
        """


class IAddressSource(Interface):
    """Where nodes outside namespace 0 come from: implemented by the layout."""

    def find(nodeId: Any) -> Any:
        """The `INode` of this NodeId, or ``None``.  O(1), also for a miss."""

    def additions(nodeId: Any, viewer: Viewer) -> Sequence[Reference]:
        """
        References that nodes of ours add to a node of namespace 0, such as
        Organizes from the Objects folder; ``()`` for most.
        """

    def occurrence(happening: Any, eventId: bytes) -> Occurrence:
        """The event that a happening of the outward door is."""

    def currentRecord(subject: str) -> Any:
        """The newest record of a subject, or ``None``.  Any thread."""
