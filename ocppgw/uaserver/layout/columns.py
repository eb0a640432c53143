"""
Which of the variables of a stem are which numbers of a batch, and which attributes others read.

The same for all charge points that send alike and are watched alike, so it is found out once: what
is new in a message is then found by comparing these, without a point for each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import lru_cache
from itertools import chain
from operator import attrgetter, itemgetter
from typing import Any

from attrs import frozen

from ocppgw.model.batch import PLANS, Plan
from ocppgw.model.latest import LatestLive, LatestReadings
from ocppgw.uaserver.layout.sources import Source

_COLUMNED = (LatestReadings, LatestLive)

PICKS = 64
"""Different combinations of attributes that are remembered of variables; few ever change."""

Pick = Callable[[Sequence[Any]], Sequence[Any]]


@frozen(eq=False)
class Steps:
    """
    How the variables of a stem are found in it, in their order; see `stepsOf`.

    :ivar steps: see `Source.step`.
    :ivar reads: which attributes they read; ``None`` where none of them tells.
    """

    steps: tuple[Hashable | None, ...]
    reads: Reads | None


@lru_cache(maxsize=4096)
def stepsOf(sources: tuple[Source, ...]) -> Steps:
    """The shared steps of sources."""
    return Steps(tuple([each.step for each in sources]), _readsOf(sources))


class Reads:
    """
    By which attributes of what they hang on variables give points.

    :param names: the attributes.
    :param masks: for each variable a bit of each attribute that it reads, the first the lowest;
        -1: it does not tell.
    """

    def __init__(self, names: Sequence[str], masks: Sequence[int]) -> None:
        self._get = attrgetter(names[0], *names)  # at least two, lest it be no tuple
        self._bits = (0, *[1 << index for index in range(len(names))])
        self._masks = masks
        self._picks: dict[int, Pick] = {}

    def changed(self, before: Any, after: Any) -> Pick:
        """Takes those out of all variables of which an attribute is another one."""
        mask = 0
        for bit, was, now in zip(self._bits, self._get(before), self._get(after), strict=True):
            if was is not now and was != now:
                mask |= bit
        return self._picks.get(mask) or self._pick(mask)

    def _pick(self, mask: int) -> Pick:
        if len(self._picks) == PICKS:
            self._picks.clear()
        indices = [index for index, reads in enumerate(self._masks) if reads < 0 or reads & mask]
        pick = self._picks[mask] = _picking(indices)
        return pick


def _readsOf(sources: tuple[Source, ...]) -> Reads | None:
    names = list(dict.fromkeys(chain.from_iterable(each.reads for each in sources)))
    if not names:
        return None
    bits = {name: 1 << index for index, name in enumerate(names)}
    return Reads(names, [sum(bits[each] for each in set(one.reads)) or -1 for one in sources])


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
