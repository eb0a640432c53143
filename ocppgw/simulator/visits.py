"""
Cars that come and go at one connector.

Owns one alarm, and what the driver is about to do.  Everything is done through the charge point,
so that a command of the Central System in between is met as by a real driver: a remote start
brings a car, a remote stop sends it away.
"""

from __future__ import annotations

import enum
from random import Random

from twisted.internet.interfaces import IReactorTime

from ocppgw.simulator.alarm import Alarm
from ocppgw.simulator.car import someCar
from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.pace import Pace, Range, pick


class Phase(enum.Enum):
    """What a driver is about."""

    away = "away"
    hurrying = "on the way to a connector that was started remotely"
    pluggedIn = "plugged in"
    waiting = "showed the tag"
    charging = "charging"
    leaving = "leaving"


class Visits:
    """
    The drivers at one connector.

    :ivar phase: what the present one is about.
    :param idTags: the tags that they have.
    """

    def __init__(
        self,
        point: ChargePoint,
        number: int,
        clock: IReactorTime,
        random: Random,
        pace: Pace,
        idTags: tuple[str, ...],
    ) -> None:
        self.phase = Phase.away
        self._point = point
        self._connector = point.connector(number)
        self._clock = clock
        self._random = random
        self._pace = pace
        self._idTags = idTags
        self._until = 0.0
        self._look = Alarm(clock, self._looks)
        self._acts = {
            Phase.away: self._away,
            Phase.hurrying: self._away,
            Phase.pluggedIn: self._pluggedIn,
            Phase.waiting: self._waiting,
            Phase.charging: self._charging,
            Phase.leaving: self._leaving,
        }

    def start(self) -> None:
        """The site opens."""
        self._enter(Phase.away, self._pace.first)
        self._look.set(self._pace.look)

    def stop(self) -> None:
        """The site closes; a car that is there stays."""
        self._look.cancel()

    def _enter(self, phase: Phase, range: Range) -> None:
        self.phase = phase
        self._until = self._clock.seconds() + pick(self._random, range)

    def _looks(self) -> None:
        self._look.set(self._pace.look)
        isRunning = self._connector.transaction is not None
        if isRunning and self.phase not in (Phase.away, Phase.charging):
            self._enter(Phase.charging, self._pace.stay)
        self._acts[self.phase](self._clock.seconds() >= self._until)

    def _away(self, isDue: bool) -> None:
        connector = self._connector
        if connector.idTag is not None and self.phase is Phase.away:
            self._enter(Phase.hurrying, self._pace.presenting)
        elif isDue and connector.isFree and self._point.registration.isAccepted:
            self._point.plugIn(connector.id, someCar(self._random))
            self._enter(Phase.pluggedIn, self._pace.presenting)

    def _pluggedIn(self, isDue: bool) -> None:
        if isDue:
            self._point.present(self._connector.id, self._random.choice(self._idTags))
            self._enter(Phase.waiting, self._pace.leaving)

    def _waiting(self, isDue: bool) -> None:
        if isDue:
            self._drivesAway()

    def _charging(self, isDue: bool) -> None:
        transaction = self._connector.transaction
        if transaction is None:
            self._enter(Phase.leaving, self._pace.leaving)
        elif isDue and self._connector.fault is None:
            if self._random.random() < 0.25:
                self._drivesAway()
            else:
                self._point.present(self._connector.id, transaction.idTag)

    def _leaving(self, isDue: bool) -> None:
        if isDue:
            self._drivesAway()

    def _drivesAway(self) -> None:
        self._point.unplug(self._connector.id)
        self._enter(Phase.away, self._pace.arrival)
