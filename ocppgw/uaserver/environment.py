"""What surrounds every part of the server: bounds, time and chance, all given in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count

from attrs import field, frozen
from twisted.internet.interfaces import IReactorTime

from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.security.security import Security


@frozen
class Environment:
    """
    Shared by all parts of one server.

    :ivar clock: time that passes, and delayed calls, on the OPC UA thread.
    :ivar now: wall clock, aware UTC.
    :ivar entropy: gives that many random bytes.
    :ivar security: what is offered to whom.
    :ivar channelIds: identifiers for secure channels.
    """

    limits: Limits
    clock: IReactorTime
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    security: Security = field(factory=Security)
    channelIds: Iterator[int] = field(factory=lambda: count(1))
