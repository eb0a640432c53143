"""
Which charge points boot again and again (B5).

Pure but for the memory of the last boots.  Times are given in.
"""

from __future__ import annotations

from collections import deque

BOOTS = 3
"""So many boots within `WINDOW` are still normal."""

WINDOW = 300.0
"""Seconds."""


class BootTimes:
    """The last boots of each charge point."""

    def __init__(self) -> None:
        self._times: dict[str, deque[float]] = {}

    def booted(self, nodeName: str, status: str, at: float) -> None:
        """It booted.  One that is not accepted repeats its Boot, as it should."""
        if status == "Accepted":
            self._times.setdefault(nodeName, deque(maxlen=BOOTS + 1)).append(at)

    def isLooping(self, nodeName: str, at: float) -> bool:
        """Whether it booted more often than is normal."""
        return sum(at - one <= WINDOW for one in self._times.get(nodeName, ())) > BOOTS

    def forget(self, nodeName: str) -> None:
        """It is gone."""
        self._times.pop(nodeName, None)
