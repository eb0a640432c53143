"""
What was done with a charge point of late, out of the audit trail.

Owns the answers of the last few questions, so that a page that is asked for every second asks the
store every `FRESH` seconds only, or when another command ended.  Reactor thread; every Deferred
fires, with nothing where the store fails.
"""

from __future__ import annotations

from collections import OrderedDict

from twisted.internet.defer import Deferred, succeed
from twisted.python.failure import Failure

from ocppgw.model.archive import ArchiveQuery, CommandPage, KeptCommand
from ocppgw.model.records import ChargePointRecord
from ocppgw.web.means import Means

FRESH = 2.0
"""Seconds that an answer is good for."""

KEPT = 50
"""Charge points whose answers are kept."""

MOST = 5
"""Entries that are told."""

Entries = tuple[KeptCommand, ...]


class Recent:
    """Asks the archive, sparingly."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._kept: OrderedDict[str, tuple[int, float, Entries]] = OrderedDict()

    def of(self, record: ChargePointRecord) -> Deferred[Entries]:
        """The last entries about it, newest first."""
        now, number = self._means.clock.seconds(), record.lastCommand.number
        known, at, entries = self._kept.get(record.nodeName, (-1, 0.0, ()))
        if known == number and now - at < FRESH:
            return succeed(entries)
        query = ArchiveQuery(nodeName=record.nodeName, most=MOST)
        asked: Deferred[CommandPage] = self._means.archive.listCommands(query)
        told: Deferred[Entries] = asked.addCallbacks(lambda page: tuple(page.entries), _nothing)
        return told.addCallback(self._keep, record.nodeName, number, now)

    def _keep(self, entries: Entries, nodeName: str, number: int, now: float) -> Entries:
        self._kept[nodeName] = (number, now, entries)
        self._kept.move_to_end(nodeName)
        if len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        return entries


def _nothing(failure: Failure) -> Entries:
    # The page is worth showing without them; that the store fails stands on the overview.
    return ()
