"""
Which of the variables of a stem the numbers of a batch are.

The same for all charge points that send alike and are watched alike, so it is found out once: what
is new in a message is then found by comparing numbers, without a point for each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from typing import Any

from attrs import frozen

from ocppgw.model.batch import PLANS, Plan
from ocppgw.model.latest import LatestLive, LatestReadings
from ocppgw.uaserver.layout.sources import Source

_COLUMNED = (LatestReadings, LatestLive)

Pick = Callable[[Sequence[Any]], Sequence[Any]]


@frozen(eq=False)
class Steps:
    """
    How the variables of a stem are found in it, in their order; see `stepsOf`.

    :ivar steps: see `Source.step`.
    """

    steps: tuple[Hashable | None, ...]


@lru_cache(maxsize=4096)
def stepsOf(sources: tuple[Source, ...]) -> Steps:
    """The shared steps of sources."""
    return Steps(tuple([each.step for each in sources]))


@frozen(eq=False)
class Columns:
    """
    Where the numbers are.

    :ivar watched: takes those variables out of all that are numbers of the batch.
    :ivar numbers: takes their numbers out of all of a batch.
    :ivar standing: takes those variables out of all that the batch says nothing of.
    :ivar others: takes those of which that is to be asked.
    """

    watched: Pick
    numbers: Pick
    standing: Pick
    others: Pick


def haveOnePlan(before: Any, after: Any) -> bool:
    """Have both the numbers of a batch, of the same plan?"""
    kind = type(after)
    return kind in _COLUMNED and type(before) is kind and before.batch.plan is after.batch.plan


@lru_cache(maxsize=PLANS)
def columnsOf(steps: Steps, placesIn: Callable[[Plan], Mapping[Any, int]], plan: Plan) -> Columns:
    """
    The shared columns of a stem, for batches of a plan.

    :param placesIn: of what has their numbers.
    """
    places = placesIn(plan)
    numbered: list[int] = []
    standing: list[int] = []
    others: list[int] = []
    for index, step in enumerate(steps.steps):
        kinds = others if step is None else numbered if step in places else standing
        kinds.append(index)
    return Columns(
        _picking(numbered),
        _picking([places[steps.steps[index]] for index in numbered]),
        _picking(standing),
        _picking(others),
    )


def _picking(indices: Sequence[int]) -> Pick:
    """Takes what stands there, in C where that is possible."""
    if len(indices) > 1:
        return itemgetter(*indices)
    return lambda items: [items[index] for index in indices]
