"""
Which charge points a demonstration has: makes, tags, and one charge point with its surroundings.

`Site` puts a charge point, its uplink, its drivers and its troubles together; `service` starts
and stops many.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime

from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.nameplate import Nameplate
from ocppgw.simulator.pace import Pace
from ocppgw.simulator.settings import Settings
from ocppgw.simulator.troubles import Troubles
from ocppgw.simulator.uplink import Uplink
from ocppgw.simulator.visits import Visits
from ocppgw.simulator.wire import Dial

MAKES = (
    Nameplate("Ampere Works", "AW-22 Duo", "AW22D", "1.6.4", connectors=2),
    Nameplate("Volta Nord", "Street One", "VN1", "3.2.0-r7", connectors=1),
    Nameplate("Helios Mobility", "Depot 44", "HM44", "2025.11", connectors=2),
)
"""Makes that nobody sells; charge points take them in turn."""

ID_TAGS = ("DEMO0001", "DEMO0002", "DEMO0003", "DEMO0004", "DEMO0005", "DEMO0006")


def identityOf(number: int) -> str:
    """The identity of the n-th simulated charge point, from 1 on."""
    return f"DEMO_{number}"


def nameplateOf(number: int) -> Nameplate:
    """What the n-th simulated charge point is, from 1 on."""
    make = MAKES[(number - 1) % len(MAKES)]
    return attrs.evolve(make, serialNumber=f"{make.serialNumber}-{number:06d}")


class Site:
    """
    One charge point and all around it.

    :param dial: makes its way out, from identity and settings.
    """

    def __init__(
        self,
        number: int,
        dial: Callable[[str, Settings], Dial],
        clock: IReactorTime,
        now: Callable[[], datetime],
        random: Random,
        pace: Pace,
    ) -> None:
        plate = nameplateOf(number)
        self.point = point = ChargePoint(identityOf(number), plate, clock, now, random)
        self.uplink = Uplink(dial(point.identity, point.settings), point, clock, random)
        self._visits = [
            Visits(point, connector.id, clock, random, pace, ID_TAGS)
            for connector in point.connectors
        ]
        self._troubles = Troubles(point, clock, random, pace)

    def start(self, after: float) -> None:
        """Power on, in so many seconds."""
        self.uplink.start(after)
        for visits in self._visits:
            visits.start()
        self._troubles.start()

    def stop(self) -> Deferred[None]:
        """Power off; fires when the link is closed."""
        self._troubles.stop()
        for visits in self._visits:
            visits.stop()
        self.point.stop()
        return self.uplink.stop()
