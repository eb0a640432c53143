"""
How long one callback holds the reactor thread or the OPC UA thread, in processor time.

`install` is called in the server's process before anything runs; SIGUSR1 prints
``holds JSON`` with what was seen since the last time, for each thread.
"""

from __future__ import annotations

import asyncio
import gc
import json
import signal
import threading
import time
from typing import Any

SHORTEST = 0.0005
"""Seconds; shorter ones are only counted."""


class Holds:
    """Of one thread."""

    def __init__(self) -> None:
        self.count = 0
        self.longest = 0.0
        self.long: list[float] = []
        self.collecting = 0.0

    def add(self, seconds: float) -> None:
        """One callback ended."""
        self.count += 1
        self.longest = max(self.longest, seconds)
        if seconds >= SHORTEST:
            self.long.append(seconds)

    def taken(self) -> dict[str, float]:
        """
        Milliseconds: p99.9, the longest, the longest collection; how many; and begin anew.

        Of fewer than a thousand, p99.9 is the longest.
        """
        long = sorted(self.long, reverse=True)
        index = self.count // 1000
        found = {
            "p999": (long[index] if index < len(long) else min(SHORTEST, self.longest)) * 1e3,
            "longest": self.longest * 1e3,
            "collector": self.collecting * 1e3,
            "seen": self.count,
        }
        self.__init__()  # type: ignore[misc]
        return found


def install(reactor: Any) -> None:
    """Begin to look.  Main thread."""
    ours, theirs = Holds(), Holds()
    _asyncio(theirs)
    reactor._doReadOrWrite = _timed(reactor._doReadOrWrite, ours)
    for name, place in (("callLater", 1), ("callFromThread", 0)):
        setattr(reactor, name, _scheduling(getattr(reactor, name), place, ours))
    _collector({"opcua": theirs}, ours)

    def tell(*_: object) -> None:
        found = {"reactor": ours.taken(), "opcua": theirs.taken()}
        print(f"holds {json.dumps(found)}", flush=True)

    signal.signal(signal.SIGUSR1, tell)


def _timed(call: Any, holds: Holds) -> Any:
    def timed(*arguments: Any, **more: Any) -> Any:
        began = time.thread_time()
        try:
            return call(*arguments, **more)
        finally:
            holds.add(time.thread_time() - began)

    return timed


def _scheduling(schedule: Any, place: int, holds: Holds) -> Any:
    """One of the reactor's methods that takes a callback at a place among its arguments."""

    def scheduled(*arguments: Any, **more: Any) -> Any:
        call = _timed(arguments[place], holds)
        return schedule(*arguments[:place], call, *arguments[place + 1 :], **more)

    return scheduled


def _asyncio(holds: Holds) -> None:
    run = asyncio.Handle._run

    def timed(handle: Any) -> None:
        began = time.thread_time()
        run(handle)
        holds.add(time.thread_time() - began)

    vars(asyncio)["Handle"]._run = timed


def _collector(byThread: dict[str, Holds], other: Holds) -> None:
    began = 0.0

    def collected(phase: str, details: dict[str, int]) -> None:
        nonlocal began
        if phase == "start":
            began = time.thread_time()
            return
        holds = byThread.get(threading.current_thread().name, other)
        holds.collecting = max(holds.collecting, time.thread_time() - began)

    gc.callbacks.append(collected)
