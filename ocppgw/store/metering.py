"""
How meter values are written: all that was sampled at one instant in one row, each value once.

These are most of all rows: they are made in one go, and name charge points and sets of kinds by
their numbers.  Two MeterValues of one connector and one instant are parts of it, and what the
second one repeats of the first is left out.  Functions of a database cursor; writing thread,
but for what is ready before (`sampledOf`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from math import isfinite
from operator import attrgetter
from typing import Any

from ocppgw.model.batch import Batch, Plan
from ocppgw.model.facts import Fact, Measured, Reading
from ocppgw.store.ids import Ids
from ocppgw.store.instants import toNumber
from ocppgw.store.sampled import toldIn, written, writtenBatch
from ocppgw.store.statement import Row, Statement, several

METER_VALUE: Statement = several(
    """INSERT INTO meter_value (charge_point, connector, source_time, part, received_time,
       transaction_id, measured_set, sampled) $ROWS ON CONFLICT DO NOTHING""",
    row="(?, ?, ?, ?, ?, ?, ?, ?)",
)

UNSETTLED = 10_000
"""Rows of meter values of which the last readings are found out at once."""

_INSTANT = attrgetter("sourceTime")


Sampled = tuple[Plan, int, int, int, int | None, str]
"""
The usual MeterValue, as it stands in its row: what it is of, connector, both times, transaction
and values.  Only the numbers that the database gave are missing.
"""


def sampledOf(facts: Sequence[Fact]) -> Sampled | None:
    """
    The same of facts that are one usual message: all numbers, of one instant, none of them twice.

    To be made where a message was just read: to the writing thread, which has them all at once,
    each object in a fact is another wait for memory of another core.  Any thread.
    """
    if len(facts) != 1:
        return None
    [fact] = facts
    if type(fact) is not Measured:
        return None
    batch = fact.readings
    if type(batch) is not Batch or not batch.plan.isPlain:
        return None
    return (
        batch.plan,
        fact.connectorId,
        toNumber(batch.sourceTime),
        toNumber(fact.receivedAt),
        fact.transactionId,
        writtenBatch(batch),
    )


def writeMeasured(cursor: Any, ids: Ids, told: Sequence[tuple[str, Measured | Sampled]]) -> None:
    """Write the readings of node names."""
    ids.unsettled.begin(cursor)
    rows: list[Row] = []
    for nodeName, what in told:
        if isinstance(what, Measured):
            rows += _rows(cursor, ids, nodeName, what)
        else:
            plan, connector, source, received, transaction, sampled = what
            number, of = ids.chargePoint(cursor, nodeName), ids.columnsOf(cursor, plan).number
            rows.append((number, connector, source, 0, received, transaction, of, sampled))
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
        yield (
            number,
            fact.connectorId,
            toNumber(at),
            0,
            toNumber(fact.receivedAt),
            fact.transactionId,
            columns.number,
            written([_value(reading) for reading in readings]),
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
        for value in zip(ids.kindsOf(cursor, one[2]), toldIn(one[3]), strict=True)
    }
    told = zip(ids.kindsOf(cursor, number), toldIn(sampled), strict=True)
    fresh = [value for value in told if (transaction, *value) not in known]
    if fresh:
        number = ids.numberOf(cursor, [kind for kind, _ in fresh])
        sampled = written([value for _, value in fresh])
        part = kept[-1][0] + 1
        METER_VALUE.run(cursor, [(*where, part, received, transaction, number, sampled)])
