"""
How a statement is described: its SQL, and how a fact fills it.

Only the shape, and how many rows go into one execution.  ``$CP`` in the SQL stands for the charge
point's row; the value that it needs comes where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache
from itertools import chain
from typing import Any

import attrs

from ocppgw.model.records import Settings
from ocppgw.model.times import REORDERING

Row = tuple[Any, ...]
Rows = Iterable[Row]

_CP = "(SELECT id FROM charge_point WHERE node_name = ?)"


WIDTHS = (256, 128, 64, 32, 16, 8, 4, 2, 1)
"""Rows that one execution of a wide statement takes; few, so that each is prepared once."""


@attrs.frozen
class Statement:
    """
    One SQL text, run with the rows that ``rows`` makes of a node name and a fact.

    :ivar row: placeholders of one row, where ``sql`` says ``$ROWS`` for any number of them.
    """

    sql: str
    rows: Callable[[str, Any], Rows]
    row: str = ""

    def run(self, cursor: Any, rows: Iterable[Row]) -> list[Row]:
        """
        Run it with rows.

        Returns the rows of which, as far as SQLite counts, some may have changed nothing.

        A wide statement takes many in one execution.  Between executions a thread asks for the
        interpreter again, and waits for it while the reactor is busy: most of what a row costs.
        """
        left = list(rows)
        unchanged: list[Row] = []
        if not self.row:
            cursor.executemany(self.sql, left)
            return unchanged
        for width in WIDTHS:
            whole = len(left) // width * width
            for start in range(0, whole, width):
                taken = left[start : start + width]
                cursor.execute(_wide(self.sql, self.row, width), [*chain(*taken)])
                if cursor.rowcount < width:
                    unchanged += taken
            left = left[whole:]
        return unchanged


@cache
def _wide(sql: str, row: str, width: int) -> str:
    return sql.replace("$ROWS", ", ".join([row] * width))


def _sql(text: str) -> str:
    return " ".join(text.replace("$CP", _CP).split())


def one(sql: str, row: Callable[[str, Any], Row]) -> Statement:
    """A statement that runs once for each fact."""
    return Statement(_sql(sql), lambda node, fact: (row(node, fact),))


def each(sql: str, rows: Callable[[str, Any], Rows], *, row: str = "") -> Statement:
    """A statement that runs as often as a fact has parts."""
    return Statement(_sql(sql), rows, _sql(row))


def several(sql: str, row: str) -> Statement:
    """A wide statement whose rows are made elsewhere."""
    return Statement(_sql(sql), lambda node, fact: (), _sql(row))


_MICROSECOND = timedelta(microseconds=1)
_REORDERING = REORDERING // _MICROSECOND

TOLERANCE = timedelta(seconds=Settings().clockTolerance) // _MICROSECOND
"""The default of ``clockTolerance``, in microseconds."""


def supersedes(table: str) -> str:
    """The rule of ``model.times.supersedes`` with the default tolerance, in microseconds."""
    return f"""(excluded.source_time >= {table}.source_time
        OR excluded.received_time - excluded.source_time <= {TOLERANCE}
        AND ({table}.source_time = {table}.received_time
             OR excluded.received_time - {table}.received_time > {_REORDERING}))"""
