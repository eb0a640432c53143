"""
The figures that are shown are those that were measured.
"""

from __future__ import annotations

import re
from contextlib import redirect_stdout
from io import StringIO

from twisted.trial.unittest import SynchronousTestCase

from benchmarks.__main__ import chosen
from benchmarks.core.experiment import Contender, Experiment, Figure, Goal, Pace
from benchmarks.core.peers import PEERS
from benchmarks.core.plot import plot, plotName
from benchmarks.core.records import RESULTS, results
from benchmarks.core.releases import ofNode, ofOurs, ofPython
from benchmarks.core.rounds import judged, mediansOf, run
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
        experiments = {one.name: one for one in chosen(Pace(), ())}
        for result in results(RESULTS):
            name = result["name"]
            medians = mediansOf(experiments[name], result["runs"])
            self.assertEqual(medians, result["medians"], name)
            found = judged(experiments[name].goals, medians, result["runs"])
            self.assertEqual(found, result["goals"], name)
            for goal in result["goals"]:
                if goal["reached"] is False:
                    self.assertTrue(goal["heldBackBy"], (name, goal["figure"]))


class Judged(SynchronousTestCase):
    """What becomes of the rounds."""

    def experiment(self, *goals: Goal) -> Experiment:
        figures = Figure("price", "s", "price"), Figure("hold", "ms", "hold", isWorst=True)
        return Experiment("toy", "Toy", "none", figures, (), goals)

    def runs(self, *rounds: float) -> list[dict[str, float]]:
        return [{"price": each, "hold": each * 10} for each in rounds]

    def test_medians(self) -> None:
        """The median of all rounds counts, and of what must never happen the greatest."""
        found = mediansOf(self.experiment(), {"ours": self.runs(3, 1, 8), "gone": []})
        self.assertEqual(found, {"ours": {"price": 3, "hold": 80}})

    def test_span(self) -> None:
        """The span is of each round against the same one of the other, as far as there is one."""
        goal = Goal("price", "ours", 1.0, against="theirs")
        runs = {"ours": self.runs(3, 1, 8), "theirs": self.runs(6, 1)}
        experiment = self.experiment(goal)
        [found] = judged(experiment.goals, mediansOf(experiment, runs), runs)
        self.assertEqual((found["least"], found["greatest"]), (0.5, 1.0))
        self.assertEqual((found["value"], found["reached"]), (round(3 / 3.5, 4), True))

    def test_missing(self) -> None:
        """Where one was not measured there is no judgement, and no span."""
        goal = Goal("price", "ours", 1.0, against="theirs")
        runs = {"ours": self.runs(3)}
        [found] = judged([goal], mediansOf(self.experiment(goal), runs), runs)
        self.assertEqual((found["value"], found["reached"], found["least"]), (None, None, None))


class Ran(SynchronousTestCase):
    """A result tells the releases that its figures are of."""

    def test_releases(self) -> None:
        """Each contender has its own, in the result and in the last line of the page."""
        theirs = {"wanted": {"ocpp": "9.8"}, "others": {"attrs": "7.6"}}
        contenders = [
            Contender("ocppgw, off", lambda: {"cpu": 1.0}),
            Contender("ocppgw, on", lambda: {"cpu": 2.0}),
            Contender("theirs", lambda: {"cpu": 3.0}, releases=lambda: theirs),
            Contender("broken", lambda: {"cpu": 1 / 0}),
        ]
        figures = [Figure("cpu", "µs", "time")]
        with redirect_stdout(StringIO()):
            result = run(Experiment("x", "X", "Work.", figures, contenders), 1)
        ours = ofOurs()
        self.assertEqual(
            result["releases"], {"ocppgw, off": ours, "ocppgw, on": ours, "theirs": theirs}
        )
        page = document([result])
        line = page.splitlines()[-1]
        self.assertRegex(line, r"^Releases: ocppgw: twisted [\d.]+, .*; theirs: ocpp 9\.8\.$")
        self.assertEqual(line.count("ocppgw"), 1)
        del result["releases"]
        self.assertEqual(document([result]), page.removesuffix(f"\n{line}\n"))

    def test_pins(self) -> None:
        """What the peers on Python and on Node.js consist of is pinned as it is wanted."""
        tree = PEERS.parent
        files = [file.with_suffix(".txt") for file in tree.glob("o*/*/*.in")]
        self.assertEqual(len(files), 3)
        for file in files:
            wanted = dict(
                line.split("==") for line in file.with_suffix(".in").read_text().splitlines()
            )
            found = ofPython(file)
            self.assertEqual(found["wanted"], wanted)
            self.assertTrue(found["others"])
            pins = re.split(r"^(?=\w)", file.read_text(), flags=re.MULTILINE)[1:]
            self.assertEqual(len(pins), len(wanted) + len(found["others"]))
            for pin in pins:
                self.assertIn("--hash=sha256:", pin)
            self.assertNotRegex(file.read_text(), "https?:|file:|/tmp|/opt")
        for name in ("ocpp/peers", "opcua/servers/node"):
            found = ofNode(tree / name / "package.json")
            self.assertTrue(found["wanted"] and found["others"])
