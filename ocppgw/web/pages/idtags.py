"""
The idTags: list, add or change, block, remove, take in and give out as CSV.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.model import commands as c
from ocppgw.web.api.idtags import knownIdTags
from ocppgw.web.doing import request as ask
from ocppgw.web.files.idtags import HEAD, entry, idTagsFile, importing, rowsOf
from ocppgw.web.pages.notices import Notice
from ocppgw.web.pages.visiting import Visiting, field, whole
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf
from ocppgw.web.zones import zoneOf

PAGE = 100
STATUSES = ("Accepted", "Blocked", "Expired", "Invalid")

log = Logger()


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
            file=means.configuration().origins.file,
        )

    @visiting.page("/idtags", Right.administer, "POST")
    def change(request: Any) -> Any:
        # The script always names the zone; only a date needs that it is known here.
        zone = zoneOf(field(request, "zone")) if field(request, "ExpiryDate") else UTC
        made = entry([field(request, name) for name in HEAD], zone)
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
        return (yield visiting.send(request, idTagsFile(every)))

    @visiting.page("/idtags/import", Right.administer, "POST")
    def takeIn(request: Any) -> bytes:
        try:
            rows = rowsOf(field(request, "file", 1_000_000))
        except ValueError as error:
            visiting.leave(request, Notice(f"This is no CSV file: {error}", isGood=False))
        else:
            # The page that follows shows how far it is.
            done = Deferred.fromCoroutine(importing(means, visitorOf(request), rows))
            done.addErrback(_importFailed)
        return visiting.redirect(request, "/idtags")


def _importFailed(failure: Failure) -> None:
    # The page has said so already.
    log.failure("An import of id tags failed", failure=failure)
