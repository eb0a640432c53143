"""
Pools of connections to the database file, as `twisted.enterprise.adbapi` makes them.

A connection that has failed is thrown away, and the next transaction opens a new one: whatever a
disk or a lock did to it ends with it.  Connections never create the file, so that one that was
moved away is missed and not silently begun anew.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from twisted.enterprise.adbapi import Connection, ConnectionPool
from twisted.logger import Logger

from ocppgw.store.database import configure

STATEMENTS = 256
"""Statements that a connection keeps prepared: those of many rows have ten widths each."""

WRITER = "store-writer"
"""The name of the thread that writes."""

READER = "store-reader"
"""The name of each thread that only reads."""

log = Logger()


class OneFailure(Connection):
    """A connection for as long as nothing fails."""

    _connection: sqlite3.Connection

    def rollback(self) -> None:
        """Undo, and throw the connection away.  Its own failure adds nothing to the first."""
        try:
            self._connection.rollback()
        except sqlite3.Error as error:
            log.info("A transaction could not be undone: {why}", why=str(error))
        self._pool.disconnect(self._connection)


class Connections(ConnectionPool):
    """A pool whose connections do not outlive a failure."""

    connectionFactory = OneFailure


def connections(
    path: Path,
    name: str,
    size: int,
    reactor: Any,
    connection: type[sqlite3.Connection],
    configured: Callable[[sqlite3.Connection], None] = configure,
) -> ConnectionPool:
    """
    A pool of ``size`` connections, opened when they are needed, each on its own thread.

    :param name: what its threads are called.
    :param connection: what the connections are; a test's may fail on purpose.
    :param configured: prepares each of them.
    """

    def opened(made: sqlite3.Connection) -> None:
        threading.current_thread().name = name  # The pool has begun it before it can be told one.
        configured(made)

    made: ConnectionPool = Connections(  # type: ignore[no-untyped-call]
        "sqlite3",
        f"{path.absolute().as_uri()}?mode=rw",
        uri=True,
        check_same_thread=False,
        factory=connection,
        cached_statements=STATEMENTS,
        cp_min=size,
        cp_max=size,
        cp_noisy=False,
        cp_reactor=reactor,
        cp_openfun=opened,
    )
    return made
