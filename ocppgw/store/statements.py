"""
Which fact becomes which SQL: described data, one table.

Transactions and readings are not in it: ``transacting`` and ``metering`` write many of them
together.  Other facts that are not in the table are not kept: they speak of the present only.
"""

from __future__ import annotations

from collections.abc import Mapping

from ocppgw.model import facts as f
from ocppgw.store.instants import toNumber, toNumberOrNone
from ocppgw.store.statement import Row, Rows, Statement, each, one, supersedes


def _chosen(node: str, fact: f.ChargePointAdded | f.SettingsChanged) -> Row:
    settings = fact.settings
    values = [
        getattr(settings, name) if name in settings.chosen else None
        for name in ("name", "description", "enabled", "connectors")
    ]
    return (*values, node)


_SETTINGS = one(
    """UPDATE charge_point SET name = ?, description = ?, enabled = ?, connectors = ?
       WHERE node_name = ?""",
    _chosen,
)

_STATUS = """INTO {table} (charge_point, connector, status, number, error_code, error_number,
    info, vendor_id, vendor_error_code, source_time, received_time) $ROWS"""

_STATUS_ROW = "($CP, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"


def _status(node: str, fact: f.StatusReported) -> Rows:
    r = fact.report
    yield (
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
        one(
            """INSERT INTO charge_point (node_name, identity, known_since) VALUES (?, ?, ?)
               ON CONFLICT (node_name) DO UPDATE
               SET identity = excluded.identity, removed_at = NULL""",
            lambda node, fact: (node, fact.identity, toNumber(fact.at)),
        ),
        _SETTINGS,
    ),
    f.ChargePointRemoved: (
        one(
            "UPDATE charge_point SET removed_at = ? WHERE node_name = ?",
            lambda node, fact: (toNumber(fact.at), node),
        ),
    ),
    f.IdentityReplaced: (
        one(
            "UPDATE charge_point SET identity = ? WHERE node_name = ?",
            lambda node, fact: (fact.identity, node),
        ),
    ),
    f.SettingsChanged: (_SETTINGS,),
    f.Booted: (
        one(
            """UPDATE charge_point SET vendor = ?, model = ?, serial_number = ?,
               box_serial_number = ?, firmware_version = ?, iccid = ?, imsi = ?,
               meter_serial_number = ?, meter_type = ?, nameplate_at = ?, registration = ?,
               registration_at = ?, last_boot = ?, reboot_required = 0 WHERE node_name = ?""",
            _booted,
        ),
        one("DELETE FROM awaiting_boot WHERE charge_point = $CP", lambda node, fact: (node,)),
    ),
    f.RegistrationChanged: (
        one(
            "UPDATE charge_point SET registration = ?, registration_at = ? WHERE node_name = ?",
            lambda node, fact: (fact.status, toNumber(fact.at), node),
        ),
    ),
    f.RebootRequested: (
        one(
            "UPDATE charge_point SET reboot_required = 1 WHERE node_name = ?",
            lambda node, fact: (node,),
        ),
        one(
            """INSERT INTO awaiting_boot (charge_point, key_lower) VALUES ($CP, ?)
               ON CONFLICT DO NOTHING""",
            lambda node, fact: (node, fact.key.lower()),
        ),
    ),
    f.IdTagPresented: (
        # Of each charge point there is one in a batch, see `ocppgw.store.batches`.
        each(
            """WITH told (id_tag, status, at, node_name) AS ($ROWS)
               UPDATE charge_point SET id_tag = told.id_tag, id_tag_status = told.status,
               id_tag_at = told.at FROM told WHERE charge_point.node_name = told.node_name""",
            lambda node, fact: ((fact.idTag, fact.status, toNumber(fact.at), node),),
            row="(?, ?, ?, ?)",
        ),
    ),
    f.StatusReported: (
        each("INSERT " + _STATUS.format(table="status_report"), _status, row=_STATUS_ROW),
        each(
            "INSERT "
            + _STATUS.format(table="connector")
            + """ ON CONFLICT (charge_point, connector) DO UPDATE SET
               status = excluded.status, number = excluded.number,
               error_code = excluded.error_code, error_number = excluded.error_number,
               info = excluded.info, vendor_id = excluded.vendor_id,
               vendor_error_code = excluded.vendor_error_code,
               source_time = excluded.source_time, received_time = excluded.received_time
               WHERE connector.source_time IS NULL OR """
            + supersedes("connector"),
            _status,
            row=_STATUS_ROW,
        ),
    ),
    f.AvailabilityAccepted: (
        one(
            """INSERT INTO connector (charge_point, connector, operative, operative_at)
               VALUES ($CP, ?, ?, ?) ON CONFLICT (charge_point, connector) DO UPDATE
               SET operative = excluded.operative, operative_at = excluded.operative_at""",
            lambda node, fact: (node, fact.connectorId, fact.operative, toNumber(fact.at)),
        ),
    ),
    f.CommandIdTagWritten: (
        one(
            """INSERT INTO connector (charge_point, connector, command_id_tag)
               VALUES ($CP, ?, ?) ON CONFLICT (charge_point, connector) DO UPDATE
               SET command_id_tag = excluded.command_id_tag""",
            lambda node, fact: (node, fact.connectorId, fact.idTag),
        ),
    ),
    f.ConfigurationReported: (
        each(
            """INSERT INTO configuration_key
               (charge_point, key_lower, key, text, readonly, known, at)
               VALUES ($CP, ?, ?, ?, ?, ?, ?) ON CONFLICT (charge_point, key_lower) DO UPDATE
               SET text = excluded.text, readonly = excluded.readonly, known = excluded.known,
               at = excluded.at""",
            _configuration,
        ),
    ),
    f.CommandEnded: (
        one(
            "UPDATE charge_point SET commands = commands + 1 WHERE node_name = ?",
            lambda node, fact: (node,),
        ),
        one(
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
        one(
            """INSERT INTO deviation (charge_point, kind, count, text, example, at)
               VALUES ($CP, ?, 1, ?, ?, ?) ON CONFLICT (charge_point, kind) DO UPDATE SET
               count = count + 1, text = excluded.text, example = excluded.example,
               at = excluded.at""",
            lambda node, fact: (node, fact.kind, fact.text, fact.example, toNumber(fact.at)),
        ),
    ),
    f.IdTagChanged: (
        one(
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
        one("DELETE FROM id_tag WHERE id_tag_lower = ?", lambda node, fact: (fact.idTag.lower(),)),
    ),
}
"""What is kept of each fact, in the order in which it has to run."""
