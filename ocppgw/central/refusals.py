"""
Who was turned away, and why.

Owns the count, the last one and a bounded memory of addresses that were logged lately, so that
one that hammers costs a log line per interval, with a counter (C11).  Reactor thread; the time
is passed in.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from collections.abc import Callable

import attrs
from twisted.logger import Logger

log = Logger()

INTERVAL = 60.0
"""Seconds between two log lines about the same address."""

ADDRESSES = 1000
"""How many addresses are remembered."""

LATEST = 20
"""How many refusals are kept to be shown."""


@attrs.frozen
class Refusal:
    """One connection that was turned away, in words that are safe to show."""

    address: str
    target: str
    reason: str

    def __str__(self) -> str:
        return f"{self.target or '-'} from {self.address}: {self.reason}"


@attrs.define
class _Quiet:
    since: float
    suppressed: int = 0


class Refusals:
    """
    The book of refusals.

    :param seconds: a clock that never goes back.
    :ivar count: how many since the start.
    :ivar latest: the latest ones, oldest first.
    """

    def __init__(self, seconds: Callable[[], float]) -> None:
        self._seconds = seconds
        self._quiet: OrderedDict[str, _Quiet] = OrderedDict()
        self.count = 0
        self.latest: deque[Refusal] = deque(maxlen=LATEST)

    @property
    def last(self) -> str:
        """The last one, in words; empty before the first."""
        return str(self.latest[-1]) if self.latest else ""

    def note(self, address: str, target: str, reason: str) -> None:
        """Somebody was turned away; ``address`` is without the port."""
        self.count += 1
        self.latest.append(Refusal(address, target, reason))
        quiet = self._quiet.get(address)
        if quiet is not None and self._seconds() - quiet.since < INTERVAL:
            quiet.suppressed += 1
            return
        log.info(
            "Turned away {target!r} from {address}: {reason}; {more} more since the last line",
            target=target,
            address=address,
            reason=reason,
            more=0 if quiet is None else quiet.suppressed,
        )
        self._quiet[address] = _Quiet(self._seconds())
        self._quiet.move_to_end(address)
        while len(self._quiet) > ADDRESSES:
            self._quiet.popitem(last=False)
