"""
Changing the database from beside: what a command line tool does, whether a gateway runs or not.

Plain functions that block; they run in a process of their own, never in the gateway's.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from ocppgw.interfaces import StoreFailed
from ocppgw.store.database import configure, prepare
from ocppgw.store.faults import explain
from ocppgw.store.lock import Lock
from ocppgw.store.schema import VERSION

T = TypeVar("T")


def alter(path: Path, action: Callable[[Any], T]) -> T:
    """
    Run ``action`` with a cursor, in one transaction.

    The database is made or upgraded where no gateway has done it.  Fails with `StoreFailed`.
    """
    _checkOwner(path)
    if _version(path) != VERSION:
        lock = Lock(path)
        try:
            prepare(path)
        finally:
            lock.release()
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        try:
            configure(connection)
            with connection:
                return action(connection.cursor())
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise explain(error, path) from error


def _checkOwner(path: Path) -> None:
    # Files of another user would lock the gateway out of its own database.
    folder = path.parent
    if folder.exists() and folder.stat().st_uid != os.geteuid():
        raise StoreFailed(f"{folder} belongs to another user: run this as {folder.owner()}")


def _version(path: Path) -> int:
    if not path.exists():
        return 0
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            return int(connection.execute("PRAGMA user_version").fetchone()[0])
        finally:
            connection.close()
    except sqlite3.Error as error:
        raise explain(error, path) from error
