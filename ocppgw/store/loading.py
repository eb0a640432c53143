"""
From the tables back to records.

What a charge point told us is put together again by applying facts, so that derived values
follow the same rules as in live traffic.  Functions of a database cursor; reading threads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import groupby
from operator import itemgetter
from typing import Any

import attrs

from ocppgw.interfaces import Snapshot, StartKey
from ocppgw.model import facts as f
from ocppgw.model.applying import unsummed
from ocppgw.model.idtags import IdTagEntry
from ocppgw.model.records import (
    ChargePointRecord,
    ConfigurationPoint,
    LastIdTag,
    LinkState,
    MeterKey,
    Nameplate,
    Registration,
    Settings,
    StatusReport,
    Transaction,
)
from ocppgw.model.sharing import changed
from ocppgw.store.completion import Completion
from ocppgw.store.instants import toTime, toTimeOrNone

Facts = dict[int, list[f.Fact]]

_TRANSACTION = """SELECT t.id, t.connector, t.id_tag, t.start_time, t.meter_start,
    t.received_time, t.status, t.stop_time, t.meter_stop, t.stop_reason, t.stop_received_time,
    t.charge_point, t.timestamp_text, t.stop_id_tag, t.recovered, t.administrative
    FROM charge_transaction t"""


_LAST_START = """SELECT ifnull(max(timestamp_text), '') FROM charge_transaction
    WHERE charge_point = (SELECT id FROM charge_point WHERE node_name = ?) AND connector = ?"""


def load(cursor: Any, now: datetime) -> Snapshot:
    """All that was kept, with every link lost at ``now``."""
    facts = _facts(cursor)
    records = [
        (number, _record(row, facts[number], now))
        for number, *row in cursor.execute(_CHARGE_POINTS).fetchall()
    ]
    complete = Completion(cursor)
    return Snapshot(
        records=tuple(complete(number, record) for number, record in records),
        lastTransactionId=_lastTransactionId(cursor),
        idTags=tuple(_idTags(cursor)),
    )


def findStart(cursor: Any, key: StartKey) -> tuple[Transaction | None, str]:
    """
    The transaction that a StartTransaction with this key began, and the last timestamp of any at
    its connector, in the order of texts; an empty one for none.
    """
    cursor.execute(
        f"""{_TRANSACTION} JOIN charge_point c ON c.id = t.charge_point
        WHERE c.node_name = ? AND t.connector = ? AND t.timestamp_text = ?
        AND t.meter_start = ? AND lower(t.id_tag) = lower(?)
        AND t.recovered = 0 ORDER BY t.id DESC LIMIT 1""",
        (key.nodeName, key.connectorId, key.timestampText, key.meterStart, key.idTag),
    )
    found = _transaction(cursor.fetchone())
    # After that: what came to be between the two is taken for older than it.
    cursor.execute(_LAST_START, (key.nodeName, key.connectorId))
    return found, cursor.fetchone()[0]


def findTransaction(cursor: Any, nodeName: str, transactionId: int) -> Transaction | None:
    """A transaction by its id."""
    cursor.execute(
        f"""{_TRANSACTION} JOIN charge_point c ON c.id = t.charge_point
        WHERE c.node_name = ? AND t.id = ? ORDER BY t.row DESC""",
        (nodeName, transactionId),
    )
    return _transaction(cursor.fetchone())


_CHARGE_POINTS = """SELECT id, node_name, identity, known_since, name, description, enabled,
    connectors, vendor, model, serial_number, box_serial_number, firmware_version, iccid, imsi,
    meter_serial_number, meter_type, nameplate_at, registration, registration_at, last_boot,
    reboot_required, id_tag, id_tag_status, id_tag_at
    FROM charge_point WHERE removed_at IS NULL ORDER BY id"""


def _record(row: list[Any], facts: list[f.Fact], now: datetime) -> ChargePointRecord:
    nodeName, identity, known, *rest = row
    record = ChargePointRecord(
        nodeName, identity, toTime(known), settings=_settings(rest[:4]), link=LinkState(at=now)
    )
    record = unsummed(record, facts)  # the registry computes what is derived when it takes it in
    registration, at, lastBoot, rebootRequired = rest[14:18]
    return changed(
        record,
        nameplate=attrs.evolve(Nameplate(*rest[4:13]), at=toTimeOrNone(rest[13])),
        registration=Registration(
            registration, toTimeOrNone(at), toTimeOrNone(lastBoot), bool(rebootRequired)
        ),
        lastIdTag=LastIdTag(rest[18], rest[19], toTimeOrNone(rest[20])),
    )


def _settings(columns: list[Any]) -> Settings:
    names = ("name", "description", "enabled", "connectors")
    chosen = {n: v for n, v in zip(names, columns, strict=True) if v is not None}
    if "enabled" in chosen:
        chosen["enabled"] = bool(chosen["enabled"])
    return Settings(**chosen, chosen=frozenset(chosen))


def _facts(cursor: Any) -> Facts:
    facts: Facts = defaultdict(list)
    for read in (_configurations, _awaitingBoot, _transactions, _readings, _statuses):
        for number, fact in read(cursor):
            facts[number].append(fact)
    return facts


Found = Iterable[tuple[int, f.Fact]]


def _configurations(cursor: Any) -> Found:
    points: dict[int, list[ConfigurationPoint]] = defaultdict(list)
    unknown: dict[int, list[str]] = defaultdict(list)
    latest: dict[int, datetime] = {}
    for number, key, text, readonly, known, at in cursor.execute(
        "SELECT charge_point, key, text, readonly, known, at FROM configuration_key ORDER BY at"
    ):
        latest[number] = toTime(at)
        if known:
            points[number].append(ConfigurationPoint(key, text, bool(readonly), toTime(at)))
        else:
            unknown[number].append(key)
    for number, at in latest.items():
        yield (
            number,
            f.ConfigurationReported(tuple(points[number]), tuple(unknown[number]), at),
        )


def _awaitingBoot(cursor: Any) -> Found:
    for number, key, at in cursor.execute(
        """SELECT a.charge_point, a.key_lower, c.registration_at FROM awaiting_boot a
           JOIN charge_point c ON c.id = a.charge_point"""
    ):
        yield number, f.RebootRequested(key, toTime(at or 0))


def _newestTransactions(cursor: Any) -> list[tuple[Any, ...]]:
    # The last one of each connector, the last that ended, and all that still run.
    rows: list[tuple[Any, ...]] = cursor.execute(
        f"""{_TRANSACTION} WHERE t.row IN (
            SELECT row FROM (SELECT row, max(start_time) FROM charge_transaction
                GROUP BY charge_point, connector)
            UNION SELECT row FROM (SELECT row, max(start_time) FROM charge_transaction
                WHERE stop_received_time IS NOT NULL GROUP BY charge_point, connector)
            UNION SELECT row FROM charge_transaction WHERE stop_received_time IS NULL)
        ORDER BY t.start_time, t.row"""
    ).fetchall()
    return rows


def _transactions(cursor: Any) -> Found:
    for row in _newestTransactions(cursor):
        yield row[11], _started(row)
        if row[10] is not None and row[7] is not None:
            yield row[11], _stopped(row)


def _started(row: tuple[Any, ...]) -> f.TransactionStarted:
    number, connector, idTag, start, meterStart, received, status, *_ = row
    times = (toTime(start), toTime(received))
    return f.TransactionStarted(
        number, connector, idTag, status, meterStart, row[12], *times, isRecovered=bool(row[14])
    )


def _stopped(row: tuple[Any, ...]) -> f.TransactionStopped:
    stopTime, meterStop, reason, received = row[7:11]
    stopped = (meterStop, toTime(stopTime), reason, toTime(received))
    return f.TransactionStopped(
        row[0], row[1], row[13] or "", *stopped, isAdministrative=bool(row[15])
    )


def _readings(cursor: Any) -> Found:
    """The last readings, those of one message together, as they came."""
    rows = cursor.execute(
        """SELECT r.charge_point, r.connector, r.received_time, k.measurand, k.phase, k.location,
           r.value, r.text, r.signed, r.source_time
           FROM last_reading r JOIN measured_kind k ON k.id = r.kind
           ORDER BY r.charge_point, r.connector, r.source_time, r.received_time"""
    )
    for (number, connector, received), message in groupby(rows, itemgetter(0, 1, 2)):
        readings = tuple(_reading(*reading) for _, _, _, *reading in message)
        yield number, f.Measured(connector, None, readings, toTime(received))


def _reading(
    measurand: str,
    phase: str,
    location: str,
    value: float | None,
    text: str,
    signed: int,
    at: int,
) -> f.Reading:
    return f.Reading(
        MeterKey(measurand, phase, location), value, text, "", toTime(at), bool(signed)
    )


def _statuses(cursor: Any) -> Found:
    for number, connector, *report, source, received in cursor.execute(
        """SELECT charge_point, connector, status, number, error_code, error_number, info,
           vendor_id, vendor_error_code, source_time, received_time
           FROM connector WHERE status IS NOT NULL"""
    ):
        told = (*report, toTime(source), toTime(received))
        yield number, f.StatusReported(connector, StatusReport(*told))


def _transaction(row: tuple[Any, ...] | None) -> Transaction | None:
    if row is None:
        return None
    number, connector, idTag, start, meterStart, received, status, *stop = row[:11]
    stopTime, meterStop, reason, stopReceived = stop
    return Transaction(
        number,
        connector,
        idTag,
        toTime(start),
        meterStart,
        toTime(received),
        status,
        active=stopReceived is None,
        stopTime=toTimeOrNone(stopTime),
        meterStop=meterStop,
        stopReason=reason or "",
        isRecovered=bool(row[14]),
        isAdministrative=bool(row[15]),
    )


def _lastTransactionId(cursor: Any) -> int:
    row = cursor.execute("SELECT value FROM counter WHERE name = 'transaction'").fetchone()
    return row[0] if row else 0


def _idTags(cursor: Any) -> Iterable[IdTagEntry]:
    for idTag, status, expiry, parent, fromFile in cursor.execute(
        "SELECT id_tag, status, expiry, parent, from_file FROM id_tag ORDER BY id_tag_lower"
    ):
        yield IdTagEntry(idTag, status, toTimeOrNone(expiry), parent, bool(fromFile))
