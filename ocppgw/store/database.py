"""
One SQLite file: opening it, trusting it, upgrading it.

Plain functions that block; they run on the store's threads, never on the reactor's.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from pathlib import Path

from ocppgw.interfaces import StoreFailed
from ocppgw.store.faults import explain
from ocppgw.store.schema import APPLICATION_ID, STEPS

PROBE = """INSERT INTO counter (name, value) VALUES ('probe', 1)
    ON CONFLICT (name) DO UPDATE SET value = value + 1"""
"""Writes something, to find out whether the disk works."""

CHECKED_SIZE = 256 * 1024 * 1024
"""Up to this size in bytes the whole file is checked at each start."""

BUSY_TIMEOUT = 5000
"""Milliseconds to wait for another program that locks the file."""

CHECKPOINT = 4000
"""Pages in the write-ahead log before they are brought home: hot pages make the way once."""

LOG_SIZE = 64 * 1024 * 1024
"""Bytes that the write-ahead log keeps on disk once it has been much longer for a while."""


WRITING_CACHE = 32 * 1024
"""Kilobytes of pages that the writing connection keeps: each series has a page that is hot."""


def configureWriting(connection: sqlite3.Connection) -> None:
    """What the connection needs that writes all day."""
    configure(connection)
    connection.execute(f"PRAGMA cache_size = -{WRITING_CACHE}")
    # What a statement of many rows needs to undo itself is a copy of each page that it changes:
    # with a few hundred charge points that would be a file of its own, written in full.
    connection.execute("PRAGMA temp_store = MEMORY")


def configure(connection: sqlite3.Connection) -> None:
    """What every connection needs.  Durable at each commit, readers beside the writer."""
    connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT}")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA wal_autocheckpoint = {CHECKPOINT}")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_SIZE}")


def prepare(path: Path, steps: Sequence[str] = STEPS) -> None:
    """
    Make the database at ``path`` ready: create, check and upgrade it.

    Fails with `StoreFailed` where it cannot be trusted, and then leaves it as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(path)
    except (OSError, sqlite3.Error) as error:
        raise explain(error, path) from error
    try:
        _private(path)
        configure(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        _upgrade(connection, path, steps)
        _check(connection, path)
        connection.execute(PROBE)
        connection.commit()
    except (OSError, sqlite3.Error) as error:
        raise explain(error, path) from error
    finally:
        connection.close()


def fileOf(path: Path) -> tuple[int, int] | None:
    """Tells the file at ``path`` from any other that may take its place; ``None`` for none."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _private(path: Path) -> None:
    # The file holds idTags: personal data of the people who charge.
    path.chmod(0o600)


def _upgrade(connection: sqlite3.Connection, path: Path, steps: Sequence[str]) -> None:
    version = _version(connection, path)
    if version > len(steps):
        raise StoreFailed(
            f"{path} was written by a newer ocppgw (schema {version}, this one knows"
            f" {len(steps)}): install that version, or restore a backup"
        )
    for number in range(version + 1, len(steps) + 1):
        if version:
            _backUp(connection, path, number - 1)
        _apply(connection, steps[number - 1], number)


def _version(connection: sqlite3.Connection, path: Path) -> int:
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    (application,) = connection.execute("PRAGMA application_id").fetchone()
    (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    if tables and application != APPLICATION_ID:
        raise StoreFailed(f"{path} is a database of another program: move it away")
    return int(version)


def _apply(connection: sqlite3.Connection, step: str, number: int) -> None:
    try:
        connection.executescript(
            f"BEGIN IMMEDIATE; {step}; PRAGMA application_id = {APPLICATION_ID};"
            f" PRAGMA user_version = {number}; COMMIT;"
        )
    except sqlite3.Error:
        connection.rollback()
        raise


def _backUp(connection: sqlite3.Connection, path: Path, version: int) -> None:
    name = path.with_name(f"{path.name}.schema{version}")
    copy = sqlite3.connect(name)
    try:
        _private(name)
        connection.backup(copy)
    finally:
        copy.close()


def _check(connection: sqlite3.Connection, path: Path) -> None:
    if path.stat().st_size > CHECKED_SIZE:
        return
    (verdict,) = connection.execute("PRAGMA quick_check(1)").fetchone()
    if verdict != "ok":
        raise explain(sqlite3.DatabaseError(f"malformed: {verdict}"), path)
