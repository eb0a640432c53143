"""
The row numbers of charge points and of kinds of measurement, remembered.

They are most of what the rows of meter values say, and never change once they are on disk.  What
was remembered in a transaction that failed may be wrong: its `Ids` are thrown away.  Functions of
a database cursor; writing thread.
"""

from __future__ import annotations

from typing import Any

from ocppgw.model.measuring import shownKey
from ocppgw.model.records import MeterKey

_FIND_CHARGE_POINT = "SELECT id FROM charge_point WHERE node_name = ?"

_ADD_KIND = """INSERT INTO measured_kind (measurand, phase, location) VALUES (?, ?, ?)
    ON CONFLICT DO NOTHING"""

_FIND_KIND = "SELECT id FROM measured_kind WHERE measurand = ? AND phase = ? AND location = ?"

MOST_KINDS = 10_000
"""Kinds remembered; charge points may send any text as a measurand."""


class Ids:
    """What is remembered."""

    def __init__(self) -> None:
        self._chargePoints: dict[str, int] = {}
        self._kinds: dict[tuple[MeterKey, bool], int] = {}

    def chargePoint(self, cursor: Any, nodeName: str) -> int | None:
        """The row of a charge point; ``None`` where it is not known."""
        found = self._chargePoints.get(nodeName)
        if found is None:
            row = cursor.execute(_FIND_CHARGE_POINT, (nodeName,)).fetchone()
            if row is None:
                return None
            found = self._chargePoints[nodeName] = row[0]
        return found

    def kind(self, cursor: Any, key: MeterKey, signed: bool) -> int:
        """The row of the kind under which a reading is kept; made where there is none."""
        found = self._kinds.get((key, signed))
        if found is None:
            shown = shownKey(key, signed)
            words = (shown.measurand, shown.phase, shown.location)
            cursor.execute(_ADD_KIND, words)
            found = int(cursor.execute(_FIND_KIND, words).fetchone()[0])
            if len(self._kinds) >= MOST_KINDS:
                self._kinds.clear()
            self._kinds[key, signed] = found
        return found
