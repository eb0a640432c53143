"""Facts and records that the tests of the model begin with; times are seconds after `T0`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from ocppgw.model import facts as f
from ocppgw.model.applying import apply, begin
from ocppgw.model.point import Point, Value
from ocppgw.model.records import (
    ChargePointRecord,
    ConnectorRecord,
    Settings,
    StatusReport,
    meterKey,
)
from ocppgw.model.registry import Registry
from ocppgw.v16.states import ERROR_CODES, STATUSES

T0 = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
REGISTER = "Energy.Active.Import.Register"
POWER = "Power.Active.Import"


def at(seconds: float) -> datetime:
    """A moment."""
    return T0 + timedelta(seconds=seconds)


def known(settings: Settings | None = None) -> ChargePointRecord:
    """A charge point that was announced and never called in."""
    return begin(f.ChargePointAdded("CP1", "CP1", T0, settings or Settings()))


def connected(settings: Settings | None = None) -> ChargePointRecord:
    """A charge point with a link since `T0`."""
    return apply(known(settings), f.LinkOpened("10.0.0.1", T0))


def after(record: ChargePointRecord, *facts: f.Fact) -> ChargePointRecord:
    """The record after these facts."""
    for fact in facts:
        record = apply(record, fact)
    return record


def status(
    word: str,
    seconds: float = 0,
    connectorId: int = 1,
    received: float | None = None,
    error: str = "NoError",
) -> f.StatusReported:
    """A StatusNotification, received when it says it happened unless told otherwise."""
    receivedTime = at(seconds if received is None else received)
    return f.StatusReported(
        connectorId,
        StatusReport(
            word,
            STATUSES.number(word),
            error,
            ERROR_CODES.number(error),
            "",
            "",
            "",
            at(seconds),
            receivedTime,
        ),
    )


def reading(
    measurand: str,
    value: float | None,
    seconds: float = 0,
    phase: str = "",
    location: str = "",
) -> f.Reading:
    """One sampled value."""
    return f.Reading(
        meterKey(measurand, phase, location), value, str(value), "Sample.Periodic", at(seconds)
    )


def measured(
    *readings: f.Reading,
    received: float | None = None,
    connectorId: int = 1,
    transactionId: int | None = None,
) -> f.Measured:
    """MeterValues, received at the time of its first reading unless told otherwise."""
    receivedAt = readings[0].sourceTime if received is None else at(received)
    return f.Measured(connectorId, transactionId, readings, receivedAt)


def started(
    transactionId: int = 1,
    seconds: float = 0,
    meterStart: int = 1000,
    connectorId: int = 1,
    received: float | None = None,
) -> f.TransactionStarted:
    """StartTransaction."""
    receivedAt = at(seconds if received is None else received)
    return f.TransactionStarted(
        transactionId,
        connectorId,
        "TAG",
        "Accepted",
        meterStart,
        at(seconds).isoformat(),
        at(seconds),
        receivedAt,
    )


def stopped(
    transactionId: int = 1,
    seconds: float = 100,
    meterStop: int | None = 3000,
    connectorId: int = 1,
    received: float | None = None,
) -> f.TransactionStopped:
    """StopTransaction."""
    receivedAt = at(seconds if received is None else received)
    return f.TransactionStopped(
        transactionId, connectorId, "TAG", meterStop, at(seconds), "Local", receivedAt
    )


def one(record: ChargePointRecord, connectorId: int = 1) -> ConnectorRecord:
    """A connector of a record."""
    return record.connectors[connectorId]


def value(point: Point | None) -> object:
    """A point's value, which must be there."""
    assert point is not None
    return point.value


def refresh(registry: Registry, now: datetime, own: Mapping[str, Value]) -> None:
    """A second of the gateway's passed: each charge point was looked at, and all are added up."""
    for _ in registry.contributions():
        pass
    registry.sumUp(now, own)
