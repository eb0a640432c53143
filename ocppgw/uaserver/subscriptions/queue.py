"""
The values of one monitored item that were not published yet (OPC 10000-4,
5.12.1.5): bounded, and honest about what it had to drop.  Pure.
"""

from __future__ import annotations

from typing import Any

from ocppgw.uaserver.codec.sharedvalues import SharedValue
from ocppgw.uaserver.library import status

#: InfoType DataValue and the Overflow bit of a StatusCode.
OVERFLOW = 0x480


class ItemQueue:
    """
    A queue of DataValues.

    :ivar size: how many it holds.
    :ivar discardOldest: which end gives way when it is full.
    :ivar first: the oldest, ``None`` while there is none.  Of very many queues nearly all hold
        one value at most, and a list of its own for each would cost memory and collections.
    :ivar rest: those behind it; ``None`` for none.
    """

    __slots__ = ("discardOldest", "first", "rest", "size")

    def __init__(self, size: int, discardOldest: bool) -> None:
        self.size = size
        self.discardOldest = discardOldest
        self.first: Any = None
        self.rest: list[Any] | None = None

    def __len__(self) -> int:
        return 0 if self.first is None else 1 + len(self.rest or ())

    @property
    def values(self) -> list[Any]:
        """All of them, the oldest first."""
        return [] if self.first is None else [self.first, *(self.rest or ())]

    def put(self, value: Any, overflowed: bool = False) -> None:
        """
        Add a value.

        :param overflowed: values before it were lost elsewhere.
        """
        if overflowed and self.size > 1:
            # OPC 10000-4, 5.12.1.5: a queue of one never reports an overflow.
            value = withOverflow(value)
        rest = self.rest
        if self.first is None or self.size == 1:
            self.first = value
        elif rest is None:
            self.rest = [value]
        elif len(rest) < self.size - 1:
            rest.append(value)
        elif self.discardOldest:
            self.first = withOverflow(rest.pop(0))
            rest.append(value)
        else:
            rest[-1] = withOverflow(value)

    def pop(self) -> Any:
        """Take the oldest value."""
        value, rest = self.first, self.rest
        if value is None:
            raise IndexError("the queue is empty")
        self.first = rest.pop(0) if rest else None
        if not rest:
            self.rest = None
        return value

    def clear(self) -> None:
        """Forget all values."""
        self._hold([])

    def resize(self, size: int, discardOldest: bool) -> None:
        """Change the bounds, dropping what does not fit any more."""
        self.size, self.discardOldest = size, discardOldest
        values = self.values
        if len(values) <= size:
            return
        values = values[-size:] if discardOldest else [*values[: size - 1], values[-1]]
        end = 0 if discardOldest else -1
        if size > 1:
            values[end] = withOverflow(values[end])
        elif _codeOf(values[end]) & OVERFLOW == OVERFLOW:
            values[end] = _withCode(values[end], _codeOf(values[end]) & ~OVERFLOW)
        self._hold(values)

    def _hold(self, values: list[Any]) -> None:
        self.first, *rest = values or [None]
        self.rest = rest or None


def withOverflow(value: Any) -> Any:
    """The same DataValue with the overflow bit."""
    return _withCode(value, _codeOf(value) | OVERFLOW)


def _codeOf(value: Any) -> int:
    return 0 if value.StatusCode is None else int(value.StatusCode.value)


def _withCode(value: Any, code: int) -> Any:
    return SharedValue(value.Value, status(code), value.SourceTimestamp, value.ServerTimestamp)
