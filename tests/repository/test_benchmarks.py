"""
The figures that are shown are those that were measured.
"""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.__main__ import chosen
from benchmarks.core.experiment import Pace
from benchmarks.core.plot import plot, plotName
from benchmarks.core.records import RESULTS, results
from benchmarks.core.rounds import judged
from benchmarks.core.table import document
from benchmarks.front import BEGIN, END, FRONT, figures


class Shown(SynchronousTestCase):
    """What is in the tree is what ``python -m benchmarks --publish`` makes of the results."""

    def test_front(self) -> None:
        """The table of the front page."""
        shown = FRONT.read_text().partition(BEGIN)[2].partition(END)[0]
        self.assertEqual(figures(results(RESULTS)), shown)

    def test_page(self) -> None:
        """The page with all results."""
        self.assertEqual(document(results(RESULTS)), (RESULTS / "README.md").read_text())

    def test_plots(self) -> None:
        """Each plot, and no other."""
        wanted = {
            plotName(result, figure): plot(result, figure)
            for result in results(RESULTS)
            for figure in result["figures"]
            if figure["isPlotted"]
        }
        kept = {path.name: path.read_text() for path in RESULTS.glob("*.svg")}
        self.assertEqual(wanted, kept)

    def test_goals(self) -> None:
        """Each goal of each experiment, and for each that was missed what holds it back."""
        goals = {one.name: one.goals for one in chosen(Pace(), ())}
        for result in results(RESULTS):
            name = result["name"]
            found = judged(goals[name], result["medians"], result["runs"])
            self.assertEqual(found, result["goals"], name)
            for goal in result["goals"]:
                if goal["reached"] is False:
                    self.assertTrue(goal["heldBackBy"], (name, goal["figure"]))
