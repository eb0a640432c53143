"""
The words in which the layout is declared: variables, methods, objects and their types.

Only the shape of the declarations.  The tables that use them stand in modules of their own;
nodes, documentation, tests and exports are made from those tables.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Any

import attrs

from ocppgw.access.roles import Role
from ocppgw.model.commands import Action, GatewayAction
from ocppgw.model.history import Told
from ocppgw.model.outcomes import Outcome
from ocppgw.model.records import MeterKey
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.names import worded
from ocppgw.uaserver.layout.sources import Source
from ocppgw.uaserver.layout.units import Unit


class May(enum.Enum):
    """What a user has to be allowed to do; the value is the question put to the role."""

    look = "mayRead"
    seePersons = "mayReadPersonal"
    command = "mayCommand"
    configure = "mayConfigure"
    administer = "mayAdminister"

    def allows(self, role: Role) -> bool:
        """May this role do it?"""
        return role in _ALLOWED[self._value_]


#: Roles by what they may do; asked for each value that is read.
_ALLOWED = {may.value: frozenset(role for role in Role if getattr(role, may.value)) for may in May}


@attrs.frozen(eq=False)
class Target:
    """
    What a Write or Call is meant for.

    :ivar nodeName: of the charge point; ``""`` for the gateway.
    :ivar connectorId: 0 for the whole charge point.
    :ivar record: its newest record, for spellings and the like.
    """

    nodeName: str
    connectorId: int
    record: Any


Request = Action | GatewayAction


@attrs.frozen(eq=False)
class Writing:
    """
    What a Write of a variable does.

    :ivar request: makes the request of the typed value; it may answer a StatusCode instead.
    :ivar answer: the StatusCode of the outcome.
    :ivar isLocked: does the charge point's record say that it cannot be written?
    :ivar isCommand: reads false, runs when true is written, once at a time.
    """

    may: May
    request: Callable[[Target, Any], Any]
    answer: Callable[[Outcome], Any]
    isLocked: Callable[[Any], bool] = lambda record: False
    isCommand: bool = False


@attrs.frozen(eq=False)
class Past:
    """
    Which history belongs to a variable of a connector.

    :ivar of: what was told, or the keys of the readings.
    :ivar numbersOnly: leave out what could not be read as a number.
    """

    of: Told | tuple[MeterKey, ...]
    numbersOnly: bool = False


@attrs.frozen(eq=False)
class VariableDeclaration:
    """
    A Variable.

    :ivar display: what people read; ``""`` for the words of the name.
    :ivar source: where its value comes from and how its quality is judged.
    :ivar unit: makes it an AnalogItemType with EngineeringUnits and EURange.
    :ivar words: makes it a MultiStateDiscreteType with these EnumStrings.
    :ivar readable: who may read it; ``None``: nobody.
    :ivar sessionsOnly: missing on connector 0, which has no charging sessions.
    :ivar notifiedLast: told to subscribers behind everything else that changed with it.
    :ivar past: what the store keeps of it, where it has a history.
    :ivar properties: its Properties beyond those of units and words.
    """

    name: str
    dataType: DataType
    description: str
    source: Source
    display: str = ""
    unit: Unit | None = None
    words: tuple[str, ...] = ()
    readable: May | None = May.look
    writing: Writing | None = None
    sessionsOnly: bool = False
    notifiedLast: bool = False
    isProperty: bool = False
    past: Past | None = None
    properties: tuple[VariableDeclaration, ...] = ()

    @property
    def displayName(self) -> str:
        """What people read."""
        return self.display or worded(self.name)


@attrs.frozen(eq=False)
class ConstantDeclaration:
    """A Property that is the same for ever: units, ranges, words, arguments."""

    name: str
    dataTypeId: Any
    variant: Any
    description: str

    @property
    def displayName(self) -> str:
        """What people read: the standard's own name."""
        return self.name


@attrs.frozen(eq=False)
class ArgumentDeclaration:
    """
    An input or output argument.

    :ivar field: the field of the request that it fills; ``""``: the name, first letter small.
    :ivar fits: is a value within OCPP's limits?
    :ivar missing: what an output is where the answer does not say it; ``None``: its type's zero.
    """

    name: str
    dataType: DataType
    description: str
    isList: bool = False
    field: str = ""
    fits: Callable[[Any], bool] = lambda value: True
    missing: Any = None

    @property
    def fieldName(self) -> str:
        """The field of the request that this argument fills."""
        return self.field or self.name[:1].lower() + self.name[1:]


@attrs.frozen(eq=False)
class MethodDeclaration:
    """
    A Method.

    :ivar request: makes the request of the target and the inputs in their order.
    """

    name: str
    description: str
    request: Callable[..., Request]
    inputs: tuple[ArgumentDeclaration, ...] = ()
    outputs: tuple[ArgumentDeclaration, ...] = ()
    may: May = May.command
    display: str = ""
    sessionsOnly: bool = False

    @property
    def displayName(self) -> str:
        """What people read."""
        return self.display or worded(self.name)


@attrs.frozen(eq=False)
class Members:
    """
    Children that follow from the record: connectors, keys, readings.

    :ivar placeholder: how a type shows them, as ``<Connector>``.
    :ivar example: the declaration behind the placeholder.
    :ivar browsable: names of those known to exist, from the record.
    :ivar resolve: the declaration of a name that the grammar allows, or ``None``.
    """

    placeholder: str
    example: Any
    browsable: Callable[[Any], Iterable[str]]
    resolve: Callable[[Any, str], Any]


@attrs.frozen(eq=False, slots=False)
class TypeDeclaration:
    """
    An ObjectType: what all objects, or events, of a kind have in common.

    :ivar supertype: one of ours; ``None``: BaseEventType for events, else BaseObjectType.
    """

    name: str
    description: str
    children: tuple[Any, ...]
    supertype: TypeDeclaration | None = None
    isEvent: bool = False

    @property
    def displayName(self) -> str:
        """What people read: types keep their one word."""
        return self.name

    @cached_property
    def byName(self) -> dict[str, Any]:
        """The declared children by browse name."""
        return {child.name: child for child in self.children}


@attrs.frozen(eq=False, slots=False)
class ObjectDeclaration:
    """
    An Object.

    :ivar type: one of our types; ``None``: a FolderType.
    :ivar children: those beyond the type's, or in place of the type's.
    :ivar notifies: clients can subscribe to its events.
    :ivar isConnector: its name is a connector number, which holds for all beneath it.
    """

    name: str
    description: str
    type: TypeDeclaration | None = None
    children: tuple[Any, ...] = ()
    members: Members | None = None
    display: str = ""
    sessionsOnly: bool = False
    notifies: bool = False
    isConnector: bool = False

    @property
    def displayName(self) -> str:
        """What people read."""
        return self.display or worded(self.name)

    @cached_property
    def byName(self) -> dict[str, Any]:
        """The declared children by browse name."""
        inherited = self.type.byName if self.type is not None else {}
        return {**inherited, **{child.name: child for child in self.children}}
