"""
The table of the project's front page, made of the results.

It stands there between two comments; ``tests.repository.test_benchmarks`` holds it to the results.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import attrs

from benchmarks.core.records import results
from benchmarks.core.table import number
from benchmarks.ocpp.experiments import ECHO, OFF, ON, ON_WATCHED, STRICT, TRUSTING, VALIDATING
from benchmarks.opcua.peers import ASYNCUA, NODE, OURS, STOCK

FRONT = Path(__file__).parents[1] / "README.rst"
BEGIN, END = ".. figures: begin\n\n", "\n.. figures: end\n"
HEAD = ("work", "ocppgw", "others")


@attrs.frozen
class Row:
    """
    One line: a figure of a result.

    :ivar others: who did the same work in the same run, and what they are called here.
    """

    work: str
    result: str
    figure: str
    contender: str
    unit: str = "µs"
    others: Sequence[tuple[str, str]] = ()


_PEERS = ((NODE, "``node-opcua``"), (ASYNCUA, "``asyncua``"), (STOCK, "``opcua``"))
ROWS = (
    Row(
        "an OCPP message of 500 charge points, nobody subscribed, store off",
        "ocpp-500",
        "cpu",
        OFF,
        others=(
            (ECHO, "bare echo on the same library"),
            (STRICT, "``ocpp-rpc``"),
            (TRUSTING, "``mobilityhouse/ocpp``"),
            (VALIDATING, "the same, validating"),
        ),
    ),
    Row("the same, store on", "ocpp-500", "cpu", ON),
    Row("the same, every value subscribed to, store on", "ocpp-500", "cpu", ON_WATCHED),
    Row("Read of 100, the same again, per value", "opcua-services", "read100", OURS, others=_PEERS),
    Row(
        "Read of 100 others each time, per value",
        "opcua-services",
        "others100",
        OURS,
        others=_PEERS,
    ),
    Row("Browse, per reference", "opcua-services", "browse", OURS, others=_PEERS),
    Row("5 subscribers, per notification", "opcua-services", "notify5", OURS, others=_PEERS),
    Row(
        "10,000 changes a second among 119,000 monitored items",
        "scale-everything",
        "share",
        "ocppgw, 1 client",
        unit="% of a core",
    ),
    Row(
        "start with 1,000 known charge points",
        "scale-sizes",
        "start",
        "ocppgw, 1000 charge points",
        unit="s",
    ),
    Row(
        "memory for each of 1,000 charge points, everything monitored",
        "scale-sizes",
        "monitored",
        "ocppgw, 1000 charge points",
        unit="KB",
    ),
)


def figures(found: Iterable[dict[str, Any]]) -> str:
    """The table, of the results that there are."""
    medians = {each["name"]: each["medians"] for each in found}
    lines = [_line(row, medians[row.result]) for row in ROWS if row.result in medians]
    rows = "".join(
        f"   * - {work}\n     - {ours}\n     - {others}".rstrip() + "\n"
        for work, ours, others in (HEAD, *lines)
    )
    return f".. list-table::\n   :header-rows: 1\n\n{rows}"


def _line(row: Row, medians: dict[str, dict[str, float]]) -> tuple[str, str, str]:
    others = [
        f"{name} {number(medians[other][row.figure])}"
        for other, name in row.others
        if other in medians
    ]
    value = medians.get(row.contender, {}).get(row.figure)
    ours = "not measured" if value is None else f"{number(value)} {row.unit}"
    return row.work, ours, ", ".join(others)


def showIn(page: Path, folder: Path) -> None:
    """Put the table of a folder's results into a page."""
    before, _, rest = page.read_text().partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}{figures(results(folder))}{END}{after}")
