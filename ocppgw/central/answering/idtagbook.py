"""
The one place that holds the site's current table of idTags.

Owns: the table, which is replaced and never changed, and which of its entries were decided at
runtime.  In: facts about idTags, once they are stored.  Out: `table`, for whoever authorizes.
Reactor thread.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocppgw.model.facts import Fact, IdTagChanged, IdTagRemoved
from ocppgw.model.idtags import IdTagEntry, IdTagTable, folded


class IdTagBook:
    """
    Holds the table.

    :ivar table: the idTags in force.
    """

    def __init__(self, table: IdTagTable) -> None:
        self.table = table
        self._runtime: dict[str, IdTagEntry] = {}

    def restore(self, runtime: Iterable[IdTagEntry]) -> None:
        """What the store kept; `configure` puts it in force."""
        self._runtime = {folded(entry.idTag): entry for entry in runtime}

    def configure(self, default: str, file: Iterable[IdTagEntry]) -> None:
        """Put what the file says in force; what was decided at runtime wins over it."""
        self.table = IdTagTable.of(default, file, self._runtime.values())

    def take(self, fact: Fact) -> None:
        """Bring the table up to date; other facts are ignored."""
        match fact:
            case IdTagChanged():
                self.table = self.table.added(fact.entry)
                self._runtime[folded(fact.entry.idTag)] = fact.entry
            case IdTagRemoved():
                self.table = self.table.removed(fact.idTag)
                self._runtime.pop(folded(fact.idTag), None)
