"""
Which fact becomes which SQL: described data, one place.

A statement names its SQL and how a fact fills it.  ``CP`` in the SQL stands for the charge
point's row; its node name is the first parameter.  Facts that are not in the table are not
kept: they speak of the present only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import attrs

from ocppgw.model import facts as f
from ocppgw.store.instants import toNumber, toNumberOrNone

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


def _one(sql: str, row: Callable[[str, Any], Row]) -> Statement:
    return Statement(_sql(sql), lambda node, fact: (row(node, fact),))


def _each(sql: str, rows: Callable[[str, Any], Rows]) -> Statement:
    return Statement(_sql(sql), rows)


def _supersedes(table: str) -> str:
    # The rule of ``model.times.supersedes`` with the default tolerance, in microseconds.
    return f"""(excluded.source_time >= {table}.source_time
        OR excluded.received_time - excluded.source_time <= 300000000
        AND ({table}.source_time = {table}.received_time
             OR excluded.received_time - {table}.received_time > 120000000))"""


def _chosen(node: str, fact: f.ChargePointAdded | f.SettingsChanged) -> Row:
    settings = fact.settings
    values = [
        getattr(settings, name) if name in settings.chosen else None
        for name in ("name", "description", "enabled", "connectors")
    ]
    return (*values, node)


_SETTINGS = _one(
    """UPDATE charge_point SET name = ?, description = ?, enabled = ?, connectors = ?
       WHERE node_name = ?""",
    _chosen,
)

_STATUS = """INTO {table} (charge_point, connector, status, number, error_code, error_number,
    info, vendor_id, vendor_error_code, source_time, received_time)
    VALUES ($CP, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"""


def _status(node: str, fact: f.StatusReported) -> Row:
    r = fact.report
    return (
        node,
        fact.connectorId,
        r.status,
        r.number,
        r.errorCode,
        r.errorNumber,
        r.info,
        r.vendorId,
        r.vendorErrorCode,
        toNumber(r.sourceTime),
        toNumber(r.receivedTime),
    )


def _kinds(node: str, fact: f.Measured) -> Rows:
    return {(r.key.measurand, r.key.phase, r.key.location) for r in fact.readings}


def _lastReadings(node: str, fact: f.Measured) -> Rows:
    received = toNumber(fact.receivedAt)
    for r in fact.readings:
        yield (
            node,
            fact.connectorId,
            r.key.measurand,
            r.key.phase,
            r.key.location,
            r.value,
            r.text,
            r.signed,
            toNumber(r.sourceTime),
            received,
        )


def _meterValues(node: str, fact: f.Measured) -> Rows:
    received = toNumber(fact.receivedAt)
    for r in fact.readings:
        yield (
            node,
            fact.connectorId,
            r.key.measurand,
            r.key.phase,
            r.key.location,
            fact.transactionId,
            r.value,
            r.text if r.signed or r.value is None else None,
            r.context,
            toNumber(r.sourceTime),
            received,
        )


def _started(node: str, t: f.TransactionStarted) -> Row:
    return (
        t.transactionId,
        node,
        t.connectorId,
        t.idTag,
        t.status,
        t.meterStart,
        t.timestampText,
        t.reservationId,
        toNumber(t.startTime),
        toNumber(t.receivedAt),
    )


def _stopped(node: str, t: f.TransactionStopped) -> Row:
    stopped = toNumber(t.stopTime), t.reason, t.idTag, toNumber(t.receivedAt)
    return (t.meterStop, *stopped, t.transactionId, node)


def _orphaned(node: str, t: f.TransactionStopped) -> Row:
    return (
        node,
        t.transactionId,
        t.idTag,
        t.meterStop,
        toNumber(t.stopTime),
        t.reason,
        toNumber(t.receivedAt),
        t.transactionId,
        node,
    )


def _configuration(node: str, fact: f.ConfigurationReported) -> Rows:
    for point in fact.points:
        yield (
            node,
            point.key.lower(),
            point.key,
            point.text,
            point.readonly,
            1,
            toNumber(point.at),
        )
    for key in fact.unknownKeys:
        yield (node, key.lower(), key, None, 0, 0, toNumber(fact.at))


def _booted(node: str, fact: f.Booted) -> Row:
    n, at = fact.nameplate, toNumber(fact.at)
    return (
        n.chargePointVendor,
        n.chargePointModel,
        n.chargePointSerialNumber,
        n.chargeBoxSerialNumber,
        n.firmwareVersion,
        n.iccid,
        n.imsi,
        n.meterSerialNumber,
        n.meterType,
        at,
        fact.status,
        at,
        at,
        node,
    )


KEPT: Mapping[type, tuple[Statement, ...]] = {
    f.ChargePointAdded: (
        _one(
            """INSERT INTO charge_point (node_name, identity, known_since) VALUES (?, ?, ?)
               ON CONFLICT (node_name) DO UPDATE
               SET identity = excluded.identity, removed_at = NULL""",
            lambda node, fact: (node, fact.identity, toNumber(fact.at)),
        ),
        _SETTINGS,
    ),
    f.ChargePointRemoved: (
        _one(
            "UPDATE charge_point SET removed_at = ? WHERE node_name = ?",
            lambda node, fact: (toNumber(fact.at), node),
        ),
    ),
    f.IdentityReplaced: (
        _one(
            "UPDATE charge_point SET identity = ? WHERE node_name = ?",
            lambda node, fact: (fact.identity, node),
        ),
    ),
    f.SettingsChanged: (_SETTINGS,),
    f.Booted: (
        _one(
            """UPDATE charge_point SET vendor = ?, model = ?, serial_number = ?,
               box_serial_number = ?, firmware_version = ?, iccid = ?, imsi = ?,
               meter_serial_number = ?, meter_type = ?, nameplate_at = ?, registration = ?,
               registration_at = ?, last_boot = ?, reboot_required = 0 WHERE node_name = ?""",
            _booted,
        ),
    ),
    f.RegistrationChanged: (
        _one(
            "UPDATE charge_point SET registration = ?, registration_at = ? WHERE node_name = ?",
            lambda node, fact: (fact.status, toNumber(fact.at), node),
        ),
    ),
    f.RebootRequested: (
        _one(
            "UPDATE charge_point SET reboot_required = 1 WHERE node_name = ?",
            lambda node, fact: (node,),
        ),
    ),
    f.IdTagPresented: (
        _one(
            """UPDATE charge_point SET id_tag = ?, id_tag_status = ?, id_tag_at = ?
               WHERE node_name = ?""",
            lambda node, fact: (fact.idTag, fact.status, toNumber(fact.at), node),
        ),
    ),
    f.StatusReported: (
        _one("INSERT " + _STATUS.format(table="status_report"), _status),
        _one(
            "INSERT "
            + _STATUS.format(table="connector")
            + """ ON CONFLICT (charge_point, connector) DO UPDATE SET
               status = excluded.status, number = excluded.number,
               error_code = excluded.error_code, error_number = excluded.error_number,
               info = excluded.info, vendor_id = excluded.vendor_id,
               vendor_error_code = excluded.vendor_error_code,
               source_time = excluded.source_time, received_time = excluded.received_time
               WHERE connector.source_time IS NULL OR """
            + _supersedes("connector"),
            _status,
        ),
    ),
    f.AvailabilityAccepted: (
        _one(
            """INSERT INTO connector (charge_point, connector, operative, operative_at)
               VALUES ($CP, ?, ?, ?) ON CONFLICT (charge_point, connector) DO UPDATE
               SET operative = excluded.operative, operative_at = excluded.operative_at""",
            lambda node, fact: (node, fact.connectorId, fact.operative, toNumber(fact.at)),
        ),
    ),
    f.CommandIdTagWritten: (
        _one(
            """INSERT INTO connector (charge_point, connector, command_id_tag)
               VALUES ($CP, ?, ?) ON CONFLICT (charge_point, connector) DO UPDATE
               SET command_id_tag = excluded.command_id_tag""",
            lambda node, fact: (node, fact.connectorId, fact.idTag),
        ),
    ),
    f.Measured: (
        _each(
            """INSERT INTO measured_kind (measurand, phase, location) VALUES (?, ?, ?)
               ON CONFLICT DO NOTHING""",
            _kinds,
        ),
        _each(
            """INSERT INTO last_reading (charge_point, connector, kind, value, text, signed,
               source_time, received_time) VALUES ($CP, ?, $KIND, ?, ?, ?, ?, ?)
               ON CONFLICT (charge_point, connector, kind) DO UPDATE SET
               value = excluded.value, text = excluded.text, signed = excluded.signed,
               source_time = excluded.source_time, received_time = excluded.received_time
               WHERE """
            + _supersedes("last_reading"),
            _lastReadings,
        ),
        _each(
            """INSERT INTO meter_value (charge_point, connector, kind, transaction_id, value,
               text, context, source_time, received_time)
               VALUES ($CP, ?, $KIND, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING""",
            _meterValues,
        ),
    ),
    f.TransactionStarted: (
        _one(
            """INSERT INTO counter (name, value) VALUES ('transaction', ?)
               ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)""",
            lambda node, fact: (fact.transactionId,),
        ),
        _one(
            """INSERT INTO charge_transaction (id, charge_point, connector, id_tag, status,
               meter_start, timestamp_text, reservation_id, start_time, received_time)
               VALUES (?, $CP, ?, ?, ?, ?, ?, ?, ?, ?)""",
            _started,
        ),
    ),
    f.TransactionStopped: (
        _one(
            """INSERT INTO orphan_stop (charge_point, transaction_id, id_tag,
               meter_stop, stop_time, stop_reason, received_time)
               SELECT $CP, ?, ?, ?, ?, ?, ? WHERE NOT EXISTS (
                   SELECT 1 FROM charge_transaction WHERE id = ? AND charge_point = $CP)
               ON CONFLICT DO NOTHING""",
            _orphaned,
        ),
        _one(
            """INSERT INTO connector (charge_point, connector, finished)
               SELECT charge_point, connector, 1 FROM charge_transaction
               WHERE id = ? AND charge_point = $CP AND stop_received_time IS NULL
               ON CONFLICT (charge_point, connector) DO UPDATE SET finished = finished + 1""",
            lambda node, fact: (fact.transactionId, node),
        ),
        _one(
            """UPDATE charge_transaction SET meter_stop = ?, stop_time = ?, stop_reason = ?,
               stop_id_tag = ?, stop_received_time = ?
               WHERE id = ? AND charge_point = $CP AND stop_received_time IS NULL""",
            _stopped,
        ),
    ),
    f.ConfigurationReported: (
        _each(
            """INSERT INTO configuration_key
               (charge_point, key_lower, key, text, readonly, known, at)
               VALUES ($CP, ?, ?, ?, ?, ?, ?) ON CONFLICT (charge_point, key_lower) DO UPDATE
               SET text = excluded.text, readonly = excluded.readonly, known = excluded.known,
               at = excluded.at""",
            _configuration,
        ),
    ),
    f.CommandEnded: (
        _one(
            """INSERT INTO command (charge_point, name, arguments, status, detail, user, origin,
               at) VALUES ($CP, ?, ?, ?, ?, ?, ?, ?)""",
            lambda node, fact: (
                node,
                fact.name,
                fact.arguments,
                fact.status,
                fact.detail,
                fact.user,
                fact.origin,
                toNumber(fact.at),
            ),
        ),
    ),
    f.Deviated: (
        _one(
            """INSERT INTO deviation (charge_point, kind, count, text, example, at)
               VALUES ($CP, ?, 1, ?, ?, ?) ON CONFLICT (charge_point, kind) DO UPDATE SET
               count = count + 1, text = excluded.text, example = excluded.example,
               at = excluded.at""",
            lambda node, fact: (node, fact.kind, fact.text, fact.example, toNumber(fact.at)),
        ),
    ),
    f.IdTagChanged: (
        _one(
            """INSERT INTO id_tag (id_tag_lower, id_tag, status, expiry, parent, from_file)
               VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (id_tag_lower) DO UPDATE SET
               id_tag = excluded.id_tag, status = excluded.status, expiry = excluded.expiry,
               parent = excluded.parent, from_file = excluded.from_file""",
            lambda node, fact: (
                fact.entry.idTag.lower(),
                fact.entry.idTag,
                fact.entry.status,
                toNumberOrNone(fact.entry.expiryDate),
                fact.entry.parentIdTag,
                fact.entry.fromFile,
            ),
        ),
    ),
    f.IdTagRemoved: (
        _one("DELETE FROM id_tag WHERE id_tag_lower = ?", lambda node, fact: (fact.idTag.lower(),)),
    ),
}
"""What is kept of each fact, in the order in which it has to run."""
