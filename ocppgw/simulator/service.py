"""
Simulated charge points as a service of Twisted, for demonstrations and load.

Owns the sites.  Nothing is dialled before `startService`; what `stopService` returns fires when
all links are closed, which is bounded.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random
from typing import Any

from twisted.application.service import Service
from twisted.internet.defer import Deferred, gatherResults

from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.fleet import Site
from ocppgw.simulator.pace import DEMO, Pace
from ocppgw.simulator.settings import Settings
from ocppgw.simulator.transport import webSocketDial
from ocppgw.simulator.wire import Dial

SPREAD = 0.02
"""Seconds between two charge points that begin to dial."""


class SimulatedChargePoints(Service):
    """
    So many charge points, called ``DEMO_1`` and so on, with cars that come and go.

    :param url: where the Central System listens, like ``ws://127.0.0.1:8887``.
    :param now: what the time is, aware.
    :param dial: another way out than a WebSocket, for tests.
    """

    def __init__(
        self,
        count: int,
        url: str,
        reactor: Any,
        random: Random,
        now: Callable[[], datetime],
        pace: Pace = DEMO,
        dial: Callable[[str, Settings], Dial] | None = None,
    ) -> None:
        def webSocket(identity: str, settings: Settings) -> Dial:
            return webSocketDial(url, identity, reactor, settings)

        self._sites = [
            Site(number, dial or webSocket, reactor, now, Random(random.getrandbits(64)), pace)
            for number in range(1, count + 1)
        ]

    @property
    def chargePoints(self) -> tuple[ChargePoint, ...]:
        """All of them, in order."""
        return tuple(site.point for site in self._sites)

    def startService(self) -> None:
        super().startService()  # type: ignore[no-untyped-call]
        for place, site in enumerate(self._sites):
            site.start(place * SPREAD)

    def stopService(self) -> Deferred[Any]:
        super().stopService()  # type: ignore[no-untyped-call]
        return gatherResults([site.stop() for site in self._sites])
