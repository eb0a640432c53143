"""
What charge points cost a gateway: processor time, memory and disk.

Times and memory are what the benchmarks measured last; bytes on disk are measured here, by the
store's own statements on a database that is thrown away.
"""

from __future__ import annotations

import json
import sqlite3
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import attrs

from docs.tables.writing import plain, table
from ocppgw.model import facts as f
from ocppgw.model.records import Settings, meterKey
from ocppgw.store.alterations import alter
from ocppgw.store.backlog import Entry
from ocppgw.store.batches import write
from ocppgw.store.ids import Ids

RESULTS = Path(__file__).parents[2] / "benchmarks/results"


@attrs.frozen
class Cost:
    """
    Something that costs, and where that was measured.

    :ivar unit: of the figure, for people.
    """

    what: str
    result: str
    contender: str
    figure: str
    unit: str


_ON, _KNOWN = "ocppgw, store on", "ocppgw, 1000 charge points"
COSTS = (
    Cost(
        "processor time of a message, its eight meter values on disk before it is answered",
        *("ocpp-500", _ON, "cpu", "µs"),
    ),
    Cost(
        "the same, while an OPC UA client monitors every value",
        *("ocpp-500", f"{_ON}, all subscribed", "cpu", "µs"),
    ),
    Cost(
        "processor time of a value that an OPC UA client reads, 100 in one request",
        *("opcua-services", "ocppgw", "read100", "µs"),
    ),
    Cost("memory of a charge point that is known", "scale-sizes", _KNOWN, "known", "KB"),
    Cost("memory of one that is connected", "scale-sizes", _KNOWN, "connected", "KB"),
    Cost(
        "memory of one whose nodes are all monitored by a client",
        *("scale-sizes", _KNOWN, "monitored", "KB"),
    ),
    Cost("start with 1,000 charge points known", "scale-sizes", _KNOWN, "start", "s"),
)

TOGETHER = (1, 4, 8)
"""Values in one MeterValues."""

CHARGE_POINTS, MESSAGES = 20, 250
BATCH = 100
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)

SITE, EVERY, EACH, DAYS = 100, 10, 4, 400
"""Examples: connectors, seconds between messages, values in a minute, days that they are kept."""


def sizing(folder: Path = RESULTS) -> str:
    """The table."""
    results = {path.stem: json.loads(path.read_text()) for path in folder.glob("*.json")}
    bytes_ = {number: bytesPerValue(number) for number in TOGETHER}
    rows = [*_measured(results), *_onDisk(bytes_)]
    return table((3, 1), ("What", "Cost"), rows) + "\n" + _machines(results)


def _measured(results: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for cost in COSTS:
        medians = results.get(cost.result, {}).get("medians", {})
        figure = medians.get(cost.contender, {}).get(cost.figure)
        if figure is not None:
            yield cost.what, f"{figure:.3g} {cost.unit}"
        if figure is not None and cost is COSTS[1]:
            share = SITE / EVERY * figure / 1e6
            text = f"{SITE} charge points that send such a message every {EVERY} s"
            yield text, f"{share:.2g} of a processor"


def _onDisk(bytes_: Mapping[int, int]) -> Iterator[tuple[str, str]]:
    for number, size in bytes_.items():
        values = "one value" if number == 1 else f"{number} values"
        yield f"disk for each meter value, {values} in a message", f"{size} bytes"
    total = SITE * EACH * DAYS * 24 * 60 * bytes_[EACH]
    site = f"{SITE} connectors that send {EACH} values in a message each minute"
    yield f"disk for {site}, kept for {DAYS} days", f"{total / 1e9:.3g} GB"


def _machines(results: Mapping[str, Any]) -> str:
    used = {cost.result for cost in COSTS} & results.keys()
    lines = []
    for name in sorted(used):
        at, machine = results[name]["at"][:10], results[name]["machine"]
        where = f"{machine['processors']} processors, {machine['processor']}"
        lines.append(f"``{name}.json`` of {at} on {plain(where)}, Python {machine['python']}")
    return f"Measured: {'; '.join(lines)}.\n" if lines else ""


def bytesPerValue(together: int) -> int:
    """What a meter value takes on disk where so many come in each message."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "ocppgw.sqlite3"
        empty = _filled(path, list(_known()))
        full = _filled(path, list(_messages(together)))
    return round((full - empty) / (CHARGE_POINTS * MESSAGES * together))


def _filled(path: Path, entries: list[Entry]) -> int:
    """The bytes of the database after these entries too."""

    def fill(cursor: Any) -> None:
        ids = Ids()
        for at in range(0, len(entries), BATCH):
            write(cursor, ids, at, entries[at : at + BATCH])

    alter(path, fill)
    with closing(sqlite3.connect(path)) as connection:
        [pages] = connection.execute("PRAGMA page_count").fetchone()
        [size] = connection.execute("PRAGMA page_size").fetchone()
    return int(pages * size)


def _known() -> Iterator[Entry]:
    for name in map(_name, range(CHARGE_POINTS)):
        yield Entry(name, (f.ChargePointAdded(name, name, BEGIN, Settings()),))


def _messages(together: int) -> Iterator[Entry]:
    """One message a minute of each charge point."""
    keys = [meterKey("Current.Import", f"L{number}") for number in range(together)]
    for minute in range(MESSAGES):
        at = BEGIN + timedelta(minutes=minute)
        for number in range(CHARGE_POINTS):
            readings = tuple(
                f.Reading(key, 16.25 + minute / 100, f"{minute}", "Sample.Periodic", at, False)
                for key in keys
            )
            yield Entry(_name(number), (f.Measured(1, None, readings, at),))


def _name(number: int) -> str:
    return f"CP{number}"
