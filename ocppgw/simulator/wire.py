"""
What a charge point and its connection need of each other.

Only interfaces.  `transport` provides them with a WebSocket, `memory` without one; `uplink`
sits between the two and dials again.
"""

from __future__ import annotations

from collections.abc import Callable

from zope.interface import Interface


class IWire(Interface):
    """One connection, from dialling on.  All of it is harmless after the end."""

    def send(text: bytes) -> None:
        """Send a text message; before the connection is open it is lost."""

    def close() -> None:
        """End in good order; the line hears `ILine.closed` in any case."""

    def abort() -> None:
        """End by force, now."""


class ILine(Interface):
    """Who dialled."""

    def opened() -> None:
        """The connection is open."""

    def received(text: bytes) -> None:
        """A whole text message came."""

    def closed(reason: str) -> None:
        """The connection is gone, or never came to be; called once for each dialling."""


Dial = Callable[[ILine], IWire]
"""Begins to connect; what becomes of it the line is told, never before this has returned."""


class IDevice(Interface):
    """The charge point, as its uplink sees it."""

    def opened(wire: IWire) -> None:
        """There is a link."""

    def received(text: bytes) -> None:
        """A frame came."""

    def closed() -> float:
        """
        The link is gone.

        :returns: for how many seconds it stays away by intention; 0 for none.
        """
