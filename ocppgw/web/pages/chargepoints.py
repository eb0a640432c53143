"""
The list of charge points, and announcing one before it calls in.
"""

from __future__ import annotations

from typing import Any

from ocppgw.model import commands as c
from ocppgw.web.doing import request as ask
from ocppgw.web.pages.visiting import Visiting, field, whole
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf
from ocppgw.web.selecting import STATES, selected, statusOf
from ocppgw.web.texts import segment

PAGE = 50


def addChargePoints(visiting: Visiting) -> None:
    """Put the pages into the application."""
    means = visiting.means

    @visiting.page("/chargepoints", Right.look)
    def chargePoints(request: Any) -> bytes:
        search, state = field(request, "search", 200), field(request, "state")
        state = state if state in STATES else ""
        offset = max(0, whole(field(request, "offset")))
        records = (slot.record for slot in means.registry.chargePoints.values())
        page = selected(records, search, state, offset, PAGE)
        return visiting.render(
            request,
            "chargepoints.html",
            page=page,
            search=search,
            state=state,
            states=STATES,
            statusOf=statusOf,
        )

    @visiting.page("/chargepoints", Right.administer, "POST")
    def add(request: Any) -> Any:
        identity, node = field(request, "identity", 255), field(request, "node", 255)
        action = c.AddChargePoint(identity, node, max(0, whole(field(request, "connectors"))))
        done = ask(means, visitorOf(request), action)
        return visiting.ended(request, f"Add {identity}", done, "/chargepoints")

    @visiting.page("/chargepoints/<string:nodeName>/accept", Right.administer, "POST")
    def accept(request: Any, nodeName: str) -> Any:
        record = means.registry.record(nodeName)
        identity = record.identity if record is not None else nodeName
        done = ask(means, visitorOf(request), c.AcceptChargePoint(identity))
        return visiting.ended(request, "Accept", done, f"/chargepoints/{segment(nodeName)}")

    @visiting.page("/chargepoints/<string:nodeName>/replace", Right.administer, "POST")
    def replace(request: Any, nodeName: str) -> Any:
        action = c.ReplaceChargePoint(nodeName, field(request, "newIdentity", 255))
        done = ask(means, visitorOf(request), action)
        return visiting.ended(request, "Replace", done, f"/chargepoints/{segment(nodeName)}")

    @visiting.page("/chargepoints/<string:nodeName>/remove", Right.administer, "POST")
    def remove(request: Any, nodeName: str) -> Any:
        done = ask(means, visitorOf(request), c.RemoveChargePoint(nodeName))
        return visiting.ended(request, f"Remove {nodeName}", done, "/chargepoints")
