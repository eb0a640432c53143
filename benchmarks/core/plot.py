"""
Plots as SVG, written by hand: one bar for each contender, the median, and a dot for each round.
"""

from __future__ import annotations

from html import escape
from typing import Any

WIDTH = 760
LABEL = 300
VALUE = 90
ROW = 24
TOP = 34
COLOURS = {True: "#2563eb", False: "#94a3b8"}


def plotName(result: dict[str, Any], figure: dict[str, Any]) -> str:
    """The file that holds the plot of a figure."""
    return f"{result['name']}-{figure['name']}.svg"


def plot(result: dict[str, Any], figure: dict[str, Any]) -> str:
    """One figure of a result; ours in another colour."""
    runs = {
        name: [one[figure["name"]] for one in result["runs"][name] if figure["name"] in one]
        for name in result["contenders"]
        if result["medians"].get(name)
    }
    runs = {name: values for name, values in runs.items() if values}
    most = max((max(values) for values in runs.values()), default=1.0) or 1.0
    height = TOP + ROW * len(runs) + 10
    rows = [
        _row(index, name, result["medians"][name][figure["name"]], values, most)
        for index, (name, values) in enumerate(runs.items())
    ]
    title = f"{result['title']}: {figure['title']}, {figure['unit']}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}"'
        ' font-family="sans-serif" font-size="12">'
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>'
        f'<text x="10" y="20" font-weight="bold">{escape(title)}</text>{"".join(rows)}</svg>\n'
    )


def _row(index: int, name: str, median: float, values: list[float], most: float) -> str:
    scale = (WIDTH - LABEL - VALUE) / most
    top = TOP + ROW * index
    dots = "".join(
        f'<circle cx="{LABEL + value * scale:.1f}" cy="{top + ROW / 2:.1f}" r="2.5" fill="#111"/>'
        for value in values
    )
    return (
        f'<text x="{LABEL - 8}" y="{top + 16}" text-anchor="end">{escape(name)}</text>'
        f'<rect x="{LABEL}" y="{top + 3}" width="{median * scale:.1f}" height="{ROW - 6}"'
        f' fill="{COLOURS["ocppgw" in name]}"/>{dots}'
        f'<text x="{WIDTH - VALUE + 12}" y="{top + 16}">{median:,.4g}</text>'
    )
