"""
Asking idle connectors for meter values now and then, where the site wants it.

Outside transactions most charge points send none.  Charge points are asked at different times;
one that a command waits for is left out this time; one that does not want to is left alone until it
boots again, and one that cannot for longer (``abilities``).

Owns: one timer per connected charge point.  In: facts.  Out: Calls in the background.  Reactor
thread.  A round ends by itself, or is cancelled by the end of the link or `stop`.
"""

from __future__ import annotations

from random import Random
from typing import ClassVar

from twisted.internet.defer import CancelledError, Deferred
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.central.commanding.background import Background
from ocppgw.central.commanding.exchanges import METER_VALUES, trigger
from ocppgw.central.commanding.lines import Lines
from ocppgw.central.commanding.refusals import isUnsupported
from ocppgw.central.linking.calling import CallErrorReceived, CallFailed
from ocppgw.central.means import Means
from ocppgw.central.terms import Terms
from ocppgw.model.facts import (
    Booted,
    ChargePointRemoved,
    Fact,
    IdentityReplaced,
    LinkLost,
    LinkOpened,
)
from ocppgw.model.records import ChargePointRecord

log = Logger()


class Polling:
    """The polling of all charge points."""

    hearsOf: ClassVar[tuple[type[Fact], ...]] = (
        LinkOpened,
        Booted,
        LinkLost,
        ChargePointRemoved,
        IdentityReplaced,
    )

    def __init__(
        self, means: Means, terms: Terms, lines: Lines, background: Background, randomness: Random
    ) -> None:
        self._means = means
        self._terms = terms
        self._lines = lines
        self._background = background
        self._randomness = randomness
        self._timers: dict[str, IDelayedCall] = {}
        self._rounds: dict[str, Deferred[None]] = {}
        self._unable: set[str] = set()

    def observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """Take in what happened."""
        match fact:
            case LinkOpened():
                self._arm(nodeName, self._randomness.uniform(0.5, 1.0))
            case Booted():
                self._unable.discard(nodeName)
                self._arm(nodeName, self._randomness.uniform(0.5, 1.0))
            case LinkLost():
                self._disarm(nodeName)
            case ChargePointRemoved() | IdentityReplaced():
                self._disarm(nodeName)
                self._unable.discard(nodeName)

    def stop(self) -> None:
        """Ask nobody any more."""
        for nodeName in tuple(self._timers.keys() | self._rounds.keys()):
            self._disarm(nodeName)

    def _arm(self, nodeName: str, part: float = 1.0) -> None:
        self._disarm(nodeName)
        interval = self._terms.of(nodeName).pollMeterValues
        if interval > 0 and nodeName not in self._unable:
            self._timers[nodeName] = self._means.clock.callLater(
                interval * part, self._round, nodeName
            )

    def _disarm(self, nodeName: str) -> None:
        timer = self._timers.pop(nodeName, None)
        if timer is not None:
            timer.cancel()
        round_ = self._rounds.pop(nodeName, None)
        if round_ is not None:
            round_.cancel()

    def _round(self, nodeName: str) -> None:
        del self._timers[nodeName]
        if self._lines.isBusy(nodeName):
            self._arm(nodeName)
            return
        asking = Deferred.fromCoroutine(self._askAll(nodeName))
        self._rounds[nodeName] = asking
        asking.addErrback(_brokenOff, nodeName).addCallback(self._ended, asking, nodeName)

    def _ended(self, _: None, asking: Deferred[None], nodeName: str) -> None:
        if self._rounds.get(nodeName) is asking:
            del self._rounds[nodeName]
            self._arm(nodeName)

    async def _askAll(self, nodeName: str) -> None:
        record = self._means.record(nodeName)
        for connectorId in idle(record):
            if self._lines.isBusy(nodeName):
                return
            if not await self._ask(nodeName, connectorId):
                self._unable.add(nodeName)
                return

    async def _ask(self, nodeName: str, connectorId: int) -> bool:
        timeout = self._terms.of(nodeName).callTimeout
        request = trigger(METER_VALUES, connectorId)
        try:
            answer = await self._background.call(nodeName, request, timeout)
        except CallErrorReceived as error:
            return not isUnsupported(error)
        return bool(answer.status == "Accepted")


def idle(record: ChargePointRecord | None) -> tuple[int, ...]:
    """The connectors where no transaction runs; none of a charge point that is not taken in."""
    if record is None or record.registration.status in ("Pending", "Rejected"):
        return ()
    return tuple(
        number
        for number, connector in sorted(record.connectors.items())
        if number and not (connector.transaction and connector.transaction.active)
    )


def _brokenOff(failure: Failure, nodeName: str) -> None:
    if not failure.check(CancelledError, CallFailed):
        log.failure("Polling of {node} failed", node=nodeName, failure=failure)
