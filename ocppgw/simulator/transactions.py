"""
How transactions begin and end.

Owns the alarms of drivers who have not plugged in yet; the transactions are the connectors'.
What the Central System thinks of an idTag arrives with the answer to StartTransaction.  Source:
OCPP 1.6 sections 4.8 and 4.10.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import cast

from twisted.internet.interfaces import IReactorTime

from ocppgw.simulator.alarm import Alarm
from ocppgw.simulator.authorization import ACCEPTED, Authorization
from ocppgw.simulator.connector import Connector, Transaction
from ocppgw.simulator.metering import Metering
from ocppgw.simulator.outbox import Entry, Outbox
from ocppgw.simulator.settings import Settings
from ocppgw.v16.idtags import sameIdTag
from ocppgw.v16.messages import (
    Message,
    StartTransactionConfirmation,
    StartTransactionRequest,
    StopTransactionConfirmation,
    StopTransactionRequest,
)
from ocppgw.v16.times import writeTime


class Transactions:
    """
    The transactions of one charge point.

    :param report: reports the statuses that have changed.
    """

    def __init__(  # noqa: PLR0913 - each is a different dependency
        self,
        connectors: Sequence[Connector],
        clock: IReactorTime,
        now: Callable[[], datetime],
        *,
        settings: Settings,
        outbox: Outbox,
        metering: Metering,
        authorization: Authorization,
        report: Callable[[], object],
    ) -> None:
        self._connectors = connectors
        self._clock = clock
        self._now = now
        self._settings = settings
        self._outbox = outbox
        self._metering = metering
        self._authorization = authorization
        self._report = report
        self._patience = {
            connector.id: Alarm(clock, self._impatient(connector)) for connector in connectors
        }

    def find(self, number: int) -> Connector | None:
        """The connector where this transaction runs."""
        return next(
            (one for one in self._connectors if one.transaction and one.transaction.id == number),
            None,
        )

    # Before

    def present(self, connector: Connector, idTag: str) -> None:
        """A driver shows a tag: the transaction with it ends, or one begins if it is accepted."""
        transaction = connector.transaction
        if transaction is not None:
            if sameIdTag(transaction.idTag, idTag):
                self.stop(connector, "Local", idTag)
        elif connector.isFree:
            decided = self._authorization.decide(idTag)
            decided.addCallback(self._decided, connector, idTag)

    def _decided(self, mayCharge: bool, connector: Connector, idTag: str) -> None:
        if mayCharge and connector.isFree:
            self.grant(connector, idTag)

    def grant(self, connector: Connector, idTag: str) -> None:
        """Somebody may charge here: begin, or wait for the car for ConnectionTimeOut seconds."""
        connector.idTag = idTag
        connector.isOver = False
        if connector.car is None:
            self._patience[connector.id].set(self._settings.number("ConnectionTimeOut"))
            self._report()
        else:
            self.begin(connector)

    def _impatient(self, connector: Connector) -> Callable[[], None]:
        def givenUp() -> None:
            connector.idTag = None
            self._report()

        return givenUp

    # Begin and end

    def begin(self, connector: Connector) -> None:
        """A car is plugged in and the tag is accepted."""
        self._patience[connector.id].cancel()
        measured = connector.measure(self._clock.seconds())
        idTag, connector.idTag = connector.idTag or "", None
        transaction = Transaction(idTag, self._now(), int(measured.energy))
        connector.transaction = transaction
        self._outbox.add(
            Entry(
                lambda: _start(connector.id, transaction),
                lambda answer: self._started(connector, transaction, answer),
            )
        )
        self._metering.begin(connector)
        self._report()

    def _started(self, connector: Connector, transaction: Transaction, message: Message) -> None:
        answer = cast(StartTransactionConfirmation, message)
        transaction.id = answer.transactionId
        self._authorization.learn(transaction.idTag, answer.idTagInfo.status)
        refused = answer.idTagInfo.status != ACCEPTED
        isRunning = connector.transaction is transaction
        if refused and isRunning and self._settings.isOn("StopTransactionOnInvalidId"):
            self.stop(connector, "DeAuthorized")

    def stop(self, connector: Connector, reason: str, idTag: str | None = None) -> None:
        """End the transaction of a connector, if there is one."""
        transaction = connector.transaction
        if transaction is None:
            return
        self._metering.end(connector)
        meterStop = int(connector.measure(self._clock.seconds()).energy)
        connector.finished()
        at = writeTime(self._now())
        self._outbox.add(
            Entry(
                lambda: _stop(transaction, meterStop, at, reason, idTag),
                lambda answer: self._stopped(idTag, answer),
            )
        )
        self._report()

    def _stopped(self, idTag: str | None, message: Message) -> None:
        info = cast(StopTransactionConfirmation, message).idTagInfo
        if idTag is not None and info is not None:
            self._authorization.learn(idTag, info.status)

    def stopAll(self, reason: str) -> None:
        """End all transactions."""
        for connector in self._connectors:
            self.stop(connector, reason)

    def forget(self) -> None:
        """The charge point restarts: nobody waits, and no car has charged."""
        for connector in self._connectors:
            self._patience[connector.id].cancel()
            connector.idTag = None
            connector.isOver = False

    def halt(self) -> None:
        """End all alarms."""
        for alarm in self._patience.values():
            alarm.cancel()


def _start(connectorId: int, transaction: Transaction) -> StartTransactionRequest:
    return StartTransactionRequest(
        connectorId=connectorId,
        idTag=transaction.idTag,
        meterStart=transaction.meterStart,
        timestamp=writeTime(transaction.startedAt),
    )


def _stop(
    transaction: Transaction, meterStop: int, at: str, reason: str, idTag: str | None
) -> StopTransactionRequest:
    return StopTransactionRequest(
        transactionId=transaction.sentId,
        meterStop=meterStop,
        timestamp=at,
        reason=reason,
        idTag=idTag,
        transactionData=tuple(transaction.data) or None,
    )
