"""
What became of remote starts: accepted, then started, or timed out.

RemoteStartTransaction.conf only says that the charge point will try (OCPP 1.6 errata 3.32), so
the transaction is waited for, as long as the charge point itself waits for a car.  The record
turns Accepted into Started, and Started into Idle, by itself when a transaction begins or ends.

Owns: what is expected at each connector, with one timer each.  In: facts, and `expect`.  Out:
RemoteStartProgressed facts.  Reactor thread.  The Deferred of `Expectation.within` fires with a
transaction id, or -1 after its time or at the gateway's stop.
"""

from __future__ import annotations

from typing import ClassVar

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall

from ocppgw.central.means import Means
from ocppgw.model.facts import (
    ChargePointRemoved,
    Fact,
    RemoteStartProgressed,
    TransactionStarted,
)
from ocppgw.model.records import ChargePointRecord

NO_TRANSACTION = -1
CONNECTION_TIME_OUT = 60.0
"""Seconds, where the charge point does not say (configuration key ConnectionTimeOut)."""

_MOST_EXPECTED = 64


class Expectation:
    """
    A transaction that may begin.

    :ivar connectorId: ``None``: any connector.
    """

    def __init__(self, nodeName: str, connectorId: int | None, idTag: str) -> None:
        self.nodeName = nodeName
        self.connectorId = connectorId
        self.transactionId = NO_TRANSACTION
        self.timer: IDelayedCall | None = None
        self.idTag = idTag
        self._waiting: list[Deferred[int]] = []

    def fits(self, fact: TransactionStarted) -> bool:
        """Whether this is the transaction; tags come back cut or in other case (X18)."""
        return self.isMeant(fact.idTag) and self.connectorId in (None, fact.connectorId)

    def isMeant(self, idTag: str) -> bool:
        """Whether this may be the idTag that was asked for, as the charge point gives it back."""
        asked, sent = self.idTag.lower(), idTag.lower()
        return bool(sent) and (asked.startswith(sent) or sent.startswith(asked))

    def within(self, seconds: float, means: Means) -> Deferred[int]:
        """The id once the transaction began, or -1 after ``seconds``."""
        if self.transactionId != NO_TRANSACTION or seconds <= 0:
            return succeed(self.transactionId)
        done: Deferred[int] = Deferred()
        timer = means.clock.callLater(seconds, self.finish)
        self._waiting.append(done)
        return done.addBoth(_cancelled, timer)

    def finish(self, transactionId: int = NO_TRANSACTION) -> None:
        """Tell those who wait."""
        self.transactionId = max(self.transactionId, transactionId)
        waiting, self._waiting = self._waiting, []
        for done in waiting:
            done.callback(self.transactionId)

    def stopTimer(self) -> None:
        """No time-out any more."""
        if self.timer is not None and self.timer.active():
            self.timer.cancel()
        self.timer = None


class RemoteStarts:
    """All expectations."""

    hearsOf: ClassVar[tuple[type[Fact], ...]] = (TransactionStarted, ChargePointRemoved)

    def __init__(self, means: Means) -> None:
        self._means = means
        self._expected: dict[str, list[Expectation]] = {}

    def expect(self, record: ChargePointRecord, connectorId: int | None, idTag: str) -> Expectation:
        """Look out for a transaction; said before the request is sent, so that none is missed."""
        if connectorId is None:
            connectorId = _theOnlyOne(record)
        expectation = Expectation(record.nodeName, connectorId, idTag)
        expected = self._expected.setdefault(record.nodeName, [])
        expected.append(expectation)
        for surplus in expected[:-_MOST_EXPECTED]:
            self.forget(surplus)
        return expectation

    def meant(self, nodeName: str, idTag: str) -> str:
        """The idTag that the newest fitting remote start asked for; else the one given."""
        for expectation in reversed(self._expected.get(nodeName, ())):
            if expectation.isMeant(idTag):
                return expectation.idTag
        return idTag

    def accepted(self, expectation: Expectation) -> None:
        """The charge point will try."""
        self._replaceOlder(expectation)
        self._progress(expectation.nodeName, expectation.connectorId, "Accepted")
        if expectation.transactionId != NO_TRANSACTION:
            self._progress(expectation.nodeName, expectation.connectorId, "Started")
            return
        limit = _connectionTimeOut(self._means.record(expectation.nodeName))
        expectation.timer = self._means.clock.callLater(limit, self._expire, expectation)

    def forget(self, expectation: Expectation) -> None:
        """It will not begin, or nobody cares any more."""
        expectation.stopTimer()
        expectation.finish()
        expected = self._expected.get(expectation.nodeName, [])
        if expectation in expected:
            expected.remove(expectation)
        if not expected:
            self._expected.pop(expectation.nodeName, None)

    def observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """Take in what happened."""
        match fact:
            case TransactionStarted():
                self._started(nodeName, fact)
            case ChargePointRemoved():
                self._forgetAll(nodeName)

    def stop(self) -> None:
        """End all timers and all waiting."""
        for nodeName in tuple(self._expected):
            self._forgetAll(nodeName)

    def _started(self, nodeName: str, fact: TransactionStarted) -> None:
        for expectation in reversed(self._expected.get(nodeName, ())):
            if expectation.fits(fact):
                expectation.connectorId = fact.connectorId
                expectation.finish(fact.transactionId)
                self.forget(expectation)
                return

    def _expire(self, expectation: Expectation) -> None:
        if self._state(expectation) == "Accepted":
            self._progress(expectation.nodeName, expectation.connectorId, "TimedOut")
        self.forget(expectation)

    def _state(self, expectation: Expectation) -> str:
        record = self._means.record(expectation.nodeName)
        connector = record.connectors.get(expectation.connectorId or 0) if record else None
        return connector.remoteStartState if connector else ""

    def _replaceOlder(self, new: Expectation) -> None:
        for old in tuple(self._expected.get(new.nodeName, ())):
            if old is not new and old.timer is not None and old.connectorId == new.connectorId:
                self.forget(old)

    def _forgetAll(self, nodeName: str) -> None:
        for expectation in tuple(self._expected.get(nodeName, ())):
            self.forget(expectation)

    def _progress(self, nodeName: str, connectorId: int | None, state: str) -> None:
        if connectorId is not None:
            self._means.note(nodeName, RemoteStartProgressed(connectorId, state, self._means.now()))


def _cancelled(result: int, timer: IDelayedCall) -> int:
    if timer.active():
        timer.cancel()
    return result


def _theOnlyOne(record: ChargePointRecord) -> int | None:
    real = [number for number in record.connectors if number > 0]
    return real[0] if len(real) == 1 else None


def _connectionTimeOut(record: ChargePointRecord | None) -> float:
    point = record.configuration.points.get("connectiontimeout") if record else None
    text = (point.text or "").strip() if point else ""
    # 0 is what some send who mean that they do not wait at all, or for ever.
    isUsable = text.isascii() and text.isdigit() and 0 < len(text) <= 5 and int(text) > 0
    return float(text) if isUsable else CONNECTION_TIME_OUT
