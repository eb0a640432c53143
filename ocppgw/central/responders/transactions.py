"""
StartTransaction and StopTransaction: the messages that money depends on.

Both are promises: they are answered once they are on disk, or not at all.  Source: OCPP 1.6
sections 4.8 and 4.10; rows X1 to X14 of the quirks.
"""

from __future__ import annotations

from collections.abc import Iterator

import attrs

from ocppgw.central.responders.answer import Answer, responds
from ocppgw.central.responders.metering import measured
from ocppgw.central.responders.situation import Moment, Situation
from ocppgw.interfaces import StartKey
from ocppgw.model.facts import Fact, IdTagPresented, TransactionStarted, TransactionStopped
from ocppgw.model.records import Transaction
from ocppgw.ocppj.deviations import Deviation
from ocppgw.v16.messages import (
    IdTagInfo,
    StartTransactionConfirmation,
    StartTransactionRequest,
    StopTransactionConfirmation,
    StopTransactionRequest,
)

LOCAL = "Local"
"""The reason where none is given (OCPP-J errata 2.5)."""


# Starting


@responds("StartTransaction")
async def startTransaction(request: StartTransactionRequest, situation: Situation) -> Answer:
    """Give the transaction its id: the same one for the same start, whatever the idTag is worth."""
    connectorId = situation.connector(request.connectorId) or 1
    key = StartKey(
        situation.nodeName,
        connectorId,
        request.idTag,
        request.timestamp or "",
        request.meterStart,
    )
    moment = situation.moment(request.timestamp)
    earlier = await situation.desk.store.findStart(key)
    if earlier is not None and not _isAnother(earlier, moment, situation):
        return _repeated(earlier, situation)
    return _begun(request, connectorId, moment, situation)


def _isAnother(earlier: Transaction, moment: Moment, situation: Situation) -> bool:
    """
    Whether a start that reads like an earlier one is a new session all the same.

    Only for a charge point without a clock, whose times repeat, and only once it has booted
    since the earlier one stopped.
    """
    booted = situation.record.registration.lastBoot
    if earlier.active or earlier.stopTime is None or booted is None:
        return False
    return situation.isClockless(moment) and booted > earlier.stopTime


def _repeated(earlier: Transaction, situation: Situation) -> Answer:
    """The first answer again."""
    authorizing = situation.desk.authorizing
    now = authorizing.forAuthorize(earlier.idTag, situation.receivedAt)
    info = authorizing.info(attrs.evolve(now, status=earlier.status), situation.nodeName)
    return Answer(_startConfirmation(earlier.transactionId, info))


def _begun(
    request: StartTransactionRequest, connectorId: int, moment: Moment, situation: Situation
) -> Answer:
    desk, nodeName, at = situation.desk, situation.nodeName, situation.receivedAt
    found = desk.authorizing.forStart(request.idTag, nodeName, connectorId, at)
    started = TransactionStarted(
        transactionId=desk.ids.next(),
        connectorId=connectorId,
        idTag=request.idTag,
        status=found.status,
        meterStart=request.meterStart,
        timestampText=request.timestamp or "",
        startTime=moment.time,
        receivedAt=at,
        reservationId=request.reservationId or None,
    )
    ended = tuple(_ended(started, situation))
    odd = (Deviation("X11", "", "the transaction before was never stopped"),) if ended else ()
    return Answer(
        _startConfirmation(started.transactionId, desk.authorizing.info(found, nodeName)),
        (*ended, started, IdTagPresented(request.idTag, found.status, at)),
        isPromise=True,
        deviations=(*moment.deviations, *odd),
    )


def _startConfirmation(transactionId: int, info: IdTagInfo) -> StartTransactionConfirmation:
    return StartTransactionConfirmation(transactionId=transactionId, idTagInfo=info)


