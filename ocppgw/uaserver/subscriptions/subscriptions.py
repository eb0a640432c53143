"""
All subscriptions of a server: making them, finding whose they are, ending them.

A subscription is found by the session that it belongs to and by no other.
After its session ended without it, it lives on until its own lifetime ends.
"""

from __future__ import annotations

from collections.abc import Callable, Generator

from opcua import ua
from twisted.logger import Logger

from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.nodes import Viewer
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.subscriptions.item import MonitoredItem
from ocppgw.uaserver.subscriptions.owners import ownerOf
from ocppgw.uaserver.subscriptions.publishing import Publishing
from ocppgw.uaserver.subscriptions.subscription import Subscription, Terms
from ocppgw.uaserver.turns import Round

log = Logger()

_LARGEST_ID = 0x7FFFFFFF
GROWTH = 5_000
"""Monitored items more than ever before, after which ``grown`` is told."""


class Subscriptions:
    """
    The subscriptions.

    :param grown: told of each `GROWTH` more items than there ever were.
    :ivar itemRemoved: told every monitored item that is gone.
    :ivar itemUserChanged: each is told every item whose session has another user now, before the
        next is told the first.
    """

    def __init__(self, environment: Environment, grown: Callable[[], None] = lambda: None) -> None:
        self._grown = grown
        self._growth = GROWTH
        self.itemRemoved: list[Callable[[MonitoredItem], None]] = []
        self.itemUserChanged: list[Callable[[MonitoredItem], None]] = []
        self._environment = environment
        self._leaving = Round(environment.clock)
        self._left = 0
        self._limits = environment.limits
        self._byId: dict[int, Subscription] = {}
        self._bySession: dict[Session, Publishing] = {}
        self._items = 0
        self._lastId = int.from_bytes(environment.entropy(3), "little")
        self._lastItemId = 0

    def __len__(self) -> int:
        return len(self._byId)

    @property
    def itemCount(self) -> int:
        """How many monitored items there are."""
        return self._items

    def create(self, session: Session, terms: Terms) -> Subscription:
        """
        A new subscription of a session.

        :raise Fault: ``BadTooManySubscriptions``.
        """
        publishing = self.publishingOf(session)
        limits = self._limits
        full = len(self._byId) >= limits.subscriptions
        if full or len(publishing.subscriptions) >= limits.subscriptionsPerSession:
            raise Fault(ua.StatusCodes.BadTooManySubscriptions, "too many subscriptions")
        self._lastId = self._lastId % _LARGEST_ID + 1
        subscription = Subscription(
            self._lastId,
            terms,
            publishing,
            self._environment,
            self._expired,
        )
        self._byId[subscription.subscriptionId] = subscription
        publishing.subscriptions[subscription.subscriptionId] = subscription
        return subscription

    def publishingOf(self, session: Session) -> Publishing:
        """What a session has to do with publishing."""
        found = self._bySession.get(session)
        if found is None:
            found = Publishing(session, self._environment.clock, self._limits.publishRequests)
            self._bySession[session] = found
        return found

    def find(self, session: Session | None, subscriptionId: int) -> Subscription:
        """
        A session's own subscription.

        :raise Fault: ``BadSubscriptionIdInvalid``, also for somebody else's.
        """
        publishing = self._bySession.get(session) if session is not None else None
        found = publishing.subscriptions.get(subscriptionId) if publishing is not None else None
        if found is None:
            raise Fault(ua.StatusCodes.BadSubscriptionIdInvalid, "no such subscription")
        return found

    def ofViewer(self, viewer: Viewer, subscriptionId: int) -> Subscription:
        """
        A subscription of the session that a viewer stands for.

        :raise Fault: ``BadSubscriptionIdInvalid``, or ``BadUserAccessDenied`` for
            another session's.
        """
        found = self._existing(subscriptionId)
        own = found.viewer
        if own is None or own.sessionId != viewer.sessionId:
            raise Fault(ua.StatusCodes.BadUserAccessDenied, "another session's subscription")
        return found

    def of(self, session: Session | None) -> list[Subscription]:
        """A session's subscriptions, or those that have none."""
        return [
            each
            for each in self._byId.values()
            if (each.publishing.session if each.publishing is not None else None) is session
        ]

    def transfer(self, session: Session, subscriptionId: int) -> Subscription:
        """
        Let a subscription go on in another session of the same owner.

        :raise Fault: ``BadSubscriptionIdInvalid``, ``BadUserAccessDenied``, or
            ``BadTooManySubscriptions``.
        """
        found = self._existing(subscriptionId)
        if found.owner != ownerOf(session):
            raise Fault(ua.StatusCodes.BadUserAccessDenied, "somebody else's subscription")
        publishing = self.publishingOf(session)
        if found.publishing is publishing:
            return found
        if len(publishing.subscriptions) >= self._limits.subscriptionsPerSession:
            raise Fault(ua.StatusCodes.BadTooManySubscriptions, "too many subscriptions")
        found.moveTo(publishing)
        self._tellUserChanged(found)
        found.resume()
        return found

    def _existing(self, subscriptionId: int) -> Subscription:
        found = self._byId.get(subscriptionId)
        if found is None:
            raise Fault(ua.StatusCodes.BadSubscriptionIdInvalid, "no such subscription")
        return found

    def delete(self, *subscriptions: Subscription) -> None:
        """End subscriptions; their items are forgotten together, in turns if they are many."""
        ended = [each for each in subscriptions if self._byId.pop(each.subscriptionId, None)]
        left = [(each, self._emptied(each)) for each in ended]
        for each in ended:
            try:
                each.close()
            except Exception:  # noqa: BLE001 - the others are to end as well
                log.failure("Subscription {id} did not end well", id=each.subscriptionId)
        self._leaving.work(self._removing(left))

    def _emptied(self, subscription: Subscription) -> list[MonitoredItem]:
        """Its items, the last one first."""
        items = list(reversed(subscription.items.values()))
        subscription.items.clear()
        self._items -= len(items)  # there is room for others at once
        self._left += len(items)
        return items

    def _removing(
        self, ended: list[tuple[Subscription, list[MonitoredItem]]]
    ) -> Generator[None, None, None]:
        """Each item is let go in its step, or the last step would free them all."""
        for subscription, items in ended:
            while items:
                self._left -= 1
                item = items.pop()
                try:
                    self._forget(subscription, item)
                except Exception:  # noqa: BLE001 - the others are to be forgotten as well
                    log.failure("Monitored item {id} was not forgotten", id=item.itemId)
                del item
                yield

    def check(self, subscription: Subscription) -> None:
        """
        Is it still there?

        :raise Fault: ``BadSubscriptionIdInvalid``.
        """
        self._existing(subscription.subscriptionId)

    def nextItemId(self) -> int:
        """An identifier that no monitored item had yet."""
        self._lastItemId = self._lastItemId % _LARGEST_ID + 1
        return self._lastItemId

    def addItem(self, subscription: Subscription, item: MonitoredItem) -> None:
        """
        Take a monitored item in.

        :raise Fault: ``BadTooManyMonitoredItems``.
        """
        limits = self._limits
        most = limits.monitoredItems
        # Whoever ends and makes subscriptions faster than they are forgotten has to wait.
        isLate = self._items + self._left >= most + limits.itemsPerSubscription
        full = self._items >= most or isLate
        if full or len(subscription.items) >= limits.itemsPerSubscription:
            raise Fault(ua.StatusCodes.BadTooManyMonitoredItems, "too many monitored items")
        subscription.items[item.itemId] = item
        self._items += 1
        if self._items == self._growth:
            self._growth += GROWTH
            self._grown()

    def removeItem(self, subscription: Subscription, item: MonitoredItem) -> None:
        """Take a monitored item out."""
        if subscription.items.pop(item.itemId, None) is None:
            return
        self._items -= 1
        self._forget(subscription, item)

    def _forget(self, subscription: Subscription, item: MonitoredItem) -> None:
        item.unlinkAll()
        subscription.itemIdle(item)
        for tell in self.itemRemoved:
            tell(item)

    def sessionEnded(self, session: Session, deleteSubscriptions: bool) -> None:
        """A session is over: its requests are answered, its subscriptions may live on."""
        publishing = self._bySession.pop(session, None)
        if publishing is None:
            return
        publishing.refuseAll(ua.StatusCodes.BadSessionClosed)
        subscriptions = list(publishing.subscriptions.values())
        if deleteSubscriptions:
            self.delete(*subscriptions)
            return
        for subscription in subscriptions:
            subscription.detach()

    def userChanged(self, session: Session) -> None:
        """A session goes on for another user: what that may see has changed."""
        publishing = self._bySession.get(session)
        if publishing is not None:
            self._tellUserChanged(*publishing.subscriptions.values())

    def _tellUserChanged(self, *subscriptions: Subscription) -> None:
        items = [item for each in subscriptions for item in each.items.values()]
        for tell in self.itemUserChanged:
            for item in items:
                tell(item)

    def closeAll(self) -> None:
        """The server stops."""
        self.delete(*self._byId.values())

    def _expired(self, subscription: Subscription) -> None:
        publishing = subscription.publishing
        if publishing is not None:
            message = subscription.farewell(ua.StatusCodes.BadTimeout)
            publishing.farewell(subscription.subscriptionId, message)
        self.delete(subscription)
