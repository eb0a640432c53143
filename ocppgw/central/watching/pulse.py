"""
The gateway's own second: its counter, its sums, what the parts of it say of themselves.

Owns the Heartbeat counter.  Once a second the registry counts and sums anew what each charge point
contributed when it was looked at last.  They are looked at once a second as well, but in turns,
which takes longer where many changed: the counter waits for none of that.  Reactor thread, so that
a counter that stands still tells of a reactor that does.
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
        self._isFirst = True
        self._looking = Ticking(clock, 1.0, registry.contributions)
        self._beating = Ticking(clock, 1.0, self._beat, atOnce=True)

    def start(self) -> None:
        """Begin, at once."""
        # Looked at before it is summed up, where both are due and few changed.
        self._looking.start()
        self._beating.start()

    def stop(self) -> None:
        """Stand still."""
        self._looking.stop()
        self._beating.stop()

    def _beat(self) -> Iterator[None]:
        if self._isFirst:
            self._isFirst = False
            # Nobody was looked at before: the sum would look at all of them in one turn.
            yield from self._registry.contributions()
        own = {**self._own(), "Heartbeat": self._beats}
        self._registry.sumUp(self._now(), own)
        self._beats = (self._beats + 1) & UINT32
