"""
Results on disk: one JSON file for each experiment, and the page and the plots made of them.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from benchmarks.core.plot import plot, plotName
from benchmarks.core.table import document

RESULTS = Path(__file__).parents[1] / "results"


def keep(result: dict[str, Any], folder: Path) -> None:
    """Write one result, in place of the one before."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{result['name']}.json").write_text(json.dumps(result, indent=2) + "\n")


def publish(folder: Path) -> Path:
    """Make the page and the plots of all results in a folder; returns the page."""
    results = [json.loads(file.read_text()) for file in sorted(folder.glob("*.json"))]
    for result in results:
        for figure in result["figures"]:
            if figure["isPlotted"]:
                (folder / plotName(result, figure)).write_text(plot(result, figure))
    page = folder / "README.md"
    page.write_text(document(results))
    return page
