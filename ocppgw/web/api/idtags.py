"""
Operations on idTags: list, add or change, remove.
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta
from twisted.internet.defer import Deferred, inlineCallbacks

from ocppgw.model import commands as c
from ocppgw.web.api import answers as a
from ocppgw.web.api.declaring import ApiError, Asked, Operations, Problem
from ocppgw.web.api.fields import Limit, Offset, ParentIdTag, Search
from ocppgw.web.api.outcomes import PROBLEMS, answered, told
from ocppgw.web.doing import request
from ocppgw.web.files.exports import CSV, Export
from ocppgw.web.files.idtags import idTagsFile, importing, rowsOf
from ocppgw.web.means import Means
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import Visitor

operation = Operations()


class IdTagQuery(msgspec.Struct, frozen=True):
    """Which idTags."""

    search: Annotated[Search, Meta(description="Part of an idTag or of its parent.")] = ""
    offset: Offset = 0
    limit: Limit = 50


@operation(
    "GET",
    "/idtags",
    Right.seePersons,
    answer=a.IdTagList,
    query=IdTagQuery,
    problems=PROBLEMS,
)
@inlineCallbacks
def listIdTags(asked: Asked) -> Any:
    """The idTags of the file and of the store, in their order."""
    query, wanted = asked.query, asked.query.search.casefold()
    every = yield knownIdTags(asked.means, asked.visitor)
    fitting = [
        one
        for one in every
        if wanted in one.idTag.casefold() or wanted in one.parentIdTag.casefold()
    ]
    page = fitting[query.offset : query.offset + query.limit]
    return a.IdTagList(page, len(fitting), query.offset, query.limit)


@operation("GET", "/idtags.csv", Right.seePersons, answer=str, produces=CSV, problems=PROBLEMS)
def downloadIdTags(asked: Asked) -> Deferred[Export]:
    """All idTags as CSV, as the import takes them."""
    return knownIdTags(asked.means, asked.visitor).addCallback(idTagsFile)


@operation(
    "POST",
    "/idtags.csv",
    Right.administer,
    answer=a.ImportAnswer,
    body=str,
    consumes=CSV,
)
def importIdTags(asked: Asked) -> Deferred[a.ImportAnswer]:
    """Add or change idTags by the rows of a file; answered when the last one is stored."""
    try:
        rows = rowsOf(asked.body)
    except ValueError as error:
        raise ApiError(422, Problem("invalidArgument", str(error))) from None
    return Deferred.fromCoroutine(importing(asked.means, asked.visitor, rows))


def knownIdTags(means: Means, visitor: Visitor) -> Deferred[list[a.IdTagAnswer]]:
    """All of them; fails with `ApiError` where they cannot be told."""
    fromFile = {entry.idTag.lower() for entry in means.configuration().idTagEntries()}

    def tell(outcome: Any) -> list[a.IdTagAnswer]:
        outputs = answered(outcome).outputs
        columns = ("IdTags", "Statuses", "ExpiryDates", "ParentIdTags")
        rows = zip(*(outputs[name] for name in columns), strict=True)
        return [
            a.IdTagAnswer(tag, status, expiry, parent, tag.lower() in fromFile)
            for tag, status, expiry, parent in rows
        ]

    return request(means, visitor, c.ListIdTags()).addCallback(tell)


class IdTagBody(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What an idTag shall be."""

    status: Literal["Accepted", "Blocked", "Expired", "Invalid"] = "Accepted"
    expiryDate: Annotated[datetime, Meta(tz=True)] | None = None
    parentIdTag: ParentIdTag = ""


@operation(
    "PUT",
    "/idtags/{idTag}",
    Right.administer,
    answer=a.OutcomeAnswer,
    body=IdTagBody,
    problems=PROBLEMS,
)
def putIdTag(asked: Asked) -> Deferred[a.OutcomeAnswer]:
    """Add an idTag, or change it."""
    body = asked.body
    action = c.AddIdTag(asked.path["idTag"], body.status, body.expiryDate, body.parentIdTag)
    return told(request(asked.means, asked.visitor, action))


@operation(
    "DELETE",
    "/idtags/{idTag}",
    Right.administer,
    answer=a.OutcomeAnswer,
    problems=PROBLEMS,
)
def removeIdTag(asked: Asked) -> Deferred[a.OutcomeAnswer]:
    """Remove an idTag; one of the configuration file is blocked instead."""
    return told(request(asked.means, asked.visitor, c.RemoveIdTag(asked.path["idTag"])))
