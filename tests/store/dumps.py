"""
Databases of every schema, as SQL text in ``tests/store/schemas/N.sql``.

A step of the schema brings its dump along: ``python -m tests.store.dumps`` writes the newest one,
of the same life that all others tell.  A dump that is there is never written again.
"""

from __future__ import annotations

import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from ocppgw.access import linkaccess
from ocppgw.model import facts as f
from ocppgw.model.idtags import IdTagEntry
from ocppgw.model.records import ConfigurationPoint, MeterKey
from ocppgw.store.accesses import changeAccess
from ocppgw.store.alterations import alter
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.ids import Ids
from ocppgw.store.schema import APPLICATION_ID, STEPS, VERSION
from tests.store.contract import ADDED, NAMEPLATE, T0, report, started, stopped

FOLDER = Path(__file__).parent / "schemas"
ENERGY = MeterKey("Energy.Active.Import.Register", "", "Outlet")
HASH = "$sha256$c2FsdA$aGFzaA"


def life() -> Sequence[f.Fact]:
    """What every dump tells of the charge point CP1."""
    later = T0 + timedelta(minutes=15)
    reading = f.Reading(ENERGY, 250.5, "250.5", "Sample.Periodic", later)
    return (
        ADDED,
        f.Booted(NAMEPLATE, "Accepted", T0),
        f.StatusReported(1, report("Charging")),
        f.ConfigurationReported((ConfigurationPoint("Key", "value", False, T0),), ("Odd",), T0),
        f.RebootRequested("Key", T0),
        started(1),
        f.Measured(1, 1, (reading,), later),
        stopped(1),
        started(2, timestampText="2026-03-01T13:00:00Z"),
    )


def restore(number: int, path: Path) -> None:
    """Make the database of a schema."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((FOLDER / f"{number}.sql").read_text("utf-8"))
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {number}")


def inMemory() -> sqlite3.Connection:
    """A database of the newest schema, of which nothing is on a disk."""
    connection = sqlite3.connect(":memory:")
    for step in STEPS:
        connection.executescript(step)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def dump(path: Path) -> str:
    """The text of a database, of any schema from the first one that has what is told here."""
    alter(path, _live)
    with closing(sqlite3.connect(path)) as connection:
        return "".join(f"{line}\n" for line in connection.iterdump())


def _live(cursor: sqlite3.Cursor) -> None:
    site = f.IdTagChanged(IdTagEntry("TAG", "Blocked"), T0)
    write(cursor, Ids(), 7, [Entry("CP1", life()), Entry(f.SITE, (site,))])
    changeAccess(cursor, linkaccess.PasswordSet("CP1", HASH))


def main() -> None:
    """Write the newest dump, where it is missing."""
    target = FOLDER / f"{VERSION}.sql"
    if target.exists():
        raise SystemExit(f"{target} is there")
    with TemporaryDirectory() as folder:
        target.write_text(dump(Path(folder) / "ocppgw.sqlite3"), "utf-8")
    sys.stdout.write(f"{target}\n")


if __name__ == "__main__":
    main()
