"""
How a command or a request is written into the audit trail: as text, bounded, secrets masked.

Pure.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from ocppgw.access.secretkeys import MASK, isSecret
from ocppgw.model.commands import Action, ChangeConfiguration, GatewayAction, Request
from ocppgw.model.facts import CommandEnded
from ocppgw.model.outcomes import Answered, Outcome

DETAIL = 200
VALUE = 60
_ARGUMENTS = 200


def ended(
    request: Request, outcome: Outcome, at: datetime, queuedAt: datetime | None = None
) -> CommandEnded:
    """
    The entry for a request that ended.

    :param queuedAt: the time of the ``CommandQueued`` that went before, if one did.
    """
    status, detail = words(outcome)
    return CommandEnded(
        name=request.name,
        arguments=argumentsText(request.action),
        status=status,
        detail=detail,
        user=request.user,
        origin=request.origin,
        at=at,
        queuedAt=queuedAt,
    )


def words(outcome: Outcome) -> tuple[str, str]:
    """How it ended: status and detail of an entry."""
    if isinstance(outcome, Answered):
        return bounded(outcome.status, VALUE), ""
    return outcome.refusal.value, bounded(outcome.detail, DETAIL)


def argumentsText(action: Action | GatewayAction) -> str:
    """The arguments of an action, ``key=value`` each."""
    parts = [
        f"{field.name}={_shown(action, field.name)}"
        for field in attrs.fields(type(action))
        if getattr(action, field.name) is not None
    ]
    return bounded(" ".join(parts), _ARGUMENTS)


def _shown(action: Action | GatewayAction, name: str) -> str:
    if isinstance(action, ChangeConfiguration) and name == "value" and isSecret(action.key):
        return MASK
    value = getattr(action, name)
    text = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
    return bounded(text, VALUE)


def bounded(text: str, most: int) -> str:
    """At most this many characters; what was cut shows as an ellipsis."""
    return text if len(text) <= most else text[: most - 1] + "\N{HORIZONTAL ELLIPSIS}"
