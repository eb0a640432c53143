"""
Timers that no change of the machine's clock touches.

Twisted's reactor counts from the time of day.  On a machine that begins at 1970 or 2000 and learns
the time from the network later, all that was planned would be due at once; where the clock is set
back, nothing would be due for as long.  Nothing of ours takes the reactor's seconds for a time of
day, which is a parameter of its own everywhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any


def keepSteady(reactor: Any, seconds: Callable[[], float] = time.monotonic) -> None:
    """
    Have a reactor count by a clock that only goes on.

    Once in a process, and before anything is planned: ``ValueError`` where something is, because
    it would never be due.
    """
    if reactor.getDelayedCalls():
        raise ValueError("something is planned by the former clock")
    reactor.seconds = seconds
