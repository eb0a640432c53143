"""
How the begin and the end of transactions are written.

Only described data.  The first end of a transaction counts, with one exception: what was closed
administratively still gets its real end.
"""

from __future__ import annotations

from ocppgw.model.facts import TransactionStarted, TransactionStopped
from ocppgw.store.instants import toNumber
from ocppgw.store.statement import Row, Rows, each, one


def _given(node: str, t: TransactionStarted) -> Rows:
    return () if t.isRecovered else ((t.transactionId,),)


def _started(node: str, t: TransactionStarted) -> Row:
    return (
        t.transactionId,
        t.isRecovered,
        node,
        t.connectorId,
        t.idTag,
        t.status,
        t.meterStart,
        t.timestampText,
        t.reservationId,
        toNumber(t.startTime),
        toNumber(t.receivedAt),
    )


def _orphaned(node: str, t: TransactionStopped) -> Row:
    times = (toNumber(t.stopTime), t.reason, toNumber(t.receivedAt))
    return (node, t.transactionId, t.idTag, t.meterStop, *times, t.transactionId, node)


def _stopped(node: str, t: TransactionStopped) -> Row:
    stopped = (toNumber(t.stopTime), t.reason, t.idTag, toNumber(t.receivedAt))
    known = (t.transactionId, node, t.isAdministrative)
    return (t.meterStop, *stopped, t.isAdministrative, *known)


STARTING = (
    each(
        """INSERT INTO counter (name, value) VALUES ('transaction', ?)
           ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)""",
        _given,
    ),
    one(
        """INSERT INTO charge_transaction (id, recovered, charge_point, connector, id_tag, status,
           meter_start, timestamp_text, reservation_id, start_time, received_time)
           VALUES (?, ?, $CP, ?, ?, ?, ?, ?, ?, ?, ?)""",
        _started,
    ),
)
"""What is run for `TransactionStarted`, in this order."""

STOPPING = (
    one(
        """INSERT INTO orphan_stop (charge_point, transaction_id, id_tag,
           meter_stop, stop_time, stop_reason, received_time)
           SELECT $CP, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (
               SELECT 1 FROM charge_transaction WHERE id = ? AND charge_point = $CP)
           ON CONFLICT DO NOTHING""",
        _orphaned,
    ),
    # A finished one is counted where it becomes the last one, as the record does.
    one(
        """INSERT INTO connector (charge_point, connector, finished)
           SELECT charge_point, connector, 1 FROM charge_transaction t
           WHERE id = ? AND charge_point = $CP AND stop_received_time IS NULL
           AND NOT EXISTS (
               SELECT 1 FROM charge_transaction later
               WHERE later.charge_point = t.charge_point AND later.connector = t.connector
               AND later.start_time > t.start_time AND later.stop_received_time IS NOT NULL)
           ON CONFLICT (charge_point, connector) DO UPDATE SET finished = finished + 1""",
        lambda node, t: (t.transactionId, node),
    ),
    one(
        """UPDATE charge_transaction SET meter_stop = ?, stop_time = ?, stop_reason = ?,
           stop_id_tag = ?, stop_received_time = ?, administrative = ?
           WHERE id = ? AND charge_point = $CP
           AND (stop_received_time IS NULL OR (administrative = 1 AND ? = 0))""",
        _stopped,
    ),
)
"""What is run for `TransactionStopped`, in this order."""
