"""
The configuration points of a charge point, each to be changed in its place.
"""

from __future__ import annotations

from typing import Any

from ocppgw.access.secretkeys import isSecret
from ocppgw.model import commands as c
from ocppgw.v16.configurationkeys import findKey, typeOf
from ocppgw.web.doing import issue
from ocppgw.web.pages.chargepoint import recordOf
from ocppgw.web.pages.visiting import Visiting, field, whole
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf
from ocppgw.web.texts import segment

PAGE = 40
NAMED = 50
"""Keys that differ, or that it does not have, which are named."""


def addConfiguration(visiting: Visiting) -> None:
    """Put the pages into the application."""
    means = visiting.means

    @visiting.page("/chargepoints/<string:nodeName>/configuration", Right.look)
    def configuration(request: Any, nodeName: str) -> bytes:
        record = recordOf(visiting, nodeName)
        search, offset = field(request, "search", 200), max(0, whole(field(request, "offset")))
        wanted = search.casefold()
        known = record.configuration.points
        points = [point for key, point in sorted(known.items()) if wanted in key]
        return visiting.render(
            request,
            "configuration.html",
            record=record,
            points=points[offset : offset + PAGE],
            total=len(points),
            offset=offset,
            limit=PAGE,
            named=NAMED,
            search=search,
            wanted=means.configuration().settingsFor(record.identity).configuration,
            typeOf=typeOf,
            findKey=findKey,
            isSecret=isSecret,
        )

    @visiting.page("/chargepoints/<string:nodeName>/configuration", Right.configure, "POST")
    def change(request: Any, nodeName: str) -> Any:
        record = recordOf(visiting, nodeName)
        key, value = field(request, "key", 255), field(request, "value")
        action = c.ChangeConfiguration(key, value)
        done = issue(means, visitorOf(request), record.nodeName, action)
        back = f"/chargepoints/{segment(nodeName)}/configuration"
        return visiting.ended(request, key, done, back)
