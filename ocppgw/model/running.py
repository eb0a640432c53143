"""
Which transactions run with which idTag, over all charge points.

Owns an index beside the records, so that nobody has to look through all of them when a
transaction begins.  Records flow in, one change at a time.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Collection

from ocppgw.model.idtags import folded
from ocppgw.model.records import ChargePointRecord

Place = tuple[str, int]
"""Node name and connectorId."""


class Running:
    """The index."""

    def __init__(self) -> None:
        self._places: dict[str, set[Place]] = {}

    def __len__(self) -> int:
        return len(self._places)

    def having(self, idTag: str) -> Collection[Place]:
        """Where a transaction runs with an idTag, in whatever case it was presented (S22)."""
        return self._places.get(folded(idTag), ())

    def replaced(self, old: ChargePointRecord | None, new: ChargePointRecord | None) -> None:
        """A record took the place of another; ``None`` where there was, or is, none."""
        if old is not None and new is not None and _runAlike(old, new):
            return
        before, now = _ofRecord(old), _ofRecord(new)
        for idTag, place in set(before) - set(now):
            self._forget(idTag, place)
        for idTag, place in set(now) - set(before):
            self._places.setdefault(idTag, set()).add(place)

    def _forget(self, idTag: str, place: Place) -> None:
        places = self._places[idTag]
        places.discard(place)
        if not places:
            del self._places[idTag]


def _runAlike(old: ChargePointRecord, new: ChargePointRecord) -> bool:
    """Whether the same runs in both, as nearly always."""
    if old.connectors is new.connectors:
        return True
    for number, one in new.connectors.items():
        before = old.connectors.get(number)
        if before is one:
            continue
        was, now = None if before is None else before.transaction, one.transaction
        if was is now:
            continue
        if was is None or now is None or (was.active, was.idTag) != (now.active, now.idTag):
            return False
    return len(old.connectors) == len(new.connectors)


def _ofRecord(record: ChargePointRecord | None) -> list[tuple[str, Place]]:
    if record is None:
        return []
    return [
        (folded(one.transaction.idTag), (record.nodeName, one.connectorId))
        for one in record.connectors.values()
        if one.transaction is not None and one.transaction.active
    ]
