"""
Clocks that were set back while connected (T4, X9).

What is dated before the link was opened looks as if it had waited in a queue.  A queue is emptied
faster than it was filled; a clock that was set back goes on at the pace of ours.  Owns the last
such message of each charge point and how many in a row kept pace.  Reactor thread.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

import attrs

from ocppgw.model.facts import ChargePointRemoved, Fact, LinkOpened
from ocppgw.model.records import ChargePointRecord

STEPS = 3
"""Messages in a row that came at the pace of their times."""

APART = timedelta(seconds=5)
"""Messages that came closer together say nothing about the pace."""

INEXACT = timedelta(seconds=2)
"""By which a message may come early or late."""


@attrs.define
class _Pace:
    said: datetime
    receivedAt: datetime
    steps: int = 0


class Setbacks:
    """The book of clocks that lag behind."""

    hearsOf: ClassVar[tuple[type[Fact], ...]] = (LinkOpened, ChargePointRemoved)

    def __init__(self) -> None:
        self._paces: dict[str, _Pace] = {}

    def __len__(self) -> int:
        return len(self._paces)

    def isSetBack(self, nodeName: str, said: datetime, receivedAt: datetime) -> bool:
        """Whether a message that looks queued came from a clock that was set back."""
        pace = self._paces.get(nodeName)
        if pace is None:
            self._paces[nodeName] = _Pace(said, receivedAt)
            return False
        passed = receivedAt - pace.receivedAt
        if passed < APART:
            # One message may tell of several moments: the last one is the present.
            pace.said = max(pace.said, said) if not passed else pace.said
            return pace.steps >= STEPS
        isInPace = abs(said - pace.said - passed) <= INEXACT
        pace.steps = min(pace.steps + 1, STEPS) if isInPace else 0
        pace.said, pace.receivedAt = said, receivedAt
        return pace.steps >= STEPS

    def isRight(self, nodeName: str) -> None:
        """A message was dated in the time of this link."""
        self._paces.pop(nodeName, None)

    def observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """Take in what happened."""
        if isinstance(fact, LinkOpened | ChargePointRemoved):
            self._paces.pop(nodeName, None)
