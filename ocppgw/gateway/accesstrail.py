"""
Log-ins and refusals on their way into the audit trail, so many and no more.

Owns, per source, what was told in the running minute: the first attempt is written at once, the
others as one entry with their number.  Whoever hammers costs two entries a minute, and all who
come from more addresses than are remembered share one place.  `AccessTrail.tell` may be called
on any thread and does not wait; everything is written on the reactor thread.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
from zope.interface import implementer

from ocppgw.access.attempts import ACCEPTED, Attempt
from ocppgw.central.administering.audit import DETAIL, VALUE, bounded
from ocppgw.central.ticking import Ticking
from ocppgw.interfaces import IAccessTrail
from ocppgw.model.facts import CommandEnded

WINDOW = 60.0
"""Seconds in which attempts that are alike share an entry."""

MOST = 1_000
"""Sources that are told apart; beyond them all are alike."""

SWEEP = 10.0
"""Seconds between two looks for what is due."""

_MANY = ("many",)

Source = tuple[str, ...]

Observer = Callable[[Attempt, int, datetime], object]
"""Told on the reactor thread what is written: the last attempt, how many, and when."""


@attrs.define
class _Window:
    """
    One source's minute.

    :ivar ends: when the next attempt is written at once again.
    :ivar last: the latest of those that were only counted.
    """

    ends: float
    more: int = 0
    last: Attempt | None = None


@implementer(IAccessTrail)
class AccessTrail:
    """
    Writes attempts into the audit trail.

    :param keep: takes an entry; called on the reactor thread.
    :param reactor: the clock, and the way onto the reactor thread.
    :param now: the time of day, aware UTC.
    """

    def __init__(
        self, keep: Callable[[CommandEnded], object], reactor: Any, now: Callable[[], datetime]
    ) -> None:
        self._keep = keep
        self._reactor = reactor
        self._now = now
        self._observers: list[Observer] = []
        self._lock = threading.Lock()
        self._windows: dict[Source, _Window] = {}
        self._sweeping = Ticking(reactor, SWEEP, self._sweep)

    def __len__(self) -> int:
        return len(self._windows)

    def start(self) -> None:
        """Begin to write what was counted."""
        self._sweeping.start()

    def stop(self) -> None:
        """Write what was counted so far; what is told later is written at once or never."""
        self._sweeping.stop()
        self._write(self._take(float("inf")))

    def observe(self, observer: Observer) -> None:
        """Have somebody told of what is written, as rarely as it is."""
        self._observers.append(observer)

    def tell(self, attempt: Attempt) -> None:
        seconds = self._reactor.seconds()
        with self._lock:
            source = self._source(attempt)
            window = self._windows.get(source)
            if window is not None:
                window.more += 1
                window.last = attempt
                return
            self._windows[source] = _Window(seconds + WINDOW)
        self._reactor.callFromThread(self._told, attempt, 1, self._now())

    def _source(self, attempt: Attempt) -> Source:
        """What is counted together: names that somebody tries one after another are."""
        who = attempt.user if attempt.status == ACCEPTED else ""
        source = (attempt.origin, attempt.host, attempt.what, attempt.status, who)
        isFull = len(self._windows) >= MOST and source not in self._windows
        return _MANY if isFull else source

    def _sweep(self) -> None:
        self._write(self._take(self._reactor.seconds()))

    def _take(self, until: float) -> list[_Window]:
        """The windows that end until then; one in which something came begins anew."""
        with self._lock:
            due = {key: each for key, each in self._windows.items() if each.ends <= until}
            for source, window in due.items():
                del self._windows[source]
                if window.more:
                    self._windows[source] = _Window(window.ends + WINDOW)
        return list(due.values())

    def _write(self, windows: list[_Window]) -> None:
        for window in windows:
            if window.last is not None:
                self._told(window.last, window.more, self._now())

    def _told(self, attempt: Attempt, count: int, at: datetime) -> None:
        self._keep(_entry(attempt, count, at))
        for observer in self._observers:
            observer(attempt, count, at)


def _entry(attempt: Attempt, count: int, at: datetime) -> CommandEnded:
    times = f" times={count}" if count > 1 else ""
    return CommandEnded(
        name=bounded(attempt.what, VALUE),
        arguments=f"from={bounded(attempt.host, VALUE)}{times}",
        status=bounded(attempt.status, VALUE),
        detail=bounded(attempt.why, DETAIL),
        user=bounded(attempt.user, VALUE),
        origin=attempt.origin,
        at=at,
    )
