"""
The suite: ``python -m benchmarks [--quick] [NAME ..]``; ``make bench`` and ``make bench-quick``.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from importlib import import_module
from pathlib import Path

from benchmarks.core.experiment import Experiment, Pace
from benchmarks.core.records import RESULTS, isMeasured, judgeAgain, keep, publish
from benchmarks.core.rounds import run
from benchmarks.front import FRONT, showIn

PARTS = (
    "benchmarks.ocpp.experiments",
    "benchmarks.opcua.experiments",
    "benchmarks.scale.experiments",
)
"""Modules with a function ``experiments(pace)``."""

QUICK = RESULTS / "quick"


def chosen(pace: Pace, names: Iterable[str]) -> list[Experiment]:
    """All experiments, or those whose name begins with one of these."""
    every = [one for part in PARTS for one in import_module(part).experiments(pace)]
    wanted = tuple(names)
    return [one for one in every if not wanted or one.name.startswith(wanted)]


def main() -> None:
    """Measure, print, keep."""
    parser = argparse.ArgumentParser(prog="benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help="experiments, or how their names begin")
    parser.add_argument("--quick", action="store_true", help="one short round; kept apart")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--seconds", type=float, help="of each measurement")
    parser.add_argument("--warm", type=float, help="seconds before each measurement")
    parser.add_argument("--folder", type=Path, help="where databases are made: choose a real disk")
    parser.add_argument("--list", action="store_true", help="only name the experiments")
    parser.add_argument("--resume", action="store_true", help="only what this revision lacks")
    parser.add_argument("--publish", action="store_true", help="only make the pages again")
    arguments = parser.parse_args()
    usual = Pace(1, 0.3, 0.5, isQuick=True) if arguments.quick else Pace()
    pace = Pace(
        arguments.rounds or usual.rounds,
        usual.warm if arguments.warm is None else arguments.warm,
        arguments.seconds or usual.seconds,
        usual.isQuick,
        arguments.folder,
    )
    folder = QUICK if arguments.quick else RESULTS
    if arguments.list:
        for one in chosen(pace, arguments.names):
            print(f"{one.name}: {one.title}")
        return
    if not arguments.publish:
        measured(chosen(pace, arguments.names), pace, folder, isResuming=arguments.resume)
    judgeAgain(chosen(pace, ()), folder)
    print(f"see {publish(folder)}")
    if not arguments.quick:
        showIn(FRONT, folder)


def measured(experiments: list[Experiment], pace: Pace, folder: Path, *, isResuming: bool) -> None:
    """Run them one after the other; each result is kept at once."""
    for one in experiments:
        if isResuming and isMeasured(one.name, folder):
            continue
        print(f"{one.name}: {one.title}", flush=True)
        keep(run(one, min(pace.rounds, one.rounds or pace.rounds)), folder)


if __name__ == "__main__":
    main()
