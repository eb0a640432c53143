"""
How much one address may ask for.

Owns a bounded memory of addresses, each a bucket that empties by one with each connection or
request and fills up with time.  One thread; the time is passed in.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

MOST = 10_000
"""Addresses that are remembered; the one heard of longest ago goes first."""


class Rates:
    """
    The buckets.

    :param seconds: a clock that never goes back.
    :param rate: gives how many a second are in force; 0 counts nothing.
    :param burst: seconds' worth that may come at once.
    """

    def __init__(
        self, seconds: Callable[[], float], rate: Callable[[], float], burst: float
    ) -> None:
        self._seconds = seconds
        self._rate = rate
        self._burst = burst
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, host: str) -> bool:
        """Whether one more of this address is within its rate."""
        rate, now = self._rate(), self._seconds()
        if not rate:
            return True
        full = rate * self._burst
        left, at = self._buckets.get(host, (full, now))
        left = min(full, left + (now - at) * rate)
        mayCome = left >= 1.0
        self._buckets[host] = (left - 1.0 if mayCome else left, now)
        self._buckets.move_to_end(host)
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return mayCome
