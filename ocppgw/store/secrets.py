"""
Which secrets the database holds, so that they can be taken out of what leaves the house.

Only reading; fails with `StoreFailed`.
"""

from __future__ import annotations

import sqlite3
from pathlib import Path

from ocppgw.store.copying import reading

_COLUMNS = {
    "link_access": ("password", "candidate"),
    "user_account": ("password",),
}
"""Columns with hashes; a database of an older schema may lack some."""

_KEYS = """SELECT text FROM configuration_key WHERE text IS NOT NULL AND (
    key_lower LIKE '%authorizationkey%' OR key_lower LIKE '%password%' OR
    key_lower LIKE '%passphrase%' OR key_lower LIKE '%secret%' OR key_lower LIKE '%token%' OR
    key_lower LIKE '%credential%')"""


def secretsOf(path: Path) -> frozenset[str]:
    """Hashes of passwords, and values of configuration keys that sound like secrets."""
    return reading(path, _found)


def _found(connection: sqlite3.Connection) -> frozenset[str]:
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    found: set[str] = {text for (text,) in connection.execute(_KEYS)}
    for table, columns in _COLUMNS.items():
        if table in tables:
            for column in columns:
                found |= {text for (text,) in connection.execute(f"SELECT {column} FROM {table}")}
    return frozenset(found - {""})
