"""
What waits to be written, in order, and how much of it there may be.

Owns the entries between two transactions.  Commits are never dropped: there is one per charge
point at most, because who waits for one sends nothing else.  Notes are bounded in number and in
size; while the disk fails for long the oldest of those that only tell of the past are dropped.
Pure; the reactor thread uses it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from itertools import islice
from operator import attrgetter
from typing import Any

import attrs
from msgspec import Struct

from ocppgw.interfaces import Told
from ocppgw.model import facts as f
from ocppgw.model.batch import Batch
from ocppgw.model.records import MeterKey
from ocppgw.store.metering import Sampled
from ocppgw.v16.readings import USUAL

MAX_NOTES = 20_000
"""Notes that may wait while the disk fails."""

MAX_SIZE = 32 * 1024 * 1024
"""Characters of text in the notes that wait."""

SPARABLE = (
    f.StatusReported,
    f.Measured,
    f.Deviated,
    f.IdTagPresented,
    f.ConfigurationReported,
    f.AvailabilityAccepted,
    f.CommandEnded,
    f.Booted,
    f.RebootRequested,
)
"""
Facts that may be dropped.

Who is known under which name is not among them: what follows would refer to nothing.
"""


class Entry(Struct, eq=False, gc=False):
    """
    Facts of one node that are written together; a note where nobody waits for them.

    :ivar told: called once it is written, or could not be.
    :ivar batch: the number of the last batch that it was part of.
    :ivar sampled: what is written of its facts, where that was made beforehand.
    """

    nodeName: str
    facts: Sequence[f.Fact]
    told: Told | None = None
    size: int = 0
    batch: int = 0
    sampled: Sampled | None = None

    @property
    def isSparable(self) -> bool:
        """Whether it may be dropped in need."""
        return self.told is None and all(isinstance(fact, SPARABLE) for fact in self.facts)


class Backlog:
    """
    The entries that wait.

    :ivar commits: how many of them somebody waits for.
    :ivar dropped: notes that were dropped and not told of yet.
    """

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._size = 0
        self.commits = 0
        self.dropped = 0

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def size(self) -> int:
        """Characters of text in the notes."""
        return self._size

    def add(self, entry: Entry) -> None:
        """Let one wait behind the others."""
        self._entries.append(entry)
        if entry.told is not None:
            self.commits += 1
            return
        entry.size = sizeOf(entry.facts)
        self._size += entry.size
        self._bound()

    def take(self, most: int) -> list[Entry]:
        """The first ones; they wait no longer."""
        taken, self._entries = self._entries[:most], self._entries[most:]
        if self._entries:
            for entry in taken:
                self._count(entry, -1)
        else:
            self._size = self.commits = 0
        return taken

    def putBack(self, entries: Iterable[Entry]) -> None:
        """Let some wait before the others, as they did."""
        returned = list(entries)
        self._entries[:0] = returned
        for entry in returned:
            self._count(entry, 1)
        self._bound()

    def forget(self, batch: int) -> None:
        """Those that were put back from a batch are on disk after all."""
        kept = [entry for entry in self._entries if entry.batch != batch]
        for entry in self._entries:
            self._count(entry, -1 if entry.batch == batch else 0)
        self._entries = kept

    def _count(self, entry: Entry, sign: int) -> None:
        self._size += sign * entry.size
        self.commits += sign if entry.told is not None else 0

    def _bound(self) -> None:
        if len(self) - self.commits <= MAX_NOTES and self._size <= MAX_SIZE:
            return
        # A tenth at once, so that a full backlog is not searched for each note.
        sparable = [entry for entry in self._entries if entry.isSparable]
        gone = set(islice(_oldest(sparable, self._size - MAX_SIZE * 9 // 10), len(sparable)))
        self._entries = [entry for entry in self._entries if entry not in gone]
        for entry in gone:
            self._count(entry, -1)
        self.dropped += len(gone)


def _oldest(entries: Sequence[Entry], size: int) -> Iterable[Entry]:
    """A tenth of the entries, and as many more as make up a size."""
    for number, entry in enumerate(entries):
        if number > len(entries) // 10 and size <= 0:
            return
        size -= entry.size
        yield entry


def sizeOf(value: Any) -> int:
    """
    Roughly how much text hangs on a value of facts.

    A batch is as large as its readings.  The words of a key are shared, unless they are long.
    """
    cls = type(value)
    if cls is str:
        return len(value)
    if cls is Batch:
        between = len(value) - 1
        return len(value.row) - between + sum(map(len, value.plan.contexts))
    if cls is MeterKey:
        size = sum(map(len, value))
        return size if size > USUAL else 0
    if cls is tuple or cls is list:
        return sum(map(sizeOf, value))
    return _sizeOfParts(cls, value)


def _sizeOfParts(cls: type, value: Any) -> int:
    partsOf = _PARTS.get(cls)
    if partsOf is None:
        partsOf = _PARTS[cls] = _partsOf(cls)
    size = 0
    for part in partsOf(value):
        kind = type(part)
        if kind is str:
            size += len(part)
        elif kind not in _TEXTLESS:
            size += sizeOf(part)
    return size


_TEXTLESS = frozenset((int, float, bool, type(None), datetime))

_PARTS: dict[type, Callable[[Any], tuple[Any, ...]]] = {}


def _partsOf(cls: type) -> Callable[[Any], tuple[Any, ...]]:
    """Gets the attributes of a frozen class; none of any other."""
    names: tuple[str, ...] = ()
    if issubclass(cls, Struct):
        names = cls.__struct_fields__
    elif attrs.has(cls):
        names = tuple(field.name for field in attrs.fields(cls))
    if len(names) > 1:
        return attrgetter(*names)
    return lambda value: tuple([getattr(value, name) for name in names])
