"""
Facts of transactions: begun, metered, ended.

A connector has one transaction at a time, the running or else the last one.  Whatever arrives
twice, late or for a transaction that nobody knows changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import lru_cache

from ocppgw.model.batch import PLANS, Batch, Plan
from ocppgw.model.closing import closed
from ocppgw.model.connectors import connector, withConnector
from ocppgw.model.counters import counted
from ocppgw.model.facts import Measured, Reading, TransactionStarted, TransactionStopped
from ocppgw.model.idling import idled
from ocppgw.model.latest import withSession
from ocppgw.model.live import OURS, REGISTER
from ocppgw.model.point import GOOD, Point, Quality, computed
from ocppgw.model.records import (
    ChargePointRecord,
    ConnectorRecord,
    MeterKey,
    Settings,
    Transaction,
)
from ocppgw.model.sharing import changed
from ocppgw.model.times import isLate

ROUNDING = 100.0
"""Wh by which a register that is sent in kWh with one decimal can miss MeterStart or MeterStop."""


def transactionStarted(record: ChargePointRecord, fact: TransactionStarted) -> ChargePointRecord:
    """A transaction runs; one that still ran there is taken for ended (X11)."""
    one = connector(record, fact.connectorId)
    if one is None or one.connectorId == 0 or _isOld(one, fact, record.settings):
        return record
    running = one.transaction
    if running is not None and running.active:
        ended = _ended(running, closed(running, fact.startTime, fact.receivedAt))
        one = _finished(one, ended)
    quality = Quality.subNormal if fact.isRecovered else GOOD
    energy = Point(0.0, fact.startTime, fact.receivedAt, quality)
    begun = Transaction(
        fact.transactionId,
        fact.connectorId,
        fact.idTag,
        fact.startTime,
        float(fact.meterStart),
        fact.receivedAt,
        status=fact.status,
        energy=energy,
        changedAt=fact.receivedAt,
        isRecovered=fact.isRecovered,
    )
    one = changed(one, transaction=begun, liveLater=withSession(one.liveLater, energy))
    return withConnector(record, _remoteStarted(one, fact.receivedAt))


def _isOld(one: ConnectorRecord, fact: TransactionStarted, settings: Settings) -> bool:
    """Whether a start is a repeat, or came so late that a younger one is known here."""
    late = isLate(fact.startTime, fact.receivedAt, settings)
    known = [t for t in (one.transaction, one.lastTransaction) if t is not None]
    return any(
        t.transactionId == fact.transactionId or (late and fact.startTime < t.startTime)
        for t in known
    )


def _remoteStarted(one: ConnectorRecord, at: datetime) -> ConnectorRecord:
    if one.remoteStartState != "Accepted":
        return one
    return changed(one, remoteStartState="Started", remoteStartAt=at)


def transactionStopped(record: ChargePointRecord, fact: TransactionStopped) -> ChargePointRecord:
    """A running transaction ended, or an earlier one got an end that counts."""
    for one in record.connectors.values():
        running = one.transaction
        if running is not None and running.active and running.transactionId == fact.transactionId:
            ended = _finished(one, _ended(running, fact))
            live = idled(ended.live, fact.stopTime, fact.receivedAt, record.settings)
            return withConnector(record, changed(ended, liveLater=live))
        if _isRealEnd(one, fact):
            return withConnector(record, _withRealEnd(one, fact))
    return _endedLate(record, fact)


def _isRealEnd(one: ConnectorRecord, fact: TransactionStopped) -> bool:
    """Whether the last transaction was closed by us, and now the charge point tells its end."""
    last = one.lastTransaction
    return (
        last is not None
        and last.isAdministrative
        and not fact.isAdministrative
        and last.transactionId == fact.transactionId
    )


def _withRealEnd(one: ConnectorRecord, fact: TransactionStopped) -> ConnectorRecord:
    """It is finished already, and not counted again."""
    last = one.lastTransaction
    assert last is not None
    ended = _ended(last, fact)
    isShown = one.transaction is not None and one.transaction.transactionId == fact.transactionId
    return changed(one, lastTransaction=ended, transaction=ended if isShown else one.transaction)


def _endedLate(record: ChargePointRecord, fact: TransactionStopped) -> ChargePointRecord:
    """
    A transaction out of an offline queue ended: it is the last one if none ended after it began.

    The younger one that runs goes on.
    """
    begun = fact.begun
    one = None if begun is None else connector(record, begun.connectorId)
    if begun is None or one is None or not begun.active:
        return record
    last = one.lastTransaction
    if last is not None and last.startTime >= begun.startTime:
        return record
    ended = _ended(begun, fact)
    return withConnector(
        record, changed(one, lastTransaction=ended, finished=counted(one.finished))
    )


def _ended(running: Transaction, fact: TransactionStopped) -> Transaction:
    """The transaction with its end."""
    meterStop = None if fact.meterStop is None else float(fact.meterStop)
    energy = running.energy
    if meterStop is not None:
        energy = _finalEnergy(running, meterStop, fact.stopTime, fact.receivedAt)
    return changed(
        running,
        active=False,
        stopTime=fact.stopTime,
        meterStop=meterStop,
        stopReason=fact.reason,
        energy=energy,
        changedAt=fact.receivedAt,
        isAdministrative=fact.isAdministrative,
    )


def _finished(one: ConnectorRecord, ended: Transaction) -> ConnectorRecord:
    """A connector whose transaction ended: it is the last one, and counted."""
    started = one.remoteStartState == "Started"
    return changed(
        one,
        transaction=ended,
        lastTransaction=ended,
        finished=counted(one.finished),
        liveLater=withSession(one.liveLater, ended.energy),
        remoteStartState="Idle" if started else one.remoteStartState,
        remoteStartAt=ended.changedAt if started else one.remoteStartAt,
    )


def metered(one: ConnectorRecord, fact: Measured) -> ConnectorRecord:
    """The energy of the transaction that a message with the import register belongs to."""
    meant = one.transaction
    if meant is None or not _isMeant(meant, fact):
        return one
    before = meant
    for reading in registers(fact.readings):
        if _isNewer(meant, reading):
            assert reading.value is not None
            energy = _energy(meant, reading.value, reading.sourceTime, fact.receivedAt)
            meant = changed(meant, energy=energy, changedAt=fact.receivedAt)
    if meant is before:
        return one
    last = meant if one.lastTransaction is before else one.lastTransaction
    live = withSession(one.liveLater, meant.energy)
    return changed(one, transaction=meant, lastTransaction=last, liveLater=live)


def _isMeant(known: Transaction, fact: Measured) -> bool:
    """
    Whether values belong to a transaction: it runs, or its end was not measured.

    Final values that come after such an end are the only ones that tell its energy (X15).
    """
    if known.active:
        return fact.transactionId in (None, known.transactionId)
    return known.meterStop is None and fact.transactionId == known.transactionId


def registers(readings: Sequence[Reading]) -> Iterable[Reading]:
    """Those of the lifetime register that transactions are metered by."""
    if isinstance(readings, Batch):
        return [readings[place] for place in _registersIn(readings.plan)]
    return [
        each
        for each in readings
        if each.value is not None and not each.signed and _isRegister(each.key)
    ]


@lru_cache(maxsize=PLANS)
def _registersIn(plan: Plan) -> tuple[int, ...]:
    return tuple(place for place, key in enumerate(plan.keys) if _isRegister(key))


def _isRegister(key: MeterKey) -> bool:
    return key.measurand == REGISTER and not key.phase and key.location in OURS


def _isNewer(running: Transaction, reading: Reading) -> bool:
    """Whether a reading is of this transaction and not older than what is known of it."""
    known = running.energy
    return reading.sourceTime >= (running.startTime if known is None else known.sourceTime)


def _energy(
    running: Transaction, register: float, sourceTime: datetime, receivedAt: datetime
) -> Point:
    """
    What was charged up to this reading of the register.

    Once the register jumped back (a meter was swapped, or it counts sessions) nobody can say:
    the greatest amount known stays, and the quality tells (M13).
    """
    known, quality = _known(running)
    charged = computed(register - running.meterStart)
    rounded = known == 0.0 and charged > -ROUNDING
    if charged < known and not rounded:
        quality = Quality.subNormal
    return Point(max(charged, known), sourceTime, receivedAt, quality)


def _finalEnergy(
    running: Transaction, meterStop: float, stopTime: datetime, receivedAt: datetime
) -> Point:
    """MeterStop minus MeterStart; below nothing (X14) the amount known before stays."""
    known, quality = _known(running)
    charged = computed(meterStop - running.meterStart)
    if charged < known - ROUNDING or charged < 0.0:
        quality = Quality.subNormal
    return Point(known if charged < 0.0 else charged, stopTime, receivedAt, quality)


def _known(running: Transaction) -> tuple[float, Quality]:
    before = running.energy
    if before is None or not isinstance(before.value, float):
        return 0.0, GOOD
    return before.value, before.quality
