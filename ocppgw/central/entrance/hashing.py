"""
Where passwords of charge points are hashed: beside the reactor thread, never too many at once.

Owns the number of those that wait.  The Deferred of `Hashing.run` ends with the hash, and at once,
with `Denied` 503, where too many wait: a charge point that hears this comes again.  A test gives
a ``run`` that works at once, or never.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from twisted.internet.defer import Deferred, fail

from ocppgw.central.entrance.wires import Denied

T = TypeVar("T")

MOST_WAITING = 1000
"""Callers that may wait; two threads are through with so many in some 8 seconds."""

RETRY = 30
"""Seconds after which one that was sent away should come again."""

Run = Callable[..., Deferred[Any]]
"""Calls a function with its arguments somewhere else: ``deferToThreadPool`` with a pool."""


class Hashing:
    """
    Bounded work beside the reactor thread.

    :ivar waiting: how much is under way.
    """

    def __init__(self, run: Run) -> None:
        self._run = run
        self.waiting = 0

    def use(self, run: Run) -> None:
        """Have what comes from now on done elsewhere."""
        self._run = run

    def run(self, function: Callable[..., T], *arguments: Any) -> Deferred[T]:
        """Have a slow function done."""
        if self.waiting >= MOST_WAITING:
            headers = {"Retry-After": str(RETRY)}
            return fail(Denied(503, "too many passwords are being checked", headers=headers))
        self.waiting += 1
        running: Deferred[T] = self._run(function, *arguments)
        return running.addBoth(self._done)

    def _done(self, result: Any) -> Any:
        self.waiting -= 1
        return result
