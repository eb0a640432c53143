"""
What somebody may want to be told once: found between one record and the next.

A record says how things are; a `Happening` says that something came to pass.  Pure: records in,
happenings out, oldest first.  Whether anybody listens, and in what form, is decided elsewhere.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import attrs

from ocppgw.model import words
from ocppgw.model.records import ChargePointRecord, ConnectorRecord, GatewayRecord, Transaction

CONFLICT = "C13"
"""The kind of deviation that two devices with one identity are."""


TOLD = ("B5", "X2", "X14")
"""
The kinds of deviation that people should look at: it restarts again and again, it ends a
transaction twice with different figures, or below its start.
"""


class Kind(enum.Enum):
    """What came to pass."""

    connected = "Connected"
    disconnected = "Disconnected"
    booted = "Booted"
    faultRaised = "FaultRaised"
    faultCleared = "FaultCleared"
    transactionStarted = "TransactionStarted"
    transactionStopped = "TransactionStopped"
    identityConflict = "IdentityConflict"
    deviated = "Deviation"
    accessRefused = "AccessRefused"


@attrs.frozen
class Happening:
    """
    Something that came to pass.

    :ivar nodeName: of the charge point; empty for the gateway itself.
    :ivar connectorId: 0 for the whole charge point.
    :ivar at: when, by the clock of whoever saw it.
    :ivar receivedAt: when the gateway heard of it.
    :ivar details: what else there is to say, by the names that OPC UA has for it.
    """

    kind: Kind
    nodeName: str
    connectorId: int
    at: datetime
    receivedAt: datetime
    details: Mapping[str, Any]


def happenings(
    old: ChargePointRecord | GatewayRecord | None, new: ChargePointRecord | GatewayRecord | None
) -> tuple[Happening, ...]:
    """What came to pass between two successive records of one subject."""
    if isinstance(new, ChargePointRecord):
        before = old if isinstance(old, ChargePointRecord) else None
        return tuple(_ofChargePoint(before or _blank(new), new))
    if isinstance(new, GatewayRecord) and isinstance(old, GatewayRecord):
        return tuple(_ofGateway(old, new))
    return ()


def _blank(record: ChargePointRecord) -> ChargePointRecord:
    return ChargePointRecord(record.nodeName, record.identity, record.knownSince)


def _ofChargePoint(old: ChargePointRecord, new: ChargePointRecord) -> Iterator[Happening]:
    if old.link is not new.link:
        yield from _ofLink(old, new)
    if old.deviations is not new.deviations:
        yield from _ofDeviations(old, new)
    if old.registration is not new.registration:
        yield from _ofRegistration(old, new)
    if old.connectors is not new.connectors:
        for connectorId, connector in new.connectors.items():
            before = old.connectors.get(connectorId)
            if before is not connector:
                yield from _ofConnector(new, before or ConnectorRecord(connectorId), connector)


def _ofLink(old: ChargePointRecord, new: ChargePointRecord) -> Iterator[Happening]:
    link = new.link
    if link.connected is old.link.connected or link.at is None:
        return
    if link.connected:
        details = {"RemoteAddress": link.remoteAddress}
        yield _happened(Kind.connected, new, 0, link.at, link.at, details)
    else:
        details = {"Reason": link.lastDisconnectReason}
        yield _happened(Kind.disconnected, new, 0, link.at, link.at, details)


def _ofRegistration(old: ChargePointRecord, new: ChargePointRecord) -> Iterator[Happening]:
    at = new.registration.lastBoot
    if at is None or at == old.registration.lastBoot:
        return
    plate = new.nameplate
    details = {
        "RegistrationStatus": new.registration.status,
        "Vendor": plate.chargePointVendor,
        "Model": plate.chargePointModel,
        "FirmwareVersion": plate.firmwareVersion,
    }
    yield _happened(Kind.booted, new, 0, at, at, details)


def _ofDeviations(old: ChargePointRecord, new: ChargePointRecord) -> Iterator[Happening]:
    at, before, now = new.deviations.at, old.deviations.byKind, new.deviations.byKind
    if at is None:
        return
    if now.get(CONFLICT, 0) != before.get(CONFLICT, 0):
        details = {"Reason": new.deviations.examples.get(CONFLICT, "")}
        yield _happened(Kind.identityConflict, new, 0, at, at, details)
    for kind in TOLD:
        if now.get(kind, 0) != before.get(kind, 0):
            told = {"Quirk": kind, "Reason": new.deviations.last}
            yield _happened(Kind.deviated, new, 0, at, at, told)


def _ofConnector(
    record: ChargePointRecord, old: ConnectorRecord, new: ConnectorRecord
) -> Iterator[Happening]:
    if old.status is not new.status:
        yield from _ofStatus(record, old, new)
    if old.lastTransaction is not new.lastTransaction and old.finished != new.finished:
        ended = new.lastTransaction
        if ended is not None and not ended.active:
            yield _stopped(record, new.connectorId, ended)
    begun = new.transaction
    if begun is not None and begun.active and not _isSame(old.transaction, begun):
        yield _started(record, new.connectorId, begun)


def _ofStatus(
    record: ChargePointRecord, old: ConnectorRecord, new: ConnectorRecord
) -> Iterator[Happening]:
    report, before, now = new.status, _fault(old), _fault(new)
    if report is None or before == now:
        return
    details = {
        "ErrorCode": report.errorCode,
        "Info": report.info,
        "VendorErrorCode": report.vendorErrorCode,
    }
    kind = Kind.faultCleared if now is None else Kind.faultRaised
    yield _happened(kind, record, new.connectorId, report.sourceTime, report.receivedTime, details)


def _fault(connector: ConnectorRecord) -> tuple[str, str] | None:
    """What is wrong with a connector, or ``None``."""
    report = connector.status
    if report is None or report.status != words.FAULTED:
        return None
    return report.errorCode, report.vendorErrorCode


def _isSame(old: Transaction | None, new: Transaction) -> bool:
    return old is not None and old.transactionId == new.transactionId


def _started(record: ChargePointRecord, connectorId: int, begun: Transaction) -> Happening:
    details = {
        "TransactionId": begun.transactionId,
        "IdTag": begun.idTag,
        "MeterStart": begun.meterStart,
    }
    return _happened(
        Kind.transactionStarted, record, connectorId, begun.startTime, begun.receivedTime, details
    )


def _stopped(record: ChargePointRecord, connectorId: int, ended: Transaction) -> Happening:
    at = ended.stopTime or ended.changedAt or ended.receivedTime
    details = {
        "TransactionId": ended.transactionId,
        "IdTag": ended.idTag,
        "Reason": ended.stopReason,
        "Energy": None if ended.energy is None else ended.energy.value,
    }
    heard = ended.changedAt or at
    return _happened(Kind.transactionStopped, record, connectorId, at, heard, details)


def _happened(
    kind: Kind,
    record: ChargePointRecord,
    connectorId: int,
    at: datetime,
    receivedAt: datetime,
    details: Mapping[str, Any],
) -> Happening:
    named = {"OcppIdentifier": record.identity, **details}
    return Happening(kind, record.nodeName, connectorId, at, receivedAt, named)


def _ofGateway(old: GatewayRecord, new: GatewayRecord) -> Iterator[Happening]:
    before, now = old.points.get("RefusedCount"), new.points.get("RefusedCount")
    if now is None or before is now or not now.value:
        return
    last = new.points.get("LastRefused")
    count = int(str(now.value)) - (0 if before is None else int(str(before.value)))
    if count > 0:
        reason = "" if last is None else str(last.value)
        details = {"Reason": reason, "Count": count}
        yield Happening(Kind.accessRefused, "", 0, now.sourceTime, now.receivedTime, details)
