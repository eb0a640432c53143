"""
The last touch on loaded records: what no single fact carries.

Counters, the last command, deviations, and what was written for a connector.  Reading threads.
"""

from __future__ import annotations

from collections import defaultdict
from types import MappingProxyType
from typing import Any

from ocppgw.model.links import lastDeviation
from ocppgw.model.point import Point
from ocppgw.model.records import ChargePointRecord, ConnectorRecord, Deviations, LastCommand
from ocppgw.model.sharing import changed
from ocppgw.store.instants import toTime


class Completion:
    """Completes records from what it read of the database, by the charge point's row number."""

    def __init__(self, cursor: Any) -> None:
        self._connectors = _connectors(cursor)
        self._commands = _commands(cursor)
        self._deviations = _deviations(cursor)

    def __call__(self, number: int, record: ChargePointRecord) -> ChargePointRecord:
        """The complete record."""
        connectors = dict(record.connectors)
        for connector, *columns in self._connectors[number]:
            connectors[connector] = _connector(
                connectors.get(connector, ConnectorRecord(connector)), *columns
            )
        return changed(
            record,
            connectors=MappingProxyType(connectors),
            lastCommand=self._commands.get(number, LastCommand()),
            deviations=self._deviations.get(number, Deviations()),
        )


def _connector(
    connector: ConnectorRecord,
    operative: int | None,
    at: int | None,
    commandIdTag: str,
    finished: int,
) -> ConnectorRecord:
    changes: dict[str, Any] = {"commandIdTag": commandIdTag, "finished": finished}
    if operative is not None and at is not None and connector.operative is None:
        changes["operative"] = Point(bool(operative), toTime(at), toTime(at))
    return changed(connector, **changes)


def _connectors(cursor: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for number, *columns in cursor.execute(
        """SELECT charge_point, connector, operative, operative_at, command_id_tag, finished
           FROM connector"""
    ):
        found[number].append(columns)
    return found


def _commands(cursor: Any) -> dict[int, LastCommand]:
    return {
        number: LastCommand(count, name, status, detail, user, toTime(at))
        for number, count, name, status, detail, user, at in cursor.execute(
            """SELECT c.charge_point, p.commands, c.name, c.status, c.detail, c.user, c.at
               FROM command c JOIN charge_point p ON p.id = c.charge_point
               WHERE c.id IN (SELECT max(id) FROM command GROUP BY charge_point)"""
        )
    }


def _deviations(cursor: Any) -> dict[int, Deviations]:
    rows: dict[int, list[Any]] = defaultdict(list)
    for number, *columns in cursor.execute(
        "SELECT charge_point, kind, count, text, example, at FROM deviation ORDER BY at"
    ):
        rows[number].append(columns)
    return {number: _sum(found) for number, found in rows.items()}


def _sum(rows: list[Any]) -> Deviations:
    *_, last = rows
    return Deviations(
        count=sum(row[1] for row in rows),
        last=lastDeviation(last[0], last[2], last[3]),
        at=toTime(last[4]),
        byKind=MappingProxyType({row[0]: row[1] for row in rows}),
        examples=MappingProxyType({row[0]: row[3] for row in rows}),
    )
