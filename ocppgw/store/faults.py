"""
What SQLite's errors mean: whose fault, which file, what to do about it.

Pure.  An error speaks against the medium (disk, file, lock), which may recover, or against what
was to be written, which never will be.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ocppgw.interfaces import StoreFailed

_ADVICE: tuple[tuple[str, str], ...] = (
    ("locked", "is locked: another gateway or tool uses it; stop that one"),
    ("full", "cannot grow: the disk is full; make room"),
    ("readonly", "is read-only: give the gateway's user the right to write it"),
    ("read-only", "is read-only: give the gateway's user the right to write it"),
    ("permission denied", "is forbidden: give the gateway's user the right to write it"),
    ("not permitted", "is forbidden: give it to the gateway's user"),
    ("no space left", "cannot grow: the disk is full; make room"),
    ("unable to open", "cannot be opened: give it and its folder to the gateway's user"),
    ("not a database", "is not a database: move it away, or restore a backup"),
    ("malformed", "is corrupt: restore a backup, or move it away to start empty"),
    ("i/o error", "cannot be read or written: check the disk"),
    ("was moved", "is not the file that was opened: put it back, or restart the gateway"),
)

_AGAINST_CONTENT = (
    sqlite3.SQLITE_ERROR,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
    sqlite3.SQLITE_MISUSE,
    sqlite3.SQLITE_RANGE,
    sqlite3.SQLITE_TOOBIG,
)

_CONTENT = (
    sqlite3.IntegrityError,
    sqlite3.InterfaceError,
    sqlite3.ProgrammingError,
    sqlite3.DataError,
)


def isOfTheMedium(error: BaseException | None) -> bool:
    """Whether it is the disk that failed, and not what was to be written."""
    if isinstance(error, _CONTENT):
        return False
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_IOERR)
        return code & 0xFF not in _AGAINST_CONTENT
    return isinstance(error, OSError | MemoryError | StoreFailed)


def explain(error: BaseException | None, path: Path) -> StoreFailed:
    """One line for a person: which file, what is wrong, what to do."""
    text = " ".join(str(error).split())
    for mark, advice in _ADVICE:
        if mark in text.lower():
            return StoreFailed(f"{path} {advice} ({text})")
    return StoreFailed(f"{path} failed: {text}")
