"""
The threads that share the interpreter run on one CPU.

Only one of them runs Python at a time, so a second CPU gains them next to nothing, and it costs:
each turn wakes another CPU, which then fetches every record that the other one has just changed.
Threads that work outside of the interpreter, such as those that check passwords, run wherever they
like.

`Together` owns the choice.  Every `EVERY` seconds all threads are let go for a moment, in which the
kernel moves them away from a CPU that others keep busy; then the CPU of the reactor is theirs.
What an administrator allows (taskset, CPUAffinity= of systemd, a cpuset) is never left, whenever
that changes.  Reactor thread; it waits for nothing.  A test gives in its own `Affinity`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from twisted.application.service import Service
from twisted.internet.interfaces import IDelayedCall
from twisted.logger import Logger

from ocppgw.central.ticking import Ticking
from ocppgw.gateway.affinity import Affinity
from ocppgw.store.connections import WRITER
from ocppgw.uaserver.thread import NAME as OPCUA

MAIN = "MainThread"
"""The thread that the process began with, which runs the reactor."""

TOGETHER = frozenset({MAIN, OPCUA, WRITER})
"""Threads that spend their time in the interpreter."""

EVERY = 10.0
"""Seconds between two choices."""

MOMENT = 0.05
"""Seconds that the kernel has for one: it looks at each wake of a thread, some hundred by then."""

log = Logger()


def isShared() -> bool:
    """Whether the threads share an interpreter at all (PEP 703: not all do)."""
    asked: Callable[[], bool] = getattr(sys, "_is_gil_enabled", lambda: True)
    return asked()


class Together(Service):
    """
    Keeps the reactor, the OPC UA thread and the store's writing thread on one CPU.

    :param affinity: what the system knows of threads and CPUs.
    """

    def __init__(self, reactor: Any, affinity: Affinity | None = None) -> None:
        self._reactor = reactor
        self._affinity = affinity or Affinity()
        self._allowed: frozenset[int] = frozenset()
        self._chosen: frozenset[int] = frozenset()
        self._choosing: IDelayedCall | None = None
        self._isTold = False
        self._ticking = Ticking(reactor, EVERY, self._letGo, atOnce=True)

    def startService(self) -> None:
        """Begin, where that makes sense."""
        super().startService()  # type: ignore[no-untyped-call]
        if isShared() and self._affinity.isKnown:
            self._ticking.start()

    def stopService(self) -> None:
        """Leave the threads where they are: they end soon."""
        super().stopService()  # type: ignore[no-untyped-call]
        self._ticking.stop()
        if self._choosing is not None:
            self._choosing.cancel()
            self._choosing = None

    def _letGo(self) -> None:
        found = self._affinity.allowed()
        if found != self._chosen:
            self._allowed = found  # Somebody else chose, which is better than what we do.
        if len(self._allowed) > 1 and self._placed(lambda name: self._allowed):
            self._chosen = self._allowed
            self._choosing = self._reactor.callLater(MOMENT, self._gather)

    def _gather(self) -> None:
        self._choosing = None
        ours = frozenset({self._affinity.here()})
        if self._placed(lambda name: ours if name in TOGETHER else self._allowed):
            self._chosen = ours
            self._tell(ours)

    def _tell(self, ours: frozenset[int]) -> None:
        """Once: what the kernel chooses later is of no interest to people."""
        if not self._isTold:
            self._isTold = True
            text = "The threads that share the interpreter keep to one CPU, now {cpu} of {allowed}"
            log.info(text, cpu=min(ours), allowed=sorted(self._allowed))

    def _placed(self, where: Callable[[str], frozenset[int]]) -> bool:
        try:
            for name, thread in self._affinity.threads():
                self._affinity.place(thread, where(name))
        except OSError as error:
            log.warn("The threads stay where they are: {why}", why=str(error))
            self._ticking.stop()
            return False
        return True
