"""
How many new transactions of one charge point are taken in: each is kept for years.

Owns what is left to each, which fills with time.  A site with an offline queue of weeks stays far
below; whoever makes transactions up is refused, and the disk does not fill.  Repeats of a known
one cost nothing.  Reactor thread; the time is given in.
"""

from __future__ import annotations

from collections.abc import Callable

from ocppgw.central.linking.budget import Budget
from ocppgw.model.facts import ChargePointRemoved, Fact
from ocppgw.model.records import ChargePointRecord

HOUR = 3600.0

BURST = 10 * HOUR
"""Seconds' worth of transactions that may come at once: what waited in an offline queue."""


class NewTransactions:
    """
    The allowances of all charge points.

    :param seconds: the time of a clock that only goes forward.
    :param perHour: how many there may be; 0 for no limit.
    """

    def __init__(self, seconds: Callable[[], float], perHour: Callable[[], int]) -> None:
        self._seconds = seconds
        self._perHour = perHour
        self._left: dict[str, tuple[int, Budget]] = {}

    def observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """Forget who is gone."""
        if isinstance(fact, ChargePointRemoved):
            self._left.pop(nodeName, None)

    def take(self, nodeName: str) -> bool:
        """Whether one more may begin; it is counted then."""
        rate, now = self._perHour(), self._seconds()
        known = self._left.get(nodeName)
        if known is None or known[0] != rate:
            known = self._left[nodeName] = (rate, Budget(rate / HOUR, now, BURST))
        budget = known[1]
        if budget.wait(now) > 0.0:
            return False
        budget.spend(now)
        return True