def _ended(started: TransactionStarted, situation: Situation) -> Iterator[TransactionStopped]:
    """What still runs on the connector is over: a connector has one transaction (X11)."""
    one = situation.record.connectors.get(started.connectorId)
    running = None if one is None else one.transaction
    if running is None or not running.active or started.startTime < running.startTime:
        return
    yield TransactionStopped(
        transactionId=running.transactionId,
        connectorId=running.connectorId,
        idTag="",
        meterStop=None,
        stopTime=started.startTime,
        reason="Other",
        receivedAt=started.receivedAt,
    )


# Stopping


@responds("StopTransaction")
async def stopTransaction(request: StopTransactionRequest, situation: Situation) -> Answer:
    """
    Take the end in; it cannot be refused, and a repeat changes nothing.

    What was closed administratively has no reading yet: its real end is no repeat.
    """
    moment = situation.moment(request.timestamp)
    known = await _known(request, moment, situation)
    facts: tuple[Fact, ...] = ()
    odd = tuple(_oddities(request, known))
    if known is None or known.meterStop is None:
        connectorId = 0 if known is None else known.connectorId
        transactionId = request.transactionId if known is None else known.transactionId
        data, dataOdd = measured(
            request.transactionData or (), connectorId, transactionId, situation
        )
        stopped = _stopped(request, transactionId, connectorId, moment, situation)
        facts, odd = (*data, stopped), (*odd, *dataOdd, *moment.deviations)
    return Answer(
        StopTransactionConfirmation(idTagInfo=_stopInfo(request, situation)),
        facts,
        isPromise=bool(facts),
        deviations=odd,
    )


async def _known(
    request: StopTransactionRequest, moment: Moment, situation: Situation
) -> Transaction | None:
    """The transaction that is meant."""
    running = [
        one.transaction
        for one in situation.record.connectors.values()
        if one.transaction is not None and one.transaction.active
    ]
    if request.transactionId <= 0:
        fitting = [one for one in running if _fits(one, request, moment)]
        return fitting[0] if len(fitting) == 1 else None
    for one in running:
        if one.transactionId == request.transactionId:
            return one
    return await situation.desk.store.findTransaction(situation.nodeName, request.transactionId)


def _fits(running: Transaction, request: StopTransactionRequest, moment: Moment) -> bool:
    """Whether a stop without a usable id can be the end of this transaction (X4)."""
    isMetered = request.meterStop is None or request.meterStop >= running.meterStart
    return isMetered and moment.time >= running.startTime


def _oddities(request: StopTransactionRequest, known: Transaction | None) -> Iterator[Deviation]:
    text = f"transactionId {request.transactionId}"
    if request.transactionId <= 0:
        yield Deviation("X4", "transactionId", "no id that we gave", text)
    elif known is None:
        yield Deviation("X3", "transactionId", "a transaction that nobody knows", text)
    if known is None or request.meterStop is None:
        return
    if known.meterStop is not None and known.meterStop != request.meterStop:
        yield Deviation("X2", "meterStop", "a repeated stop says something else; the first holds")
    if request.meterStop < known.meterStart:
        yield Deviation("X14", "meterStop", "less than at the start", str(request.meterStop))


def _stopped(
    request: StopTransactionRequest,
    transactionId: int,
    connectorId: int,
    moment: Moment,
    situation: Situation,
) -> TransactionStopped:
    return TransactionStopped(
        transactionId=transactionId,
        connectorId=connectorId,
        idTag=request.idTag or "",
        meterStop=request.meterStop,
        stopTime=moment.time,
        reason=request.reason or LOCAL,
        receivedAt=situation.receivedAt,
    )


def _stopInfo(request: StopTransactionRequest, situation: Situation) -> IdTagInfo | None:
    """What is known of the idTag, only where one was given (X7)."""
    if not request.idTag:
        return None
    authorizing = situation.desk.authorizing
    found = authorizing.forAuthorize(request.idTag, situation.receivedAt)
    return authorizing.info(found, situation.nodeName)
