"""
How meter values are written: each one once, and the last of each kind.

Only described data.  A kind is the key under which the record shows a reading, so that signed
data never shares a history with numbers.  These are most of all rows: they are made in one go,
and name charge points and kinds by their numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from ocppgw.model.facts import Measured
from ocppgw.store.ids import Ids
from ocppgw.store.instants import toNumber
from ocppgw.store.statement import Row, Statement, several, supersedes

LAST_READING: Statement = several(
    """INSERT INTO last_reading (charge_point, connector, kind, value, text, signed,
       source_time, received_time) VALUES $ROWS
       ON CONFLICT (charge_point, connector, kind) DO UPDATE SET
       value = excluded.value, text = excluded.text, signed = excluded.signed,
       source_time = excluded.source_time, received_time = excluded.received_time
       WHERE """
    + supersedes("last_reading"),
    row="(?, ?, ?, ?, ?, ?, ?, ?)",
)

METER_VALUE: Statement = several(
    """INSERT INTO meter_value (charge_point, connector, kind, transaction_id, value,
       text, context, source_time, received_time)
       VALUES $ROWS ON CONFLICT DO NOTHING""",
    row="(?, ?, ?, ?, ?, ?, ?, ?, ?)",
)


def writeMeasured(cursor: Any, ids: Ids, told: Sequence[tuple[str, Measured]]) -> None:
    """Write the readings of node names."""
    last: list[Row] = []
    values: list[Row] = []
    for nodeName, fact in told:
        chargePoint, connector = ids.chargePoint(cursor, nodeName), fact.connectorId
        received = toNumber(fact.receivedAt)
        at: datetime | None = None
        for r in fact.readings:
            if r.sourceTime is not at:  # The readings of a message share their time.
                at, source = r.sourceTime, toNumber(r.sourceTime)
            where = (chargePoint, connector, ids.kind(cursor, r.key, r.signed))
            text = r.text if r.signed or r.value is None else None
            last.append((*where, r.value, r.text, r.signed, source, received))
            values.append((*where, fact.transactionId, r.value, text, r.context, source, received))
    LAST_READING.run(cursor, last)
    METER_VALUE.run(cursor, values)
