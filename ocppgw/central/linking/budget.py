"""
How many messages of one link are dealt with per second.

Pure but for what was spent; the time is given in.  A charge point asks one thing at a time and
never comes near the limit; whoever floods gets his share of the gateway and no more.
"""

from __future__ import annotations

import math

RESERVE = 4.0
"""Seconds' worth of messages that may come at once, after a pause."""

BYTES_PER_MESSAGE = 256
"""Bytes of a message that count like one more: what it costs to read one grows with its length."""

ROUNDING = 1e-6
"""Seconds: less to wait is owed to the arithmetic of floats alone, and a timer of it may be due at
the very time that it was set."""


class Budget:
    """
    A purse that fills with time.

    :param rate: messages per second; 0 for no limit.
    :param reserve: seconds' worth of messages that it holds.
    """

    __slots__ = ("_each", "_full", "_reserve")

    def __init__(self, rate: float, now: float, reserve: float = RESERVE) -> None:
        self._each = 1.0 / rate if rate else 0.0  # seconds
        self._reserve = reserve if rate else math.inf
        self._full = now  # when it is full again

    def spend(self, now: float, cost: float = 1.0) -> float:
        """So much as so many short messages cost came; see `wait`."""
        full = self._full
        self._full = full = (now if full < now else full) + cost * self._each
        wait = full - now - self._reserve
        return wait if wait > ROUNDING else 0.0

    def wait(self, now: float) -> float:
        """The seconds until the next message should be listened to."""
        return self.spend(now, 0.0)
