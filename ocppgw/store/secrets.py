"""
Which secrets the database holds, so that they can be taken out of what leaves the house.

Only reading; fails with `StoreFailed`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ocppgw.access.secretkeys import isSecret
from ocppgw.store.copying import reading

_COLUMNS = {
    "link_access": ("password", "candidate"),
    "user_account": ("password",),
}
"""Columns with hashes; a database of an older schema may lack some."""

_KEYS = "SELECT key_lower, text FROM configuration_key WHERE text IS NOT NULL"


def secretsOf(path: Path) -> frozenset[str]:
    """Hashes of passwords, and values of configuration keys that sound like secrets."""
    return reading(path, _found)


def _found(connection: sqlite3.Connection) -> frozenset[str]:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    found: set[str] = {text for key, text in connection.execute(_KEYS) if isSecret(key)}
    for table, columns in _COLUMNS.items():
        if table in tables:
            for column in columns:
                found |= {text for (text,) in connection.execute(f"SELECT {column} FROM {table}")}
    return frozenset(found - {""})
