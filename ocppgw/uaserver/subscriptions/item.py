"""
A monitored item (OPC 10000-4, 5.12): one attribute of one node, seen with one
client's filter and queue.
"""

from __future__ import annotations

from typing import Any

from zope.interface import Attribute, Interface

from ocppgw.uaserver.subscriptions.filters import DataChange
from ocppgw.uaserver.subscriptions.queue import ItemQueue

DISABLED, SAMPLING, REPORTING = 0, 1, 2


class IItemOwner(Interface):
    """What an item needs of its subscription."""

    viewer = Attribute("`Viewer` on whose behalf it looks; None while the session is gone")

    def itemReady(item: MonitoredItem) -> None:
        """The item has something to report."""

    def itemIdle(item: MonitoredItem) -> None:
        """The item has nothing to report any more."""


class MonitoredItem:
    """
    One monitored item.

    :ivar asked: the ReadValueId that the client gave.
    :ivar isLast: it is notified behind the other items of its subscription.
    :ivar isPolled: no record tells of its changes.
    :ivar refusal: the DataValue that is reported instead of values that this
        user may not see; ``None`` when allowed.
    """

    __slots__ = (
        "_last",
        "asked",
        "clientHandle",
        "filter",
        "isLast",
        "isPolled",
        "itemId",
        "mode",
        "node",
        "owner",
        "queue",
        "refusal",
        "samplingInterval",
        "timestamps",
    )

    def __init__(
        self, owner: IItemOwner, itemId: int, node: Any, asked: Any, isPolled: bool
    ) -> None:
        self.owner = owner
        self.itemId = itemId
        self.node = node
        self.asked = asked
        self.isPolled = isPolled
        self.isLast = not isPolled and bool(node.notifiedLast)
        self.clientHandle = 0
        self.mode = DISABLED
        self.timestamps = 0
        self.samplingInterval = 0.0
        self.filter = DataChange()
        self.queue = ItemQueue(1, True)
        self.refusal: Any = None
        self._last: Any = None

    def sample(self, value: Any, overflowed: bool = False) -> None:
        """Look at a value, and keep it if it is worth a notification."""
        if self.mode == DISABLED:
            return
        if self.refusal is not None:
            value = self.refusal
        if not self.filter.passes(self._last, value):
            return
        self._last = value
        self.queue.put(value, overflowed)
        if self.mode == REPORTING:
            self.owner.itemReady(self)

    def setMode(self, mode: int) -> None:
        """Change the monitoring mode; a disabled item forgets what it saw."""
        self.mode = mode
        if mode == DISABLED:
            self.queue.clear()
            self._last = None
        if mode == REPORTING and len(self.queue):
            self.owner.itemReady(self)
        else:
            self.owner.itemIdle(self)
