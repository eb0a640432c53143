"""
The last reading of each kind, found out now and then from the meter values since the last time.

Writing them with every message would double its price.  So ``last_reading`` lags behind
``meter_value``, and the counter ``settled`` says up to which row it does not.  It is brought up to
date when the store opens, before meter values are thrown away, and after some thousands of them,
or fewer that say very much: then mostly out of memory, because reading so many rows would be a
good part of what they cost.  Each set that was used meanwhile gets to know of it.
Functions of a database cursor; writing thread.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any

from msgspec import json

from ocppgw.model.keys import SIGNED
from ocppgw.store.sampled import toldIn
from ocppgw.store.statement import TOLERANCE, Row, Statement, several, supersedes

FEW = 64
"""Readings that are replaced at once: what was there is in memory meanwhile, and may be signed data
of a megabyte each."""

LAST_READING: Statement = several(
    """INSERT INTO last_reading (charge_point, connector, kind, value, text, signed,
       source_time, received_time) $ROWS
       ON CONFLICT (charge_point, connector, kind) DO UPDATE SET
       value = excluded.value, text = excluded.text, signed = excluded.signed,
       source_time = excluded.source_time, received_time = excluded.received_time
       WHERE """
    + supersedes("last_reading"),
    row="(?, ?, ?, ?, ?, ?, ?, ?)",
    widest=FEW,
)

MOST_TEXT = 16 * 1024 * 1024
"""Characters in the rows in hand from which on they are settled, few as they may be."""

_UNSETTLED = """SELECT id, charge_point, connector, source_time, part, received_time,
        transaction_id, measured_set, sampled
    FROM meter_value WHERE id > (SELECT value FROM counter WHERE name = 'settled') ORDER BY id"""

_LAST = "SELECT ifnull(max(id), 0) FROM meter_value"

_SETTLED = "UPDATE counter SET value = max(value, ?) WHERE name = 'settled'"

_BEGUN = """SELECT value, EXISTS (SELECT 1 FROM meter_value WHERE id > value)
    FROM counter WHERE name = 'settled'"""

_USED = """UPDATE measured_set SET used = (SELECT value FROM counter WHERE name = 'settled')
    WHERE id IN (SELECT value FROM json_each(?))"""

_KINDS = """SELECT c.kind, k.measurand FROM measured_column c
    JOIN measured_kind k ON k.id = c.kind WHERE c.measured_set = ? ORDER BY c.place"""


def settle(cursor: Any) -> None:
    """Bring ``last_reading`` up to date, as if each row had been applied when it came."""
    while _settlePiece(cursor):
        pass


def _settlePiece(cursor: Any) -> bool:
    """Go on with as many rows as may be in hand; returns whether there may be more."""
    newest = Newest()
    last = 0
    for number, *row in cursor.execute(_UNSETTLED):
        last = number
        newest.add((tuple(row),))
        if newest.size > MOST_TEXT:
            break
    _settle(cursor, newest.rows(), last)
    return newest.size > MOST_TEXT


def _settle(cursor: Any, rows: Sequence[Row], last: int) -> None:
    """Apply what is left of the rows up to the last one."""
    if rows:
        kinds = {number: _kinds(cursor, number) for number in {row[6] for row in rows}}
        LAST_READING.run(cursor, (told for row in rows for told in _last(row, kinds[row[6]])))
        cursor.execute(_SETTLED, (last,))
        cursor.execute(_USED, (json.encode(list(kinds)).decode(),))


class Newest:
    """
    The rows that matter, of those that were added in the order in which they came.

    While the rows of a connector are `_inOrder`, each replaces whatever one before it would: then
    the last one of each set does for all.  Where they are not, it does not, as the rule is not
    transitive: then those so far come first, and it begins anew.

    :ivar size: characters of what was sampled in these rows.
    """

    def __init__(self) -> None:
        self.size = 0
        self._before: list[Row] = []
        self._connectors: dict[Row, dict[int, Row]] = {}

    def add(self, rows: Iterable[Row]) -> None:
        """Take in rows of ``meter_value``, without their numbers."""
        connectors = self._connectors
        size = self.size
        for row in rows:
            connector = row[:2]
            sets = connectors.get(connector)
            if sets is None:
                sets = connectors[connector] = {}
            elif not _inOrder(next(reversed(sets.values())), row):
                self._before += sets.values()
                sets.clear()
            # Taken out first, so that it stands where it came.
            replaced = sets.pop(row[6], None)
            if replaced is not None:
                size -= len(replaced[7])
            sets[row[6]] = row
            size += len(row[7])
        self.size = size

    def rows(self) -> list[Row]:
        """They, in the order in which they came."""
        return [*self._before, *chain(*(sets.values() for sets in self._connectors.values()))]


class Unsettled:
    """
    The rows that were written since the last time, or nothing where it is not sure of them all.

    What was remembered in a transaction that failed is worth nothing.
    """

    def __init__(self) -> None:
        self._count = 0
        self._forgotten = 0
        self._since: int | None = None
        self._newest = Newest()

    def begin(self, cursor: Any) -> None:
        """To be called before rows are written."""
        if self._count == 0:
            since, others = cursor.execute(_BEGUN).fetchone()
            self._since = None if others else since

    def add(self, rows: Sequence[Row]) -> None:
        """Rows were written; as in `Newest`."""
        self._count += len(rows)
        if self._since is None:
            self._forgotten += sum(len(row[7]) for row in rows)
        else:
            self._newest.add(rows)

    def doubt(self) -> None:
        """Some of the rows were not written as they were added: none is remembered any more."""
        self._since = None
        self._forgotten += self._newest.size
        self._newest = Newest()

    def settleFrom(self, cursor: Any, most: int) -> None:
        """Bring ``last_reading`` up to date after so many rows, or after much in fewer."""
        if self._count < most and self._newest.size + self._forgotten <= MOST_TEXT:
            return
        since, _ = cursor.execute(_BEGUN).fetchone()
        # Somebody else may have done it meanwhile, and thrown away what was settled.
        if since == self._since:
            [last] = cursor.execute(_LAST).fetchone()
            _settle(cursor, self._newest.rows(), last)
        else:
            settle(cursor)
        self._count = self._forgotten = 0
        self._newest = Newest()


def _inOrder(one: tuple[int, ...], later: tuple[int, ...]) -> bool:
    """Whether a later row is younger by both times, and not late where the one before was not."""
    _, _, source, _, received, _, _, _ = one
    _, _, laterSource, _, laterReceived, _, _, _ = later
    return (
        laterSource >= source
        and laterReceived >= received
        and (laterReceived - laterSource <= TOLERANCE or received - source > TOLERANCE)
    )


def _kinds(cursor: Any, number: int) -> list[tuple[int, bool]]:
    rows = cursor.execute(_KINDS, (number,)).fetchall()
    return [(kind, measurand.startswith(SIGNED)) for kind, measurand in rows]


def _last(row: Row, kinds: list[tuple[int, bool]]) -> Iterator[Row]:
    chargePoint, connector, source, _, received, _, _, sampled = row
    for (kind, signed), told in zip(kinds, toldIn(sampled), strict=True):
        isText = isinstance(told, str)
        value, text = (None, told) if isText else (told, "")
        yield (chargePoint, connector, kind, value, text, signed, source, received)
