"""
Connections that only read, for those who ask for the past.

`Readers` owns a small pool of its own, made with the first question, so that long searches never
hold up what charge points wait for.  Reactor thread; the database is touched on the pool's
threads.  Every Deferred ends with its query.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from twisted.enterprise.adbapi import ConnectionPool
from twisted.internet.defer import Deferred, fail
from twisted.python.failure import Failure

from ocppgw.interfaces import StoreFailed
from ocppgw.store.connections import READER, connections
from ocppgw.store.faults import explain

T = TypeVar("T")


class Readers:
    """
    A few connections to the database at ``path``, which a `SqliteStore` made and writes.

    :param reactor: clock and thread pool.
    :param most: questions that are answered at once; others wait.
    """

    def __init__(self, path: Path, reactor: Any, most: int) -> None:
        self._path = path
        self._reactor = reactor
        self._most = most
        self._pool: ConnectionPool | None = None
        self._closed = False

    def ask(self, read: Callable[[Any, Any], T], question: Any) -> Deferred[T]:
        """What ``read`` makes of a cursor and the question; fails with `StoreFailed`."""
        if self._closed:
            return fail(StoreFailed(f"{self._path} is closed"))
        if self._pool is None:
            self._pool = connections(
                self._path, READER, self._most, self._reactor, sqlite3.Connection
            )
        asked: Deferred[T] = self._pool.runInteraction(read, question)
        return asked.addErrback(self._explained)

    def close(self) -> None:
        """End the connections; what comes later is refused."""
        self._closed = True
        if self._pool is not None and self._pool.running:
            self._pool.close()

    def _explained(self, failure: Failure) -> Failure:
        return Failure(explain(failure.value, self._path))
