"""
The threads that share the interpreter run on one CPU.

Only one of them runs Python at a time, so a second CPU gains them next to nothing, and it costs:
each turn wakes another CPU, which then fetches every record that the other one has just changed.
Threads that work outside of the interpreter, such as those that check passwords, run wherever they
like, within a second after they began.

`Together` owns the choice.  Every ten seconds all threads are let go for a moment, in which the
kernel moves them away from a CPU that others keep busy; then the CPU of the reactor is theirs.
CPUs that an administrator gives to the process or to its reactor meanwhile (taskset, a cpuset) are
what is chosen from then.  Reactor thread; it waits for nothing.  A test gives in its own
`Affinity`.
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

INTERVAL = 1.0
"""Seconds between two looks for threads that began meanwhile."""

EVERY = 10
"""Looks of which one is a choice."""

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
        self._ours: frozenset[int] = frozenset()
        self._looks = 0
        self._isTold = False
        self._choosing: IDelayedCall | None = None
        self._ticking = Ticking(reactor, INTERVAL, self._look, atOnce=True)

    def startService(self) -> None:
        """Begin, where that makes sense."""
        super().startService()  # type: ignore[no-untyped-call]
        if isShared() and self._affinity.isKnown:
            self._affinity.start()
            self._ticking.start()

    def stopService(self) -> None:
        """Leave the threads where they are: they end soon."""
        super().stopService()  # type: ignore[no-untyped-call]
        self._stop()

    def _stop(self) -> None:
        self._ticking.stop()
        self._affinity.stop()
        if self._choosing is not None:
            self._choosing.cancel()
            self._choosing = None

    def _look(self) -> None:
        self._try(self._lookNow)

    def _lookNow(self) -> None:
        own, allowed = self._affinity.own(), self._affinity.allowed()
        isMoved = bool(self._ours) and own != self._ours  # by somebody who knows better
        if isMoved or allowed != self._allowed or self._looks == EVERY:
            self._looks = 0
            self._letGo(own if isMoved else allowed)
        else:
            self._place()
        self._looks += 1

    def _letGo(self, allowed: frozenset[int]) -> None:
        self._allowed = self._ours = allowed
        if len(self._allowed) > 1:
            self._choosing = self._reactor.callLater(MOMENT, self._choose)
        self._place()

    def _choose(self) -> None:
        self._choosing = None
        self._try(self._gather)

    def _gather(self) -> None:
        self._ours = frozenset({self._affinity.here()})
        self._place()
        self._tell()

    def _place(self) -> None:
        for name, thread in self._affinity.threads():
            self._affinity.place(thread, self._ours if name in TOGETHER else self._allowed)

    def _tell(self) -> None:
        """Once: what the kernel chooses later is of no interest to people."""
        if not self._isTold:
            self._isTold = True
            text = "The threads that share the interpreter keep to one CPU, now {cpu} of {allowed}"
            log.info(text, cpu=min(self._ours), allowed=sorted(self._allowed))

    def _try(self, step: Callable[[], None]) -> None:
        try:
            step()
        except PermissionError as error:
            log.warn("The threads stay where they are: {why}", why=str(error))
            self._stop()
        except OSError as error:
            # A CPU went, or no file can be opened: the next look begins anew.
            self._allowed = self._ours = frozenset()
            log.debug("The threads could not be placed: {why}", why=str(error))
