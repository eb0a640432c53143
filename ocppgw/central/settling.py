"""
When a charge point may be spoken to after it connected or booted.

Many charge points fall over when a Call reaches them before their BootNotification was answered,
or right after it.  So they are left alone until the Boot was answered and a while has passed, or
until they report a status, or, where no Boot comes, until a limit.

Owns: per link whether it has settled, and one timer while it has not.  In: facts.  Out: the
``settled`` callback with the node name.  Reactor thread.  A test asks `isUnsettled`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

import attrs
from twisted.internet.interfaces import IDelayedCall, IReactorTime

from ocppgw.model.facts import Booted, Fact, LinkLost, LinkOpened, StatusReported


@attrs.frozen
class Patience:
    """
    How long to wait, in seconds.

    :ivar afterBoot: after a Boot was answered.
    :ivar withoutBoot: for a Boot that does not come.
    :ivar afterStatus: at most so long after the first status; others may follow it.
    """

    afterBoot: float
    withoutBoot: float
    afterStatus: float = 0.0


class Settling:
    """
    Watches links settle.  ``settled`` is called once for each link and each boot.

    :param patienceOf: how long to wait for the charge point of a node name.
    """

    hearsOf: ClassVar[tuple[type[Fact], ...]] = (LinkOpened, Booted, StatusReported, LinkLost)

    def __init__(
        self,
        clock: IReactorTime,
        patienceOf: Callable[[str], Patience],
        settled: Callable[[str], None],
    ) -> None:
        self._clock = clock
        self._patienceOf = patienceOf
        self._settled = settled
        self._timers: dict[str, IDelayedCall] = {}

    def isUnsettled(self, nodeName: str) -> bool:
        """Whether the charge point is to be left alone still."""
        return nodeName in self._timers

    def observe(self, nodeName: str, fact: Fact) -> None:
        """Take in what happened; facts that say nothing of settling are ignored."""
        match fact:
            case LinkOpened():
                self._wait(nodeName, self._patienceOf(nodeName).withoutBoot)
            case Booted():
                self._wait(nodeName, self._patienceOf(nodeName).afterBoot)
            case StatusReported() if nodeName in self._timers:
                self._shorten(nodeName, self._patienceOf(nodeName).afterStatus)
            case LinkLost():
                self._stopWaiting(nodeName)

    def stop(self) -> None:
        """End all timers; nothing settles any more."""
        for nodeName in tuple(self._timers):
            self._stopWaiting(nodeName)

    def _wait(self, nodeName: str, delay: float) -> None:
        self._stopWaiting(nodeName)
        self._timers[nodeName] = self._clock.callLater(delay, self._expire, nodeName)

    def _shorten(self, nodeName: str, most: float) -> None:
        if most <= 0:
            self._stopWaiting(nodeName)
            self._settled(nodeName)
        elif self._timers[nodeName].getTime() > self._clock.seconds() + most:
            self._wait(nodeName, most)

    def _stopWaiting(self, nodeName: str) -> None:
        timer = self._timers.pop(nodeName, None)
        if timer is not None:
            timer.cancel()

    def _expire(self, nodeName: str) -> None:
        del self._timers[nodeName]
        self._settled(nodeName)
