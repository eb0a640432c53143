"""
Drawings of who tells what to whom, made of text.

A drawing is text like this, time running down::

    SCADA | OPC UA thread | reactor thread
    SCADA -> OPC UA thread: Call
    OPC UA thread: checks role and arguments
    OPC UA thread -> reactor thread: request, by the inward door

The first line names the columns, each further one is an arrow or a note.  Pure: text in, SVG out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html import escape

import attrs

COLUMN, ROW, HEAD, MARGIN = 190, 34, 34, 12
"""Sizes in units of the drawing."""

_LINE = re.compile(r"(?P<source>[^:>]+?)(?: -> (?P<target>[^:>]+?))?: (?P<text>.+)")


class Undrawable(Exception):
    """A line that is neither an arrow nor a note, or names a column that is not there."""


@attrs.frozen
class Step:
    """An arrow from column to column, or a note where both are the same."""

    source: int
    target: int
    text: str


def read(text: str) -> tuple[list[str], list[Step]]:
    """Columns and steps.  Raises `Undrawable`."""
    head, *lines = (line.strip() for line in text.strip().splitlines())
    columns = [name.strip() for name in head.split("|")]
    return columns, [_step(columns, line) for line in lines if line]


def _step(columns: Sequence[str], line: str) -> Step:
    found = _LINE.fullmatch(line)
    if found is None:
        raise Undrawable(f"neither an arrow nor a note: {line}")
    source, target = found["source"], found["target"] or found["source"]
    for name in (source, target):
        if name not in columns:
            raise Undrawable(f"there is no column {name}: {line}")
    return Step(columns.index(source), columns.index(target), found["text"])


def draw(text: str) -> str:
    """The drawing as SVG, to stand in a page."""
    columns, steps = read(text)
    width = COLUMN * len(columns)
    height = HEAD + ROW * (len(steps) + 1)
    parts = [_column(place, name, height) for place, name in enumerate(columns)]
    parts += [_drawn(step, HEAD + ROW * (row + 1)) for row, step in enumerate(steps)]
    return (
        f'<svg class="sequence" role="img" viewBox="0 0 {width} {height}" '
        f'style="max-width:{width}px;width:100%;font:12px sans-serif" '
        f'xmlns="http://www.w3.org/2000/svg"><title>{escape(", ".join(columns))}</title>'
        '<defs><marker id="tip" markerWidth="9" markerHeight="8" refX="8" refY="4" orient="auto">'
        '<path d="M0,0 L9,4 L0,8 z"/></marker></defs>' + "".join(parts) + "</svg>"
    )


def _middle(column: int) -> int:
    return COLUMN * column + COLUMN // 2


def _column(place: int, name: str, height: int) -> str:
    x = _middle(place)
    box = COLUMN - 2 * MARGIN
    return (
        f'<line x1="{x}" y1="{HEAD}" x2="{x}" y2="{height}" stroke="#999" stroke-dasharray="4 3"/>'
        f'<rect x="{x - box // 2}" y="4" width="{box}" height="{HEAD - 8}" rx="4" fill="#e8eef4" '
        f'stroke="#567"/><text x="{x}" y="{HEAD // 2 + 4}" text-anchor="middle" '
        f'font-weight="bold">{escape(name)}</text>'
    )


def _drawn(step: Step, y: int) -> str:
    start, end = _middle(step.source), _middle(step.target)
    if step.source == step.target:
        return (
            f'<circle cx="{start}" cy="{y}" r="4" fill="#567"/>'
            f'<text x="{start + 9}" y="{y + 4}">{escape(step.text)}</text>'
        )
    return (
        f'<line x1="{start}" y1="{y}" x2="{end}" y2="{y}" stroke="#234" '
        f'marker-end="url(#tip)"/><text x="{(start + end) // 2}" y="{y - 5}" '
        f'text-anchor="middle">{escape(step.text)}</text>'
    )
