"""
Cancelling what takes long, and putting away what has ended; each page shows them.
"""

from __future__ import annotations

from typing import Any

from ocppgw.web.pages.entrance import ours
from ocppgw.web.pages.notices import Notice
from ocppgw.web.pages.visiting import Visiting, field, whole
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf


def addWorks(visiting: Visiting) -> None:
    """Put the page into the application."""

    @visiting.page("/works/stop", Right.look, "POST")
    def stop(request: Any) -> bytes:
        number = whole(field(request, "number"))
        if not visiting.means.works.stop(visitorOf(request).user, number):
            visiting.leave(request, Notice("It cannot be stopped any more.", isGood=False))
        return visiting.redirect(request, ours(field(request, "next")))
