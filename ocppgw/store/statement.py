"""
How a statement is described: its SQL, and how a fact fills it.

Only the shape.  ``$CP`` in the SQL stands for the charge point's row, ``$KIND`` for that of a
kind of measurement; the values that they need come where they stand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import attrs

Row = tuple[Any, ...]
Rows = Iterable[Row]

_CP = "(SELECT id FROM charge_point WHERE node_name = ?)"
_KIND = "(SELECT id FROM measured_kind WHERE measurand = ? AND phase = ? AND location = ?)"


@attrs.frozen
class Statement:
    """One SQL text, run once per row that ``rows`` makes of a node name and a fact."""

    sql: str
    rows: Callable[[str, Any], Rows]


def _sql(text: str) -> str:
    return " ".join(text.replace("$CP", _CP).replace("$KIND", _KIND).split())


def one(sql: str, row: Callable[[str, Any], Row]) -> Statement:
    """A statement that runs once for each fact."""
    return Statement(_sql(sql), lambda node, fact: (row(node, fact),))


def each(sql: str, rows: Callable[[str, Any], Rows]) -> Statement:
    """A statement that runs as often as a fact has parts."""
    return Statement(_sql(sql), rows)


def supersedes(table: str) -> str:
    """The rule of ``model.times.supersedes`` with the default tolerance, in microseconds."""
    return f"""(excluded.source_time >= {table}.source_time
        OR excluded.received_time - excluded.source_time <= 300000000
        AND ({table}.source_time = {table}.received_time
             OR excluded.received_time - {table}.received_time > 120000000))"""
