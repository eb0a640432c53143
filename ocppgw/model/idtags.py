"""
The idTags that the site knows.

An entry and the table that answers for it: pure, the time is passed in.  What the file says
comes first, what was decided at runtime wins over it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType

import attrs

from ocppgw.v16.idtags import trimIdTag


@attrs.frozen
class IdTagEntry:
    """
    One idTag.  It is compared without regard to case (OCPP 1.6 errata 3.73).

    :ivar status: Accepted, Blocked, Expired or Invalid.
    :ivar fromFile: the configuration file names it, so that removing blocks it.
    """

    idTag: str
    status: str = "Accepted"
    expiryDate: datetime | None = None
    parentIdTag: str = ""
    fromFile: bool = False


@attrs.frozen
class IdTagAnswer:
    """
    What a charge point is told about an idTag (IdTagInfo, OCPP 1.6 section 7.9).

    :ivar status: Accepted, Blocked, Expired, Invalid or ConcurrentTx.
    """

    status: str
    expiryDate: datetime | None = None
    parentIdTag: str = ""


def folded(idTag: str) -> str:
    """What two spellings of one idTag have in common: no case, no padding (S22)."""
    return trimIdTag(idTag).lower()


@attrs.frozen
class IdTagTable:
    """
    All known idTags, and the answer for the others.

    :ivar default: ``Accepted`` or ``Invalid``, for an idTag that nobody knows.
    :ivar entries: by `folded` idTag.
    """

    default: str = "Accepted"
    entries: Mapping[str, IdTagEntry] = attrs.field(factory=lambda: MappingProxyType({}))

    @classmethod
    def of(
        cls, default: str, file: Iterable[IdTagEntry], runtime: Iterable[IdTagEntry] = ()
    ) -> IdTagTable:
        """The table of the file's entries, with those of the runtime in their place."""
        entries = {folded(e.idTag): attrs.evolve(e, fromFile=True) for e in file}
        for entry in runtime:
            key = folded(entry.idTag)
            entries[key] = attrs.evolve(entry, fromFile=key in entries)
        return cls(default, MappingProxyType(entries))

    def find(self, idTag: str) -> IdTagEntry | None:
        """The entry of an idTag, however it is spelled."""
        return self.entries.get(folded(idTag))

    def answer(self, idTag: str, now: datetime, active: Collection[str] = ()) -> IdTagAnswer:
        """
        What to answer for an idTag.

        :param active: idTags of running transactions for which another one must not begin;
            leave it out for Authorize, and where concurrent transactions are allowed.
        """
        entry = self.find(idTag)
        if entry is None:
            found = IdTagAnswer(self.default)
        else:
            found = IdTagAnswer(_statusOf(entry, now), entry.expiryDate, entry.parentIdTag)
        busy = found.status == "Accepted" and folded(idTag) in {folded(one) for one in active}
        return attrs.evolve(found, status="ConcurrentTx") if busy else found

    def added(self, entry: IdTagEntry) -> IdTagTable:
        """The table with an entry added, or changed where the idTag was known."""
        known = self.find(entry.idTag)
        fromFile = known is not None and known.fromFile
        return self._with(attrs.evolve(entry, fromFile=fromFile))

    def removed(self, idTag: str) -> IdTagTable:
        """The table without an idTag; one that the file names is blocked instead."""
        known = self.find(idTag)
        if known is None:
            return self
        if known.fromFile:
            return self._with(attrs.evolve(known, status="Blocked"))
        left = {key: e for key, e in self.entries.items() if e is not known}
        return attrs.evolve(self, entries=MappingProxyType(left))

    def list(self) -> tuple[IdTagEntry, ...]:
        """Every entry, in the order of their idTags."""
        return tuple(entry for _, entry in sorted(self.entries.items()))

    def _with(self, entry: IdTagEntry) -> IdTagTable:
        entries = {**self.entries, folded(entry.idTag): entry}
        return attrs.evolve(self, entries=MappingProxyType(entries))


def _statusOf(entry: IdTagEntry, now: datetime) -> str:
    past = entry.expiryDate is not None and entry.expiryDate <= now
    return "Expired" if past and entry.status == "Accepted" else entry.status
