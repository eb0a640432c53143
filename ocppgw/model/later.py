"""
Values that are computed when somebody first asks.

Most of what follows from a message is replaced by the next one before anybody looked.  Any thread
may ask; where two do at the same moment both compute, and both are given the same object: readers
find out by identity whether something changed.
"""

from __future__ import annotations

from typing import Generic, TypeVar

T = TypeVar("T")


class Later(Generic[T]):
    """
    One such value.

    A subclass computes it in `_make`, from what never changes.

    :ivar made: the value, once somebody asked.
    """

    __slots__ = ("__dict__",)

    made: T | None = None

    def get(self) -> T:
        """The value; always the same object."""
        made = self.made
        if made is None:
            # One step of the interpreter's, so that the first of two threads wins for both.
            made = vars(self).setdefault("made", self._make())
        return made

    def _make(self) -> T:
        raise NotImplementedError

    def __eq__(self, other: object) -> bool:
        return bool(self.get() == (other.get() if isinstance(other, Later) else other))

    def __hash__(self) -> int:
        return hash(self.get())
