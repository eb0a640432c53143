"""
Something that is done again and again.

Owns one timer.  A mistake in what is done is logged and costs one turn, never the ones after it.
Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime
from twisted.internet.task import LoopingCall
from twisted.logger import Logger

log = Logger()


class Ticking:
    """
    Does ``what`` every ``interval`` seconds between `start` and `stop`.

    :param atOnce: whether the first time is the start.
    """

    def __init__(
        self, clock: IReactorTime, interval: float, what: Callable[[], None], atOnce: bool = False
    ) -> None:
        self._interval = interval
        self._what = what
        self._atOnce = atOnce
        self._loop = LoopingCall(self._once)
        self._loop.clock = clock

    def start(self) -> None:
        """Begin."""
        self._loop.start(self._interval, now=self._atOnce)

    def stop(self) -> None:
        """End; harmless where it has not begun."""
        if self._loop.running:
            self._loop.stop()

    def _once(self) -> None:
        try:
            self._what()
        except Exception:  # noqa: BLE001 - the next turn may be better
            log.failure("What is done every {interval} s failed", interval=self._interval)
