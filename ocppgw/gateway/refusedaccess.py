"""
People and clients that are refused, as events of the gateway.

Only what becomes of an attempt.  How rarely it is told is the access trail's; reactor thread.
"""

from __future__ import annotations

from datetime import datetime

from ocppgw.access.attempts import ACCEPTED, Attempt
from ocppgw.crossing import OutwardDoor
from ocppgw.gateway.accesstrail import Observer
from ocppgw.model.happenings import Happening, Kind

READS = frozenset({"Read", "HistoryRead", "CreateMonitoredItems"})
"""What a client that looks at everything is refused all the time: for the audit trail only."""

STRAYS = frozenset({"BadSessionIdInvalid", "BadSessionNotActivated"})
"""What a client hears that tries the token of a session that is over: likewise."""


def refusedAccess(attempt: Attempt, count: int, at: datetime) -> Happening | None:
    """The event, or ``None`` where an attempt is none."""
    if attempt.status == ACCEPTED or attempt.what in READS or attempt.status in STRAYS:
        return None
    why = f": {attempt.why}" if attempt.why else ""
    reason = f"{attempt.what} by {attempt.origin} from {attempt.host}: {attempt.status}{why}"
    details = {"Reason": reason, "Count": count, "User": attempt.user}
    return Happening(Kind.accessRefused, "", 0, at, at, details)


def watcher(outward: OutwardDoor) -> Observer:
    """Tells OPC UA clients, while any listens."""

    def watch(attempt: Attempt, count: int, at: datetime) -> None:
        if outward.isListening:
            event = refusedAccess(attempt, count, at)
            if event is not None:
                outward.happened(event)

    return watch
