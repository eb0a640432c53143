"""
Operations on transactions: list them, look at one, close one that never ended.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from twisted.internet.defer import Deferred, inlineCallbacks

from ocppgw.model.archive import ArchiveQuery, KeptTransaction, TransactionPage
from ocppgw.web.api import answers as a, telling
from ocppgw.web.api.declaring import ApiError, Asked, Operations, Problem
from ocppgw.web.api.fields import Before, Limit, Moment, Name
from ocppgw.web.api.finding import isNumber
from ocppgw.web.files.exports import CSV, Export
from ocppgw.web.files.transactions import current, transactionsFile
from ocppgw.web.security.rights import Right

operation = Operations()


def narrowed(query: Any, who: str) -> ArchiveQuery:
    """The question to the archive that the parameters of a list make."""
    before = None if query.before is UNSET else query.before
    start, end = moment(query.start), moment(query.end)
    return ArchiveQuery(start, end, query.chargePoint, who, query.limit, before)


def moment(text: str | UnsetType) -> datetime | None:
    """A time of a query; raises `ApiError`."""
    if text is UNSET:
        return None
    try:
        return datetime.fromisoformat(str(text)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ApiError(400, Problem("invalidArgument", "there is no such time")) from None


class TransactionQuery(msgspec.Struct, frozen=True):
    """Which transactions; ``start`` and ``end`` bound the time at which they began."""

    start: Moment | UnsetType = UNSET
    end: Moment | UnsetType = UNSET
    chargePoint: Name = ""
    idTag: Name = ""
    before: Before | UnsetType = UNSET
    limit: Limit = 50


@operation("GET", "/transactions", Right.look, answer=a.TransactionList, query=TransactionQuery)
@inlineCallbacks
def listTransactions(asked: Asked) -> Any:
    """Transactions, running and ended, newest first."""
    query, withPersons = asked.query, asked.visitor.role.mayReadPersonal
    _mayAsk(query, withPersons)
    wanted = narrowed(query, query.idTag)
    page: TransactionPage = yield asked.means.archive.listTransactions(wanted)
    registry = asked.means.registry
    lines = [telling.kept(current(registry, one), withPersons) for one in page.entries]
    return a.TransactionList(lines, page.next)


class FileQuery(msgspec.Struct, frozen=True):
    """Which transactions; ``start`` and ``end`` bound the time at which they began."""

    start: Moment | UnsetType = UNSET
    end: Moment | UnsetType = UNSET
    chargePoint: Name = ""
    idTag: Name = ""


@operation(
    "GET",
    "/transactions.csv",
    Right.look,
    answer=str,
    query=FileQuery,
    produces=CSV,
)
def downloadTransactions(asked: Asked) -> Export:
    """Transactions as CSV, newest first; a cell that looks like a formula is quoted."""
    query, withPersons = asked.query, asked.visitor.role.mayReadPersonal
    _mayAsk(query, withPersons)
    wanted = ArchiveQuery(moment(query.start), moment(query.end), query.chargePoint, query.idTag)
    return transactionsFile(asked.means, wanted, withPersons)


def _mayAsk(query: Any, withPersons: bool) -> None:
    if query.idTag and not withPersons:
        raise ApiError(403, Problem("forbidden", "idTags need the role operator", "idTag"))


@operation(
    "GET",
    "/transactions/{nodeName}/{transactionId}",
    Right.look,
    answer=a.TransactionAnswer,
    problems=(404,),
)
def getTransaction(asked: Asked) -> Deferred[a.TransactionAnswer]:
    """One transaction."""
    withPersons = asked.visitor.role.mayReadPersonal
    return findTransaction(asked).addCallback(lambda one: telling.kept(one, withPersons))


def findTransaction(asked: Asked) -> Deferred[KeptTransaction]:
    """The transaction of the path, with what it has charged so far."""
    means, number = asked.means, asked.path["transactionId"]
    if not isNumber(number):
        raise ApiError(404, Problem("unknownTarget", "no such transaction", "transactionId"))
    asking: Deferred[KeptTransaction | None] = means.archive.findKept(
        asked.path["nodeName"], int(number)
    )

    def found(one: KeptTransaction | None) -> KeptTransaction:
        if one is None:
            raise ApiError(404, Problem("unknownTarget", "no such transaction", "transactionId"))
        return current(means.registry, one)

    return asking.addCallback(found)
