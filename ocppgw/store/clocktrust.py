"""
Whether the time of day is good enough to throw things away by it.

Clocks jump: a battery fails, a time server lies.  A year too many would cost a year of history.
So the time of the last round of cleaning is kept in the database; a clock that is far ahead of
it is believed only once it has said so for a week of rounds.  Until then nothing is thrown away,
which costs nothing but room.  Functions of a database cursor; writing thread.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs

_MICROSECOND = timedelta(microseconds=1)

LEAP = timedelta(days=7) // _MICROSECOND
"""Microseconds that may lie between two rounds: a gateway may have been off for some days."""

PROBATION = 7 * 24
"""Rounds after which a clock that leapt is believed: a week of hours."""

_TRUSTED, _DOUBTS = "clock", "clock doubts"

_NEWEST = """SELECT max(at) FROM (
    SELECT * FROM (SELECT received_time AS at FROM meter_value ORDER BY id DESC LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT received_time FROM status_report ORDER BY id DESC LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT received_time FROM charge_transaction ORDER BY row DESC LIMIT 1)
    UNION ALL
    SELECT * FROM (SELECT at FROM command ORDER BY id DESC LIMIT 1))"""


@attrs.frozen
class Verdict:
    """
    What is to be made of the time of day.

    :ivar known: the last time that was believed, in microseconds since 1970.
    :ivar doubts: in how many rounds it has been too far ahead of that; 0 when it is believed.
    """

    known: int
    doubts: int


def judge(cursor: Any, now: int) -> Verdict:
    """Judge the time at the begin of a round, and keep the verdict."""
    known = _kept(cursor, _TRUSTED)
    if known is None:
        known = cursor.execute(_NEWEST).fetchone()[0]
    doubts = 0
    if known is not None and now - known > LEAP:
        doubts = (_kept(cursor, _DOUBTS) or 0) + 1
    if doubts > PROBATION:
        doubts = 0
    if not doubts:
        known = now
    _keep(cursor, _TRUSTED, known)
    _keep(cursor, _DOUBTS, doubts)
    return Verdict(known, doubts)


def _kept(cursor: Any, name: str) -> int | None:
    row = cursor.execute("SELECT value FROM counter WHERE name = ?", (name,)).fetchone()
    return None if row is None else int(row[0])


def _keep(cursor: Any, name: str, value: int) -> None:
    cursor.execute(
        """INSERT INTO counter (name, value) VALUES (?, ?)
           ON CONFLICT (name) DO UPDATE SET value = excluded.value""",
        (name, value),
    )
