"""
How a statement is described: its SQL, and how a fact fills it.

Only the shape, and how many rows go into one execution.  ``$CP`` in the SQL stands for the charge
point's row; the value that it needs comes where it stands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import timedelta
from functools import cache
from itertools import chain, repeat
from typing import Any

import attrs

from ocppgw.model.records import Settings
from ocppgw.model.times import REORDERING

Row = tuple[Any, ...]
Rows = Iterable[Row]

_CP = "(SELECT id FROM charge_point WHERE node_name = ?)"


WIDEST = 512
"""Rows that one execution of a wide statement takes at most, unless it says otherwise."""


@attrs.frozen
class Statement:
    """
    One SQL text, run with the rows that ``rows`` makes of a node name and a fact.

    :ivar row: placeholders of one row, where ``sql`` says ``$ROWS`` for any number of them.
    :ivar widest: rows that one execution takes at most.
    """

    sql: str
    rows: Callable[[str, Any], Rows]
    row: str = ""
    widest: int = WIDEST

    def run(self, cursor: Any, rows: Iterable[Row]) -> list[Row]:
        """
        Run it with rows.

        Returns the rows of which, as far as SQLite counts, some may have changed nothing.

        A wide statement takes many in one execution.  Around each the thread gives the interpreter
        away and asks for it again, which is most of what a few rows cost.
        """
        left = list(rows)
        unchanged: list[Row] = []
        if not self.row:
            cursor.executemany(self.sql, left)
            return unchanged
        for start in range(0, len(left), self.widest):
            taken = left[start : start + self.widest]
            width = 1 << (len(taken) - 1).bit_length()
            filling = repeat(0, (width - len(taken)) * len(taken[0]))
            cursor.execute(_wide(self.sql, self.row, width), [*chain(*taken, filling), len(taken)])
            if cursor.rowcount < len(taken):
                unchanged += taken
        return unchanged


@cache
def _wide(sql: str, row: str, width: int) -> str:
    """Few widths, so that each is prepared once; as many of the rows count as is told last."""
    rows = ", ".join([row] * width)
    return sql.replace("$ROWS", f"SELECT * FROM (VALUES {rows}) LIMIT ?")


def _sql(text: str) -> str:
    return " ".join(text.replace("$CP", _CP).split())


def one(sql: str, row: Callable[[str, Any], Row]) -> Statement:
    """A statement that runs once for each fact."""
    return Statement(_sql(sql), lambda node, fact: (row(node, fact),))


def each(sql: str, rows: Callable[[str, Any], Rows], *, row: str = "") -> Statement:
    """A statement that runs as often as a fact has parts."""
    return Statement(_sql(sql), rows, _sql(row))


def several(sql: str, row: str, widest: int = WIDEST) -> Statement:
    """A wide statement whose rows are made elsewhere."""
    return Statement(_sql(sql), lambda node, fact: (), _sql(row), widest)


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
