"""
StopTransaction: a transaction ends, once.

A promise: answered once it is on disk, or not at all.  Source: OCPP 1.6 section 4.10; rows X2
to X4, X7, X10, X14, X16 and X17 of the quirks.
"""

from __future__ import annotations

from collections.abc import Iterator

from ocppgw.central.answering.responders.answer import Answer, responds
from ocppgw.central.answering.responders.metering import NOWHERE, measured, sliced
from ocppgw.central.answering.responders.situation import Moment, Situation
from ocppgw.model.facts import Fact, TransactionStopped
from ocppgw.model.records import Transaction
from ocppgw.ocppj.deviations import Deviation
from ocppgw.v16.messages import (
    IdTagInfo,
    StopTransactionConfirmation,
    StopTransactionRequest,
)

LOCAL = "Local"
"""The reason where none is given (OCPP-J errata 2.5)."""


@responds("StopTransaction")
async def stopTransaction(request: StopTransactionRequest, situation: Situation) -> Answer:
    """
    Take the end in; it cannot be refused, and a repeat changes nothing.

    What was closed administratively has no end of its own yet: its real one is no repeat.
    """
    moment = situation.moment(request.timestamp)
    known = await _known(request, moment, situation)
    if known is None:
        situation.takeTransaction()
    facts: tuple[Fact, ...] = ()
    odd = tuple(_oddities(request, known))
    if known is None or known.active or known.isAdministrative:
        facts, dataOdd = await _end(request, known, moment, situation)
        odd = (*odd, *dataOdd, *moment.deviations)
    return Answer(
        StopTransactionConfirmation(idTagInfo=_stopInfo(request, situation)),
        facts,
        isPromise=bool(facts),
        deviations=odd,
    )


async def _end(
    request: StopTransactionRequest,
    known: Transaction | None,
    moment: Moment,
    situation: Situation,
) -> tuple[tuple[Fact, ...], tuple[Deviation, ...]]:
    """The values that travelled with the end, and the end."""
    transactionId = request.transactionId if known is None else known.transactionId
    connectorId = NOWHERE if known is None else known.connectorId
    values = request.transactionData or ()
    fact, odd = await measured(values, connectorId, transactionId, situation)
    data = () if fact is None else sliced(fact)
    isShown = known is not None and any(one is known for one in _running(situation))
    stopped = TransactionStopped(
        transactionId=transactionId,
        connectorId=max(0, connectorId),
        idTag=request.idTag or "",
        meterStop=request.meterStop,
        stopTime=moment.time,
        reason=request.reason or LOCAL,
        receivedAt=situation.receivedAt,
        begun=None if isShown else known,
    )
    return (*data, stopped), odd


def _running(situation: Situation) -> Iterator[Transaction]:
    for one in situation.record.connectors.values():
        if one.transaction is not None and one.transaction.active:
            yield one.transaction


async def _known(
    request: StopTransactionRequest, moment: Moment, situation: Situation
) -> Transaction | None:
    """The transaction that is meant."""
    if request.transactionId <= 0:
        return _fitting(request, moment, situation)
    for one in _running(situation):
        if one.transactionId == request.transactionId:
            return one
    return await situation.desk.store.findTransaction(situation.nodeName, request.transactionId)


def _fitting(
    request: StopTransactionRequest, moment: Moment, situation: Situation
) -> Transaction | None:
    """What a stop without a usable id means: what it ended before, or the only one that fits."""
    for connector in situation.record.connectors.values():
        last = connector.lastTransaction
        if last is not None and (last.meterStop, last.stopTime) == (request.meterStop, moment.said):
            return last
    fitting = [one for one in _running(situation) if _fits(one, request, moment)]
    return fitting[0] if len(fitting) == 1 else None


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
    isEnded = not known.active and not known.isAdministrative
    if isEnded and known.meterStop != request.meterStop:
        yield Deviation("X2", "meterStop", "a repeated stop says something else; the first holds")
    if request.meterStop < known.meterStart:
        yield Deviation("X14", "meterStop", "less than at the start", str(request.meterStop))


def _stopInfo(request: StopTransactionRequest, situation: Situation) -> IdTagInfo | None:
    """What is known of the idTag, only where one was given (X7)."""
    if not request.idTag:
        return None
    authorizing = situation.desk.authorizing
    found = authorizing.forAuthorize(request.idTag, situation.receivedAt)
    return authorizing.info(found, situation.nodeName)
