"""
The transactions: a list that can be narrowed, each by itself, and all of them as CSV.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from twisted.internet.defer import inlineCallbacks

from ocppgw.model.archive import ArchiveQuery, KeptTransaction, TransactionPage
from ocppgw.model.history import HistoryQuery, Series
from ocppgw.model.live import keysOf
from ocppgw.web.api.telling import energy
from ocppgw.web.files.transactions import current, transactionsFile
from ocppgw.web.pages.plots import Plot, plot
from ocppgw.web.pages.visiting import NotThere, Visiting, field, whole
from ocppgw.web.security.rights import Right
from ocppgw.web.security.visitors import visitorOf
from ocppgw.web.zones import zoneOf

PAGE = 50


def addTransactions(visiting: Visiting) -> None:
    """Put the pages into the application."""
    means = visiting.means

    @visiting.page("/transactions", Right.look)
    @inlineCallbacks
    def transactions(request: Any) -> Any:
        said, query = narrowed(request)
        page: TransactionPage = yield means.archive.listTransactions(query)
        entries = [current(means.registry, one) for one in page.entries]
        return visiting.render(
            request, "transactions.html", entries=entries, next=page.next, said=said, energy=energy
        )

    @visiting.page("/transactions.csv", Right.look)
    def asCsv(request: Any) -> Any:
        _, query = narrowed(request)
        withPersons = visitorOf(request).role.mayReadPersonal
        return visiting.send(request, transactionsFile(means, query, withPersons))

    @visiting.page("/transactions/<string:nodeName>/<string:number>", Right.look)
    @inlineCallbacks
    def transaction(request: Any, nodeName: str, number: str) -> Any:
        kept = yield means.archive.findKept(nodeName, whole(number))
        if kept is None:
            raise NotThere(f"There is no transaction {number} of {nodeName}.")
        kept = current(means.registry, kept)
        curve = yield _curve(visiting, kept)
        return visiting.render(
            request, "transaction.html", kept=kept, one=kept.transaction, energy=energy, plot=curve
        )


def narrowed(request: Any) -> tuple[dict[str, str], ArchiveQuery]:
    """What the filter of the page says, and the question that it makes."""
    names = ("start", "end", "zone", "chargePoint", "idTag")
    said = {name: field(request, name, 255) for name in names}
    if not visitorOf(request).role.mayReadPersonal:
        said["idTag"] = ""
    before = field(request, "before")
    return said, ArchiveQuery(
        moment(said["start"], said["zone"]),
        moment(said["end"], said["zone"], timedelta(days=1)),
        said["chargePoint"],
        said["idTag"],
        PAGE,
        whole(before) if before else None,
    )


def moment(text: str, zone: str, later: timedelta = timedelta()) -> datetime | None:
    """
    The beginning of a day of a zone, or of one ``later``; ``None`` for what is no date.

    Raises `ApiError` for a date in a zone that nobody knows here.
    """
    try:
        day = datetime.strptime(text, "%Y-%m-%d")  # noqa: DTZ007 - the zone is set here
    except ValueError:
        return None
    isUsual = 1970 <= day.year < 9000
    return (day + later).replace(tzinfo=zoneOf(zone)).astimezone(UTC) if isUsual else None


@inlineCallbacks
def _curve(visiting: Visiting, kept: KeptTransaction) -> Any:
    """The power while it ran; ``None`` where nobody told."""
    one, means = kept.transaction, visiting.means
    end = one.stopTime or means.now()
    series = Series(kept.nodeName, one.connectorId, keysOf("power"), numbersOnly=True)
    [page] = yield means.history.readHistory([HistoryQuery(series, one.startTime, end, 5000)])
    values = [(p.sourceTime, p.value / 1000.0) for p in page.points if isinstance(p.value, float)]
    span = max(end - one.startTime, timedelta(seconds=1))
    curve: Plot | None = plot("Power", "kW", {"": values}, end, span)
    return curve
