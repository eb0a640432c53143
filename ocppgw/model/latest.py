"""
What a connector, and a charge point, have after a batch: there, but computed when somebody asks.

Each of these stands on what was there before the batch, and the next batch of the same plan takes
its place on the same ground, so that no chain of them ever forms.  They are made only where a
batch that is as new or newer replaces all that the one before it gave; `measuring` sees to that.
Any thread reads.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

from attrs import frozen

from ocppgw.model.batch import PLANS, Batch, Plan
from ocppgw.model.later import Later
from ocppgw.model.live import TOTALS, nameOf, phasesOf, sumOf
from ocppgw.model.point import Point, computed
from ocppgw.model.records import Live, MeterKey
from ocppgw.model.sharing import changed

Readings = Mapping[MeterKey, Point]


class LatestReadings(Mapping[MeterKey, Point]):
    """
    Readings of which the last batch gave some.

    :ivar old: has every key; what it has of the batch's keys counts no more.
    """

    __slots__ = ("_whole", "batch", "old")

    def __init__(self, old: Readings, batch: Batch) -> None:
        self.old = old
        self.batch = batch
        self._whole: dict[MeterKey, Point] | None = None

    def __getitem__(self, key: MeterKey) -> Point:
        place = self.batch.plan.places.get(key)
        return self.old[key] if place is None else self.batch.get()[place]

    def __contains__(self, key: object) -> bool:
        return key in self.old

    def __iter__(self) -> Iterator[MeterKey]:
        return iter(self.old)

    def __len__(self) -> int:
        return len(self.old)

    def get(self, key: MeterKey, default: Any = None) -> Any:
        place = self.batch.plan.places.get(key)
        return self.old.get(key, default) if place is None else self.batch.get()[place]

    def __or__(self, items: Readings) -> dict[MeterKey, Point]:
        """All of them, with others instead or besides."""
        return {**self.old, **pointsOf(self.batch), **items}

    @property
    def numbers(self) -> Sequence[float]:
        """What the batch gives in numbers, all of them good and of its time."""
        return self.batch.values

    @staticmethod
    def placesIn(plan: Plan) -> Mapping[Any, int]:
        """Where the number of each key stands among those of batches of a plan."""
        return plan.places

    def whole(self) -> dict[MeterKey, Point]:
        """All of them, for somebody who looks at many; not to be changed."""
        if self._whole is None:
            self._whole = self | {}
        return self._whole


def quick(held: Any) -> Any:
    """The same, computed where it was not, and quick to look at many times."""
    if isinstance(held, Later):
        return held.get()
    return held.whole() if type(held) is LatestReadings else held


def pointsOf(batch: Batch) -> dict[MeterKey, Point]:
    """The points of a batch by the keys under which they are kept."""
    return dict(zip(batch.plan.shown, batch.get(), strict=True))


class LatestLive(Later[Live]):
    """
    Live values of which the last batch gave some.

    :ivar old: what the others are taken from.
    """

    __slots__ = ("batch", "old")

    def __init__(self, old: Live, batch: Batch, made: Live | None = None) -> None:
        self.old = old
        self.batch = batch
        if made is not None:
            self.made = made

    def _make(self) -> Live:
        return changed(self.old, **liveIn(self.batch))

    @property
    def numbers(self) -> Sequence[float]:
        """What the batch gives in numbers, all of them good and of its time."""
        return numbersIn(self.batch)

    def points(self, names: tuple[str, ...]) -> Sequence[Point | None]:
        """Only these values, for somebody who needs few; without what was sent as text."""
        batch, numbers, old = self.batch, self.numbers, self.old
        at, received = batch.sourceTime, batch.receivedTime
        return [
            getattr(old, name) if place is None else Point(numbers[place], at, received)
            for name, place in _placesOf(batch.plan, names)
        ]

    @staticmethod
    def placesIn(plan: Plan) -> Mapping[Any, int]:
        """Where the number of each name stands among those of batches of a plan."""
        return namingOf(plan).places


def withSession(live: Live | Later[Live], energy: Point | None) -> Live | Later[Live]:
    """Live values with what was charged in the transaction, which no batch gives."""
    if isinstance(live, LatestLive):
        return LatestLive(changed(live.old, sessionEnergy=energy), live.batch)
    now = live.get() if isinstance(live, Later) else live
    return changed(now, sessionEnergy=energy)


@frozen
class Naming:
    """
    What the values of a plan are in Live, and where they stand.

    :ivar single: names of values that are one as they are.
    :ivar added: names of those that are the sum of several.
    :ivar places: where each name stands among the `numbersIn` a batch.
    """

    single: tuple[tuple[str, int], ...]
    added: tuple[tuple[str, tuple[int, ...]], ...]
    places: Mapping[str, int]


@lru_cache(maxsize=PLANS)
def namingOf(plan: Plan) -> Naming:
    """The names of the values of a plan in which each key stands once."""
    names = {name: place for place, key in enumerate(plan.shown) if (name := nameOf(key))}
    added = []
    for measurand, name in TOTALS.items():
        if name not in names and (phases := phasesOf(plan.shown, measurand)):
            added.append((name, tuple(plan.places[key] for key in phases)))
    behind = {name: len(plan.keys) + index for index, (name, _) in enumerate(added)}
    return Naming(tuple(names.items()), tuple(added), {**names, **behind})


def liveIn(batch: Batch) -> dict[str, Point]:
    """All that a batch says of Live, as if nothing else were known."""
    points, naming = batch.get(), namingOf(batch.plan)
    found = {name: points[place] for name, place in naming.single}
    for name, places in naming.added:
        found[name] = sumOf([points[place] for place in places])
    return found


@lru_cache(maxsize=PLANS)
def _placesOf(plan: Plan, names: tuple[str, ...]) -> tuple[tuple[str, int | None], ...]:
    """Where names stand among the `numbersIn` a batch, if they do."""
    places = namingOf(plan).places
    return tuple([(name, places.get(name)) for name in names])


def numbersIn(batch: Batch) -> Sequence[float]:
    """The numbers of a batch, and behind them the sums that it says in Live."""
    values, added = batch.values, namingOf(batch.plan).added
    if not added:
        return values
    sums = [computed(sum([values[place] for place in places])) for _, places in added]
    return (*values, *sums)
