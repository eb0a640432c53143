"""
How the begin and the end of transactions are written.

The first end of a transaction counts, with one exception: what was closed administratively still
gets its real end.  Those of many charge points go into one execution of each statement; where the
order of two matters they are written one after the other.  Functions of a database cursor; writing
thread.
"""

from __future__ import annotations

from typing import Any

from ocppgw.model.facts import TransactionStarted, TransactionStopped
from ocppgw.store.ids import Ids
from ocppgw.store.instants import toNumber
from ocppgw.store.statement import Row, Statement, several

GIVEN = """INSERT INTO counter (name, value) VALUES ('transaction', ?)
    ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)"""

BEGUN: Statement = several(
    """INSERT INTO charge_transaction (charge_point, id, recovered, connector, id_tag, status,
       meter_start, timestamp_text, reservation_id, start_time, received_time) $ROWS""",
    row="(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
)

_TOLD = """WITH told (charge_point, id, id_tag, meter_stop, stop_time, reason, received_time,
    administrative) AS ($ROWS) """

ENDED: tuple[Statement, ...] = tuple(
    several(_TOLD + sql, row="(?, ?, ?, ?, ?, ?, ?, ?)")
    for sql in (
        """INSERT INTO orphan_stop (charge_point, transaction_id, id_tag, meter_stop, stop_time,
           stop_reason, received_time)
           SELECT charge_point, id, id_tag, meter_stop, stop_time, reason, received_time FROM told
           WHERE NOT EXISTS (SELECT 1 FROM charge_transaction t
               WHERE t.id = told.id AND t.charge_point = told.charge_point)
           ON CONFLICT DO NOTHING""",
        # A finished one is counted where it becomes the last one, as the record does.
        """INSERT INTO connector (charge_point, connector, finished)
           SELECT t.charge_point, t.connector, 1 FROM told CROSS JOIN charge_transaction t
           WHERE t.id = told.id AND t.charge_point = told.charge_point
           AND t.stop_received_time IS NULL
           AND NOT EXISTS (
               SELECT 1 FROM charge_transaction later
               WHERE later.charge_point = t.charge_point AND later.connector = t.connector
               AND later.start_time > t.start_time AND later.stop_received_time IS NOT NULL)
           ON CONFLICT (charge_point, connector) DO UPDATE SET finished = finished + 1""",
        """UPDATE charge_transaction SET meter_stop = told.meter_stop,
           stop_time = told.stop_time, stop_reason = told.reason, stop_id_tag = told.id_tag,
           stop_received_time = told.received_time, administrative = told.administrative
           FROM told WHERE charge_transaction.id = told.id
           AND charge_transaction.charge_point = told.charge_point
           AND (stop_received_time IS NULL
                OR charge_transaction.administrative = 1 AND told.administrative = 0)""",
    )
)
"""What is run for `TransactionStopped`, in this order."""


class Transactions:
    """What began and ended in one batch, on its way to the database."""

    def __init__(self, cursor: Any, ids: Ids) -> None:
        self._cursor = cursor
        self._ids = ids
        self._begun: list[Row] = []
        self._ended: dict[str, Row] = {}
        self._last = 0

    def add(self, nodeName: str, fact: TransactionStarted | TransactionStopped) -> None:
        """Take one in, behind all that were before it at this charge point."""
        if nodeName in self._ended:
            self.write()
        chargePoint = self._ids.chargePoint(self._cursor, nodeName)
        if isinstance(fact, TransactionStopped):
            self._ended[nodeName] = _ended(chargePoint, fact)
            return
        self._begun.append(_begun(chargePoint, fact))
        if not fact.isRecovered:
            self._last = max(self._last, fact.transactionId)

    def write(self) -> None:
        """Write what was taken in: begins first, for an end may belong to one of them."""
        if self._last:
            self._cursor.execute(GIVEN, (self._last,))
        BEGUN.run(self._cursor, self._begun)
        for statement in ENDED:
            statement.run(self._cursor, self._ended.values())
        self._begun.clear()
        self._ended.clear()
        self._last = 0


def _begun(chargePoint: int | None, t: TransactionStarted) -> Row:
    return (
        chargePoint,
        t.transactionId,
        t.isRecovered,
        t.connectorId,
        t.idTag,
        t.status,
        t.meterStart,
        t.timestampText,
        t.reservationId,
        toNumber(t.startTime),
        toNumber(t.receivedAt),
    )


def _ended(chargePoint: int | None, t: TransactionStopped) -> Row:
    times = (toNumber(t.stopTime), t.reason, toNumber(t.receivedAt))
    return (chargePoint, t.transactionId, t.idTag, t.meterStop, *times, t.isAdministrative)
