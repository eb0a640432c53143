"""
Items that no record tells about, such as the server's CurrentTime: sampled at
their interval, all items of one interval together.
"""

from __future__ import annotations

from collections.abc import Callable

from twisted.internet.interfaces import IReactorTime

from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.timer import Timer


class Polling:
    """
    Samples items by the clock.

    :param sample: reads an item's attribute and gives the item what it read.
    """

    def __init__(self, clock: IReactorTime, sample: Callable[[MonitoredItem], None]) -> None:
        self._clock = clock
        self._sample = sample
        self._groups: dict[float, tuple[Timer, dict[MonitoredItem, None]]] = {}

    def add(self, item: MonitoredItem) -> None:
        """Begin to sample."""
        interval = item.samplingInterval
        if interval not in self._groups:
            self._groups[interval] = (Timer(self._clock), {})
            self._wait(interval)
        self._groups[interval][1][item] = None

    def remove(self, item: MonitoredItem) -> None:
        """Stop sampling."""
        group = self._groups.get(item.samplingInterval)
        if group is None or item not in group[1]:
            return
        del group[1][item]
        if not group[1]:
            group[0].stop()
            del self._groups[item.samplingInterval]

    def _wait(self, interval: float) -> None:
        self._groups[interval][0].start(interval / 1000, lambda: self._tick(interval))

    def _tick(self, interval: float) -> None:
        for item in list(self._groups[interval][1]):
            self._sample(item)
        if interval in self._groups:
            self._wait(interval)
