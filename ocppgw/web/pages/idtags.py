"""
The idTags: list, add or change, block, remove, take in and give out as CSV.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from twisted.internet.defer import inlineCallbacks

from ocppgw.model import commands as c
from ocppgw.model.outcomes import Answered
from ocppgw.web.api.answers import IdTagAnswer
from ocppgw.web.api.idtags import knownIdTags
from ocppgw.web.doing import request as ask
from ocppgw.web.pages.downloads import send
from ocppgw.web.pages.notices import Notice
from ocppgw.web.pages.spreadsheets import read, written
from ocppgw.web.pages.visiting import Visiting, field, whole
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf
from ocppgw.web.shielding import shielded

PAGE = 100
MOST_ROWS = 10_000
STATUSES = ("Accepted", "Blocked", "Expired", "Invalid")
HEAD = ("IdTag", "Status", "ExpiryDate", "ParentIdTag")


def addIdTags(visiting: Visiting) -> None:
    """Put the pages into the application."""
    means = visiting.means

    @visiting.page("/idtags", Right.seePersons)
    @inlineCallbacks
    def idTags(request: Any) -> Any:
        search, offset = field(request, "search", 200), max(0, whole(field(request, "offset")))
        every = yield knownIdTags(means, visitorOf(request))
        wanted = search.casefold()
        found = [one for one in every if wanted in f"{one.idTag} {one.parentIdTag}".casefold()]
        return visiting.render(
            request,
            "idtags.html",
            idTags=found[offset : offset + PAGE],
            total=len(found),
            offset=offset,
            limit=PAGE,
            search=search,
            statuses=STATUSES,
            default=means.configuration().authorization.default,
        )

    @visiting.page("/idtags", Right.administer, "POST")
    def change(request: Any) -> Any:
        made = entry([field(request, name) for name in HEAD])
        if made is None:
            visiting.leave(request, Notice("The expiry date cannot be read.", isGood=False))
            return visiting.redirect(request, "/idtags")
        done = ask(means, visitorOf(request), made)
        return visiting.ended(request, made.idTag, done, "/idtags")

    @visiting.page("/idtags/remove", Right.administer, "POST")
    def remove(request: Any) -> Any:
        idTag = field(request, "IdTag")
        done = ask(means, visitorOf(request), c.RemoveIdTag(idTag))
        return visiting.ended(request, f"Remove {idTag}", done, "/idtags")

    _addFiles(visiting)


def _addFiles(visiting: Visiting) -> None:
    means = visiting.means

    @visiting.page("/idtags.csv", Right.seePersons)
    @inlineCallbacks
    def asCsv(request: Any) -> Any:
        every = yield knownIdTags(means, visitorOf(request))
        send(request, "idtags.csv", "text/csv", "".join(written([HEAD, *map(row, every)])))
        return b""

    @visiting.page("/idtags/import", Right.administer, "POST")
    @inlineCallbacks
    def takeIn(request: Any) -> Any:
        rows = read(field(request, "file", 1_000_000).lstrip("\ufeff"))
        rows = rows[1:] if rows and rows[0][0].casefold() == HEAD[0].casefold() else rows
        taken, wrong = 0, []
        for number, cells in enumerate(rows[:MOST_ROWS], 1):
            made = entry(cells)
            outcome = made and (yield shielded(ask(means, visitorOf(request), made)))
            if isinstance(outcome, Answered):
                taken += 1
            else:
                wrong.append(str(number))
        text = f"{taken} of {len(rows)} id tags taken in"
        text += f"; not understood or refused: rows {', '.join(wrong[:20])}" if wrong else ""
        visiting.leave(request, Notice(text, not wrong))
        return visiting.redirect(request, "/idtags")


def entry(cells: list[str]) -> c.AddIdTag | None:
    """The idTag that a row speaks of; ``None`` where it makes no sense."""
    idTag, status, expiry, parent = (*cells, "", "", "", "")[:4]
    try:
        ends = datetime.fromisoformat(expiry) if expiry else None
        ends = ends.replace(tzinfo=ends.tzinfo or UTC).astimezone(UTC) if ends else None
    except (ValueError, OverflowError):
        return None
    return c.AddIdTag(idTag, status or "Accepted", ends, parent)


def row(one: IdTagAnswer) -> tuple[Any, ...]:
    """A line of the file."""
    return (one.idTag, one.status, one.expiryDate, one.parentIdTag)
