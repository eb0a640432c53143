"""
Results as Markdown: a table of goals, then one table for each experiment, with its plot.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from benchmarks.core.plot import plotName
from benchmarks.core.releases import shown

REACHED = {True: "reached", False: "**missed**", None: "not measured"}


def document(results: Sequence[dict[str, Any]]) -> str:
    """The whole page."""
    parts = ["# Results", _goals(results)]
    parts += [_experiment(result) for result in results]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _goals(results: Sequence[dict[str, Any]]) -> str:
    rows = [_goal(result, goal) for result in results for goal in result["goals"]]
    head = (
        "experiment",
        "who",
        "figure",
        "goal",
        "measured",
        "single rounds",
        "",
        "what holds it back",
    )
    return _table(head, rows) if rows else ""


def _goal(result: dict[str, Any], goal: dict[str, Any]) -> list[str]:
    figure = next(one for one in result["figures"] if one["name"] == goal["figure"])
    unit = f" times {goal['against']}" if goal["against"] else f" {figure['unit']}"
    word = "at least" if goal["isAtLeast"] else "at most"
    return [
        f"[{result['title']}](#{_anchor(result['title'])})",
        goal["contender"],
        figure["title"],
        f"{word} {number(goal['limit'])}{unit}",
        _beside(goal["value"], goal["limit"]),
        _span(goal),
        REACHED[goal["reached"]],
        goal["heldBackBy"] if goal["reached"] is False else "",
    ]


def _experiment(result: dict[str, Any]) -> str:
    figures = result["figures"]
    head = ["", *(f"{figure['title']}, {figure['unit']}" for figure in figures)]
    rows = [_row(result, name, figures) for name in result["contenders"]]
    plots = [
        f"![{figure['title']}]({plotName(result, figure)})"
        for figure in figures
        if figure["isPlotted"]
    ]
    parts = [f"## {result['title']}", result["work"], _table(head, rows), *plots, _origin(result)]
    return "\n\n".join([*parts, *filter(None, [shown(result)])])


def _row(result: dict[str, Any], name: str, figures: Sequence[dict[str, Any]]) -> list[str]:
    medians = result["medians"].get(name)
    if medians is None:
        return [name, *("not measured" for _ in figures)]
    return [name, *(number(medians.get(figure["name"])) for figure in figures)]


def _span(goal: dict[str, Any]) -> str:
    """By how much single rounds differ, where there are some."""
    least, greatest = number(goal["least"]), number(goal["greatest"])
    return least if least == greatest else f"{least} to {greatest}"


def _beside(value: float | None, limit: float) -> str:
    """A value so that it can be told from the limit of its goal."""
    shown = number(value)
    return f"{value:.4g}" if shown == number(limit) and value != limit else shown


def number(value: float | None) -> str:
    """Three digits that mean something, and no more."""
    if value is None:
        return ""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _origin(result: dict[str, Any]) -> str:
    where = result["machine"]
    rounds = max((len(runs) for runs in result["runs"].values()), default=0)
    node = f", Node.js {where['node'].lstrip('v')}" if where["node"] else ""
    return (
        f"Medians of {rounds} rounds on {where['processors']} processors ({where['processor']}),"
        f" {where['system']}, Python {where['python']}{node}; load before: {where['loadBefore']};"
        f" {result['at']}, revision {where['revision']}."
    )


def _anchor(title: str) -> str:
    """The way hosts of Markdown make anchors of headings."""
    kept = "".join(c for c in title.lower() if c.isalnum() or c in " -_")
    return kept.replace(" ", "-")
