"""
The audit trail.
"""

from __future__ import annotations

from typing import Any

import attrs
from twisted.internet.defer import inlineCallbacks

from ocppgw.model.archive import ArchiveQuery, CommandPage
from ocppgw.web.pages.visiting import Visiting, field, whole
from ocppgw.web.security.rights import Right

PAGE = 50


def addTrail(visiting: Visiting) -> None:
    """Put the pages into the application."""
    means = visiting.means

    @visiting.page("/audit", Right.look)
    @inlineCallbacks
    def audit(request: Any) -> Any:
        said = {name: field(request, name, 255) for name in ("chargePoint", "user")}
        query = ArchiveQuery(nodeName=said["chargePoint"], who=said["user"], most=PAGE)
        before = field(request, "before")
        if before:
            query = attrs.evolve(query, before=whole(before))
        page: CommandPage = yield means.archive.listCommands(query)
        return visiting.render(
            request, "audit.html", entries=page.entries, next=page.next, said=said
        )
