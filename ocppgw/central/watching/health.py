"""
Figures of each link: clock skew, round trip, age of the last heartbeat.

Owns the last few measurements of each connected charge point.  They flow in one by one and out
as one fact per charge point every `INTERVAL` seconds, so that SCADA is not flooded, some in each
turn.  Reactor thread; one timer.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from statistics import median

import attrs
from twisted.internet.interfaces import IReactorTime

from ocppgw.central.recording import Recorder
from ocppgw.central.ticking import Ticking
from ocppgw.model.facts import ChargePointRemoved, Fact, HealthMeasured, LinkLost
from ocppgw.model.records import ChargePointRecord

INTERVAL = 10.0
"""Seconds between two facts about the same charge point."""

SAMPLES = 5
"""Measurements of the clock that the median is of."""

OLDEST = timedelta(minutes=10)
"""A message dated further back was queued: it says nothing about the clock."""


@attrs.define
class _Figures:
    skews: deque[float] = attrs.field(factory=lambda: deque(maxlen=SAMPLES))
    timedAt: datetime | None = None
    roundTrip: float | None = None
    heartbeat: datetime | None = None
    fresh: bool = False


class Health:
    """The book of figures."""

    def __init__(
        self, clock: IReactorTime, now: Callable[[], datetime], recorder: Recorder
    ) -> None:
        self._now = now
        self._recorder = recorder
        self._figures: defaultdict[str, _Figures] = defaultdict(_Figures)
        self._ticking = Ticking(clock, INTERVAL, self._tick)
        recorder.observe(self._observe, LinkLost, ChargePointRemoved)

    def start(self) -> None:
        """Begin to report."""
        self._ticking.start()

    def stop(self) -> None:
        """Report no more."""
        self._ticking.stop()

    def timed(self, nodeName: str, said: datetime, receivedAt: datetime) -> None:
        """A live message carried the charge point's time."""
        if receivedAt - said > OLDEST:
            return
        figures, skew = self._of(nodeName), (said - receivedAt).total_seconds()
        if figures.timedAt == receivedAt:
            # One message may tell of several moments: only the last one is now.
            skew = max(skew, figures.skews.pop())
        figures.skews.append(skew)
        figures.timedAt, figures.fresh = receivedAt, True

    def took(self, nodeName: str, milliseconds: float) -> None:
        """An answer or a pong came after so long."""
        figures = self._of(nodeName)
        figures.roundTrip, figures.fresh = milliseconds, True

    def beat(self, nodeName: str, at: datetime) -> None:
        """A Heartbeat came."""
        self._of(nodeName).heartbeat = at

    def _of(self, nodeName: str) -> _Figures:
        return self._figures[nodeName]

    def _tick(self) -> Iterator[None]:
        for nodeName, figures in tuple(self._figures.items()):
            isThere = self._figures.get(nodeName) is figures
            if isThere and (figures.fresh or figures.heartbeat is not None):
                self._recorder.note(nodeName, self._measured(figures, self._now()))
                figures.fresh = False
                yield

    def _measured(self, figures: _Figures, at: datetime) -> HealthMeasured:
        beat = figures.heartbeat
        return HealthMeasured(
            at,
            clockSkew=median(figures.skews) if figures.skews else None,
            roundTripTime=figures.roundTrip,
            heartbeatAge=(at - beat).total_seconds() if beat is not None else None,
        )

    def _observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        if isinstance(fact, LinkLost | ChargePointRemoved):
            self._figures.pop(nodeName, None)
