"""
What OPC UA clients ask, and who answers it; and how that ends.

Only wiring.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred

from ocppgw.central.centralsystem import FLUSH, CentralSystem
from ocppgw.gateway.inquiries import Inquiries
from ocppgw.gateway.opcuaside import OpcUaSide
from ocppgw.model.commands import Command
from ocppgw.model.history import Asked, HistoryRequest, Reply
from ocppgw.uaserver.server import NOTICE


def answerer(central: CentralSystem, inquiries: Inquiries) -> Callable[[Asked], Deferred[Reply]]:
    """Whom to ask for what."""

    def answer(asked: Asked) -> Deferred[Any]:
        match asked:
            case HistoryRequest():
                return inquiries.read(asked)
            case Command():
                return central.issue(asked)
            case _:
                return central.perform(asked)

    return answer


def stopper(central: CentralSystem, side: OpcUaSide) -> Callable[[], Deferred[None]]:
    """How all that is asked comes to an end."""

    # First of all: no new work, an outcome for all that waits, then the answers that are due.
    def refuse() -> Deferred[None]:
        side.server.announceEnd(FLUSH + NOTICE)
        refused: Deferred[None] = central.refuse()
        side.inward.stop()
        return refused

    return refuse
