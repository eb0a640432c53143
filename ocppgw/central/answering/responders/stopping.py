"""
StopTransaction: a transaction ends, once.

A promise: answered once it is on disk, or not at all.  Source: OCPP 1.6 section 4.10; rows X2
to X4, X7, X10, X14, X16 and X17 of the quirks.
"""

from __future__ import annotations

from collections.abc import Awaitable, Iterator

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
def stopTransaction(
    request: StopTransactionRequest, situation: Situation
) -> Answer | Awaitable[Answer]:
    """
    Take the end in; it cannot be refused, and a repeat changes nothing.

    What was closed administratively has no end of its own yet: its real one is no repeat.
    """
    moment = situation.moment(request.timestamp)
    known = _here(request, moment, situation)
    if known is None or request.transactionData:
        return _answeredLater(request, known, moment, situation)
    return _answer(request, known, moment, situation)


async def _answeredLater(
    request: StopTransactionRequest, known: Transaction | None, moment: Moment, situation: Situation
) -> Answer:
    """The same where the store has to be asked, or values travelled with the end."""
    number = request.transactionId
    if known is None and number > 0:
        known = await situation.desk.store.findTransaction(situation.nodeName, number)
    if known is None:
        situation.takeTransaction()
    values = request.transactionData
    if not values or not _ends(known):
        return _answer(request, known, moment, situation)
    transactionId, connectorId = _which(request, known)
    fact, odd = await measured(values, connectorId, transactionId, situation)
    data = () if fact is None else sliced(fact)
    return _answer(request, known, moment, situation, data, odd)


def _answer(
    request: StopTransactionRequest,
    known: Transaction | None,
    moment: Moment,
    situation: Situation,
    data: tuple[Fact, ...] = (),
    dataOdd: tuple[Deviation, ...] = (),
) -> Answer:
    """The answer, and the end, behind the values that travelled with it."""
    facts = data
    odd = tuple(_oddities(request, known))
    if _ends(known):
        facts = (*data, _stopped(request, known, moment, situation))
        odd = (*odd, *dataOdd, *moment.deviations)
    return Answer(
        StopTransactionConfirmation(idTagInfo=_stopInfo(request, situation)),
        facts,
        isPromise=bool(facts),
        deviations=odd,
    )


def _ends(known: Transaction | None) -> bool:
    """Whether this is its end, and no repeat."""
    return known is None or known.active or known.isAdministrative


def _which(request: StopTransactionRequest, known: Transaction | None) -> tuple[int, int]:
    """The transaction and its connector, as they are kept."""
    if known is None:
        return request.transactionId, NOWHERE
    return known.transactionId, known.connectorId


def _stopped(
    request: StopTransactionRequest,
    known: Transaction | None,
    moment: Moment,
    situation: Situation,
) -> TransactionStopped:
    transactionId, connectorId = _which(request, known)
    isShown = known is not None and any(one is known for one in _running(situation))
    return TransactionStopped(
        transactionId=transactionId,
        connectorId=max(0, connectorId),
        idTag=request.idTag or "",
        meterStop=request.meterStop,
        stopTime=moment.time,
        reason=request.reason or LOCAL,
        receivedAt=situation.receivedAt,
        begun=None if isShown else known,
    )


def _running(situation: Situation) -> Iterator[Transaction]:
    for one in situation.record.connectors.values():
        if one.transaction is not None and one.transaction.active:
            yield one.transaction


def _here(
    request: StopTransactionRequest, moment: Moment, situation: Situation
) -> Transaction | None:
    """The transaction that is meant, as far as the record has it."""
    if request.transactionId <= 0:
        return _fitting(request, moment, situation)
    for one in _running(situation):
        if one.transactionId == request.transactionId:
            return one
    return None


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
