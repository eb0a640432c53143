"""
Running an experiment: every contender once a round, each round beginning with another one.
"""

from __future__ import annotations

import statistics
import traceback
from collections.abc import Iterable
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Any

from benchmarks.core.experiment import Contender, Experiment, Goal, Unavailable
from benchmarks.core.machine import machine


def run(experiment: Experiment, rounds: int) -> dict[str, Any]:
    """Measure; returns what ``results/NAME.json`` holds.  Each measurement is printed."""
    before = machine()
    missing: dict[str, str] = {}
    able = [one for one in experiment.contenders if _isPrepared(one, missing)]
    runs: dict[str, list[dict[str, float]]] = {one.name: [] for one in able}
    for turn in range(rounds):
        for one in _from(able, turn):
            if one.name not in missing:
                _measure(experiment, one, runs, missing)
    return _result(experiment, runs, missing, before)


def _from(contenders: list[Contender], turn: int) -> list[Contender]:
    """So that no contender always follows the same one."""
    first = turn % max(1, len(contenders))
    return contenders[first:] + contenders[:first]


def _isPrepared(one: Contender, missing: dict[str, str]) -> bool:
    try:
        one.prepare()
    except Unavailable as error:
        missing[one.name] = str(error)
        print(f"  {one.name}: {error}", flush=True)
    return one.name not in missing


def _measure(
    experiment: Experiment,
    one: Contender,
    runs: dict[str, list[dict[str, float]]],
    missing: dict[str, str],
) -> None:
    try:
        measured = one.measure()
    except Exception as error:  # noqa: BLE001 - the others are measured all the same
        why = str(error) if isinstance(error, Unavailable) else traceback.format_exc()[-2000:]
        missing[one.name] = why
        print(f"  {one.name}: {why}", flush=True)
        return
    runs[one.name].append({key: round(value, 4) for key, value in measured.items()})
    shown = ", ".join(
        f"{measured[figure.name]:.5g} {figure.unit}"
        for figure in experiment.figures
        if figure.name in measured
    )
    print(f"  {one.name}: {shown}", flush=True)


def _result(
    experiment: Experiment,
    runs: dict[str, list[dict[str, float]]],
    missing: dict[str, str],
    before: dict[str, Any],
) -> dict[str, Any]:
    medians = mediansOf(experiment, runs)
    return {
        "name": experiment.name,
        "title": experiment.title,
        "work": experiment.work,
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": dict(experiment.settings),
        "figures": [
            {"name": one.name, "unit": one.unit, "title": one.title, "isPlotted": one.isPlotted}
            for one in experiment.figures
        ],
        "contenders": [one.name for one in experiment.contenders],
        "medians": medians,
        "goals": judged(experiment.goals, medians, runs),
        "runs": runs,
        "missing": missing,
        "machine": before,
        "releases": {
            one.name: one.releases() for one in experiment.contenders if one.name in medians
        },
    }


def mediansOf(
    experiment: Experiment, runs: dict[str, list[dict[str, float]]]
) -> dict[str, dict[str, float]]:
    """Of all rounds, for each contender and figure; of what is `Figure.isWorst` the greatest."""
    worst = {one.name for one in experiment.figures if one.isWorst}
    return {
        name: {
            key: (max if key in worst else statistics.median)(one[key] for one in measured)
            for key in measured[0]
        }
        for name, measured in runs.items()
        if measured
    }


def judged(
    goals: Iterable[Goal],
    medians: dict[str, dict[str, float]],
    runs: dict[str, list[dict[str, float]]],
) -> list[dict[str, Any]]:
    """
    Goals with what became of them.

    ``reached`` is None where something was not measured; ``least`` and ``greatest`` are of the
    single rounds, each against the same one of the other.
    """
    return [_judged(goal, medians, runs) for goal in goals]


def _judged(
    goal: Goal, medians: dict[str, dict[str, float]], runs: dict[str, list[dict[str, float]]]
) -> dict[str, Any]:
    value = _valueOf(goal, medians.get(goal.contender, {}), medians.get(goal.against, {}))
    reached = None
    if value is not None:
        reached = value >= goal.limit if goal.isAtLeast else value <= goal.limit
    ours, theirs = runs.get(goal.contender, []), runs.get(goal.against, [])
    nothing: dict[str, float] = {}
    pairs = zip_longest(ours, theirs, fillvalue=nothing)
    single = [_valueOf(goal, one, other) for one, other in pairs]
    known = [round(each, 4) for each in single if each is not None]
    return {
        "figure": goal.figure,
        "contender": goal.contender,
        "against": goal.against,
        "isAtLeast": goal.isAtLeast,
        "limit": goal.limit,
        "value": None if value is None else round(value, 4),
        "least": min(known, default=None),
        "greatest": max(known, default=None),
        "reached": reached,
        "heldBackBy": goal.heldBackBy,
    }


def _valueOf(goal: Goal, ours: dict[str, float], theirs: dict[str, float]) -> float | None:
    """What is held against the limit; ``None`` where something of it was not measured."""
    value = ours.get(goal.figure)
    if not goal.against or value is None:
        return value
    base = theirs.get(goal.figure)
    return value / base if base else None
