"""
The row numbers of charge points, kinds of measurement and sets of them, remembered.

They are most of what the rows of meter values say, and never change once they are on disk.  What
was remembered in a transaction that failed may be wrong: its `Ids` are thrown away.  Functions of
a database cursor; writing thread.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import repeat
from typing import Any

import attrs
from msgspec import json

from ocppgw.model.batch import Plan
from ocppgw.model.facts import Reading
from ocppgw.model.keys import shownKey
from ocppgw.model.records import MeterKey
from ocppgw.store.lastreadings import Unsettled

_FIND_CHARGE_POINT = "SELECT id FROM charge_point WHERE node_name = ?"

_ADD_KIND = """INSERT INTO measured_kind (measurand, phase, location) VALUES (?, ?, ?)
    ON CONFLICT DO NOTHING"""

_FIND_KIND = "SELECT id FROM measured_kind WHERE measurand = ? AND phase = ? AND location = ?"

_ADD_SET = "INSERT INTO measured_set (columns) VALUES (?)"

_TAKE_SET = """UPDATE measured_set SET columns = ?, used = 0 WHERE id =
    (SELECT id FROM measured_set WHERE columns >= '#' AND columns < '$' LIMIT 1)"""
"""One that `ocppgw.store.sets` has emptied."""

_FIND_SET = "SELECT id FROM measured_set WHERE columns = ?"

_ADD_COLUMN = """INSERT INTO measured_column (measured_set, place, kind, context)
    VALUES (?, ?, ?, ?)"""

_FIND_KINDS = "SELECT columns FROM measured_set WHERE id = ?"

MOST = 20_000
"""Columns of all sets remembered; charge points may send any text as a measurand, in any order."""

Kind = tuple[int, str]
"""The row of a kind, and the context in which it was sampled."""

Told = tuple[tuple[MeterKey, bool, str], ...]


@attrs.frozen
class Columns:
    """
    What the values of a row are of.

    :ivar number: the row of the set.
    :ivar haveTwins: whether a kind stands there twice, so that a value may, too.
    """

    number: int
    haveTwins: bool


class Ids:
    """
    What is remembered.

    :ivar unsettled: the meter values whose last readings are to be found out.
    """

    def __init__(self) -> None:
        self.unsettled = Unsettled()
        self._chargePoints: dict[str, int] = {}
        self._columns: dict[Told | Plan, Columns] = {}
        self._width = 0

    def chargePoint(self, cursor: Any, nodeName: str) -> int | None:
        """The row of a charge point; ``None`` where it is not known."""
        found = self._chargePoints.get(nodeName)
        if found is None:
            row = cursor.execute(_FIND_CHARGE_POINT, (nodeName,)).fetchone()
            if row is None:
                return None
            found = self._chargePoints[nodeName] = row[0]
        return found

    def columns(self, cursor: Any, readings: Sequence[Reading]) -> Columns:
        """What these readings are of; made where it is new."""
        return self._columnsOf(cursor, tuple([(r.key, r.signed, r.context) for r in readings]))

    def columnsOf(self, cursor: Any, plan: Plan) -> Columns:
        """The same for a batch, by its plan."""
        found = self._columns.get(plan)
        if found is None:
            keys = zip(plan.keys, repeat(False), plan.contexts, strict=False)
            found = self._columnsOf(cursor, tuple(keys))
            self._remember(plan, len(plan.keys), found)
        return found

    def _columnsOf(self, cursor: Any, told: Told) -> Columns:
        found = self._columns.get(told)
        if found is None:
            kinds = [(_kind(cursor, key, signed), context) for key, signed, context in told]
            number = self.numberOf(cursor, kinds)
            found = Columns(number, len(set(kinds)) < len(kinds))
            self._remember(told, len(told), found)
        return found

    def _remember(self, told: Told | Plan, width: int, columns: Columns) -> None:
        if width > MOST:
            return
        if self._width + width > MOST:
            self.forgetColumns()
        self._columns[told] = columns
        self._width += width

    def numberOf(self, cursor: Any, kinds: Sequence[Kind]) -> int:
        """The row of a set of kinds; made where there is none."""
        text = json.encode(kinds).decode()
        found = cursor.execute(_FIND_SET, (text,)).fetchone()
        if found is not None:
            return int(found[0])
        cursor.execute(_TAKE_SET, (text,))
        if not cursor.rowcount:
            cursor.execute(_ADD_SET, (text,))
        number = int(cursor.execute(_FIND_SET, (text,)).fetchone()[0])
        rows = [(number, place, *kind) for place, kind in enumerate(kinds)]
        cursor.executemany(_ADD_COLUMN, rows)
        return number

    def forgetColumns(self) -> None:
        """Sets are about to become others."""
        self._columns.clear()
        self._width = 0

    def kindsOf(self, cursor: Any, number: int) -> list[Kind]:
        """The kinds of a set."""
        [text] = cursor.execute(_FIND_KINDS, (number,)).fetchone()
        return json.decode(text, type=list[Kind])


def _kind(cursor: Any, key: MeterKey, signed: bool) -> int:
    """The row of the kind under which a reading is kept; made where there is none."""
    shown = shownKey(key, signed)
    words = (shown.measurand, shown.phase, shown.location)
    cursor.execute(_ADD_KIND, words)
    return int(cursor.execute(_FIND_KIND, words).fetchone()[0])
