"""
The events of one monitored item that were not published yet (OPC 10000-4,
5.12.1.5): bounded; that some were dropped is told by an event of its own,
which takes no place of another.  Pure.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable


class EventQueue:
    """
    A queue of encoded events.

    :ivar size: how many it holds.
    :ivar discardOldest: which end gives way when it is full.
    """

    __slots__ = ("_overflow", "_values", "discardOldest", "size")

    def __init__(self, size: int, discardOldest: bool) -> None:
        self.size = size
        self.discardOldest = discardOldest
        self._values: deque[bytes] = deque()
        self._overflow: bytes | None = None

    def __len__(self) -> int:
        return len(self._values) + (self._overflow is not None)

    def put(self, event: bytes, overflow: Callable[[], bytes]) -> None:
        """
        Add an event.

        :param overflow: makes the event that says that some were dropped.
        """
        if len(self._values) < self.size:
            self._values.append(event)
            return
        self.lose(overflow)
        if self.discardOldest:
            self._values.popleft()
            self._values.append(event)

    def lose(self, overflow: Callable[[], bytes]) -> None:
        """Events were dropped, here or before they came here."""
        if self._overflow is None:
            self._overflow = overflow()

    def pop(self) -> bytes:
        """Take the next event: what was lost is told where it was lost."""
        overflow = self._overflow
        if overflow is not None and (self.discardOldest or not self._values):
            self._overflow = None
            return overflow
        return self._values.popleft()

    def clear(self) -> None:
        """Forget all events."""
        self._values.clear()
        self._overflow = None

    def resize(self, size: int, discardOldest: bool, overflow: Callable[[], bytes]) -> None:
        """Change the bounds, dropping what does not fit any more."""
        self.size, self.discardOldest = size, discardOldest
        while len(self._values) > size:
            self.lose(overflow)
            if discardOldest:
                self._values.popleft()
            else:
                self._values.pop()
