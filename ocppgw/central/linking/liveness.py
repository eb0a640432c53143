"""
Whether the other end of a link is still there.

Owns one timer.  Pings go out at an interval; any byte that comes in counts as life (C18), so
that only silence ends a link.  Where no pings are sent, silence for 2.5 times the heartbeat
interval does (C15).  Measures how long a ping takes.  Reactor thread.  A test sees it through
its clock.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IDelayedCall, IReactorTime

from ocppgw.central.linking.pings import Pinged

SILENCE = 2.5
"""Heartbeat intervals without a byte after which a link without pings counts as dead."""

FLIGHT = 10.0
"""Seconds after a ping in which the end of the link is put down to it."""


class Liveness:
    """
    Watches one link.

    :param ping: sends a ping with this payload.
    :param dead: called once, with a reason, when the other end is gone.
    :ivar excused: the other end cannot show that it lives, because we do not read.
    """

    __slots__ = (
        "_clock",
        "_dead",
        "_heard",
        "_interval",
        "_isAnswering",
        "_number",
        "_ping",
        "_sent",
        "_timeout",
        "_timer",
        "excused",
    )

    def __init__(
        self, clock: IReactorTime, ping: Callable[[bytes], None], dead: Callable[[str], None]
    ) -> None:
        self._clock = clock
        self._ping = ping
        self._dead = dead
        self.excused = False
        self._timer: IDelayedCall | None = None
        self._heard = clock.seconds()
        self._number = 0
        self._sent: float | None = None
        self._interval = self._timeout = 0.0
        self._isAnswering = False

    @property
    def idle(self) -> float:
        """Seconds since anything came in."""
        return self._clock.seconds() - self._heard

    @property
    def pinged(self) -> Pinged:
        """What the link tells of pings, now that the other end closed it."""
        if self._isAnswering:
            return Pinged.answered
        isFresh = self._sent is not None and self._clock.seconds() - self._sent <= FLIGHT
        return Pinged.fled if isFresh else Pinged.nothing

    def start(self, pingInterval: float, pingTimeout: float, heartbeatInterval: float) -> None:
        """Begin; all in seconds, ``pingInterval`` 0 for no pings."""
        self.heard(self._clock.seconds())
        self._interval, self._timeout = pingInterval, pingTimeout
        if pingInterval:
            self._later(pingInterval, self._sendPing)
        else:
            self._watchSilence(SILENCE * heartbeatInterval)

    def heard(self, now: float) -> None:
        """Something came in, anything."""
        self._heard = now

    def pong(self, payload: bytes) -> float | None:
        """A pong came; the milliseconds that its ping took, ``None`` if it answers none of ours."""
        if self._sent is None or payload != self._payload():
            return None
        taken, self._sent = self._clock.seconds() - self._sent, None
        self._isAnswering = True
        return taken * 1000.0

    def stop(self) -> None:
        """The link ended."""
        if self._timer is not None and self._timer.active():
            self._timer.cancel()
        self._timer = None

    def _payload(self) -> bytes:
        return b"ocppgw-%d" % self._number

    def _sendPing(self) -> None:
        self._number += 1
        self._sent = self._clock.seconds()
        self._ping(self._payload())
        self._later(self._timeout, self._judge)

    def _judge(self) -> None:
        if self._sent is not None and self._heard < self._sent and not self.excused:
            self._dead(f"no sign of life for {self._timeout:g} s after a ping")
            return
        self._later(max(0.0, self._interval - self._timeout), self._sendPing)

    def _watchSilence(self, limit: float) -> None:
        now = self._clock.seconds()
        left = self._heard + limit - now
        if left <= 0 and self.excused:
            self.heard(now)
            left = limit
        if left <= 0:
            self._dead(f"silent for {limit:g} s")
            return
        self._later(left, lambda: self._watchSilence(limit))

    def _later(self, delay: float, what: Callable[[], None]) -> None:
        self._timer = self._clock.callLater(delay, what)
