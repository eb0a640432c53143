"""
Emptying sets of kinds that no meter value refers to any more.

A charge point that sends its values in ever new orders makes a set for each order.  Rows of
meter values are thrown away in the order in which they came, so that a set is not needed once the
first row that is left came after the last one that used it, or after those that were settled
together with that.  Its row stays and becomes another set, because looking for references to a
row that is deleted would take a walk through all meter values.  Function of a database cursor;
writing thread.
"""

from __future__ import annotations

from typing import Any

from msgspec import json

from ocppgw.store.ids import Ids
from ocppgw.store.lastreadings import settle

SLICE = 250
"""Sets that one transaction looks at."""

_NEXT = """SELECT id, used < (SELECT ifnull(min(id), 9223372036854775807) FROM meter_value)
        AND columns NOT LIKE '#%'
    FROM measured_set WHERE id > ? ORDER BY id LIMIT ?"""

_EMPTY = (
    "DELETE FROM measured_column WHERE measured_set IN (SELECT value FROM json_each(?))",
    "UPDATE measured_set SET columns = '#' || id WHERE id IN (SELECT value FROM json_each(?))",
)


def emptySets(cursor: Any, ids: Ids, after: int) -> int | None:
    """
    Empty those of the next slice that are not needed.

    Returns after which row to go on, or ``None`` at the end.

    :param ids: what is remembered of sets; forgotten where one of them was emptied.
    """
    # Until then a set does not know of its last rows.
    settle(cursor)
    found = cursor.execute(_NEXT, (after, SLICE)).fetchall()
    unused = [number for number, isUnused in found if isUnused]
    if unused:
        ids.forgetColumns()
        for sql in _EMPTY:
            cursor.execute(sql, (json.encode(unused).decode(),))
    return found[-1][0] if found else None
