"""
Entries become statements: one batch, one transaction.

Functions of a database cursor; writing thread.  Transactions, idTags presented, statuses and
readings of a whole batch are written together at its end, each statement once: nothing else in a
batch depends on them, and they are most of the traffic.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from typing import Any

from ocppgw.model.facts import (
    Fact,
    IdTagPresented,
    Measured,
    StatusReported,
    TransactionStarted,
    TransactionStopped,
)
from ocppgw.store.backlog import Entry
from ocppgw.store.ids import Ids
from ocppgw.store.metering import writeMeasured
from ocppgw.store.statements import KEPT
from ocppgw.store.transacting import Transactions

TOGETHER = (Measured, StatusReported, IdTagPresented)
"""Facts whose rows depend on the charge point's row only, and on their own order."""

WRITTEN: Set[type] = KEPT.keys() | {Measured, TransactionStarted, TransactionStopped}
"""Facts that are kept; others speak of the present only."""

NUMBERED = """INSERT INTO counter (name, value) VALUES ('batch', ?)
    ON CONFLICT (name) DO UPDATE SET value = excluded.value"""
"""Part of each batch: tells afterwards whether a commit that reported a failure was one."""

Together = dict[type, list[tuple[str, Any]]]
"""Node names and facts of one kind each, or what is written of them."""


def lastNumber(cursor: Any) -> int:
    """The number of the last batch that is on disk; 0 for none."""
    row = cursor.execute("SELECT value FROM counter WHERE name = 'batch'").fetchone()
    return 0 if row is None else int(row[0])


def write(cursor: Any, ids: Ids, number: int, entries: Sequence[Entry]) -> None:
    """
    Run the statements of entries, as the batch of this number.

    Of no entries too: that shows whether the disk works.

    :param ids: of transactions that were written; worth nothing once one was not.
    """
    cursor.execute(NUMBERED, (number,))
    together: Together = {kind: [] for kind in TOGETHER}
    transactions = Transactions(cursor, ids)
    measured = together[Measured]
    for entry in entries:
        if entry.sampled is not None:
            measured.append((entry.nodeName, entry.sampled))
        else:
            _take(cursor, entry, together, transactions)
    transactions.write()
    if together[IdTagPresented]:
        # The last one of each charge point.
        _run(cursor, IdTagPresented, dict(together[IdTagPresented]).items())
    if together[StatusReported]:
        _run(cursor, StatusReported, together[StatusReported])
    if measured:
        writeMeasured(cursor, ids, measured)


def _take(cursor: Any, entry: Entry, together: Together, transactions: Transactions) -> None:
    """Write what is not written with others of its kind."""
    for fact in entry.facts:
        kind = type(fact)
        if kind in together:
            together[kind].append((entry.nodeName, fact))
        elif isinstance(fact, TransactionStarted | TransactionStopped):
            transactions.add(entry.nodeName, fact)
        else:
            _run(cursor, kind, [(entry.nodeName, fact)])


def _run(cursor: Any, kind: type, told: Iterable[tuple[str, Fact]]) -> None:
    for statement in KEPT.get(kind, ()):
        statement.run(cursor, [row for node, fact in told for row in statement.rows(node, fact)])
