"""
Every open connection of all listeners, whoever is at its other end.

Owns the set of them, how many have not yet said who they are, and one timer for each that has to
do something soon: introduce itself, or be gone.  Autobahn's own timers are not used: they belong
to the reactor and outlive their connection.  Reactor thread.  `Connections.end` fires once none
is left.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from zope.interface import Interface

from ocppgw.access.peers import neighbourhood
from ocppgw.central.entrance.posting import Post

INTRODUCTION = 15.0
"""Seconds for a handshake; mobile networks are slow."""

DECIDING = 120.0
"""Seconds for us to decide about a caller whose request is complete: a thousand passwords take
their time, and who waits for us is not to blame for it."""

GOODBYE = 2.0
"""Seconds to answer a close frame and to take what was written, before it is dropped."""

STOPPING = 0.5
"""The same when the gateway stops."""

MOST_HANDSHAKES = 5000
"""Connections at once that have not yet said who they are.  With one more, the address that has
most of them loses its oldest: who holds many open keeps nobody else out.  A proxy's own address has
only those that have not yet said for whom they are."""


class IConnection(Interface):
    """One connection."""

    def kill() -> None:
        """End by force, now, in whatever state it is."""


class Connections:
    """
    The open connections.

    :ivar handshakes: how many have not yet said who they are.
    :ivar post: takes what they write.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self.post = Post(self.soon)
        self._timers: dict[Any, IDelayedCall | None] = {}
        self._strangers: dict[Any, str] = {}
        self._byHost: dict[str, dict[Any, None]] = {}
        self._empty: Deferred[None] | None = None

    def __len__(self) -> int:
        return len(self._timers)

    @property
    def handshakes(self) -> int:
        """How many have not yet said who they are."""
        return len(self._strangers)

    def opened(self, connection: Any, host: str) -> None:
        """One was accepted, from this address; it is dropped if it does not say who it is."""
        self._timers[connection] = self._clock.callLater(INTRODUCTION, connection.kill)
        self._count(connection, host)
        if self.handshakes > MOST_HANDSHAKES:
            greediest = max(self._byHost.values(), key=len)
            oldest = next(iter(greediest))
            self._acquainted(oldest)
            oldest.kill()

    def soon(self, action: Callable[[], None]) -> IDelayedCall:
        """Have one go on when others had their turn."""
        return self._clock.callLater(0, action)

    def deciding(self, connection: Any, host: str) -> None:
        """
        One has said all that it has to; what takes time from now on is our decision.

        :param host: its address, which was not known before where a proxy stands between.
        """
        if connection in self._strangers:
            self._acquainted(connection)
            self._count(connection, host)
            self._setTimer(connection, self._clock.callLater(DECIDING, connection.kill))

    def introduced(self, connection: Any) -> None:
        """One has said who it is."""
        self._acquainted(connection)
        self._setTimer(connection, None)

    def closing(self, connection: Any) -> None:
        """One is to be gone soon."""
        if connection in self._timers:
            self._setTimer(connection, self._clock.callLater(GOODBYE, connection.kill))

    def closed(self, connection: Any) -> None:
        """One is gone."""
        self._acquainted(connection)
        self._setTimer(connection, None)
        self._timers.pop(connection, None)
        if self._empty is not None and not self._timers:
            empty, self._empty = self._empty, None
            empty.callback(None)

    def end(self) -> Deferred[None]:
        """Wait until all are gone; those that are not soon are dropped."""
        for connection in tuple(self._timers):
            self._setTimer(connection, self._clock.callLater(STOPPING, connection.kill))
        if not self._timers:
            return succeed(None)
        self._empty = Deferred()
        return self._empty

    def _count(self, connection: Any, host: str) -> None:
        """One more stranger from this address."""
        place = neighbourhood(host)
        self._strangers[connection] = place
        self._byHost.setdefault(place, {})[connection] = None

    def _acquainted(self, connection: Any) -> None:
        """One is no stranger any more, or is gone."""
        host = self._strangers.pop(connection, None)
        if host is not None:
            del self._byHost[host][connection]
            if not self._byHost[host]:
                del self._byHost[host]

    def _setTimer(self, connection: Any, timer: IDelayedCall | None) -> None:
        old = self._timers.get(connection)
        if old is not None and old.active():
            old.cancel()
        self._timers[connection] = timer
