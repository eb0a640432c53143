"""
The rows that people take elsewhere: charge points, transactions, meter values.

Only reading; the text form is somebody else's.  Rows come one by one, so that a year of meter
values needs no memory.  All of it fails with `StoreFailed`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from itertools import groupby
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs

from ocppgw.store.copying import reading
from ocppgw.store.instants import toTimeOrNone

Cell = str | int | float | bool | datetime | None


@attrs.frozen
class Table:
    """
    What can be exported.

    :ivar columns: the names of its columns, in their order.
    :ivar times: those of them that are moments.
    """

    columns: tuple[str, ...]
    query: str
    times: frozenset[str]

    def row(self, values: tuple[Any, ...]) -> dict[str, Cell]:
        """One row by its names."""
        return {
            name: toTimeOrNone(value) if name in self.times else value
            for name, value in zip(self.columns, values, strict=True)
        }


CHARGE_POINTS = Table(
    (
        *("chargePoint", "identity", "knownSince", "removedAt", "name", "vendor", "model"),
        *("serialNumber", "chargeBoxSerialNumber", "firmwareVersion", "registration", "lastBoot"),
    ),
    """SELECT node_name, identity, known_since, removed_at, name, vendor, model, serial_number,
       box_serial_number, firmware_version, registration, last_boot
       FROM charge_point ORDER BY id""",
    frozenset({"knownSince", "removedAt", "lastBoot"}),
)

TRANSACTIONS = Table(
    (
        *("chargePoint", "connectorId", "transactionId", "idTag", "status", "startTime"),
        *("meterStart", "stopTime", "meterStop", "stopReason", "recovered", "administrative"),
    ),
    """SELECT c.node_name, t.connector, t.id, t.id_tag, t.status, t.start_time, t.meter_start,
       t.stop_time, t.meter_stop, t.stop_reason, t.recovered, t.administrative
       FROM charge_transaction t JOIN charge_point c ON c.id = t.charge_point
       ORDER BY t.start_time, t.row""",
    frozenset({"startTime", "stopTime"}),
)

METER_VALUES = Table(
    (
        *("chargePoint", "connectorId", "transactionId", "time", "measurand", "phase"),
        *("location", "context", "value", "text"),
    ),
    """SELECT c.node_name, m.connector, m.transaction_id, m.source_time, k.measurand, k.phase,
       k.location, m.context, m.value, m.text
       FROM sampled_value m JOIN charge_point c ON c.id = m.charge_point
       JOIN measured_kind k ON k.id = m.kind ORDER BY m.id, m.place""",
    frozenset({"time"}),
)

TABLES: Mapping[str, Table] = MappingProxyType(
    {"charge-points": CHARGE_POINTS, "transactions": TRANSACTIONS, "meter-values": METER_VALUES}
)

_GROUPED = """SELECT c.node_name, m.connector, m.transaction_id,
    m.source_time, k.measurand, k.phase, k.location, m.context, m.value, m.text
    FROM sampled_value m JOIN charge_point c ON c.id = m.charge_point
    JOIN measured_kind k ON k.id = m.kind WHERE m.transaction_id IS NOT NULL
    ORDER BY c.node_name, m.connector, m.transaction_id, m.source_time, m.id, m.place"""

_BY_KEY = attrs.evolve(
    TRANSACTIONS,
    query=TRANSACTIONS.query.replace(
        "ORDER BY t.start_time, t.row", "ORDER BY c.node_name, t.connector, t.id, t.row"
    ),
)


def export(path: Path, table: Table, take: Callable[[Iterator[dict[str, Cell]]], None]) -> None:
    """Have ``take`` go through all rows of a table."""
    reading(path, lambda connection: take(_rows(connection, table)))


def exportWithMeterValues(path: Path, take: Callable[[Iterator[dict[str, Any]]], None]) -> None:
    """Have ``take`` go through all transactions, each with its meter values."""

    def rows(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
        # Both come in one order, so that each meter value is read once.
        groups = groupby(connection.execute(_GROUPED), lambda row: row[:3])
        key: Any = ()
        values: list[Any] = []
        for row in _rows(connection, _BY_KEY):
            wanted = (row["chargePoint"], row["connectorId"], row["transactionId"])
            while key is not None and key < wanted:
                key, found = next(groups, (None, ()))
                values = [_value(one[3:]) for one in found]
            yield {**row, "meterValues": values if key == wanted else []}

    reading(path, lambda connection: take(rows(connection)))


def _rows(connection: sqlite3.Connection, table: Table) -> Iterator[dict[str, Cell]]:
    for values in connection.execute(table.query):
        yield table.row(values)


def _value(row: tuple[Any, ...]) -> dict[str, Cell]:
    time, *others = row
    names = ("measurand", "phase", "location", "context", "value", "text")
    return {"time": toTimeOrNone(time), **dict(zip(names, others, strict=True))}
