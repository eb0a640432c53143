"""
To which transaction meter values belong, and what to do when nobody knows it.

Rows X4, X6 and X15 of the quirks.
"""

from __future__ import annotations

from datetime import timedelta

from msgspec.structs import replace

from ocppgw.central.answering.responders.answer import Answer
from ocppgw.central.answering.responders.situation import Situation
from ocppgw.model.facts import Measured, TransactionStarted
from ocppgw.model.records import ConnectorRecord, Transaction
from ocppgw.model.times import isLate
from ocppgw.model.transactions import registers
from ocppgw.ocppj.deviations import Deviation

AFTERMATH = timedelta(minutes=10)
"""How long after the end final values may still come (X15)."""

END = "Transaction.End"


def transactionOf(named: int | None, fact: Measured, situation: Situation) -> int | None:
    """
    The transaction that values belong to.

    The one they name; where they name none, or -1 because its start was never confirmed (X4),
    the one that runs on the connector, or the last one where they are the final values of it.
    """
    if named is not None and named > 0:
        return named
    one = situation.record.connectors.get(fact.connectorId)
    known = None if one is None else one.transaction
    if fact.connectorId == 0 or known is None:
        return None
    if known.active:
        return known.transactionId if _isDuring(known, fact, situation) else None
    return known.transactionId if _isFinal(known, named, fact) else None


def _isDuring(running: Transaction, fact: Measured, situation: Situation) -> bool:
    """Whether values can be of it: those out of an offline queue may be older than its begin."""
    first = fact.readings[0].sourceTime
    late = isLate(first, fact.receivedAt, situation.record.settings)
    return not late or first >= running.startTime


def _isFinal(ended: Transaction, named: int | None, fact: Measured) -> bool:
    """Whether values that came after the end tell of it, and not of the time since."""
    learnt = ended.changedAt or ended.receivedTime
    if ended.stopTime is None or fact.receivedAt > learnt + AFTERMATH:
        return False
    times = [reading.sourceTime for reading in fact.readings]
    if not ended.startTime <= min(times) <= max(times) <= ended.stopTime + AFTERMATH:
        return False
    isEnd = any(reading.context == END for reading in fact.readings)
    return isEnd or named is not None or max(times) <= ended.stopTime


def isUnknown(fact: Measured, situation: Situation) -> bool:
    """
    Whether values name a transaction that is neither here nor on another connector.

    While one runs on the connector it is left alone, and what follows an end begins nothing.
    """
    if fact.transactionId is None or fact.connectorId < 1:
        return False
    here = situation.record.connectors.get(fact.connectorId)
    if here is not None and here.transaction is not None and here.transaction.active:
        return False
    if any(reading.context == END for reading in fact.readings):
        return False
    return not any(
        each is not None and each.transactionId == fact.transactionId
        for one in situation.record.connectors.values()
        for each in (one.transaction, one.lastTransaction)
    )


async def recovered(answer: Answer, fact: Measured, situation: Situation) -> Answer:
    """The answer, and the begin of a transaction that the store does not know either (X6)."""
    assert fact.transactionId is not None, "asked only of values that name one"
    store = situation.desk.store
    if await store.findTransaction(situation.nodeName, fact.transactionId) is not None:
        return answer
    situation.takeTransaction()
    begun = TransactionStarted(
        transactionId=fact.transactionId,
        connectorId=fact.connectorId,
        idTag="",
        status="Accepted",
        meterStart=_register(fact, situation.record.connectors.get(fact.connectorId)),
        timestampText="",
        startTime=min(reading.sourceTime for reading in fact.readings),
        receivedAt=fact.receivedAt,
        isRecovered=True,
    )
    words = "meter values of a transaction that nobody knows"
    odd = Deviation("X6", "transactionId", words, f"transactionId {fact.transactionId}")
    return replace(answer, facts=(begun, *answer.facts), deviations=(*answer.deviations, odd))


def _register(fact: Measured, one: ConnectorRecord | None) -> int:
    """The lifetime register as the first values tell it, or as it was known before; Wh."""
    for reading in registers(fact.readings):
        if reading.value is not None:
            return round(reading.value)
    known = None if one is None or one.live.energy is None else one.live.energy.value
    return round(known) if isinstance(known, float) else 0
