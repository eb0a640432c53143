"""
Giving in what a visitor wants done: to a charge point, or to the gateway.

The same for pages and API; every Deferred fires with an outcome, on every path.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred

from ocppgw.model import commands as c
from ocppgw.model.outcomes import Outcome
from ocppgw.web.means import Means
from ocppgw.web.security.visitors import Visitor

ORIGIN = "web"
"""How the audit trail calls the console."""


def issue(means: Means, visitor: Visitor, nodeName: str, action: c.Action) -> Deferred[Outcome]:
    """Have a command done."""
    command = c.Command(nodeName, nameOf(action), action, visitor.user, ORIGIN)
    done: Deferred[Outcome] = means.commands.issue(command)
    return done


def request(means: Means, visitor: Visitor, action: c.GatewayAction) -> Deferred[Outcome]:
    """Have the gateway do something."""
    asked = c.GatewayRequest(type(action).__name__, action, visitor.user, ORIGIN)
    done: Deferred[Outcome] = means.administration.perform(asked)
    return done


def nameOf(action: c.Action) -> str:
    """How a command is called in the audit trail: as its OPC UA method."""
    if isinstance(action, c.Reset):
        return f"{action.type}Reset"
    return type(action).__name__
