"""
Repeated failures cost time: who failed often has to wait longer before trying again.

Owns the count of recent failures per key.  A key is whatever the caller finds fair: a peer's
address, a user's name.  In flow `Throttle.failed` and `Throttle.succeeded`, out flows
`Throttle.delay`; no call waits.  All calls come from one thread.  A test sees it by a clock of
its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable

import attrs


@attrs.frozen
class Patience:
    """
    How failures turn into waiting.  Times in seconds.

    :ivar free: failures that cost nothing.
    :ivar first: the wait after the first one that costs; each further one doubles it.
    :ivar longest: no wait is longer.
    :ivar forget: a key without failures for this long is as good as new.
    :ivar keys: at most so many keys are remembered; the one that failed longest ago goes first.
    """

    free: int = 3
    first: float = 1.0
    longest: float = 60.0
    forget: float = 900.0
    keys: int = 10_000

    def wait(self, failures: int) -> float:
        """Seconds between the last of so many failures and the next try."""
        doublings = failures - self.free - 1
        if doublings < 0:
            return 0.0
        return min(self.longest, self.first * 2.0 ** min(doublings, 64))


@attrs.frozen
class _Failures:
    count: int
    last: float


class Throttle:
    """
    Counts failures per key.

    :param clock: gives seconds that never go back, like ``reactor.seconds``.
    """

    def __init__(self, clock: Callable[[], float], patience: Patience = Patience()) -> None:
        self._clock = clock
        self._patience = patience
        self._failures: OrderedDict[Hashable, _Failures] = OrderedDict()

    def __len__(self) -> int:
        return len(self._failures)

    def delay(self, key: Hashable) -> float:
        """Seconds that have to pass before ``key`` may try again; 0 when it may now."""
        failures = self._recent(key)
        due = failures.last + self._patience.wait(failures.count)
        return max(0.0, due - self._clock())

    def failed(self, key: Hashable) -> None:
        """``key`` tried and failed."""
        count = self._recent(key).count + 1
        self._failures[key] = _Failures(count, self._clock())
        self._failures.move_to_end(key)
        while len(self._failures) > self._patience.keys:
            self._failures.popitem(last=False)

    def succeeded(self, key: Hashable) -> None:
        """``key`` tried and was right: its failures are forgiven."""
        self._failures.pop(key, None)

    def _recent(self, key: Hashable) -> _Failures:
        now = self._clock()
        failures = self._failures.get(key)
        if failures is None or now - failures.last > self._patience.forget:
            self._failures.pop(key, None)
            return _Failures(0, now)
        return failures
