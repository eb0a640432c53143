"""
The gateway's own second: its counter, its sums, what the parts of it say of themselves.

Owns the Heartbeat counter.  Once a second the registry counts and sums anew, in turns where many
charge points changed.  Reactor thread, so that a counter that stands still tells of a reactor that
does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from twisted.internet.interfaces import IReactorTime

from ocppgw.central.ticking import Ticking
from ocppgw.model.point import Value
from ocppgw.model.registry import Registry

UINT32 = 0xFFFFFFFF


class Pulse:
    """
    Refreshes the gateway's record.

    :param own: what only the parts of the gateway know, by browse name.
    """

    def __init__(
        self,
        clock: IReactorTime,
        now: Callable[[], datetime],
        registry: Registry,
        own: Callable[[], Mapping[str, Value]],
    ) -> None:
        self._now = now
        self._registry = registry
        self._own = own
        self._beats = 0
        self._ticking = Ticking(clock, 1.0, self._tick, atOnce=True)

    def start(self) -> None:
        """Begin, at once."""
        self._ticking.start()

    def stop(self) -> None:
        """Stand still."""
        self._ticking.stop()

    def _tick(self) -> Iterator[None]:
        yield from self._registry.contributions()
        own = {**self._own(), "Heartbeat": self._beats}
        self._registry.sumUp(self._now(), own)
        self._beats = (self._beats + 1) & UINT32
