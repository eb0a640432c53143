"""
What a form did, to be shown on the page that follows.

Owns one notice for each visitor who has not seen it yet, bounded.  Reactor thread.
"""

from __future__ import annotations

from collections import OrderedDict

import attrs

from ocppgw.model.outcomes import Answered, Outcome

MOST = 1000

GOOD = frozenset(
    """
    Accepted Scheduled RebootRequired Unlocked Added Updated Removed Replaced Stored Closed Listed
    Trusted Distrusted
    """.split()
)
"""Words that say that it was done, or will be."""


@attrs.frozen
class Notice:
    """How something ended."""

    text: str
    isGood: bool = True


class Notices:
    """The notices that wait."""

    def __init__(self) -> None:
        self._waiting: OrderedDict[str, Notice] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiting)

    def leave(self, key: str, notice: Notice) -> None:
        """Have a visitor see this next; without a key there is nobody to see it."""
        if not key:
            return
        self._waiting[key] = notice
        self._waiting.move_to_end(key)
        if len(self._waiting) > MOST:
            self._waiting.popitem(last=False)

    def take(self, key: str) -> Notice | None:
        """What waits for a visitor; it is shown once."""
        return self._waiting.pop(key, None)


def noticeOf(what: str, outcome: Outcome) -> Notice:
    """The notice for an outcome."""
    if isinstance(outcome, Answered):
        kept = outcome.outputs.get("Kept", True)
        more = "" if kept else ", but the value did not change"
        return Notice(f"{what}: {outcome.status}{more}", outcome.status in GOOD and bool(kept))
    detail = f" ({outcome.detail})" if outcome.detail else ""
    where = f", {outcome.argument}" if outcome.argument else ""
    return Notice(f"{what}: {outcome.refusal.value}{where}{detail}", isGood=False)
