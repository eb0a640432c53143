"""
Transactions that seem to be over although nobody said so (B20).

A connector that reports Available while its transaction runs, and sends no meter values for a
while, has probably lost the end of it.  The transaction is marked and left open: closing it is
for people (``ForceClose``).  Owns one timer per such connector.  Facts flow in and out.  Reactor
thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from ocppgw.central.recording import Recorder
from ocppgw.model import words
from ocppgw.model.facts import (
    ChargePointRemoved,
    Deviated,
    Fact,
    LinkLost,
    Measured,
    StatusReported,
    TransactionStopped,
    TransactionSuspected,
)
from ocppgw.model.records import ChargePointRecord, ConnectorRecord

GRACE = 300.0
"""Seconds in which the end, or meter values, may still come."""


class Suspicions:
    """Watches connectors that are Available during a transaction."""

    def __init__(
        self, clock: IReactorTime, now: Callable[[], datetime], recorder: Recorder
    ) -> None:
        self._clock = clock
        self._now = now
        self._recorder = recorder
        self._timers: dict[tuple[str, int], IDelayedCall] = {}
        recorder.observe(self._reported, StatusReported)
        recorder.observe(self._goesOn, Measured, TransactionStopped)
        recorder.observe(self._forget, LinkLost, ChargePointRemoved)

    def stop(self) -> None:
        """Suspect nobody any more."""
        for key in tuple(self._timers):
            self._drop(key)

    def _goesOn(self, nodeName: str, fact: Any, record: ChargePointRecord | None) -> None:
        if self._timers:
            self._drop((nodeName, fact.connectorId))

    def _forget(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        for key in [key for key in self._timers if key[0] == nodeName]:
            self._drop(key)

    def _reported(self, nodeName: str, fact: Any, record: ChargePointRecord | None) -> None:
        one = record.connectors.get(fact.connectorId) if record is not None else None
        key = (nodeName, fact.connectorId)
        if one is None or not _isOdd(one):
            self._drop(key)
        elif key not in self._timers and one.transaction and not one.transaction.suspect:
            timer = self._clock.callLater(GRACE, self._suspect, key, one.transaction.transactionId)
            self._timers[key] = timer

    def _suspect(self, key: tuple[str, int], transactionId: int) -> None:
        del self._timers[key]
        nodeName, connectorId = key
        at = self._now()
        text = "Available while a transaction runs; its end was probably lost"
        example = f"connector {connectorId}, transaction {transactionId}"
        self._recorder.note(
            nodeName,
            TransactionSuspected(transactionId, connectorId, at),
            Deviated("B20", text, example, at),
        )

    def _drop(self, key: tuple[str, int]) -> None:
        timer = self._timers.pop(key, None)
        if timer is not None and timer.active():
            timer.cancel()


def _isOdd(one: ConnectorRecord) -> bool:
    isRunning = one.transaction is not None and one.transaction.active
    return isRunning and one.status is not None and one.status.status == words.AVAILABLE
