"""
One timer that can be set again, and is harmless when it is not set.

Owns at most one delayed call of the clock; `cancel` leaves none behind.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime


class Alarm:
    """
    Calls ``ring`` once, some time after it was set.

    :param ring: may set the alarm again.
    """

    def __init__(self, clock: IReactorTime, ring: Callable[[], object]) -> None:
        self._clock = clock
        self._ring = ring
        self._call: IDelayedCall | None = None

    @property
    def isSet(self) -> bool:
        """Whether it will ring."""
        return self._call is not None

    def set(self, seconds: float) -> None:
        """Ring in so many seconds, whatever was set before."""
        self.cancel()
        self._call = self._clock.callLater(max(0.0, seconds), self._rings)

    def cancel(self) -> None:
        """Do not ring."""
        call, self._call = self._call, None
        if call is not None:
            call.cancel()

    def _rings(self) -> None:
        self._call = None
        self._ring()
