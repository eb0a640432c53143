"""
The transactions as CSV.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import attrs

from ocppgw.model.archive import ArchiveQuery, KeptTransaction, TransactionPage
from ocppgw.model.registry import Registry
from ocppgw.web.api.telling import energy
from ocppgw.web.files.exports import CSV, Export
from ocppgw.web.means import Means
from ocppgw.web.spreadsheets import written

MOST_ROWS = 100_000
"""Of a file."""

AT_ONCE = 1000

HEAD = (
    *("ChargePoint", "Connector", "TransactionId", "IdTag", "Status", "StartTime", "StopTime"),
    *("MeterStart", "MeterStop", "Energy_Wh", "StopReason"),
)


def transactionsFile(means: Means, query: ArchiveQuery, withPersons: bool) -> Export:
    """Those that a question finds, newest first."""
    return Export("transactions.csv", CSV, "transactions", _lines(means, query, withPersons))


async def _lines(means: Means, query: ArchiveQuery, withPersons: bool) -> AsyncIterator[list[str]]:
    query = attrs.evolve(query, most=AT_ONCE)
    head: list[str] = list(written([HEAD]))
    for _ in range(MOST_ROWS // AT_ONCE):
        page: TransactionPage = await means.archive.listTransactions(query)
        entries = [current(means.registry, one) for one in page.entries]
        yield head + list(written(row(one, withPersons) for one in entries))
        if page.next is None:
            break
        head, query = [], attrs.evolve(query, before=page.next)


def row(kept: KeptTransaction, withPersons: bool) -> tuple[Any, ...]:
    """A line of the file."""
    one = kept.transaction
    return (
        kept.nodeName,
        one.connectorId,
        one.transactionId,
        one.idTag if withPersons else "",
        one.status,
        one.startTime,
        one.stopTime,
        one.meterStart,
        one.meterStop,
        energy(one),
        one.stopReason,
    )


def current(registry: Registry, one: KeptTransaction) -> KeptTransaction:
    """A transaction as the registry knows it, where it runs: then its energy is live."""
    record = registry.record(one.nodeName)
    connector = record.connectors.get(one.transaction.connectorId) if record else None
    known = connector.transaction if connector else None
    isSame = known is not None and known.transactionId == one.transaction.transactionId
    return KeptTransaction(one.nodeName, known) if known and isSame else one
