"""What surrounds every part of the server: bounds, time and chance, all given in."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from itertools import count
from typing import Any

from attrs import field, frozen
from twisted.internet.interfaces import IReactorTime

from ocppgw.uaserver.limits import Limits


@frozen
class Environment:
    """
    Shared by all parts of one server.

    :ivar clock: time that passes, and delayed calls, on the OPC UA thread.
    :ivar now: wall clock, aware UTC.
    :ivar entropy: gives that many random bytes.
    :ivar policies: the library's security policy factories besides None.
    :ivar channelIds: identifiers for secure channels.
    """

    limits: Limits
    clock: IReactorTime
    now: Callable[[], datetime]
    entropy: Callable[[int], bytes]
    policies: tuple[Any, ...] = ()
    channelIds: Iterator[int] = field(factory=lambda: count(1))
