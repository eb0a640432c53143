"""
The double of `transport`: connections in memory, for tests.

A `MemoryNetwork` dials; each dialling is a `MemoryWire`, whose other end is the test's.
"""

from __future__ import annotations

import attrs
from zope.interface import implementer

from ocppgw.simulator.wire import ILine, IWire


@implementer(IWire)
@attrs.define(eq=False)
class MemoryWire:
    """
    One connection.

    :ivar sent: all texts that the charge point has sent.
    :ivar isOpen: opened and not ended.
    """

    line: ILine
    sent: list[bytes] = attrs.field(factory=list)
    isOpen: bool = False
    isEnded: bool = False

    # The charge point's end

    def send(self, text: bytes) -> None:
        if self.isOpen:
            self.sent.append(text)

    def close(self) -> None:
        self.drop("closed")

    def abort(self) -> None:
        self.drop("aborted")

    # The test's end

    def accept(self) -> None:
        """The peer takes the connection."""
        if not self.isEnded:
            self.isOpen = True
            self.line.opened()

    def deliver(self, text: bytes) -> None:
        """The peer sends a text."""
        if self.isOpen:
            self.line.received(text)

    def drop(self, reason: str = "lost") -> None:
        """The connection ends, from whichever side."""
        if not self.isEnded:
            self.isOpen, self.isEnded = False, True
            self.line.closed(reason)

    def take(self) -> list[bytes]:
        """What was sent since the last time."""
        taken, self.sent = self.sent, []
        return taken


@attrs.define
class MemoryNetwork:
    """
    Where charge points dial.

    :ivar wires: all diallings, the latest last.
    """

    wires: list[MemoryWire] = attrs.field(factory=list)

    @property
    def wire(self) -> MemoryWire:
        """The latest dialling."""
        return self.wires[-1]

    def dial(self, line: ILine) -> IWire:
        """What an uplink needs."""
        self.wires.append(MemoryWire(line))
        return self.wire
