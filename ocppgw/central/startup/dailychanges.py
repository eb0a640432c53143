"""
How often a key may be changed of our own accord within a day (B6).

Some charge points restart when they are configured, and have forgotten the change by then: each
boot would bring the next change, and each change the next boot.  Owns the times of the last
changes, by charge point and key.  Pure but for that.
"""

from __future__ import annotations

from collections import OrderedDict, deque
from datetime import datetime, timedelta

DAY = timedelta(days=1)

MOST_A_DAY = 5
"""Changes of one key; a technician who sets a charge point up restarts it a few times."""

MOST_REMEMBERED = 20_000


class DailyChanges:
    """The book of changes."""

    def __init__(self) -> None:
        self._changed: OrderedDict[tuple[str, str], deque[datetime]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._changed)

    def take(self, identity: str, key: str, now: datetime) -> bool:
        """Whether one more change of a key is within the limit; counted if it is."""
        about = (identity, key.lower())
        times = self._changed.setdefault(about, deque(maxlen=MOST_A_DAY))
        self._changed.move_to_end(about)
        if len(self._changed) > MOST_REMEMBERED:
            self._changed.popitem(last=False)
        if len(times) == MOST_A_DAY and now - times[0] < DAY:
            return False
        times.append(now)
        return True
