"""
Where charge points connect: listeners from endpoint strings, and their URLs.

Owns the open ports.  Nothing is opened before `Listening.start`.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from twisted.internet.defer import Deferred, DeferredList, inlineCallbacks, maybeDeferred
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IListeningPort

BACKLOG = 1024
"""Connections that the kernel holds while we are busy: all charge points return at once (C28)."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}
"""What to show for an address that means every interface."""


class Listening:
    """
    The listeners.

    :param endpoints: Twisted server endpoint strings.
    :param factory: makes the factory of one listener.
    """

    def __init__(self, reactor: Any, endpoints: Sequence[str], factory: Callable[[], Any]) -> None:
        self._reactor = reactor
        self._endpoints = endpoints
        self._factory = factory
        self._ports: list[IListeningPort] = []

    @inlineCallbacks
    def start(self) -> Any:
        """Open every port; fails, with none left open, if one cannot be opened."""
        try:
            for description in self._endpoints:
                endpoint = serverFromString(self._reactor, withBacklog(description))
                port = yield endpoint.listen(self._factory())
                self._ports.append(port)
        except BaseException:
            yield self.stop()
            raise

    def stop(self) -> Deferred[Any]:
        """Close every port; connections that are open stay so."""
        ports, self._ports = self._ports, []
        return DeferredList([maybeDeferred(port.stopListening) for port in ports])

    def urls(self) -> tuple[str, ...]:
        """What to type into a charge point, per listener, without the identity."""
        return tuple(urlOf(port.getHost()) for port in self._ports)


def withBacklog(description: str) -> str:
    """An endpoint string with room for many at once, unless it says how much itself."""
    if ":backlog=" in description or not description.startswith(("tcp:", "tcp6:", "ssl:")):
        return description
    return f"{description}:backlog={BACKLOG}"


def urlOf(address: Any) -> str:
    """The WebSocket URL of a bound address."""
    host = EVERYWHERE.get(address.host, address.host)
    host = f"[{host}]" if ":" in host and not host.startswith("[") else host
    return f"ws://{host}:{address.port}"
