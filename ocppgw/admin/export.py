"""
``ocppgw-admin export``: charge points, transactions and meter values for other programs.

CSV is written by what the console writes it with, so that no spreadsheet takes a charge point's
text for a formula.  JSON lines hold each transaction with its meter values.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any, TextIO

from twisted.python import usage

from ocppgw.admin.newfiles import newFile
from ocppgw.admin.places import Place
from ocppgw.admin.terminal import Terminal
from ocppgw.store.exporting import TABLES, Table, export, exportWithMeterValues
from ocppgw.web.spreadsheets import written

FORMATS = ("csv", "json")


class Options(usage.Options):
    """What may stand behind ``export``."""

    synopsis = f"{'|'.join(TABLES)}"
    optParameters = (
        ("format", "f", "csv", "csv, or json for an object a line."),
        ("output", "o", None, "The file that is made; left out: standard output."),
    )

    def parseArgs(self, what: str) -> None:  # type: ignore[override]
        """What is exported."""
        if what not in TABLES:
            raise usage.UsageError(f"one of {', '.join(TABLES)} can be exported")
        self["what"] = what

    def postOptions(self) -> None:
        """Refuse what cannot be meant."""
        if self["format"] not in FORMATS:
            raise usage.UsageError(f"--format takes one of {', '.join(FORMATS)}")


def run(options: Any, place: Place, terminal: Terminal) -> int:
    """Do it; gives the exit status."""
    form = _FORMS[options["format"]]
    if options["output"] is None:
        form(place.database, options["what"], terminal.stdout)
        return 0
    with io.TextIOWrapper(newFile(Path(options["output"])), "utf-8", newline="") as file:
        form(place.database, options["what"], file)
    return 0


def _csv(database: Path, what: str, file: TextIO) -> None:
    table = TABLES[what]

    def take(rows: Iterator[dict[str, Any]]) -> None:
        file.writelines(written([table.columns]))
        file.writelines(written(row.values() for row in rows))

    export(database, table, take)


def _json(database: Path, what: str, file: TextIO) -> None:
    def take(rows: Iterator[dict[str, Any]]) -> None:
        file.writelines(json.dumps(row, default=_moment) + "\n" for row in rows)

    table: Table = TABLES[what]
    if what == "transactions":
        exportWithMeterValues(database, take)
    else:
        export(database, table, take)


def _moment(value: object) -> str:
    assert isinstance(value, datetime), value
    return value.isoformat().replace("+00:00", "Z")


_FORMS: Mapping[str, Callable[[Path, str, TextIO], None]] = MappingProxyType(
    {"csv": _csv, "json": _json}
)
