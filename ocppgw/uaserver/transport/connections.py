"""
All connections of a server, and how many there may be.

A flood of connections from one address leaves room for the others.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from zope.interface import implementer

from ocppgw.access.peers import hostOf, neighbourhood
from ocppgw.uaserver.environment import Environment
from ocppgw.uaserver.transport.channel import Channel
from ocppgw.uaserver.transport.connection import Connection, IConnectionOwner


@implementer(IConnectionOwner)
class Connections:
    """
    The live connections.

    :param deliver: serves a request, see `Channel`.
    :param channelClosed: told of a channel that is gone.
    """

    def __init__(
        self,
        environment: Environment,
        deliver: Callable[[Channel, int, bytes], None],
        channelClosed: Callable[[Channel], None],
    ) -> None:
        self._environment = environment
        self._deliver = deliver
        self._channelClosed = channelClosed
        self._live: set[Connection] = set()
        self._closing: list[Connection] = []
        self._perHost: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._live)

    def build(self) -> Connection:
        """A protocol for a connection that was accepted."""
        return Connection(self._environment, self._deliver, self)

    def admit(self, connection: Connection) -> bool:
        limits = self._environment.limits
        host = _host(connection)
        if len(self._live) >= limits.connections or self._perHost[host] >= limits.perHost:
            return False
        self._live.add(connection)
        self._perHost[host] += 1
        return True

    def ended(self, connection: Connection) -> None:
        if connection not in self._live:
            return
        self._live.discard(connection)
        host = _host(connection)
        self._perHost[host] -= 1
        if not self._perHost[host]:
            del self._perHost[host]
        if connection.channel is not None:
            self._channelClosed(connection.channel)

    def judgeAgain(self) -> None:
        """End those whose client is not trusted any more."""
        for connection in list(self._live):
            connection.judgeAgain()

    def closeAll(self) -> None:
        """End them all; what was written may still leave, until `cutAll`."""
        self._closing = list(self._live)
        for connection in self._closing:
            connection.close()

    def cutAll(self) -> None:
        """Close what `closeAll` left to a peer that does not read."""
        closing, self._closing = self._closing, []
        for connection in closing:
            connection.cut()


def _host(connection: Connection) -> str:
    return neighbourhood(hostOf(connection.peer))
