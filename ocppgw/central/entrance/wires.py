"""
What a connection and a link are to each other: the roles between transport and the rest.

Only interfaces, and how a caller is turned away.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from twisted.internet.defer import Deferred
from zope.interface import Interface

from ocppgw.central.entrance.approach import Approach


class Denied(Exception):
    """
    A caller is turned away; ``str`` says why.

    :ivar code: the HTTP status.
    :ivar event: the security event that this is; empty for none.
    :ivar headers: for the HTTP response.
    :ivar told: why, as far as the caller may know.
    """

    def __init__(
        self,
        code: int,
        reason: str,
        event: str = "",
        headers: Mapping[str, str] = MappingProxyType({}),
        told: str = "",
    ) -> None:
        super().__init__(reason)
        self.code = code
        self.event = event
        self.headers = headers
        self.told = told or reason


class IInbound(Interface):
    """Where one connection gives what happens to it."""

    def usual(text: bytes) -> None:
        """
        A text came in a frame of its own, as nearly all do.

        The same as `heard`, `framed` and `received` one after another.
        """

    def received(payload: bytes, isBinary: bool) -> None:
        """A whole message came."""

    def heard() -> None:
        """Any bytes came."""

    def framed() -> None:
        """A frame begins, of whatever kind: each costs time, empty ones and pings too."""

    def pong(payload: bytes) -> None:
        """A pong came."""

    def drained(isDrained: bool) -> None:
        """Whether the other end reads what we write."""

    def ended(reason: str) -> None:
        """The connection is gone; called once."""


class IWire(Interface):
    """What a link needs of its connection.  All of it is harmless after the end."""

    def address() -> str:
        """``HOST:PORT`` of the other end."""

    def send(text: bytes) -> None:
        """Send a text message."""

    def ping(payload: bytes) -> None:
        """Send a ping."""

    def pause() -> None:
        """Read no more until `resume`."""

    def resume() -> None:
        """Read again."""

    def finish() -> None:
        """Deal with all that was read, up to a bound: the end follows."""

    def close(reason: str, code: int = 1000) -> None:
        """End with a close frame, and by force where the other end does not answer it."""

    def hangUp() -> None:
        """End without a close frame, once what was written is out."""

    def abort() -> None:
        """End by force, now."""


class IReception(Interface):
    """Who decides about callers."""

    def mayKnock(host: str) -> bool:
        """Whether one more connection of this address is served."""

    def admit(approach: Approach) -> Deferred[Any]:
        """
        Let a caller in; fails with `Denied`.

        Fires with an admission, whose ``subprotocol`` goes into the answer.
        """

    def welcome(admission: Any, wire: IWire) -> IInbound:
        """The connection of an admitted caller is open."""

    def turnedAway(host: str, target: bytes, reason: str, event: str = "", head: str = "") -> None:
        """A caller got no connection; ``event`` as in `Denied`, ``head`` its request, masked."""

    def lastRefused() -> tuple[str, ...]:
        """Who got none of late and why, in words that are safe to show, the last one first."""
