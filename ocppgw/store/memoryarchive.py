"""
The lists of the past of the store's double in memory, by the same rules as the database.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

import attrs
from twisted.internet.defer import Deferred, fail, succeed
from zope.interface import implementer

from ocppgw.interfaces import IArchive, StoreFailed
from ocppgw.model import facts as f
from ocppgw.model.archive import (
    ArchiveQuery,
    CommandPage,
    KeptCommand,
    KeptTransaction,
    TransactionPage,
)
from ocppgw.model.records import Transaction
from ocppgw.model.sharing import changed

T = TypeVar("T")


@implementer(IArchive)
class MemoryArchive:
    """
    `IArchive` without a disk.

    :ivar failing: where not empty: why every question fails.
    """

    def __init__(self) -> None:
        self.failing = ""
        self._transactions: dict[tuple[str, int], Transaction] = {}
        self._commands: list[KeptCommand] = []

    def keep(self, nodeName: str, transaction: Transaction) -> None:
        """Take in how a transaction stands."""
        self._transactions[nodeName, transaction.transactionId] = transaction

    def ended(self, nodeName: str, command: f.CommandEnded) -> None:
        """Take in an entry of the audit trail."""
        # Whether it waited is of the present only: the database does not keep it either.
        self._commands.append(KeptCommand(nodeName, attrs.evolve(command, queuedAt=None)))

    def listTransactions(self, query: ArchiveQuery) -> Deferred[TransactionPage]:
        if self.failing:
            return fail(StoreFailed(self.failing))
        kept = [_kept(node, one) for (node, _), one in self._transactions.items()]
        found = _page(kept, query, lambda one: _fits(query, one))
        return succeed(TransactionPage(*found))

    def findKept(self, nodeName: str, transactionId: int) -> Deferred[KeptTransaction | None]:
        if self.failing:
            return fail(StoreFailed(self.failing))
        found = self._transactions.get((nodeName, transactionId))
        return succeed(None if found is None else _kept(nodeName, found))

    def listCommands(self, query: ArchiveQuery) -> Deferred[CommandPage]:
        if self.failing:
            return fail(StoreFailed(self.failing))

        def fits(one: KeptCommand) -> bool:
            return (
                _within(query, one.nodeName, one.command.at)
                and query.who in ("", one.command.user)
            )  # fmt: skip

        return succeed(CommandPage(*_page(self._commands, query, fits)))


def _kept(nodeName: str, one: Transaction) -> KeptTransaction:
    # What a running one has charged so far is in no database.
    return KeptTransaction(nodeName, changed(one, energy=None, changedAt=None))


def _fits(query: ArchiveQuery, one: KeptTransaction) -> bool:
    within = _within(query, one.nodeName, one.transaction.startTime)
    return within and query.who.lower() in ("", one.transaction.idTag.lower())


def _within(query: ArchiveQuery, nodeName: str, at: datetime) -> bool:
    return (
        query.nodeName in ("", nodeName)
        and (query.start is None or at >= query.start)
        and (query.end is None or at < query.end)
    )


def _page(
    kept: Sequence[T], query: ArchiveQuery, fits: Callable[[T], bool]
) -> tuple[tuple[T, ...], int | None]:
    rows = [(row, one) for row, one in enumerate(kept) if fits(one)]
    rows = [pair for pair in reversed(rows) if query.before is None or pair[0] < query.before]
    more = len(rows) > query.most
    rows = rows[: query.most]
    return tuple(one for _, one in rows), rows[-1][0] if more else None
