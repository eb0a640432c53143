"""
Writes of our variables: the value's type, the request, and the answer.

Access levels were checked before.  What a Write means stands in the variable's declaration.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from opcua import ua

from ocppgw.model.outcomes import Outcome
from ocppgw.uaserver.layout.asking import requestFor
from ocppgw.uaserver.layout.declarations import Target
from ocppgw.uaserver.layout.outcomes import GOOD
from ocppgw.uaserver.library import status
from ocppgw.uaserver.nodes import Awaited, Viewer

if TYPE_CHECKING:
    from ocppgw.uaserver.layout.variablenode import VariableNode

NOT_WRITABLE = status(ua.StatusCodes.BadNotWritable)
TOO_MANY = status(ua.StatusCodes.BadTooManyOperations)


def write(node: VariableNode, variant: Any, viewer: Viewer, deadline: float | None) -> Any:
    """The StatusCode of a Write, or the `Awaited` that will tell it."""
    declaration = node.declaration
    writing = declaration.writing
    record = node.space.currentRecord(node.subject)
    if writing is None or record is None:
        return NOT_WRITABLE
    value = declaration.dataType.written(variant)
    if isinstance(value, ua.StatusCode):
        return value
    if writing.isCommand:
        return _command(node, value, viewer, deadline)
    return _request(node, value, viewer, deadline)


def _command(node: VariableNode, value: bool, viewer: Viewer, deadline: float | None) -> Any:
    """False does nothing; true runs the command, once at a time."""
    if not value:
        return GOOD
    waiting = node.space.waiting
    record = node.space.currentRecord(node.subject)
    if waiting.isWaiting(node.identifier, record):
        return TOO_MANY
    waiting.begun(node.identifier, record)
    return _request(node, value, viewer, deadline)


def _request(node: VariableNode, value: Any, viewer: Viewer, deadline: float | None) -> Any:
    writing = node.declaration.writing
    assert writing is not None
    record = node.space.currentRecord(node.subject)
    target = Target(node.subject or "", node.connectorId or 0, record)
    action = writing.request(target, value)
    if isinstance(action, ua.StatusCode):
        return action
    request = requestFor(target.nodeName, node.declaration.name, action, viewer, deadline)
    return Awaited(request, partial(_finish, node))


def _finish(node: VariableNode, outcome: Outcome) -> Any:
    node.space.waiting.ended(node.identifier)
    writing = node.declaration.writing
    assert writing is not None
    return writing.answer(outcome)
