"""
Whether a StartTransaction can be the repeat of another, known without asking the database.

Nearly none is one, and a visit to a reader's thread costs as much as all else about it.  A repeat
has the timestamp of the first, to the letter, and timestamps of one charge point grow as texts do.
So one that lies behind all that were ever kept of its connector repeats nothing; about every other
one, and about the first of each connector, the database is asked.

Owns the last timestamp of each connector: of what is on disk, and of what may come there.  Reactor
thread.  What is told of counts from then on, whether or not its commit succeeds.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from twisted.internet.defer import Deferred

from ocppgw.interfaces import StartKey
from ocppgw.model.connectors import LIMIT
from ocppgw.model.facts import Fact, TransactionStarted
from ocppgw.model.records import Transaction

LONGEST = 40
"""Characters of a timestamp that is remembered."""

BEYOND = ":"
"""A text behind all that begin with a digit: of these only something can be known."""

Place = tuple[str, int]
"""A node name, and a connector."""

Found = tuple[Transaction | None, str]
"""What a StartTransaction began, and the last timestamp of its connector; empty for none."""


class Starts:
    """
    Finds what an earlier StartTransaction began.

    :param read: asks the database, elsewhere.
    """

    def __init__(self, read: Callable[[StartKey], Deferred[Found]]) -> None:
        self._read = read
        self._last: dict[Place, str] = {}
        self._known: set[Place] = set()

    def __len__(self) -> int:
        """Connectors of which something is remembered."""
        return len(self._known | self._last.keys())

    def isNew(self, key: StartKey) -> bool:
        """Whether it is certain that there is none."""
        place = (key.nodeName, key.connectorId)
        return place in self._known and self._last.get(place, "") < key.timestampText < BEYOND

    def find(self, key: StartKey) -> Deferred[Transaction | None]:
        """The transaction, if any; fails as the reading does."""
        return self._read(key).addCallback(partial(self._found, (key.nodeName, key.connectorId)))

    def tell(self, nodeName: str, facts: Sequence[Fact]) -> None:
        """These are about to be kept."""
        for fact in facts:
            if type(fact) is TransactionStarted:
                self._began((nodeName, fact.connectorId), fact.timestampText)

    def _found(self, place: Place, found: Found) -> Transaction | None:
        transaction, last = found
        if _isOfOne(place):
            self._began(place, last)
            self._known.add(place)
        return transaction

    def _began(self, place: Place, timestamp: str) -> None:
        if _isOfOne(place) and timestamp > self._last.get(place, ""):
            self._last[place] = timestamp if len(timestamp) <= LONGEST else BEYOND


def _isOfOne(place: Place) -> bool:
    """Whether it is a connector that a charge point can have, whatever it sends."""
    return 0 < place[1] <= LIMIT
