"""
How meter values are written: all that was sampled at one instant in one row, each value once.

These are most of all rows: they are made in one go, and name charge points and sets of kinds by
their numbers.  Two MeterValues of one connector and one instant are parts of it, and what the
second one repeats of the first is left out.  Functions of a database cursor; writing thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import isfinite
from operator import attrgetter
from typing import Any

from msgspec import json

from ocppgw.model.facts import Measured, Reading
from ocppgw.store.ids import Ids
from ocppgw.store.instants import toNumber
from ocppgw.store.lastreadings import settle
from ocppgw.store.statement import Row, Statement, several

METER_VALUE: Statement = several(
    """INSERT INTO meter_value (charge_point, connector, source_time, part, received_time,
       transaction_id, measured_set, sampled) VALUES $ROWS ON CONFLICT DO NOTHING""",
    row="(?, ?, ?, ?, ?, ?, ?, ?)",
)

UNSETTLED = 10_000
"""Rows of meter values of which the last readings are found out at once."""

_INSTANT = attrgetter("sourceTime")

_encode = json.Encoder().encode


def writeMeasured(cursor: Any, ids: Ids, told: Sequence[tuple[str, Measured]]) -> None:
    """Write the readings of node names."""
    rows = [row for nodeName, fact in told for row in _rows(cursor, ids, nodeName, fact)]
    for row in METER_VALUE.run(cursor, rows):
        _complete(cursor, ids, row)
    ids.unsettled += len(rows)
    if ids.unsettled >= UNSETTLED:
        settle(cursor)
        ids.unsettled = 0


def _rows(cursor: Any, ids: Ids, nodeName: str, fact: Measured) -> list[Row]:
    chargePoint, connector = ids.chargePoint(cursor, nodeName), fact.connectorId
    received = toNumber(fact.receivedAt)
    rows = []
    for at, found in groupby(fact.readings, _INSTANT):
        readings = list(found)
        columns = ids.columns(cursor, readings)
        if columns.haveTwins:
            readings = list(dict.fromkeys(readings))
            columns = ids.columns(cursor, readings)
        sampled = _encode([_value(reading) for reading in readings]).decode()
        where = (chargePoint, connector, toNumber(at), 0)
        rows.append((*where, received, fact.transactionId, columns.number, sampled))
    return rows


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
