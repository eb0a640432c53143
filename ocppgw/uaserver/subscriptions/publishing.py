"""
The Publish requests of one session, and the subscriptions that wait for one.

Owns at most so many requests; each is answered in the order of arrival: by a
notification message, or by a fault when there are too many, when the client
has given up on it, or when nothing is left to publish.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from typing import TYPE_CHECKING

from opcua import ua
from twisted.internet.interfaces import IReactorTime

from ocppgw.uaserver.exchange import Exchange
from ocppgw.uaserver.sessions.session import Session
from ocppgw.uaserver.subscriptions.messages import Message, publishResult
from ocppgw.uaserver.turns import Turns

if TYPE_CHECKING:
    from ocppgw.uaserver.subscriptions.subscription import Subscription

_RESPONSE = ua.ObjectIds.PublishResponse_Encoding_DefaultBinary


class PublishRequest:
    """
    One Publish request.

    :ivar results: what became of the acknowledgements that came with it.
    """

    __slots__ = ("exchange", "results")

    def __init__(self, exchange: Exchange, results: list[int]) -> None:
        self.exchange = exchange
        self.results = results

    def answer(
        self, subscriptionId: int, available: list[int], more: bool, message: Message
    ) -> None:
        """Answer it with a notification message."""
        out = self.exchange.begin(_RESPONSE)
        publishResult(out, subscriptionId, available, more, message, self.results)
        self.exchange.send(out)


class Publishing:
    """
    What one session has to do with publishing.

    :ivar subscriptions: the session's subscriptions by their identifier.
    """

    def __init__(self, session: Session, clock: IReactorTime, limit: int) -> None:
        self.session = session
        self.subscriptions: dict[int, Subscription] = {}
        self._clock = clock
        self._limit = limit
        self._turns = Turns(clock)
        self._isServing = False
        self._requests: deque[PublishRequest] = deque()
        self._late: dict[Subscription, None] = {}
        self._farewells: deque[tuple[int, Message]] = deque(maxlen=limit)

    @property
    def hasRequests(self) -> bool:
        """Is there a request that can be answered?"""
        self._dropDead()
        return bool(self._requests)

    @property
    def isUseless(self) -> bool:
        """Is there nothing that a Publish request could ever be answered with?"""
        return not self.subscriptions and not self._farewells

    def put(self, request: PublishRequest) -> None:
        """A Publish request came."""
        self._dropDead()
        if len(self._requests) >= self._limit:
            self._dropCancelled()
        if len(self._requests) >= self._limit:
            oldest = self._requests.popleft()
            oldest.exchange.fault(ua.StatusCodes.BadTooManyPublishRequests)
        self._requests.append(request)
        self._serve()

    def offer(self, subscription: Subscription) -> None:
        """A subscription wants to send; it does at once if there is a request."""
        self._late[subscription] = None
        self._serve()

    def withdraw(self, subscription: Subscription) -> None:
        """A subscription is gone."""
        self.subscriptions.pop(subscription.subscriptionId, None)
        self._late.pop(subscription, None)
        if self.isUseless:
            self.refuseAll(ua.StatusCodes.BadNoSubscription)

    def farewell(self, subscriptionId: int, message: Message) -> None:
        """Send the last message of a subscription that is gone, when possible."""
        self._farewells.append((subscriptionId, message))
        self._serve()

    def refuseAll(self, code: int) -> None:
        """Answer all waiting requests with a fault."""
        waiting, self._requests = self._requests, deque()
        for request in waiting:
            request.exchange.fault(code)

    def _serve(self) -> None:
        if not self._isServing:  # else the work that is under way sees what is new
            self._isServing = True
            self._turns.work(self._serving())

    def _serving(self) -> Generator[None, None, None]:
        try:
            while (self._farewells or self._late) and self.hasRequests:
                request = self._requests.popleft()
                if self._farewells:
                    subscriptionId, message = self._farewells.popleft()
                    request.answer(subscriptionId, [], False, message)
                elif not self._next().publish(request):
                    self._requests.appendleft(request)
                yield
        finally:
            self._isServing = False
        if self.isUseless:
            self.refuseAll(ua.StatusCodes.BadNoSubscription)

    def _next(self) -> Subscription:
        """The most important of the late ones, of equals the one that waits longest."""
        chosen = max(self._late, key=lambda each: each.priority)
        del self._late[chosen]
        return chosen

    def _dropCancelled(self) -> None:
        """Make room where the client took requests back."""
        self._requests = deque(each for each in self._requests if not each.exchange.answered)

    def _dropDead(self) -> None:
        requests, now = self._requests, self._clock.seconds()
        while requests:
            exchange = requests[0].exchange
            if exchange.answered:
                requests.popleft()
            elif exchange.channel is not self.session.channel:
                self.session.waiting.pop(exchange, None)
                requests.popleft()
            elif exchange.isStale(now):
                requests.popleft().exchange.fault(ua.StatusCodes.BadTimeout)
            else:
                return
