"""
Values that a charge point sampled together and says nothing odd about: kept by columns.

What they are of is the same from one message to the next, and is one shared `Plan`; a message has
its numbers and its time.  Whoever wants single readings, or points, gets them made.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import repeat
from typing import Any, overload

from ocppgw.model.facts import Reading
from ocppgw.model.keys import shownKey
from ocppgw.model.later import Later
from ocppgw.model.point import GOOD, Point
from ocppgw.model.records import MeterKey
from ocppgw.v16.numerals import numbersOf

PLANS = 1024
"""Plans that are remembered; there are never so many in use."""


class Plan:
    """
    What the values of a message are of; compared by identity, see `planOf`.

    :ivar keys: the keys of the readings, one for each value.
    :ivar contexts: theirs.
    :ivar shown: the keys under which a connector keeps them.
    :ivar places: where each of these stands.
    :ivar isPlain: whether no value is told twice.
    """

    __slots__ = ("contexts", "isPlain", "keys", "places", "shown")

    def __init__(self, keys: tuple[MeterKey, ...], contexts: tuple[str, ...]) -> None:
        self.keys = keys
        self.contexts = contexts
        self.shown = tuple(shownKey(key, signed=False) for key in keys)
        self.places = {key: place for place, key in enumerate(self.shown)}
        self.isPlain = len(self.places) == len(keys)


planOf = lru_cache(maxsize=PLANS)(Plan)
"""The shared plan of keys and contexts."""


class Batch(Later[tuple[Point, ...]], Sequence[Reading]):
    """
    The readings of one instant.

    All numbers of a message are one text, because thousands of messages are kept at a time, and
    each object of them is another wait for memory.

    :ivar row: the numbers exactly as they were sent, see `ocppgw.v16.numerals.plainRow`.
    :ivar shown: what one thread, and no other, keeps beside the numbers: how it shows them, made
        from nothing but them.
    """

    shown: Sequence[Any] | None = None

    __slots__ = ("_values", "plan", "receivedTime", "row", "sourceTime")

    def __init__(self, plan: Plan, row: str, sourceTime: datetime, receivedTime: datetime) -> None:
        self.plan = plan
        self.row = row
        self._values: tuple[float, ...] | None = None
        self.sourceTime = sourceTime
        self.receivedTime = receivedTime

    @property
    def values(self) -> tuple[float, ...]:
        """The numbers, in base units; kept, for those who look several times."""
        values = self._values
        if values is None:
            values = self._values = numbersOf(self.row)
        return values

    @property
    def texts(self) -> list[str]:
        """Exactly what was sent of each."""
        return self.row.split(",")

    def _make(self) -> tuple[Point, ...]:
        """A point for each value, in their order."""
        times = repeat(self.sourceTime), repeat(self.receivedTime)
        return tuple(map(Point, self.values, *times, repeat(GOOD), self.texts))

    def __len__(self) -> int:
        return len(self.plan.keys)

    @overload
    def __getitem__(self, place: int) -> Reading: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Reading]: ...
    def __getitem__(self, place: int | slice) -> Reading | Sequence[Reading]:
        if isinstance(place, slice):
            return tuple(self)[place]
        plan = self.plan
        return Reading(
            plan.keys[place],
            self.values[place],
            self.texts[place],
            plan.contexts[place],
            self.sourceTime,
        )

    def __iter__(self) -> Iterator[Reading]:
        plan = self.plan
        return map(
            Reading, plan.keys, self.values, self.texts, plan.contexts, repeat(self.sourceTime)
        )

    def __eq__(self, other: Any) -> bool:
        return tuple(self) == (tuple(other) if isinstance(other, Batch) else other)

    def __hash__(self) -> int:
        return hash(tuple(self))
