"""
Curves: values over time as the points of SVG lines.

Pure.  A template draws them; nothing is computed in a browser.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import attrs

WIDTH, HEIGHT = 600, 120
"""Of the drawing, in its own units; it is scaled to the page."""

MOST_POINTS = 300

SHORTEST = timedelta(minutes=5)
"""Less time is not drawn, unless less was asked for."""

Values = Sequence[tuple[datetime, float]]


@attrs.frozen
class Line:
    """One curve. ``points`` is the attribute of an SVG polyline."""

    name: str
    points: str
    last: float


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
        Line(name, _points(thinned(values), start, span, top), values[-1][1])
        for name, values in known.items()
    )
    return Plot(title, unit, lines, top, start, end)


def thinned(values: Values) -> Values:
    """Not more than can be seen; the last one stays."""
    step = -(-len(values) // MOST_POINTS)
    return [*values[:-1:step], values[-1]] if step > 1 else values


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
