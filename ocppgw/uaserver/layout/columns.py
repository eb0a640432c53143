"""
Which of the variables of a stem are which numbers of a batch, and which attributes others read.

The same for all charge points that send alike and are watched alike, so it is found out once: what
is new in a message is then found by comparing these, without a point for each.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence, Set
from functools import lru_cache
from itertools import compress
from operator import attrgetter, itemgetter, ne
from typing import Any

from attrs import frozen

from ocppgw.model.batch import Batch, Plan
from ocppgw.model.latest import LatestLive, LatestReadings, numbersIn
from ocppgw.uaserver.codec.sharedvalues import GoodDouble, goodDoubles
from ocppgw.uaserver.layout.sources import Source

_COLUMNED = (LatestReadings, LatestLive)

FEW = 4
"""Variables which are asked one after another."""

PICKS = 64
"""Different combinations of attributes that are remembered of variables; few ever change."""

Pick = Callable[[Sequence[Any]], Sequence[Any]]

PlacesIn = Callable[[Plan], Mapping[Any, int]]
"""Where what hangs on a stem stands among the numbers of batches of a plan."""


SHARED = 64
"""Variables of a stem that have their steps in common with others; more than those of any type."""

PLANS = 16
"""Plans of batches that the same steps are remembered for; devices of one site have a few."""


class Steps:
    """
    How the variables of a stem are found in it, in their order; see `stepsOf`.

    :ivar reads: which attributes they read; ``None`` where none of them tells, or they are so few
        that each is asked as quickly.
    """

    def __init__(self, sources: tuple[Source, ...]) -> None:
        self.reads = _readsOf(sources)
        self._steps: tuple[Hashable | None, ...] = tuple([each.step for each in sources])
        self._columns: dict[tuple[PlacesIn, Plan], Columns] = {}

    def columns(self, placesIn: PlacesIn, plan: Plan) -> Columns:
        """
        Where the numbers of batches of a plan are.

        :param placesIn: of what has their numbers.
        """
        return self._columns.get((placesIn, plan)) or self._newColumns(placesIn, plan)

    def _newColumns(self, placesIn: PlacesIn, plan: Plan) -> Columns:
        if len(self._columns) == PLANS:
            self._columns.clear()
        found = self._columns[placesIn, plan] = _columnsOf(self._steps, placesIn(plan))
        return found


_shared = lru_cache(maxsize=1024)(Steps)


def stepsOf(sources: tuple[Source, ...]) -> Steps:
    """
    The steps of sources.

    Those of a few are shared.  Of more there would be no end: a client may watch thousands of meter
    values, and each that it adds or removes makes other steps.
    """
    return _shared(sources) if len(sources) <= SHARED else Steps(sources)


class Reads:
    """
    By which attributes of what they hang on variables give points.

    :param names: the attributes, two at least.
    :param reads: for each variable which of them it reads; none: it does not tell.
    """

    def __init__(self, names: Sequence[str], reads: Sequence[Set[str]]) -> None:
        self._get = attrgetter(*names)
        self._names = names
        self._reads = reads
        self._picks: dict[tuple[bool, ...], Pick] = {}

    def changed(self, before: Any, after: Any) -> Pick:
        """Takes those out of all variables of which an attribute is another one."""
        differ = tuple(map(ne, self._get(before), self._get(after)))
        return self._picks.get(differ) or self._pick(differ)

    def _pick(self, differ: tuple[bool, ...]) -> Pick:
        if len(self._picks) == PICKS:
            self._picks.clear()
        changed = set(compress(self._names, differ))
        indices = [index for index, reads in enumerate(self._reads) if not reads or reads & changed]
        pick = self._picks[differ] = _picking(indices)
        return pick


def _readsOf(sources: tuple[Source, ...]) -> Reads | None:
    reads = [frozenset(each.reads) for each in sources]
    names = sorted(frozenset().union(*reads))
    return Reads(names, reads) if len(sources) > FEW and len(names) > 1 else None


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


def goodDoublesOf(batch: Batch) -> Sequence[GoodDouble]:
    """The values of all that is in a batch, made once for all who watch it.  OPC UA thread."""
    found: Sequence[GoodDouble] | None = batch.shown
    if found is None:
        found = batch.shown = goodDoubles(numbersIn(batch), batch.sourceTime, batch.receivedTime)
    return found


def haveOnePlan(before: Any, after: Any) -> bool:
    """Have both the numbers of a batch, of the same plan?"""
    kind = type(after)
    return kind in _COLUMNED and type(before) is kind and before.batch.plan is after.batch.plan


def _columnsOf(steps: Sequence[Hashable | None], places: Mapping[Any, int]) -> Columns:
    numbered: list[int] = []
    standing: list[int] = []
    others: list[int] = []
    for index, step in enumerate(steps):
        kinds = others if step is None else numbered if step in places else standing
        kinds.append(index)
    return Columns(
        _picking(numbered),
        _picking([places[steps[index]] for index in numbered]),
        _picking(standing),
        _picking(others),
    )


def _picking(indices: Sequence[int]) -> Pick:
    """Takes what stands there, in C where that is possible."""
    if len(indices) > 1:
        return itemgetter(*indices)
    return lambda items: [items[index] for index in indices]
