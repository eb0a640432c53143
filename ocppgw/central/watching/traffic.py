"""
How much each charge point says, and when it spoke last.

Owns what the records do not say yet.  The first message after a pause is told at once; those that
follow within a second are counted here and told as one fact with the next second, so that a
charge point that says much costs no more than one that says something.  What is left is told when
a link ends.  Reactor thread; one timer.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs
from twisted.internet.interfaces import IReactorTime

from ocppgw.central.recording import Recorder
from ocppgw.central.ticking import Ticking
from ocppgw.model.facts import ChargePointRemoved, Fact, MessageReceived
from ocppgw.model.records import ChargePointRecord

INTERVAL = 1.0
"""Seconds by which a record may lag behind."""


@attrs.define
class _Untold:
    """What was heard since the last fact."""

    at: datetime
    count: int = 0


class Traffic:
    """Counts messages of all charge points."""

    def __init__(self, clock: IReactorTime, recorder: Recorder) -> None:
        self._recorder = recorder
        self._untold: dict[str, _Untold] = {}
        self._ticking = Ticking(clock, INTERVAL, self._tick)
        recorder.observe(self._observe, ChargePointRemoved)

    def start(self) -> None:
        """Begin to tell every second."""
        self._ticking.start()

    def stop(self) -> None:
        """Tell no more but at the end of links."""
        self._ticking.stop()

    def heard(self, nodeName: str, at: datetime) -> None:
        """A message came."""
        untold = self._untold.get(nodeName)
        if untold is None:
            self._untold[nodeName] = _Untold(at)
            self._recorder.note(nodeName, MessageReceived(at))
        else:
            untold.at = at
            untold.count += 1

    def settle(self, nodeName: str) -> bool:
        """Tell now what was not told; whether there was anything."""
        untold = self._untold.pop(nodeName, None)
        if untold is None or not untold.count:
            return False
        self._recorder.note(nodeName, MessageReceived(untold.at, untold.count))
        return True

    def _tick(self) -> Iterator[None]:
        for nodeName, untold in tuple(self._untold.items()):
            if self.settle(nodeName):
                # Another second begins for it.
                self._untold[nodeName] = _Untold(untold.at)
            yield

    def _observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        self._untold.pop(nodeName, None)
