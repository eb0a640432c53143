"""
The lists of the past that the database keeps: transactions and the audit trail.

`SqliteArchive` asks by ``readers`` of its own.  Reactor thread; the rest are functions of a
database cursor, on the readers' thread.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import implementer

from ocppgw.interfaces import IArchive
from ocppgw.model.archive import (
    ArchiveQuery,
    CommandPage,
    KeptCommand,
    KeptTransaction,
    TransactionPage,
)
from ocppgw.model.facts import CommandEnded
from ocppgw.model.records import Transaction
from ocppgw.store.instants import toNumber, toTime, toTimeOrNone
from ocppgw.store.readers import Readers

_TRANSACTIONS = """SELECT t.row, c.node_name, t.id, t.connector, t.id_tag, t.start_time,
    t.meter_start, t.received_time, t.status, t.stop_received_time, t.stop_time, t.meter_stop,
    t.stop_reason, t.recovered, t.administrative
    FROM charge_transaction t JOIN charge_point c ON c.id = t.charge_point {where}
    ORDER BY t.row DESC LIMIT ?"""

_COMMANDS = """SELECT t.id, c.node_name, t.name, t.arguments, t.status, t.detail, t.user,
    t.origin, t.at FROM command t LEFT JOIN charge_point c ON c.id = t.charge_point {where}
    ORDER BY t.id DESC LIMIT ?"""


@implementer(IArchive)
class SqliteArchive:
    """
    `IArchive` of the database at ``path``, which a `SqliteStore` made and writes.

    :param reactor: clock and thread pool.
    """

    def __init__(self, path: Path, reactor: Any) -> None:
        self._readers = Readers(path, reactor, 1)

    def listTransactions(self, query: ArchiveQuery) -> Deferred[TransactionPage]:
        return self._readers.ask(_transactions, query)

    def findKept(self, nodeName: str, transactionId: int) -> Deferred[KeptTransaction | None]:
        return self._readers.ask(_one, (nodeName, transactionId))

    def listCommands(self, query: ArchiveQuery) -> Deferred[CommandPage]:
        return self._readers.ask(_commands, query)

    def close(self) -> None:
        """Answer no more."""
        self._readers.close()


def _narrowed(query: ArchiveQuery, row: str, at: str, who: str) -> tuple[str, list[Any]]:
    """The WHERE of a query, and its values; one more than a page holds tells of the next."""
    parts: list[tuple[str, Any]] = []
    if query.start is not None:
        parts.append((f"t.{at} >= ?", toNumber(query.start)))
    if query.end is not None:
        parts.append((f"t.{at} < ?", toNumber(query.end)))
    if query.nodeName:
        parts.append(("c.node_name = ?", query.nodeName))
    if query.who:
        parts.append((who, query.who))
    if query.before is not None:
        parts.append((f"t.{row} < ?", query.before))
    where = " AND ".join(text for text, _ in parts)
    return f"WHERE {where}" if where else "", [*(value for _, value in parts), query.most + 1]


def _transactions(cursor: Any, query: ArchiveQuery) -> TransactionPage:
    where, values = _narrowed(query, "row", "start_time", "lower(t.id_tag) = lower(?)")
    rows = cursor.execute(_TRANSACTIONS.format(where=where), values).fetchall()
    kept = tuple(map(_transaction, rows[: query.most]))
    return TransactionPage(kept, _next(rows, query))


def _one(cursor: Any, question: tuple[str, int]) -> KeptTransaction | None:
    sql = _TRANSACTIONS.format(where="WHERE c.node_name = ? AND t.id = ?")
    row = cursor.execute(sql, (*question, 1)).fetchone()
    return None if row is None else _transaction(row)


def _commands(cursor: Any, query: ArchiveQuery) -> CommandPage:
    where, values = _narrowed(query, "id", "at", "t.user = ?")
    rows = cursor.execute(_COMMANDS.format(where=where), values).fetchall()
    kept = tuple(map(_command, rows[: query.most]))
    return CommandPage(kept, _next(rows, query))


def _next(rows: list[Any], query: ArchiveQuery) -> int | None:
    return rows[query.most - 1][0] if len(rows) > query.most else None


def _transaction(row: tuple[Any, ...]) -> KeptTransaction:
    _, node, number, connector, idTag, start, meterStart, received, status, *end = row
    stopReceived, stop, meterStop, reason, recovered, administrative = end
    return KeptTransaction(
        node,
        Transaction(
            number,
            connector,
            idTag,
            toTime(start),
            float(meterStart),
            toTime(received),
            status,
            active=stopReceived is None,
            stopTime=toTimeOrNone(stop),
            meterStop=None if meterStop is None else float(meterStop),
            stopReason=reason or "",
            isRecovered=bool(recovered),
            isAdministrative=bool(administrative),
        ),
    )


def _command(row: tuple[Any, ...]) -> KeptCommand:
    _, node, name, arguments, status, detail, user, origin, at = row
    ended = CommandEnded(name, arguments, status, detail, user, origin, toTime(at))
    return KeptCommand(node or "", ended)
