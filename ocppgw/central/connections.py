"""
Every open connection of all listeners, whoever is at its other end.

Owns the set of them and how many have not yet said who they are.  Reactor thread.
`Connections.end` fires once none is left.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.internet.interfaces import IReactorTime
from zope.interface import Interface

GOODBYE = 0.5
"""Seconds that the other ends have to answer a close frame when the gateway stops."""

MOST_HANDSHAKES = 2000
"""Connections at once that have not yet said who they are; further ones are dropped."""


class IConnection(Interface):
    """One connection."""

    def abort() -> None:
        """End by force, now."""


class Connections:
    """
    The open connections.

    :ivar handshakes: how many have not yet said who they are.
    """

    def __init__(self, clock: IReactorTime) -> None:
        self._clock = clock
        self._open: set[Any] = set()
        self._empty: Deferred[None] | None = None
        self.handshakes = 0

    def __len__(self) -> int:
        return len(self._open)

    @property
    def isCrowded(self) -> bool:
        """Whether too many have not yet said who they are."""
        return self.handshakes > MOST_HANDSHAKES

    def opened(self, connection: Any) -> None:
        """One was accepted."""
        self._open.add(connection)
        self.handshakes += 1

    def introduced(self) -> None:
        """One has said who it is, or is gone without having done so."""
        self.handshakes -= 1

    def closed(self, connection: Any) -> None:
        """One is gone."""
        self._open.discard(connection)
        if self._empty is not None and not self._open:
            empty, self._empty = self._empty, None
            empty.callback(None)

    def end(self) -> Deferred[None]:
        """Wait until all are closed; those that are not by then are dropped."""
        if not self._open:
            return succeed(None)
        self._empty = Deferred()
        timer = self._clock.callLater(GOODBYE, self._abort)

        def ended(result: None) -> None:
            if timer.active():
                timer.cancel()

        return self._empty.addCallback(ended)

    def _abort(self) -> None:
        for connection in tuple(self._open):
            connection.abort()
