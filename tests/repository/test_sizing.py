"""The table of sizes: read from the results of the benchmarks, and measured on a database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from docs.tables import sizing
from docs.tables.sizing import COSTS, RESULTS, bytesPerValue


class ResultTests(SynchronousTestCase):
    """What is taken from the benchmarks."""

    def result(self, **medians: Any) -> Any:
        machine = {"processors": 4, "processor": "Some_CPU", "python": "3.12.1"}
        return {"at": "2026-05-04T12:00:00+00:00", "machine": machine, "medians": medians}

    def test_shown(self) -> None:
        """A result is shown with its unit, its day and its machine; what is missing is left out."""
        folder = Path(self.mktemp())
        folder.mkdir()
        medians = {"ocppgw, store on, all subscribed": {"cpu": 512.345}}
        (folder / "ocpp-500.json").write_text(json.dumps(self.result(**medians)))
        text = sizing.sizing(folder)
        for part in ("512 µs", "0.0051 of a processor", "2026-05-04", "4 processors", "3.12.1"):
            self.assertIn(part, text)
        self.assertNotIn("KB", text)

    def test_today(self) -> None:
        """Each figure is one of the benchmark's, with the unit that it has there."""
        known = {path.stem: json.loads(path.read_text()) for path in RESULTS.glob("*.json")}
        self.assertLessEqual({"ocpp-500", "opcua-services"}, known.keys())
        for cost in COSTS:
            if cost.result in known:
                result = known[cost.result]
                self.assertIn(cost.figure, result["medians"][cost.contender], cost)
                [unit] = [one["unit"] for one in result["figures"] if one["name"] == cost.figure]
                self.assertEqual(unit.split()[0], cost.unit)


class DiskTests(SynchronousTestCase):
    """What is measured when the page is made."""

    def test_perValue(self) -> None:
        """It is a cost of each value: twice as many values take twice as much."""
        some = bytesPerValue(4)
        self.patch(sizing, "MESSAGES", 2 * sizing.MESSAGES)
        self.assertLess(abs(bytesPerValue(4) / some - 1), 0.1)
        self.assertGreater(some, 8, "a value is a number of eight bytes, and is on disk")
