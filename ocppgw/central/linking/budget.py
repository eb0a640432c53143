"""
How many messages of one link are dealt with per second.

Pure but for what was spent; the time is given in.  A charge point asks one thing at a time and
never comes near the limit; whoever floods gets his share of the gateway and no more.
"""

from __future__ import annotations

RESERVE = 4.0
"""Seconds' worth of messages that may come at once, after a pause."""

BYTES_PER_MESSAGE = 256
"""Bytes of a message that count like one more: what it costs to read one grows with its length."""


ROUNDING = 1e-6
"""Messages that are owed by the arithmetic of floats alone."""


class Budget:
    """
    A purse that fills with time.

    :param rate: messages per second; 0 for no limit.
    :param reserve: seconds' worth of messages that it holds.
    """

    def __init__(self, rate: float, now: float, reserve: float = RESERVE) -> None:
        self._rate = rate
        self._left = self._most = rate * reserve
        self._at = now

    def spend(self, now: float, cost: float = 1.0) -> float:
        """So much as so many short messages cost came; see `wait`."""
        left = self._left + (now - self._at) * self._rate
        left = (self._most if left > self._most else left) - cost
        self._at, self._left = now, left
        return -left / self._rate if left < -ROUNDING and self._rate else 0.0

    def wait(self, now: float) -> float:
        """The seconds until the next message should be listened to."""
        return self.spend(now, 0.0)
