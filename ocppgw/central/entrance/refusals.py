"""
Who was turned away, and why.

Owns the count and the latest ones.  One that hammers costs a log line per interval, with a
counter (C11).  Reactor thread; the time is passed in.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import attrs
from twisted.logger import Logger

from ocppgw.access.sparing import Sparing

log = Logger()

INTERVAL = 60.0
"""Seconds between two log lines about the same address."""

LATEST = 20
"""How many refusals are kept to be shown."""

TURNED_AWAY = "Turned away {target!r} from {address}: {reason}; {more} more since the last line"
REQUEST = ". The request: {head!r}"
ODD_BUT_TAKEN = (
    "A request from {address} without Connection: Upgrade was taken; {more} more since the last "
    "line" + REQUEST
)
SECURITY_EVENT = f"Security event {{securityEvent}}. {TURNED_AWAY}"


@attrs.frozen
class Refusal:
    """One connection that was turned away, in words that are safe to show."""

    address: str
    target: str
    reason: str

    def __str__(self) -> str:
        return f"{self.target or '-'} from {self.address}: {self.reason}"


class Refusals:
    """
    The book of refusals.

    :param seconds: a clock that never goes back.
    :ivar count: how many since the start.
    :ivar latest: the latest ones, oldest first.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._sparing = Sparing(seconds, INTERVAL)
        self.count = 0
        self.latest: deque[Refusal] = deque(maxlen=LATEST)

    @property
    def last(self) -> str:
        """The last one, in words; empty before the first."""
        return str(self.latest[-1]) if self.latest else ""

    def oddButTaken(self, address: str, head: str) -> None:
        """Somebody was let in although its request lacks something (C4)."""
        more = self._sparing.ask(f"C4 {address}")
        if more is not None:
            log.info(ODD_BUT_TAKEN, address=address, head=head, more=more)

    def note(self, address: str, target: str, reason: str, event: str = "", head: str = "") -> None:
        """
        Somebody was turned away.

        :param address: without the port.
        :param event: the security event that this is, if it is one: its line is a warning of its
            own (A00.FR.323, A00.FR.408).
        :param head: its request, as a log may hold it; the lines that are logged show it (C4).
        """
        self.count += 1
        self.latest.append(Refusal(address, target, reason))
        more = self._sparing.ask(f"{event} {address}")
        if more is None:
            return
        write, words = (log.warn, SECURITY_EVENT) if event else (log.info, TURNED_AWAY)
        write(
            words + REQUEST if head else words,
            target=target,
            address=address,
            reason=reason,
            more=more,
            head=head,
            **({"securityEvent": event} if event else {}),
        )
