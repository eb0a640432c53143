"""
When meter values are put into their index: many together, once their last readings are found out.

Each connector has its own page in the index, so that a batch of hundreds of messages changed
hundreds of pages, which was most of what it wrote.  A row that is younger than all others of its
connector repeats nothing, and no index is needed to know that: it is kept without a place
(``placed = 0``) until thousands of others have come.  All rows without one lie behind ``settled``,
see ``lastreadings``.  Functions of a database cursor; writing thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import json

from ocppgw.model.connectors import LIMIT
from ocppgw.store.statement import Row

LONG = 2_000
"""Characters of a row that gets its place at once: to give it one later is to write it again."""

UNPLACED = "m.placed = 0 AND m.id > (SELECT value FROM counter WHERE name = 'settled')"
"""
SQL for rows of ``meter_value``, or of ``value_of_row``, that have no place: found without a walk
through all.
"""

_PLACE = f"UPDATE meter_value AS m SET placed = 1 WHERE {UNPLACED}"

_NEWEST = """WITH asked (charge_point, connector) AS
        (SELECT json_extract(value, '$[0]'), json_extract(value, '$[1]') FROM json_each(?))
    SELECT charge_point, connector, (SELECT max(source_time) FROM meter_value m WHERE placed = 1
        AND m.charge_point = asked.charge_point AND m.connector = asked.connector)
    FROM asked"""

_BEFORE_ALL, _AFTER_ALL = -(1 << 63), (1 << 63) - 1


def place(cursor: Any) -> None:
    """Put all rows that have none yet into their places."""
    cursor.execute(_PLACE)


class Instants:
    """
    The last instant of each connector that anything was kept of.

    To be thrown away with a transaction that fails.
    """

    def __init__(self) -> None:
        self._last: dict[Row, int] = {}

    def areYounger(self, cursor: Any, rows: Sequence[Row]) -> bool:
        """
        Whether each row is younger than all before it of its connector; they count from now on.

        What was there before the first one has to be in its place.
        """
        lastOf = self._last
        are = True
        for row in rows:
            connector = row[:2]
            last = lastOf.get(connector)
            if last is None:
                self._learn(cursor, rows)
                last = lastOf.get(connector, _AFTER_ALL)
            if row[2] > last:
                lastOf[connector] = row[2]
            else:
                are = False
        return are

    def _learn(self, cursor: Any, rows: Iterable[Row]) -> None:
        """Of all their connectors at once, but for those that no charge point can have."""
        asked = {row[:2] for row in rows if -1 <= row[1] <= LIMIT} - self._last.keys()
        if asked:
            found = cursor.execute(_NEWEST, (json.encode(list(asked)).decode(),))
            for *connector, last in found:
                self._last[tuple(connector)] = _BEFORE_ALL if last is None else last


def areShort(rows: Iterable[Row]) -> bool:
    """Whether it costs little to write these once more."""
    return all(len(row[7]) <= LONG for row in rows)
