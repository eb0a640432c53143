"""
What was done with a charge point of late, out of the audit trail.

A page that is asked for every second asks the store every `FRESH` seconds only, or when another
command ended.  Reactor thread; every Deferred fires, with nothing where the store fails.
"""

from __future__ import annotations

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ocppgw.model.archive import ArchiveQuery, CommandPage, KeptCommand
from ocppgw.model.records import ChargePointRecord
from ocppgw.web.means import Means
from ocppgw.web.pages.freshness import Fresh

FRESH = 2.0
"""Seconds that an answer is good for."""

MOST = 5
"""Entries that are told."""

Entries = tuple[KeptCommand, ...]


class Recent:
    """Asks the archive, sparingly."""

    def __init__(self, means: Means) -> None:
        self._means = means
        self._fresh: Fresh[Entries] = Fresh(means.clock.seconds, FRESH)

    def of(self, record: ChargePointRecord) -> Deferred[Entries]:
        """The last entries about it, newest first."""
        question = (record.nodeName, record.lastCommand.number)
        return self._fresh.of(question, lambda: self._ask(record.nodeName))

    def _ask(self, nodeName: str) -> Deferred[Entries]:
        query = ArchiveQuery(nodeName=nodeName, most=MOST)
        asked: Deferred[CommandPage] = self._means.archive.listCommands(query)
        return asked.addCallbacks(lambda page: tuple(page.entries), _nothing)


def _nothing(failure: Failure) -> Entries:
    # The page is worth showing without them; that the store fails stands on the overview.
    return ()
