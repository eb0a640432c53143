"""
How meter values are written: all that was sampled at one instant in one row, each value once.

These are most of all rows: they are made in one go, and name charge points and sets of kinds by
their numbers.  Two MeterValues of one connector and one instant are parts of it, and what the
second one repeats of the first is left out.  Functions of a database cursor; writing thread.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import groupby
from math import isfinite
from operator import attrgetter
from typing import Any

from msgspec import json

from ocppgw.model.batch import Batch
from ocppgw.model.facts import Measured, Reading
from ocppgw.store.ids import Columns, Ids
from ocppgw.store.instants import toNumber
from ocppgw.store.statement import Row, Statement, several

METER_VALUE: Statement = several(
    """INSERT INTO meter_value (charge_point, connector, source_time, part, received_time,
       transaction_id, measured_set, sampled) $ROWS ON CONFLICT DO NOTHING""",
    row="(?, ?, ?, ?, ?, ?, ?, ?)",
)

UNSETTLED = 10_000
"""Rows of meter values of which the last readings are found out at once."""

_INSTANT = attrgetter("sourceTime")

_encode = json.Encoder().encode


def writeMeasured(cursor: Any, ids: Ids, told: Sequence[tuple[str, Measured]]) -> None:
    """Write the readings of node names."""
    ids.unsettled.begin(cursor)
    rows: list[Row] = []
    for nodeName, fact in told:
        batch = fact.readings
        if type(batch) is Batch and batch.plan.isPlain:
            # The usual one: all numbers, of one instant, none of them twice.
            number, columns = ids.chargePoint(cursor, nodeName), ids.columnsOf(cursor, batch)
            rows.append(_row(number, fact, batch.sourceTime, columns, batch.values))
        else:
            rows += _rows(cursor, ids, nodeName, fact)
    for row in METER_VALUE.run(cursor, rows):
        ids.unsettled.doubt()
        _complete(cursor, ids, row)
    ids.unsettled.add(rows)
    ids.unsettled.settleFrom(cursor, UNSETTLED)


def _rows(cursor: Any, ids: Ids, nodeName: str, fact: Measured) -> Iterator[Row]:
    number = ids.chargePoint(cursor, nodeName)
    for at, found in groupby(fact.readings, _INSTANT):
        readings = list(found)
        columns = ids.columns(cursor, readings)
        if columns.haveTwins:
            readings = list(dict.fromkeys(readings))
            columns = ids.columns(cursor, readings)
        yield _row(number, fact, at, columns, [_value(reading) for reading in readings])


def _row(
    chargePoint: int | None, fact: Measured, at: datetime, columns: Columns, sampled: object
) -> Row:
    return (
        chargePoint,
        fact.connectorId,
        toNumber(at),
        0,
        toNumber(fact.receivedAt),
        fact.transactionId,
        columns.number,
        _encode(sampled).decode(),
    )


def _value(reading: Reading) -> float | str:
    value = reading.value
    if reading.signed or value is None or not isfinite(value):
        # JSON has no infinite numbers.
        return reading.text
    return value


def _complete(cursor: Any, ids: Ids, row: Row) -> None:
    """Write what is new in a row whose instant may have one already."""
    *where, _, received, transaction, number, sampled = row
    kept = cursor.execute(
        """SELECT part, transaction_id, measured_set, sampled FROM meter_value
           WHERE charge_point = ? AND connector = ? AND source_time = ? ORDER BY part""",
        where,
    ).fetchall()
    if any(one[1:] == (transaction, number, sampled) for one in kept):
        return
    known = {
        (one[1], *value)
        for one in kept
        for value in zip(ids.kindsOf(cursor, one[2]), json.decode(one[3]), strict=True)
    }
    told = zip(ids.kindsOf(cursor, number), json.decode(sampled), strict=True)
    fresh = [value for value in told if (transaction, *value) not in known]
    if fresh:
        number = ids.numberOf(cursor, [kind for kind, _ in fresh])
        sampled = _encode([value for _, value in fresh]).decode()
        part = kept[-1][0] + 1
        METER_VALUE.run(cursor, [(*where, part, received, transaction, number, sampled)])
