"""
A monitored item that reports the events of a notifier (OPC 10000-4, 5.12.1.4).
"""

from __future__ import annotations

from typing import Any

from ocppgw.uaserver.codec.encoding import encoderOf
from ocppgw.uaserver.events.eventfilter import EventSelection
from ocppgw.uaserver.events.eventqueue import EventQueue
from ocppgw.uaserver.events.fields import Seen
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.subscriptions.item import DISABLED, IItemOwner, MonitoredItem


class EventItem(MonitoredItem):
    """
    An item for events.

    :ivar makeOverflow: the `Seen` event that says that some were lost.
    """

    __slots__ = ("_isPersonal", "makeOverflow", "selection")
    isEvents = True
    queue: Any

    def __init__(
        self, owner: IItemOwner, itemId: int, node: Any, asked: Any, makeOverflow: Any
    ) -> None:
        super().__init__(owner, itemId, node, asked, isPolled=True)
        self.makeOverflow = makeOverflow
        self.selection = EventSelection()
        self.queue = EventQueue(1, True)
        self._isPersonal = False  # there may be personal data in what it reported

    def occur(self, seen: Seen) -> None:
        """An event of the notifier happened."""
        if self.mode != DISABLED and self.selection.passes(seen):
            self._isPersonal = self._isPersonal or seen.viewer.role.mayReadPersonal
            self.queue.put(self._encoded(seen), self._overflow)
            self.noticed()

    def lose(self) -> None:
        """Events were lost before they came here."""
        if self.mode != DISABLED:
            self.queue.lose(self._overflow)
            self.noticed()

    def judge(self, viewer: Viewer) -> None:
        """
        It works for another user.

        Who may not read personal data is told only that there were events, whatever was in them.
        """
        if self._isPersonal and not viewer.role.mayReadPersonal:
            self._isPersonal = False
            isWaiting = bool(len(self.queue))
            self.owner.itemRefused(self)
            self.queue.clear()
            if isWaiting:
                self.lose()

    def change(self, selection: EventSelection, size: int, discardOldest: bool) -> None:
        """Go on with another filter and queue."""
        self.selection = selection
        self.queue.resize(size, discardOldest, self._overflow)

    def sample(self, value: Any, overflowed: bool = False) -> None:
        """There is no value to look at."""

    def _overflow(self) -> bytes:
        return self._encoded(self.makeOverflow(self.owner.viewer))

    def _encoded(self, seen: Seen) -> bytes:
        """An EventFieldList without its handle."""
        out = bytearray()
        encoderOf("ListOfVariant")(out, self.selection.of(seen))
        return bytes(out)
