"""
Results on disk: one JSON file for each experiment, and the page and the plots made of them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from benchmarks.core.experiment import Experiment
from benchmarks.core.machine import revision
from benchmarks.core.plot import plot, plotName
from benchmarks.core.rounds import judged, mediansOf
from benchmarks.core.table import document

RESULTS = Path(__file__).parents[1] / "results"


def keep(result: dict[str, Any], folder: Path) -> None:
    """Write one result, in place of the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{result['name']}.json").write_text(json.dumps(result, indent=2) + "\n")


def results(folder: Path) -> list[dict[str, Any]]:
    """All results in a folder, by name."""
    return [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]


def isMeasured(name: str, folder: Path) -> bool:
    """Whether there is a result of the present revision, without anything missing."""
    file = folder / f"{name}.json"
    if not file.exists():
        return False
    found = json.loads(file.read_text())
    return bool(found["machine"]["revision"] == revision()) and not found["missing"]


def judgeAgain(experiments: Iterable[Experiment], folder: Path) -> None:
    """Hold kept results against the goals as they are declared now, with the reasons of now."""
    for one in experiments:
        file = folder / f"{one.name}.json"
        if file.exists():
            result = json.loads(file.read_text())
            medians = mediansOf(one, result["runs"])
            goals = judged(one.goals, medians, result["runs"])
            keep({**result, "medians": medians, "goals": goals}, folder)


def publish(folder: Path) -> Path:
    """Make the page and the plots of all results in a folder; returns the page."""
    found = results(folder)
    for result in found:
        for figure in result["figures"]:
            if figure["isPlotted"]:
                (folder / plotName(result, figure)).write_text(plot(result, figure))
    page = folder / "README.md"
    page.write_text(document(found))
    return page
