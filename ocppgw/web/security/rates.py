"""
How many requests one address may send.

Owns a bounded memory of addresses, each a bucket that empties by one with each request and fills
up with time.  Reactor thread.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

PER_SECOND = 50.0
"""Requests that one address may send, on the average."""

BURST = 500.0
"""Requests that may come at once."""

MOST = 10_000
"""Addresses that are remembered; the one heard of longest ago goes first."""


class Rates:
    """The buckets. ``seconds`` is a clock that never goes back."""

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, host: str) -> bool:
        """Whether one more request of this address is within its rate."""
        now = self._seconds()
        left, at = self._buckets.pop(host, (BURST, now))
        left = min(BURST, left + (now - at) * PER_SECOND)
        mayCome = left >= 1.0
        self._buckets[host] = (left - 1.0 if mayCome else left, now)
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
        return mayCome
