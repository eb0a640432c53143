"""
Curves: values over time as the points of SVG lines.

Pure.  A template draws them; nothing is computed in a browser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median

import attrs

WIDTH, HEIGHT = 600, 120
"""Of the drawing, in its own units; it is scaled to the page."""

MOST_POINTS = 300

SHORTEST = timedelta(minutes=5)
"""Less time is not drawn, unless less was asked for."""

GAP = 4
"""How many times as long as usual nothing came where a gap is."""

SHORTEST_STEP = 5.0
"""Seconds: values that come faster than this are no measure of a gap."""

Values = Sequence[tuple[datetime, float]]


@attrs.frozen
class Line:
    """One curve. ``pieces`` are attributes of SVG polylines: nothing is drawn over a gap."""

    name: str
    pieces: tuple[str, ...]


@attrs.frozen
class Plot:
    """Curves with one scale. ``top`` is the value at its upper edge."""

    title: str
    unit: str
    lines: tuple[Line, ...]
    top: float
    start: datetime
    end: datetime


def plot(
    title: str, unit: str, curves: Mapping[str, Values], end: datetime, span: timedelta
) -> Plot | None:
    """
    The curves over a span of time; ``None`` where there is nothing to draw.

    What began within it is drawn from its beginning, so that a young curve fills the drawing.
    """
    start = end - span
    known = {name: [one for one in values if one[0] >= start] for name, values in curves.items()}
    known = {name: values for name, values in known.items() if values}
    if not known:
        return None
    first = min(values[0][0] for values in known.values())
    start = max(start, min(first, end - SHORTEST))
    span = end - start
    top = _rounded(max(value for values in known.values() for _, value in values))
    lines = tuple(
        Line(name, tuple(_points(piece, start, span, top) for piece in pieces(thinned(values))))
        for name, values in known.items()
    )
    return Plot(title, unit, lines, top, start, end)


def thinned(values: Values) -> Values:
    """Not more than can be seen; the last one stays."""
    step = -(-len(values) // MOST_POINTS)
    return [*values[:-1:step], values[-1]] if step > 1 else values


def pieces(values: Values) -> list[Values]:
    """The values up to each gap: a time without values that is unlike the others."""
    steps = [(later[0] - sooner[0]).total_seconds() for sooner, later in pairwise(values)]
    longest = GAP * max(median(steps), SHORTEST_STEP) if steps else 0.0
    cuts = [place for place, step in enumerate(steps, 1) if step > longest]
    return [values[begin:end] for begin, end in pairwise((0, *cuts, len(values)))]


def _points(values: Values, start: datetime, span: timedelta, top: float) -> str:
    return " ".join(
        f"{WIDTH * ((at - start) / span):.1f},{HEIGHT - HEIGHT * max(0.0, value) / top:.1f}"
        for at, value in values
    )


def _rounded(value: float) -> float:
    """The next of 1, 2, 5, 10 .. at or above a value."""
    top = 1.0
    while True:
        for factor in (1.0, 2.0, 5.0):
            if top * factor >= value:
                return top * factor
        top *= 10.0
