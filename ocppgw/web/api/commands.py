"""
Commands to a charge point: one operation, whose body says which.

The bodies are made of the commands' own declarations in the model, so that there is one of each.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce
from operator import or_
from types import MappingProxyType
from typing import Any, Literal, get_args

import attrs
import msgspec
from twisted.internet.defer import Deferred

from ocppgw.model import commands as c
from ocppgw.v16.answers import MESSAGE_TRIGGERS, RESET_TYPES
from ocppgw.web.api.answers import OutcomeAnswer
from ocppgw.web.api.declaring import ApiError, Asked, Operations, Problem
from ocppgw.web.api.fields import (
    Connector,
    Identifier,
    Key,
    MessageId,
    Outlet,
    SentIdTag,
    Short,
    Vendor,
)
from ocppgw.web.api.finding import recordOf
from ocppgw.web.api.outcomes import PROBLEMS, told
from ocppgw.web.doing import issue
from ocppgw.web.reading import readConfiguration
from ocppgw.web.security.rights import Right

operation = Operations()

RIGHTS: Mapping[type, Right] = MappingProxyType(
    {
        c.ClearCache: Right.command,
        c.Reset: Right.command,
        c.RefreshConfiguration: Right.command,
        c.RefreshStatus: Right.command,
        c.RefreshMeterValues: Right.command,
        c.RemoteStart: Right.command,
        c.RemoteStop: Right.command,
        c.ChangeAvailability: Right.command,
        c.UnlockConnector: Right.command,
        c.TriggerMessage: Right.command,
        c.GetConfiguration: Right.configure,
        c.ChangeConfiguration: Right.configure,
        c.DataTransfer: Right.configure,
    }
)
"""The commands that can be given in here, and what each needs."""

_TYPES: Mapping[str, Any] = MappingProxyType(
    {
        "Reset.type": Literal[tuple(RESET_TYPES.words)],
        "ChangeAvailability.type": Literal["Operative", "Inoperative"],
        "requestedMessage": Literal[tuple(MESSAGE_TRIGGERS.words)],
        "UnlockConnector.connectorId": Outlet,
        "RemoteStart.connectorId": Outlet,
        "TriggerMessage.connectorId": Outlet,
        "connectorId": Connector,
        "transactionId": Identifier,
        "idTag": SentIdTag,
        "keys": tuple[Key, ...],
        "key": Key,
        "vendorId": Vendor,
        "messageId": MessageId,
        "value": Short,
        "data": str,
    }
)
"""What each argument of a command may be, by its name, or by that of the command before it."""


def _body(action: type) -> type[msgspec.Struct]:
    """The struct of a command: the fields of the command, and its name as ``command``."""
    fields: list[Any] = []
    for field in attrs.fields(attrs.resolve_types(action)):
        kind = _TYPES.get(f"{action.__name__}.{field.name}") or _TYPES[field.name]
        isOptional = type(None) in get_args(field.type)
        made = (field.name, kind | None if isOptional else kind)
        fields.append(made if field.default is attrs.NOTHING else (*made, field.default))
    return msgspec.defstruct(
        action.__name__,
        fields,
        frozen=True,
        forbid_unknown_fields=True,
        tag_field="command",
        tag=action.__name__,
        namespace={"__doc__": (action.__doc__ or "").strip().partition("\n")[0]},
    )


BODIES: Mapping[type, type] = MappingProxyType({_body(action): action for action in RIGHTS})
"""The command that each body becomes."""

CommandBody: Any = reduce(or_, BODIES)


@operation(
    "POST",
    "/chargepoints/{nodeName}/commands",
    Right.command,
    answer=OutcomeAnswer,
    body=CommandBody,
    problems=PROBLEMS,
)
def sendCommand(asked: Asked) -> Deferred[OutcomeAnswer]:
    """Have a command done, and wait for its outcome."""
    kind = BODIES[type(asked.body)]
    if not RIGHTS[kind].of(asked.visitor.role):
        raise ApiError(403, Problem("forbidden", f"needs the role {RIGHTS[kind].least.name}"))
    action = kind(**{n: getattr(asked.body, n) for n in asked.body.__struct_fields__})
    record = recordOf(asked)
    if kind is c.RefreshConfiguration:
        return told(readConfiguration(asked.means, asked.visitor, record))
    return told(issue(asked.means, asked.visitor, record.nodeName, action))
