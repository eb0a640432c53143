"""
One subscription (OPC 10000-4, 5.13): its cycle, its items, its messages.

Owns its monitored items and the messages that were sent and not yet
acknowledged, both bounded.  Each publishing interval it offers to send, counts
towards a keep-alive, or towards the end of its life.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice

from attrs import define
from opcua import ua
from zope.interface import implementer

from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.subscriptions.item import SAMPLING, IItemOwner, MonitoredItem
from ocppgw.uaserver.subscriptions.messages import (
    Message,
    dataChange,
    event,
    events,
    keepAlive,
    news,
    notification,
    statusChange,
)
from ocppgw.uaserver.subscriptions.owners import Owner, ownerOf
from ocppgw.uaserver.subscriptions.publishing import Publishing, PublishRequest
from ocppgw.uaserver.subscriptions.sampling import Sampler
from ocppgw.uaserver.timer import Timer

_LAST_SEQUENCE = 0xFFFFFFFF


@define
class Terms:
    """
    What client and server agreed on for a subscription.

    :ivar publishingInterval: milliseconds.
    :ivar lifetime: publishing intervals without a Publish request until the end.
    :ivar keepAlive: publishing intervals without a notification until a keep-alive.
    :ivar notifications: how many one message has at most.
    """

    publishingInterval: float
    lifetime: int
    keepAlive: int
    notifications: int
    priority: int


@implementer(IItemOwner)
class Subscription:
    """
    A client's subscription.

    :param publishing: the session that publishes for it.
    :param expired: called when its life ended by itself.
    :ivar items: monitored items by their identifier.
    :ivar lastOwner: whose it was, since its session is gone.
    :ivar sampler: samples the items that want the newest value only, once there is one.
    :ivar newest: notifications that are ready past the queues of their items, one of each.
    """

    def __init__(
        self,
        subscriptionId: int,
        terms: Terms,
        publishing: Publishing,
        environment: Environment,
        expired: Callable[[Subscription], None],
    ) -> None:
        self.subscriptionId = subscriptionId
        self.terms = terms
        self.publishing: Publishing | None = publishing
        self.lastOwner: Owner | None = None
        self.isEnabled = True
        self.items: dict[int, MonitoredItem] = {}
        self.sampler: Sampler | None = None
        self._now = environment.now
        self._keep = environment.limits.unacknowledged
        self._expired = expired
        self._clock = environment.clock
        self._timer = Timer(environment.clock)
        self._triggered: dict[MonitoredItem, None] = {}
        self.newest: dict[MonitoredItem, bytes] = {}
        self._isNewestFirst = True
        self._ready: dict[MonitoredItem, None] = {}
        self._readyLast: dict[MonitoredItem, None] = {}
        self._readyEvents: dict[MonitoredItem, None] = {}
        self._ahead: dict[str, None] = {}  # subjects of which the last ones saw something
        self._sent: dict[int, Message] = {}
        self._sequence = 1
        self._idle = 0
        self._neglected = 0
        self._hasSent = False
        self._wait()

    @property
    def priority(self) -> int:
        """Which one goes first when several wait for a request."""
        return self.terms.priority

    @property
    def viewer(self) -> Viewer | None:
        """The user on whose behalf its items look."""
        return None if self.publishing is None else self.publishing.session.viewer

    @property
    def owner(self) -> Owner | None:
        """Who may take it over."""
        if self.publishing is None:
            return self.lastOwner
        return ownerOf(self.publishing.session)

    def detach(self) -> None:
        """Its session ends without it."""
        self.lastOwner = self.owner
        self.publishing = None

    def moveTo(self, publishing: Publishing) -> None:
        """Go on in another session; `resume` is to follow."""
        before, self.publishing = self.publishing, publishing
        publishing.subscriptions[self.subscriptionId] = self
        if before is not None:
            before.farewell(
                self.subscriptionId, self.farewell(ua.StatusCodes.GoodSubscriptionTransferred)
            )
            before.withdraw(self)
        self.touch()

    def resume(self) -> None:
        """Go on publishing what it has, once its items know whom they work for."""
        if self._hasNews and self.publishing is not None:
            self.publishing.offer(self)

    @property
    def available(self) -> list[int]:
        """Sequence numbers that can be asked for again."""
        return list(self._sent)

    def itemReady(self, item: MonitoredItem) -> None:
        if self.newest:
            self.newest.pop(item, None)
        if item.isEvents:
            self._readyEvents[item] = None
        elif item.isLast:
            self._readyLast[item] = None
            self._ahead[item.node.subject] = None
        else:
            self._ready[item] = None

    def itemIdle(self, item: MonitoredItem) -> None:
        self.newest.pop(item, None)
        self._readyAs(item).pop(item, None)

    def itemRefused(self, item: MonitoredItem) -> None:
        self.itemIdle(item)
        self._sent.clear()

    def _readyAs(self, item: MonitoredItem) -> dict[MonitoredItem, None]:
        if item.isEvents:
            return self._readyEvents
        return self._readyLast if item.isLast else self._ready

    def itemTriggered(self, item: MonitoredItem) -> None:
        if item.mode == SAMPLING:
            item.isTriggered = True
            self._triggered[item] = None
            if len(item.queue):
                self.itemReady(item)

    def change(self, terms: Terms) -> None:
        """Go on under other terms."""
        self.terms = terms
        self.touch()
        self._wait()
        if self.sampler is not None:
            self.sampler.keepPace(terms.publishingInterval)

    def enable(self, enabled: bool) -> None:
        """Send notifications, or only keep-alives."""
        self.isEnabled = enabled
        self.touch()

    def touch(self) -> None:
        """The client showed that it still cares."""
        self._neglected = 0

    def acknowledge(self, sequence: int) -> int:
        """The client has a message; gives a StatusCode number."""
        known = self._sent.pop(sequence, None) is not None
        return 0 if known else int(ua.StatusCodes.BadSequenceNumberUnknown)

    def sent(self, sequence: int) -> Message | None:
        """A message that was sent and not acknowledged."""
        return self._sent.get(sequence)

    def close(self) -> None:
        """It is over."""
        self._timer.stop()
        if self.sampler is not None:
            self.sampler.close()
        publishing, self.publishing = self.publishing, None
        if publishing is not None:
            publishing.withdraw(self)
        self._triggered.clear()
        self.newest.clear()
        self._ready.clear()
        self._readyLast.clear()
        self._readyEvents.clear()
        self._ahead.clear()
        self._sent.clear()

    def farewell(self, code: int) -> Message:
        """What is said at its end."""
        return statusChange(self._sequence, self._now(), code)

    def publish(self, request: PublishRequest) -> bool:
        """
        Answer a Publish request.

        :return: false when there is nothing to say any more.
        """
        if self._hasNews:
            self._align()
            message = self._collect()
            self._keepForRepublish(message)
        elif self._isKeepAliveDue:
            message = keepAlive(self._sequence, self._now())
        else:
            return False
        self._idle = 0
        self._hasSent = True
        more = self._hasNews
        request.answer(self.subscriptionId, self.available, more, message)
        if more and self.publishing is not None:
            self.publishing.offer(self)
        return True

    def _align(self) -> None:
        """Have others see what items that are notified last have seen."""
        if self._ahead and self.sampler is not None:
            self.sampler.align(list(self._ahead))
        self._ahead.clear()

    @property
    def _hasNews(self) -> bool:
        ready = self._ready or self.newest or self._readyLast or self._readyEvents
        return self.isEnabled and bool(ready)

    @property
    def _isKeepAliveDue(self) -> bool:
        return not self._hasSent or self._idle >= self.terms.keepAlive

    def _wait(self) -> None:
        # All of one interval have their cycles together: what changed for one of them is found,
        # made and encoded for the others while it is at hand.
        interval = self.terms.publishingInterval / 1000
        delay = interval - self._clock.seconds() % interval
        self._timer.start(delay if delay > interval / 2 else delay + interval, self._cycle)

    def _cycle(self) -> None:
        self._wait()
        publishing = self.publishing
        if publishing is not None and publishing.hasRequests:
            self._neglected = 0
        else:
            self._neglected += 1
        if self._neglected >= self.terms.lifetime:
            self._timer.stop()
            self._expired(self)
        elif self.sampler is not None:
            self.sampler.sample(self._sampled)
        else:
            self._sampled()

    def _sampled(self) -> None:
        """All items have looked: the rest of the cycle."""
        publishing = self.publishing
        hasNews = self._hasNews
        if not hasNews:
            self._idle += 1
        if publishing is not None and (hasNews or self._isKeepAliveDue):
            publishing.offer(self)
        self._endTriggering()

    def _endTriggering(self) -> None:
        """What was triggered is reported; what it samples from now on is not."""
        triggered, self._triggered = self._triggered, {}
        for item in triggered:
            item.isTriggered = False

    def _collect(self) -> Message:
        out: list[bytes] = []
        happened: list[bytes] = []
        if self._ready and self.newest:
            self._dropOlder()
        # By turns, so that neither starves behind the other where messages are full.
        if self._isNewestFirst:
            count = self._take(out, self._ready, self._takeNewest(out, 0))
        else:
            count = self._takeNewest(out, self._take(out, self._ready, 0))
        self._isNewestFirst = not self._isNewestFirst
        count = self._take(out, self._readyLast, count)
        both = self._take(happened, self._readyEvents, count)
        parts = dataChange(count, b"".join(out)), events(both - count, b"".join(happened))
        message = news(self._sequence, self._now(), *parts)
        self._sequence = 1 if self._sequence == _LAST_SEQUENCE else self._sequence + 1
        return message

    def _dropOlder(self) -> None:
        """Forget what is in a queue where there is something newer past it."""
        for item in self._ready.keys() & self.newest.keys():
            item.queue.clear()
            del self._ready[item]

    def _takeNewest(self, out: list[bytes], count: int) -> int:
        """As `_take`, of what is encoded already."""
        newest, room = self.newest, self.terms.notifications - count
        if len(newest) <= room:
            taken = list(newest.values())
            newest.clear()
        else:
            taken = [newest.pop(item) for item in list(islice(newest, room))]
        out += taken
        return count + len(taken)

    def _take(self, out: list[bytes], ready: dict[MonitoredItem, None], count: int) -> int:
        """Encode what is ready, until the message is full; gives what it holds now."""
        most = self.terms.notifications
        isWhole = True
        seen = 0
        for item in ready:
            if count >= most:
                isWhole = False
                break
            seen += 1
            queue = item.queue
            if not item.isEvents and queue.rest is None and queue.first is not None:
                out.append(notification(item.clientHandle, queue.first, item.timestamps))
                queue.first = None
                count += 1
            else:
                count += _told(out, item, most - count)
                isWhole = isWhole and not len(queue)
        if isWhole:
            ready.clear()
        else:
            for item in list(islice(ready, seen)):
                if not len(item.queue):
                    del ready[item]
        return count

    def _keepForRepublish(self, message: Message) -> None:
        self._sent[message.sequence] = message
        if len(self._sent) > self._keep:
            del self._sent[next(iter(self._sent))]


def _told(out: list[bytes], item: MonitoredItem, most: int) -> int:
    """Encode what an item has to tell; gives how much it was."""
    queue, handle, stamps = item.queue, item.clientHandle, item.timestamps
    number = min(len(queue), most)
    for _ in range(number):
        if item.isEvents:
            out.append(event(handle, queue.pop()))
        else:
            out.append(notification(handle, queue.pop(), stamps))
    return number
