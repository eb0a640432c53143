"""
The last reading of each kind, found out now and then from the meter values since the last time.

Writing them with every message would double its price.  So ``last_reading`` lags behind
``meter_value``, and the counter ``settled`` says up to which row it does not.  It is brought up to
date when the store opens, before meter values are thrown away, and after some thousands of them.
Functions of a database cursor; writing thread.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from msgspec import json

from ocppgw.model.measuring import SIGNED
from ocppgw.store.statement import REORDERING, TOLERANCE, Row, Statement, several, supersedes

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

_UNSETTLED = """SELECT charge_point, connector, measured_set, source_time, received_time, sampled
    FROM meter_value WHERE id > (SELECT value FROM counter WHERE name = 'settled') ORDER BY id"""

_SETTLED = """UPDATE counter SET value = max(value, (SELECT ifnull(max(id), 0) FROM meter_value))
    WHERE name = 'settled'"""

_KINDS = """SELECT c.kind, k.measurand FROM measured_column c
    JOIN measured_kind k ON k.id = c.kind WHERE c.measured_set = ? ORDER BY c.place"""


def settle(cursor: Any) -> None:
    """Bring ``last_reading`` up to date."""
    newest: dict[Row, Row] = {}
    for row in cursor.execute(_UNSETTLED):
        key = row[:3]
        current = newest.get(key)
        if current is None or _supersedes(row, current):
            # Taken out first, so that it stands where it came.
            newest.pop(key, None)
            newest[key] = row
    if newest:
        kinds = {number: _kinds(cursor, number) for number in {row[2] for row in newest.values()}}
        LAST_READING.run(
            cursor, (last for row in newest.values() for last in _last(row, kinds[row[2]]))
        )
        cursor.execute(_SETTLED)


def _supersedes(new: tuple[int, ...], current: tuple[int, ...]) -> bool:
    """The same rule as in SQL: all values of a row share its times."""
    _, _, _, source, received, _ = new
    _, _, _, currentSource, currentReceived, _ = current
    return source >= currentSource or (
        received - source <= TOLERANCE
        and (currentSource == currentReceived or received - currentReceived > REORDERING)
    )


def _kinds(cursor: Any, number: int) -> list[tuple[int, bool]]:
    rows = cursor.execute(_KINDS, (number,)).fetchall()
    return [(kind, measurand.startswith(SIGNED)) for kind, measurand in rows]


def _last(row: Row, kinds: list[tuple[int, bool]]) -> Iterator[Row]:
    chargePoint, connector, _, source, received, sampled = row
    for (kind, signed), told in zip(kinds, json.decode(sampled), strict=True):
        isText = isinstance(told, str)
        value, text = (None, told) if isText else (told, "")
        yield (chargePoint, connector, kind, value, text, signed, source, received)
