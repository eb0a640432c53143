"""
CSV, written so that a spreadsheet shows it and never computes it.

Pure.  A cell that a spreadsheet could take for a formula gets an apostrophe in front (OWASP, CSV
injection); what cannot be seen is written out.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from ocppgw.web.texts import visible

_FORMULA = r"(?=[=+\-@\t\r|%\uff1d\uff0b\uff0d\uff20])"
"""What a spreadsheet may take for the beginning of a formula."""

_BARE = re.compile(rf"((?:^|;)\s*'*){_FORMULA}")
_GUARDED = re.compile(rf"((?:^|;)\s*'*)'{_FORMULA}")
"""At the beginning of a cell, or behind the semicolon that many spreadsheets cut lines at."""

Cell = str | int | float | bool | datetime | None


def written(rows: Iterable[Iterable[Cell]]) -> Iterator[str]:
    """The lines of a file."""
    for row in rows:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow([safe(cell) for cell in row])
        yield line.getvalue()


def safe(cell: Cell) -> str:
    """A cell that is text and nothing else; numbers stay numbers."""
    match cell:
        case None:
            return ""
        case datetime():
            return cell.isoformat(timespec="seconds").replace("+00:00", "Z")
        case str():
            text = visible(cell).replace("\n", " ")
            return _BARE.sub(r"\1'", text)
        case _:
            return str(cell)


def read(text: str) -> list[list[str]]:
    """
    The rows of a file that somebody sends, an apostrophe of `safe` taken off again.

    Fails with ``ValueError`` where it is no CSV.
    """
    dialect = ";" if text.partition("\n")[0].count(";") else ","
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=dialect)
    try:
        return [[_plain(cell) for cell in row] for row in rows if any(map(str.strip, row))]
    except csv.Error as error:
        raise ValueError(f"line {rows.line_num}: {error}") from None


def _plain(cell: str) -> str:
    return _GUARDED.sub(r"\1", cell.strip())
