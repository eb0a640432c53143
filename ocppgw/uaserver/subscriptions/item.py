"""
A monitored item (OPC 10000-4, 5.12): one attribute of one node, seen with one
client's filter and queue.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zope.interface import Attribute, Interface

from ocppgw.uaserver.codec.sharedvalues import GoodDouble
from ocppgw.uaserver.nodes import VALUE, VARIABLE
from ocppgw.uaserver.subscriptions.filters import DEFAULT
from ocppgw.uaserver.subscriptions.messages import notification, packHandle
from ocppgw.uaserver.subscriptions.queue import ItemQueue

DISABLED, SAMPLING, REPORTING = 0, 1, 2

LONG = 256
"""Bytes of a notification of which an item keeps none of its own: queues share long values."""


def isOfValue(node: Any, asked: Any) -> bool:
    """Does a ReadValueId ask for the Value of a Variable?"""
    return bool(asked.AttributeId == VALUE and node.nodeClass == VARIABLE)


class IItemOwner(Interface):
    """What an item needs of its subscription."""

    viewer = Attribute("`Viewer` on whose behalf it looks; None while the session is gone")
    sampler = Attribute("the `Sampler` of items that want the newest value only; None before")
    newest = Attribute("dict: items with the one notification that is ready past their queue")

    def itemReady(item: MonitoredItem) -> None:
        """The item has something to report in its queue; what it had past it is older."""

    def itemIdle(item: MonitoredItem) -> None:
        """The item has nothing to report any more."""

    def itemRefused(item: MonitoredItem) -> None:
        """Its user may not see what it reported so far, nor what is on its way."""

    def itemTriggered(item: MonitoredItem) -> None:
        """Another item makes this one report what it sampled or will sample at once."""


class MonitoredItem:
    """
    One monitored item.

    :ivar isEvents: it reports events, not values.
    :ivar isTriggered: sampled only, but to be reported with the next message.
    :ivar links: items that this one makes report; ``None`` for none.
    :ivar linkedFrom: items that have this one among their links.
    :ivar asked: the ReadValueId that is read each time where it is polled; ``None`` where it is
        told of the Value of its node, so that none is kept for each of very many items.
    :ivar isLast: it is notified behind the other items of its subscription.
    :ivar isPolled: no record tells of its changes.
    :ivar refusal: the DataValue that is reported instead of values that this
        user may not see; ``None`` when allowed.
    """

    __slots__ = (
        "_isGapped",
        "_last",
        "asked",
        "clientHandle",
        "filter",
        "isLast",
        "isPolled",
        "isTriggered",
        "itemId",
        "linkedFrom",
        "links",
        "mode",
        "node",
        "owner",
        "queue",
        "refusal",
        "samplingInterval",
        "timestamps",
    )

    isEvents = False

    def __init__(
        self, owner: IItemOwner, itemId: int, node: Any, asked: Any, isPolled: bool
    ) -> None:
        self.owner = owner
        self.itemId = itemId
        self.node = node
        self.asked = asked if isPolled else None
        self.isPolled = isPolled
        self.isLast = not isPolled and bool(node.notifiedLast)
        self.clientHandle = 0
        self.mode = DISABLED
        self.timestamps = 0
        self.samplingInterval = 0.0
        self.filter = DEFAULT
        self.queue = ItemQueue(1, True)
        self.refusal: Any = None
        self.isTriggered = False
        self.links: dict[MonitoredItem, None] | None = None
        self.linkedFrom: dict[MonitoredItem, None] | None = None
        self._last: Any = None
        self._isGapped = False

    @property
    def isValue(self) -> bool:
        """Does it look at the Value of a Variable?"""
        return self.asked is None or isOfValue(self.node, self.asked)

    @property
    def wantsNewest(self) -> bool:
        """Is it told by records, and has nothing of any value but the newest?"""
        return not self.isPolled and self.queue.size == 1

    def sample(self, value: Any, overflowed: bool = False) -> None:
        """
        Look at a value, and keep it if it is worth a notification.

        :param overflowed: values before it were lost; the next one that is kept says so.
        """
        if self.mode == DISABLED:
            return
        if self.refusal is not None:
            value = self.refusal
        overflowed = overflowed or self._isGapped
        if not self.filter.passes(self._last, value):
            self._isGapped = overflowed and self.queue.size > 1
            return
        if self.queue.size > 1:
            self.settle()
        self._isGapped = False
        self._last = value
        self.queue.put(value, overflowed)
        if self.mode == REPORTING and self.links is None:
            self.owner.itemReady(self)
        else:
            self.noticed()

    @staticmethod
    def sampleAll(news: Iterable[tuple[Any, Any]], overflowed: bool = False) -> None:
        """
        Have all items of some nodes look at the values of these; see `sample`.

        Most of them have the same filter and told the same value last: it is judged for them once.
        What is alone in its queue, as nearly all is, is encoded while it is at hand, and passes the
        queue over; should another one follow before it is published, it is put there after all.

        :param news: what has such items as its ``items``, and the value.
        """
        passes = False
        for watched, value in news:
            judged = last = None
            for item in watched.items:
                isPlain = item.mode == REPORTING and item.refusal is None and item.links is None
                if overflowed or item._isGapped or not isPlain:
                    item.sample(value, overflowed)
                    continue
                if item.filter is not judged or item._last is not last:
                    judged, last = item.filter, item._last
                    passes = judged.passes(last, value)
                if not passes:
                    continue
                owner, queue = item.owner, item.queue
                newest = owner.newest
                if queue.first is not None or item.isLast or item in newest:
                    item.settle()
                    item._last = value
                    queue.put(value)
                    owner.itemReady(item)
                elif type(value) is GoodDouble and value.stamps == item.timestamps:
                    item._last = value  # nearly always, and encoded for another
                    newest[item] = packHandle(item.clientHandle) + value.content
                else:
                    item._encode(value, newest)

    @staticmethod
    def sampleNewest(news: Iterable[tuple[Any, Any]], newest: dict[MonitoredItem, bytes]) -> None:
        """
        As `sampleAll`, for items of one owner that want the newest value only.

        Of very many items the memory takes longer to come than the work on it, so each is looked
        at once: its notification is encoded here, and its queue is passed over.

        :param newest: the owner's.
        """
        for watched, value in news:
            number = value.number if type(value) is GoodDouble else None
            for item in watched.items:
                if (
                    item.mode != REPORTING
                    or item.refusal is not None
                    or item.links is not None
                    or item.isLast
                ):
                    item.sample(value)
                    continue
                last = item._last
                if (
                    number is not None
                    and item.filter is DEFAULT
                    and type(last) is GoodDouble
                    and (last.number < number or last.number > number)  # NaN is neither
                ) or item.filter.passes(last, value):
                    if number is None:
                        item._encode(value, newest)
                        continue
                    item._last = value
                    stamps = item.timestamps
                    isReady = value.stamps == stamps  # encoded for another
                    content = value.content if isReady else value.encoded(stamps)
                    newest[item] = packHandle(item.clientHandle) + content

    def sampleAtOnce(self, value: Any) -> None:
        """
        As `sample`, for an item that wants the newest value only.

        Its notification is encoded while the value is at hand, as in `sampleNewest`: clients make
        items by the thousand, and all their first values are to be sent together.
        """
        if (
            self.mode != REPORTING
            or self.refusal is not None
            or self.links is not None
            or self.isLast
        ):
            self.sample(value)
            return
        if self.filter.passes(self._last, value):
            self._encode(value, self.owner.newest)
        self._isGapped = False

    def _encode(self, value: Any, newest: dict[MonitoredItem, bytes]) -> None:
        """Have the notification of a value ready that passed; a long one only in the queue."""
        told = notification(self.clientHandle, value, self.timestamps)
        if len(told) > LONG:
            self.sample(value)
        else:
            self._last = value
            newest[self] = told

    def settle(self) -> None:
        """Have what is ready past the queue in the queue."""
        if self.owner.newest.pop(self, None) is not None:
            self.queue.put(self._last)
            self.owner.itemReady(self)

    def noticed(self) -> None:
        """Something was put into the queue."""
        if self.mode == REPORTING or self.isTriggered:
            self.owner.itemReady(self)
        for each in self.links or ():
            each.owner.itemTriggered(each)

    def resend(self, value: Any) -> None:
        """Report the present value again, unless one waits already."""
        self.settle()
        if self.mode == REPORTING and not len(self.queue):
            self._last = self.refusal or value
            self.queue.put(self._last)
            self.owner.itemReady(self)

    def refuse(self, refusal: Any) -> None:
        """
        Report this from now on, or what it sees again where it is ``None``.

        What it saw before a refusal is told to nobody any more.
        """
        before, self.refusal = self.refusal, refusal
        if before is None and refusal is not None:
            self.owner.itemRefused(self)
            self.queue.clear()

    def setMode(self, mode: int) -> None:
        """Change the monitoring mode; a disabled item forgets what it saw."""
        self.settle()
        self.mode = mode
        if mode == DISABLED:
            self.queue.clear()
            self._last = None
            self._isGapped = False
        if mode == REPORTING and len(self.queue):
            self.owner.itemReady(self)
        else:
            self.owner.itemIdle(self)

    def link(self, other: MonitoredItem) -> bool:
        """Make another item of the subscription report when this one does."""
        self.links = self.links or {}
        self.links[other] = None
        other.linkedFrom = other.linkedFrom or {}
        other.linkedFrom[self] = None
        return True

    def unlink(self, other: MonitoredItem) -> bool:
        """Take that back; false when there was no such link."""
        if self.links is None or other not in self.links:
            return False
        del self.links[other]
        if other.linkedFrom is not None:
            other.linkedFrom.pop(self, None)
        return True

    def unlinkAll(self) -> None:
        """It is gone: nothing refers to it any more."""
        for each in list(self.links or ()):
            self.unlink(each)
        for each in list(self.linkedFrom or ()):
            each.unlink(self)
