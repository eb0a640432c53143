"""
One connector: what it has, and what status that amounts to.

Only state and what follows from it; no message is sent here and no timer runs.  `chargepoint`
changes it, `statuses` reports it.  The clock's seconds come in.
"""

from __future__ import annotations

from datetime import datetime

import attrs

from ocppgw.simulator.car import Car
from ocppgw.simulator.meter import Measured, Meter
from ocppgw.v16.messages import MeterValue

NO_ERROR = "NoError"


@attrs.define(eq=False)
class Transaction:
    """
    One transaction.

    :ivar id: ``None`` until the Central System has given one.
    :ivar meterStart: in Wh.
    :ivar data: readings that StopTransaction will carry.
    """

    idTag: str
    startedAt: datetime
    meterStart: int
    id: int | None = None
    data: list[MeterValue] = attrs.field(factory=list)

    @property
    def sentId(self) -> int:
        """What messages say; -1 where the start was never confirmed (errata 3.18)."""
        return -1 if self.id is None else self.id


@attrs.frozen
class Fault:
    """What is wrong with a connector."""

    errorCode: str
    info: str = ""
    vendorErrorCode: str = ""


@attrs.frozen
class Condition:
    """What StatusNotification tells of a connector."""

    status: str
    fault: Fault | None = None


@attrs.define(eq=False)
class Connector:
    """
    One connector, from 1 on.

    :ivar car: what is plugged in.
    :ivar idTag: accepted, but no transaction has begun with it.
    :ivar isOver: the transaction of the car that is still there has ended.
    :ivar isOperative: it is in service.
    :ivar scheduled: what ``isOperative`` becomes when the transaction ends; ``None``: no change.
    """

    id: int
    meter: Meter
    car: Car | None = None
    idTag: str | None = None
    transaction: Transaction | None = None
    isOver: bool = False
    isOperative: bool = True
    scheduled: bool | None = None
    fault: Fault | None = None
    _steppedAt: float | None = None

    @property
    def isCharging(self) -> bool:
        """Whether energy can flow."""
        return self.transaction is not None and self.car is not None and self.fault is None

    @property
    def isFree(self) -> bool:
        """Whether a transaction could begin here."""
        return self.isOperative and self.fault is None and self.transaction is None

    @property
    def condition(self) -> Condition:
        """What it is in, with what is wrong."""
        return Condition(self.status, self.fault)

    @property
    def status(self) -> str:
        """The status of the specification (section 4.9)."""
        if self.fault is not None:
            return "Faulted"
        if self.transaction is not None:
            suspended = self.car is None or self.car.isFull
            return "SuspendedEV" if suspended else "Charging"
        if not self.isOperative:
            return "Unavailable"
        return self._idle()

    def _idle(self) -> str:
        if self.car is not None and self.isOver:
            return "Finishing"
        return "Available" if self.car is None and self.idTag is None else "Preparing"

    def measure(self, seconds: float) -> Measured:
        """Let time pass up to ``seconds`` of the clock, and measure."""
        elapsed = 0.0 if self._steppedAt is None else max(0.0, seconds - self._steppedAt)
        self._steppedAt = seconds
        return self.meter.step(elapsed, self.car, self.isCharging)

    def change(self, isOperative: bool) -> bool:
        """
        Put it into or out of service.

        :returns: whether that is done; otherwise it waits for the end of the transaction.
        """
        if self.transaction is not None and self.isOperative != isOperative:
            self.scheduled = isOperative
            return False
        self.scheduled = None
        self.isOperative = isOperative
        return True

    def finished(self) -> None:
        """The transaction is over."""
        self.transaction = None
        self.isOver = self.car is not None
        self.meter.cut()
        if self.scheduled is not None:
            self.isOperative, self.scheduled = self.scheduled, None
