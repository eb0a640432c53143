"""
How often the same thing is worth being told, in the log or elsewhere.

Whoever tells it asks beforehand and puts the count into its own words; a count that nothing follows
is never told.  ``logs.repeats`` is the net beneath: it counts finished messages of all parts.

Owns a bounded memory of what was logged lately.  One thread; the time is passed in.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import attrs


@attrs.define
class _Quiet:
    since: float
    suppressed: int = 0


class Sparing:
    """
    One line per key and interval.

    :param seconds: a clock that never goes back.
    :param interval: seconds between two lines about the same key.
    :param most: keys that are remembered; the one logged longest ago is forgotten first.
    """

    def __init__(self, seconds: Callable[[], float], interval: float, most: int = 1000) -> None:
        self._seconds = seconds
        self._interval = interval
        self._most = most
        self._quiet: OrderedDict[str, _Quiet] = OrderedDict()

    def __len__(self) -> int:
        return len(self._quiet)

    def ask(self, key: str) -> int | None:
        """
        Whether to log now: how many were passed over since the last line, ``None`` for not now.
        """
        quiet = self._quiet.get(key)
        if quiet is not None and self._seconds() - quiet.since < self._interval:
            quiet.suppressed += 1
            return None
        self._quiet[key] = _Quiet(self._seconds())
        self._quiet.move_to_end(key)
        if len(self._quiet) > self._most:
            self._quiet.popitem(last=False)
        return 0 if quiet is None else quiet.suppressed
