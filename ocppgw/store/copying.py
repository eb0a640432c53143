"""
The database from beside: copying it while a gateway writes it, looking it over, counting its rows.

Plain functions that block; they run in a process of their own, never in the gateway's.  All of
them fail with `StoreFailed`.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

from ocppgw.interfaces import StoreFailed
from ocppgw.store.database import BUSY_TIMEOUT
from ocppgw.store.faults import explain
from ocppgw.store.instants import toTime
from ocppgw.store.lock import Lock, lockOf
from ocppgw.store.schema import APPLICATION_ID, VERSION

T = TypeVar("T")

SQLITE = sqlite3.sqlite_version
"""The release of SQLite that is at work."""

MOST_FAULTS = 5
"""Faults of a file that are named; the first says enough."""


def copyTo(source: Path, target: Path) -> None:
    """
    Make a consistent copy, whether or not a gateway is at work.

    The copy is one file, readable for its owner only.
    """

    def copy(connection: sqlite3.Connection) -> None:
        target.touch(mode=0o600)
        with closing(sqlite3.connect(target)) as other:
            connection.backup(other)
            # The copy must be whole without a file beside it.
            other.execute("PRAGMA journal_mode = DELETE")

    reading(source, copy)


def faultsOf(path: Path, thorough: bool = True) -> tuple[str, ...]:
    """
    What is wrong with a file; nothing where a gateway can start with it.

    :param thorough: compare indexes with tables, too, which takes longer.
    """

    def look(connection: sqlite3.Connection) -> tuple[str, ...]:
        (application,) = connection.execute("PRAGMA application_id").fetchone()
        if application != APPLICATION_ID:
            return (f"{path} is a database of another program",)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        if version > VERSION:
            return (f"{path} was written by a newer ocppgw (schema {version}, not {VERSION})",)
        pragma = "integrity_check" if thorough else "quick_check"
        rows = connection.execute(f"PRAGMA {pragma}({MOST_FAULTS})").fetchall()
        return tuple(f"{path}: {' '.join(fault.split())}" for (fault,) in rows if fault != "ok")

    return reading(path, look)


def schemaOf(path: Path) -> int:
    """The number of the schema that a file has."""
    return int(reading(path, lambda c: c.execute("PRAGMA user_version").fetchone()[0]))


def rowsOf(path: Path) -> Mapping[str, int]:
    """How many rows each table has."""

    def count(connection: sqlite3.Connection) -> Mapping[str, int]:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        names = sorted(name for (name,) in tables if not name.startswith("sqlite_"))
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for name in names
        }

    return reading(path, count)


def newestOf(path: Path) -> datetime | None:
    """When the newest of what is kept was received, by the gateway's clock."""

    def newest(connection: sqlite3.Connection) -> datetime | None:
        (found,) = connection.execute(
            """SELECT max(at) FROM (SELECT max(received_time) AS at FROM charge_transaction
               UNION ALL SELECT received_time FROM connector
               UNION ALL SELECT max(received_time) FROM last_reading
               UNION ALL SELECT * FROM
                   (SELECT received_time FROM meter_value ORDER BY id DESC LIMIT 1))"""
        ).fetchone()
        return None if found is None else toTime(found)

    return reading(path, newest)


def isInUse(path: Path) -> bool:
    """Whether a gateway is at work with this database."""
    if not lockOf(path).exists():
        return False
    try:
        Lock(path).release()
    except StoreFailed:
        return True
    return False


def reading(path: Path, action: Callable[[sqlite3.Connection], T]) -> T:
    """Run ``action`` with a connection that cannot write."""
    if not path.is_file():
        raise StoreFailed(f"{path} is not there: name the gateway's state folder")
    try:
        with closing(_opened(path)) as connection:
            return action(connection)
    except sqlite3.Error as error:
        raise explain(error, path) from error


def _opened(path: Path) -> Any:
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
    connection.execute("PRAGMA query_only = ON")
    return connection
