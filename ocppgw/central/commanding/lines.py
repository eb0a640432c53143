"""
Who may speak to a charge point next: one line per charge point, one turn at a time.

A turn is a user's whole command, or one single background Call.  Commands go before background
Calls, so that a person waits at most for the Call that is under way.  A line that is held (its
charge point has not settled, see ``settling``) keeps its order and starts nobody.

Owns: the turns that wait, and which one runs.  In: `join`, `leave`, `succeed`, `done`,
`advance`.  Out: it calls ``begin`` of a turn.  Reactor thread.  A turn that began ends with
`done`, called by whoever joined it; nothing here fires a Deferred.  A test looks at `waiting` and
`isBusy`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import attrs


@attrs.frozen(eq=False)
class Turn:
    """One who waits; ``begin`` is called once, when it may speak."""

    begin: Callable[[], None]
    urgent: bool = True


@attrs.define(eq=False)
class _Line:
    urgent: deque[Turn] = attrs.field(factory=deque)
    patient: deque[Turn] = attrs.field(factory=deque)
    current: Turn | None = None

    def queue(self, turn: Turn) -> deque[Turn]:
        return self.urgent if turn.urgent else self.patient

    def take(self) -> Turn | None:
        for queue in (self.urgent, self.patient):
            if queue:
                return queue.popleft()
        return None


class Lines:
    """
    The lines of all charge points.

    :param isHeld: says of a node name that nobody may speak to it yet; whoever changes that
        calls `advance`.
    """

    def __init__(self, isHeld: Callable[[str], bool]) -> None:
        self._isHeld = isHeld
        self._lines: dict[str, _Line] = {}
        self._advancing: set[str] = set()

    def join(self, nodeName: str, turn: Turn) -> None:
        """Wait for a turn; it may begin before this returns."""
        line = self._lines.setdefault(nodeName, _Line())
        line.queue(turn).append(turn)
        self.advance(nodeName)

    def leave(self, nodeName: str, turn: Turn) -> None:
        """Wait no longer.  A turn that began, or never joined, is left as it is."""
        line = self._lines.get(nodeName)
        if line is not None and turn in line.queue(turn):
            line.queue(turn).remove(turn)

    def succeed(self, nodeName: str, turn: Turn, heir: Turn) -> None:
        """
        Put an heir in the place of a turn that waits; behind one that began, it goes next.

        Nobody begins by this: the line is held, or whoever speaks says `done`.
        """
        queue = self._lines.setdefault(nodeName, _Line()).queue(turn)
        if turn in queue:
            queue[queue.index(turn)] = heir
        else:
            queue.appendleft(heir)

    def done(self, nodeName: str, turn: Turn) -> None:
        """A turn that began is over: the next one goes.  Saying it twice does no harm."""
        line = self._lines.get(nodeName)
        if line is not None and line.current is turn:
            line.current = None
            self.advance(nodeName)

    def advance(self, nodeName: str) -> None:
        """Begin the next turn, if nobody speaks and the line is not held."""
        if nodeName in self._advancing:
            return
        self._advancing.add(nodeName)
        try:
            # A turn may be over when ``begin`` returns: a loop, or a long line would recurse.
            while (turn := self._next(nodeName)) is not None:
                turn.begin()
        finally:
            self._advancing.discard(nodeName)

    def _next(self, nodeName: str) -> Turn | None:
        line = self._lines.get(nodeName)
        if line is None or line.current is not None or self._isHeld(nodeName):
            return None
        line.current = line.take()
        if line.current is None:
            del self._lines[nodeName]
        return line.current

    def waiting(self, nodeName: str) -> int:
        """How many commands have not begun."""
        line = self._lines.get(nodeName)
        return len(line.urgent) if line is not None else 0

    def isBusy(self, nodeName: str) -> bool:
        """Whether a command waits or runs."""
        line = self._lines.get(nodeName)
        return line is not None and bool(
            line.urgent or (line.current is not None and line.current.urgent)
        )
