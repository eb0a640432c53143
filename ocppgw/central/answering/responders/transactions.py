"""
StartTransaction: a transaction gets its id, once.

A promise: answered once it is on disk, or not at all.  Source: OCPP 1.6 section 4.8; rows X1,
X5, X11 to X13, X17 and X18 of the quirks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator

import attrs

from ocppgw.central.answering.responders.answer import Answer, responds
from ocppgw.central.answering.responders.situation import Moment, Situation
from ocppgw.interfaces import StartKey
from ocppgw.model.closing import closed
from ocppgw.model.facts import IdTagPresented, TransactionStarted, TransactionStopped
from ocppgw.model.records import Transaction
from ocppgw.ocppj.deviations import Deviation
from ocppgw.v16.messages import (
    IdTagInfo,
    StartTransactionConfirmation,
    StartTransactionRequest,
)


@responds("StartTransaction")
def startTransaction(
    request: StartTransactionRequest, situation: Situation
) -> Answer | Awaitable[Answer]:
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
    if situation.desk.store.isNewStart(key):
        return _begun(request, connectorId, moment, situation)
    return _found(request, key, moment, situation)


async def _found(
    request: StartTransactionRequest, key: StartKey, moment: Moment, situation: Situation
) -> Answer:
    """The same where the store has to be asked."""
    earlier = await situation.desk.store.findStart(key)
    if earlier is not None and not _isAnother(earlier, moment, situation):
        return _repeated(earlier, situation)
    return _begun(request, key.connectorId, moment, situation)


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
    situation.takeTransaction()
    desk, nodeName, at = situation.desk, situation.nodeName, situation.receivedAt
    meant = desk.meant(nodeName, request.idTag)
    found = desk.authorizing.forStart(meant, nodeName, connectorId, at)
    started = TransactionStarted(
        transactionId=desk.ids.next(_inUse(situation)),
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


def _inUse(situation: Situation) -> frozenset[int]:
    """Ids that run at this charge point, which somebody else may have given (X6)."""
    running = (one.transaction for one in situation.record.connectors.values())
    return frozenset(each.transactionId for each in running if each is not None and each.active)


def _startConfirmation(transactionId: int, info: IdTagInfo) -> StartTransactionConfirmation:
    return StartTransactionConfirmation(transactionId=transactionId, idTagInfo=info)


def _ended(started: TransactionStarted, situation: Situation) -> Iterator[TransactionStopped]:
    """What still runs on the connector is over: a connector has one transaction (X11)."""
    one = situation.record.connectors.get(started.connectorId)
    running = None if one is None else one.transaction
    if running is None or not running.active or started.startTime < running.startTime:
        return
    yield closed(running, started.startTime, started.receivedAt)
