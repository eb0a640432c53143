"""
From records to what the API sends.

Pure.  Personal data (idTags) is left out for visitors who may not read it.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from ocppgw.access.secretkeys import isSecret
from ocppgw.config.configuration import Configuration
from ocppgw.config.stating import Setting, settings as stated
from ocppgw.interfaces import IFrames
from ocppgw.model.archive import KeptCommand, KeptTransaction
from ocppgw.model.point import Point
from ocppgw.model.quality import Kind, seen
from ocppgw.model.records import (
    ChargePointRecord,
    ConfigurationPoint,
    ConnectorRecord,
    Live,
    Transaction,
)
from ocppgw.v16.configurationkeys import typeOf
from ocppgw.v16.measurands import nodeName
from ocppgw.web.api import answers as a
from ocppgw.web.checking import CheckedFrame
from ocppgw.web.quirks import Quirk, quirksOf
from ocppgw.web.selecting import statusOf
from ocppgw.web.serving import Server


def value(point: Point) -> a.Value:
    """A point."""
    told = point.value.isoformat() if isinstance(point.value, datetime) else point.value
    return a.Value(told, point.quality.value, point.sourceTime)


def number(point: Point | None) -> float | None:
    """The number of a point, whatever its quality."""
    return point.value if point is not None and isinstance(point.value, float) else None


def summary(record: ChargePointRecord) -> a.ChargePointSummary:
    """A line of the list."""
    sums = record.sums
    return a.ChargePointSummary(
        record.nodeName,
        record.identity,
        record.settings.name,
        record.settings.enabled,
        record.link.connected,
        statusOf(record),
        sums.alarm,
        number(sums.power) if record.link.connected else None,
        number(sums.energy),
        sum(1 for one in record.connectors if one),
        sums.connectorsCharging if record.link.connected else 0,
        record.traffic.lastSeen,
    )


def chargePoint(
    record: ChargePointRecord, frames: IFrames, fromFile: bool, withPersons: bool
) -> a.ChargePointAnswer:
    """All of it."""
    plate, registration, link = record.nameplate, record.registration, record.link
    return a.ChargePointAnswer(
        summary=summary(record),
        description=record.settings.description,
        readOnly=sorted(record.settings.locked),
        fromFile=fromFile,
        nameplate=a.Nameplate(
            plate.chargePointVendor,
            plate.chargePointModel,
            plate.serialNumber,
            plate.firmwareVersion,
            plate.meterType,
            plate.meterSerialNumber,
            plate.iccid,
            plate.imsi,
        ),
        registration=registration.status,
        lastBoot=registration.lastBoot,
        rebootRequired=registration.rebootRequired,
        remoteAddress=link.remoteAddress,
        connectedSince=link.connectedSince,
        lastDisconnectReason=link.lastDisconnectReason,
        commandsWaiting=record.commandsWaiting,
        lastCommand=a.LastCommand(**attrs.asdict(record.lastCommand)),
        quirks=[
            quirk(one, withPersons) for one in quirksOf(record, frames)
        ],
        connectors=[
            connector(record, one, withPersons) for one in record.connectors.values()
        ],
    )  # fmt: skip


def quirk(one: Quirk, withPersons: bool) -> a.Quirk:
    """A kind of departure; what shows it may hold an idTag."""
    override = one.override
    said = f"{override.table} {override.key.name}" if override is not None else ""
    example, message = (one.example, one.message) if withPersons else ("", None)
    shown = frame(message) if message is not None else None
    return a.Quirk(one.kind, one.meaning, one.count, example, shown, said)


def connector(
    record: ChargePointRecord, one: ConnectorRecord, withPersons: bool
) -> a.ConnectorAnswer:
    """A connector as it has to be seen, the state of the link taken into account."""
    status, operative, running = one.status, one.operative, one.transaction
    readings = {
        nodeName(key.measurand, key.phase, key.location): value(seen(p, record, Kind.measurement))
        for key, p in one.readings.items()
    }
    return a.ConnectorAnswer(
        one.connectorId,
        status.status if status else None,
        status.errorCode if status else None,
        status.info if status else None,
        status.vendorErrorCode if status else None,
        operative.value if operative and isinstance(operative.value, bool) else None,
        live(record, one.live),
        readings,
        transaction(record.nodeName, running, withPersons) if running else None,
    )


def live(record: ChargePointRecord, known: Live) -> dict[str, a.Value]:
    """The values with the same names for every vendor, those that are known."""
    points = {name: getattr(known, name) for name in Live.__struct_fields__}
    return {n: value(seen(p, record, Kind.live)) for n, p in points.items() if p is not None}


def transaction(nodeName: str, one: Transaction, withPersons: bool) -> a.TransactionAnswer:
    """A transaction."""
    return a.TransactionAnswer(
        nodeName,
        one.transactionId,
        one.connectorId,
        one.idTag if withPersons else None,
        one.active,
        one.status,
        one.startTime,
        one.stopTime,
        one.meterStart,
        one.meterStop,
        energy(one),
        one.stopReason,
    )


def energy(one: Transaction) -> float | None:
    """What was charged, in Wh, as far as it is known."""
    if one.energy is not None:
        return number(one.energy)
    return max(0.0, one.meterStop - one.meterStart) if one.meterStop is not None else None


def kept(one: KeptTransaction, withPersons: bool) -> a.TransactionAnswer:
    """A transaction of the archive."""
    return transaction(one.nodeName, one.transaction, withPersons)


def audit(one: KeptCommand, withPersons: bool) -> a.AuditEntry:
    """An entry of the audit trail."""
    ended = one.command
    return a.AuditEntry(
        ended.at,
        ended.user,
        ended.origin,
        one.nodeName,
        ended.name,
        ended.arguments if withPersons else "",
        ended.status,
        ended.detail if withPersons else "",
    )


def configurationKey(point: ConfigurationPoint, awaitsBoot: bool) -> a.ConfigurationKeyAnswer:
    """A configuration key."""
    told = None if isSecret(point.key) else point.text
    return a.ConfigurationKeyAnswer(
        point.key, told, point.readonly, typeOf(point.key), point.at, awaitsBoot
    )


def frame(one: CheckedFrame) -> a.FrameAnswer:
    """A frame."""
    told = one.frame
    return a.FrameAnswer(
        told.at, told.isOurs, one.kind, one.action, told.text, told.length, one.fault
    )


def settings(configuration: Configuration, server: Server, opcuaUrl: str) -> a.SettingsAnswer:
    """How the gateway is set."""
    return a.SettingsAnswer(
        configuration.origins.file,
        server.status,
        str(configuration.gateway.state),
        opcuaUrl,
        configuration.web.listen,
        [
            a.ListenerAnswer(one.endpoint, one.url, one.securityProfile, one.identityPrefix)
            for one in server.listeners
        ],
        [_setting(one) for one in stated(configuration)],
    )


def _setting(one: Setting) -> a.SettingAnswer:
    key = one.key
    return a.SettingAnswer(
        one.path,
        one.value,
        key.text,
        key.unit,
        one.origin,
        one.line or None,
        one.option,
        key.reload,
    )
