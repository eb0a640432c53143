"""
How meter values are written: each one once, and the last of each kind.

Only described data.  A kind is the key under which the record shows a reading, so that signed
data never shares a history with numbers.
"""

from __future__ import annotations

from ocppgw.model.facts import Measured, Reading
from ocppgw.model.measuring import shownKey
from ocppgw.store.instants import toNumber
from ocppgw.store.statement import Row, Rows, each, supersedes


def _kind(reading: Reading) -> Row:
    key = shownKey(reading.key, reading.signed)
    return (key.measurand, key.phase, key.location)


def _kinds(node: str, fact: Measured) -> Rows:
    return {_kind(reading) for reading in fact.readings}


def _lastReadings(node: str, fact: Measured) -> Rows:
    received = toNumber(fact.receivedAt)
    for r in fact.readings:
        times = (toNumber(r.sourceTime), received)
        yield (node, fact.connectorId, *_kind(r), r.value, r.text, r.signed, *times)


def _meterValues(node: str, fact: Measured) -> Rows:
    received = toNumber(fact.receivedAt)
    for r in fact.readings:
        text = r.text if r.signed or r.value is None else None
        yield (
            node,
            fact.connectorId,
            *_kind(r),
            fact.transactionId,
            r.value,
            text,
            r.context,
            toNumber(r.sourceTime),
            received,
        )


METERING = (
    each(
        """INSERT INTO measured_kind (measurand, phase, location) VALUES (?, ?, ?)
           ON CONFLICT DO NOTHING""",
        _kinds,
        once=True,
    ),
    each(
        """INSERT INTO last_reading (charge_point, connector, kind, value, text, signed,
           source_time, received_time) VALUES $ROWS
           ON CONFLICT (charge_point, connector, kind) DO UPDATE SET
           value = excluded.value, text = excluded.text, signed = excluded.signed,
           source_time = excluded.source_time, received_time = excluded.received_time
           WHERE """
        + supersedes("last_reading"),
        _lastReadings,
        row="($CP, ?, $KIND, ?, ?, ?, ?, ?)",
    ),
    each(
        """INSERT INTO meter_value (charge_point, connector, kind, transaction_id, value,
           text, context, source_time, received_time)
           VALUES $ROWS ON CONFLICT DO NOTHING""",
        _meterValues,
        row="($CP, ?, $KIND, ?, ?, ?, ?, ?, ?)",
    ),
)
"""What is run for `Measured`, in this order."""
