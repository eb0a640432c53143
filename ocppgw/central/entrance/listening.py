"""
Where charge points connect: the ports of all listeners, and their URLs.

Owns the open ports.  Nothing is opened before `Listening.hold`, and nobody is let in before
`Listening.start`: until then the kernel keeps who comes (C16).  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred, DeferredList, inlineCallbacks, maybeDeferred
from twisted.internet.endpoints import serverFromString

from ocppgw.central.entrance.accepting import bounded
from ocppgw.config.addresses import EVERYWHERE, bracketed
from ocppgw.config.listeners import ListenerTable

BACKLOG = 4096
"""Connections that the kernel holds while we are busy: all charge points return at once (C28).  One
that finds no room is not told so and tries again after seconds; Linux grants 4,096 at most."""


class Listening:
    """
    The open ports.

    :param factory: makes the factory of one listener, TLS and all.
    """

    def __init__(
        self,
        reactor: Any,
        listeners: Sequence[ListenerTable],
        factory: Callable[[ListenerTable], Any],
    ) -> None:
        self._reactor = reactor
        self._listeners = listeners
        self._factory = factory
        self._ports: list[tuple[ListenerTable, Any]] = []

    @inlineCallbacks
    def hold(self) -> Any:
        """Open every port and let nobody in; fails, with none open, if one cannot be opened."""
        try:
            for listener in self._listeners:
                endpoint = serverFromString(self._reactor, withBacklog(listener.endpoint))
                port: Any = yield endpoint.listen(self._factory(listener))
                port.stopReading()
                self._ports.append((listener, bounded(port)))
        except BaseException:
            yield self.stop()
            raise

    @inlineCallbacks
    def start(self) -> Any:
        """Let in who comes, and who came since `hold`; fails like that."""
        if not self._ports:
            yield self.hold()
        for _, port in self._ports:
            port.startReading()

    def stop(self) -> Deferred[Any]:
        """Close every port; connections that are open stay so."""
        ports, self._ports = self._ports, []
        return DeferredList([maybeDeferred(port.stopListening) for _, port in ports])

    def urls(self) -> tuple[str, ...]:
        """What to type into a charge point, per listener, without the identity."""
        return tuple(
            urlOf(port.getHost(), listener.isSecure, listener.hostName)
            for listener, port in self._ports
        )


def withBacklog(description: str) -> str:
    """An endpoint string with room for many at once, unless it says how much itself."""
    if ":backlog=" in description or not description.startswith(("tcp:", "tcp6:", "ssl:")):
        return description
    return f"{description}:backlog={BACKLOG}"


def urlOf(address: Any, isSecure: bool = False, hostName: str = "") -> str:
    """The WebSocket URL of a bound address, with the host's name where that is known."""
    host = hostName or EVERYWHERE.get(address.host, address.host)
    return f"{'wss' if isSecure else 'ws'}://{bracketed(host)}:{address.port}"
