"""
Heartbeats: after an interval in which nothing else was sent.

Owns one alarm.  Any frame that goes out counts as a sign of life (OCPP 1.6 section 4.6).
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime

from ocppgw.simulator.alarm import Alarm


class Pulse:
    """
    When to send a Heartbeat.

    :param interval: seconds, asked each time; 0 is off.
    :param beat: sends one.
    """

    def __init__(
        self, clock: IReactorTime, interval: Callable[[], float], beat: Callable[[], object]
    ) -> None:
        self._clock = clock
        self._interval = interval
        self._beat = beat
        self._alarm = Alarm(clock, self._due)
        self._lastAt = clock.seconds()

    def start(self) -> None:
        """Begin, or begin again with an interval that has changed."""
        if self._interval() > 0:
            self._alarm.set(self._remaining())
        else:
            self._alarm.cancel()

    def stop(self) -> None:
        """No more."""
        self._alarm.cancel()

    def sent(self) -> None:
        """Something went out."""
        self._lastAt = self._clock.seconds()

    def _remaining(self) -> float:
        return self._lastAt + self._interval() - self._clock.seconds()

    def _due(self) -> None:
        if self._remaining() <= 0:
            self._lastAt = self._clock.seconds()
            self._beat()
        self.start()
