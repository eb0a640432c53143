"""
How a Write or a Call becomes a request that goes through the inward door.

Only the wrapping: who asks, on behalf of which node, how long the client will wait; and which
command variables still wait for their outcome.
"""

from __future__ import annotations

from typing import Any

from ocppgw.model.commands import Action, Command, GatewayRequest, RemoteStart
from ocppgw.model.records import ChargePointRecord
from ocppgw.uaserver.layout.declarations import Request
from ocppgw.uaserver.nodes import Viewer


def requestFor(
    nodeName: str,
    name: str,
    action: Request,
    viewer: Viewer,
    deadline: float | None,
    startWait: float = 0.0,
) -> Command | GatewayRequest:
    """
    The request of a user.

    :param name: the method or variable that was touched, for the audit trail.
    :param startWait: how long a remote start waits for its transaction to begin.
    """
    if not isinstance(action, Action):
        return GatewayRequest(name, action, viewer.user)
    wait = startWait if isinstance(action, RemoteStart) else 0.0
    return Command(nodeName, name, action, viewer.user, deadline=deadline, startWait=wait)


class Waiting:
    """
    Which command variables were written and have no outcome yet.

    Owns one entry per such variable, removed with its outcome.  Should an outcome ever get
    lost, the entry is dropped once the record says that commands ended and none waits.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def isWaiting(self, identifier: str, record: ChargePointRecord) -> bool:
        """Has this variable's command not ended yet?"""
        number = self._numbers.get(identifier)
        ended = not record.commandsWaiting and record.lastCommand.number != number
        if number is not None and ended:
            self.ended(identifier)
        return identifier in self._numbers

    def begun(self, identifier: str, record: ChargePointRecord) -> None:
        """The variable was written."""
        self._numbers[identifier] = record.lastCommand.number

    def ended(self, identifier: str, *ignored: Any) -> None:
        """Its outcome is known."""
        self._numbers.pop(identifier, None)
