"""What the services judge alike: how many operations, and which timestamps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.nodes import Viewer

#: (what, viewer, target): hears of what a user was denied for lack of a role.
Denied = Callable[[str, Viewer, str], None]

_NEITHER = 3


def checkOperations(operations: Sequence[Any] | None, limit: int) -> None:
    """
    Refuse a request without operations, or with too many.

    :raise Fault: ``BadNothingToDo`` or ``BadTooManyOperations``.
    """
    if not operations:
        raise Fault(ua.StatusCodes.BadNothingToDo, "nothing to do")
    if len(operations) > limit:
        raise Fault(ua.StatusCodes.BadTooManyOperations, "too many operations")


def checkTimestamps(timestamps: int) -> None:
    """Refuse a TimestampsToReturn that does not exist."""
    if not 0 <= timestamps <= _NEITHER:
        raise Fault(ua.StatusCodes.BadTimestampsToReturnInvalid, "unknown timestamps")
