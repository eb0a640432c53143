"""
Faults that come now and then at one charge point, and go by themselves.

Owns one alarm and the number of the connector that is broken, if any.
"""

from __future__ import annotations

from random import Random

from twisted.internet.interfaces import IReactorTime

from ocppgw.simulator.alarm import Alarm
from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.connector import Fault
from ocppgw.simulator.pace import Pace, pick

FAULTS = (
    Fault("GroundFailure", "Residual current device tripped", "E-RCD-01"),
    Fault("HighTemperature", "Inside temperature above limit", "E-TMP-07"),
    Fault("ConnectorLockFailure", "Plug did not lock", "E-LCK-02"),
    Fault("OverCurrentFailure", "Current above limit on L2", "E-CUR-04"),
)


class Troubles:
    """The faults of one charge point."""

    def __init__(self, point: ChargePoint, clock: IReactorTime, random: Random, pace: Pace) -> None:
        self._point = point
        self._random = random
        self._pace = pace
        self._broken: int | None = None
        self._alarm = Alarm(clock, self._turns)

    def start(self) -> None:
        """All is well, for now."""
        self._alarm.set(pick(self._random, self._pace.trouble))

    def stop(self) -> None:
        """Nothing changes any more."""
        self._alarm.cancel()

    def _turns(self) -> None:
        if self._broken is None:
            self._broken = self._random.choice(self._point.connectors).id
            self._point.fail(self._broken, self._random.choice(FAULTS))
            self._alarm.set(pick(self._random, self._pace.repair))
        else:
            self._point.repair(self._broken)
            self._broken = None
            self.start()
