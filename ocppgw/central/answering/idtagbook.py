"""
The one place that holds the site's current table of idTags.

Owns: the table, which is replaced and never changed.  In: facts about idTags, once they are
stored.  Out: `table`, for whoever authorizes.  Reactor thread.
"""

from __future__ import annotations

from ocppgw.model.facts import Fact, IdTagChanged, IdTagRemoved
from ocppgw.model.idtags import IdTagTable


class IdTagBook:
    """
    Holds the table.

    :ivar table: the idTags in force.
    """

    def __init__(self, table: IdTagTable) -> None:
        self.table = table

    def replace(self, table: IdTagTable) -> None:
        """Put another table in force."""
        self.table = table

    def take(self, fact: Fact) -> None:
        """Bring the table up to date; other facts are ignored."""
        match fact:
            case IdTagChanged():
                self.table = self.table.added(fact.entry)
            case IdTagRemoved():
                self.table = self.table.removed(fact.idTag)
