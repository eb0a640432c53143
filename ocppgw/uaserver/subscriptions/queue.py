"""
The values of one monitored item that were not published yet (OPC 10000-4,
5.12.1.5): bounded, and honest about what it had to drop.  Pure.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from opcua import ua

from ocppgw.uaserver.library import status

#: InfoType DataValue and the Overflow bit of a StatusCode.
OVERFLOW = 0x480
NOTHING: Sequence[Any] = ()
"""What an empty queue holds."""


class ItemQueue:
    """
    A queue of DataValues.

    :ivar size: how many it holds.
    :ivar discardOldest: which end gives way when it is full.
    :ivar values: what it holds, the oldest first; the shared `NOTHING` mostly, because a list of
        its own for each of very many queues costs memory, and time to look at.
    """

    __slots__ = ("discardOldest", "size", "values")

    def __init__(self, size: int, discardOldest: bool) -> None:
        self.size = size
        self.discardOldest = discardOldest
        self.values: Sequence[Any] = NOTHING

    def __len__(self) -> int:
        return len(self.values)

    def put(self, value: Any, overflowed: bool = False) -> None:
        """
        Add a value.

        :param overflowed: values before it were lost elsewhere.
        """
        if overflowed and self.size > 1:
            # OPC 10000-4, 5.12.1.5: a queue of one never reports an overflow.
            value = withOverflow(value)
        values = self.values
        if not isinstance(values, list):
            self.values = [value]
        elif len(values) < self.size:
            values.append(value)
        elif self.size == 1:
            values[0] = value
        elif self.discardOldest:
            del values[0]
            values[0] = withOverflow(values[0])
            values.append(value)
        else:
            values[-1] = withOverflow(value)

    def pop(self) -> Any:
        """Take the oldest value."""
        values = self.values
        if not isinstance(values, list):
            raise IndexError("the queue is empty")
        value = values.pop(0)
        if not values:
            self.values = NOTHING
        return value

    def clear(self) -> None:
        """Forget all values."""
        self.values = NOTHING

    def resize(self, size: int, discardOldest: bool) -> None:
        """Change the bounds, dropping what does not fit any more."""
        self.size, self.discardOldest = size, discardOldest
        values = self.values
        if not isinstance(values, list):
            return
        dropped = len(values) > size
        while len(values) > size:
            if discardOldest:
                del values[0]
            else:
                values.pop()
        if dropped and size > 1:
            end = 0 if discardOldest else -1
            values[end] = withOverflow(values[end])


def withOverflow(value: Any) -> Any:
    """The same DataValue with the overflow bit."""
    code = 0 if value.StatusCode is None else value.StatusCode.value
    return ua.DataValue(
        value.Value,
        status(code | OVERFLOW),
        sourceTimestamp=value.SourceTimestamp,
        serverTimestamp=value.ServerTimestamp,
    )
