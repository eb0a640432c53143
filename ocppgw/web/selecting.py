"""
Which charge points a list shows: filter, search, order and page.

Pure functions of records, the same for the pages and the API.
"""

from __future__ import annotations

from collections.abc import Iterable

import attrs

from ocppgw.model import words
from ocppgw.model.records import ChargePointRecord

STATES = ("online", "offline", "charging", "alarm", "disabled", "pending")
"""What can be asked for."""


@attrs.frozen
class Selected:
    """
    One page of a list.

    :ivar total: how many fit in all.
    """

    records: tuple[ChargePointRecord, ...]
    total: int
    offset: int
    limit: int

    @property
    def previous(self) -> int | None:
        """Where the page before begins."""
        return max(0, self.offset - self.limit) if self.offset else None

    @property
    def next(self) -> int | None:
        """Where the next page begins."""
        behind = self.offset + self.limit
        return behind if behind < self.total else None


def selected(
    records: Iterable[ChargePointRecord], search: str, state: str, offset: int, limit: int
) -> Selected:
    """A page of those that fit, in the order of their node names."""
    wanted = search.casefold().strip()
    fitting = [one for one in records if fits(one, wanted, state)]
    fitting.sort(key=lambda one: one.nodeName.casefold())
    return Selected(tuple(fitting[offset : offset + limit]), len(fitting), offset, limit)


def fits(record: ChargePointRecord, wanted: str, state: str) -> bool:
    """Whether a charge point belongs to a list; what is empty does not narrow it."""
    return (not state or isIn(record, state)) and (not wanted or _says(record, wanted))


def isIn(record: ChargePointRecord, state: str) -> bool:
    """Whether a charge point is in one of `STATES`."""
    match state:
        case "online":
            return record.link.connected
        case "offline":
            return not record.link.connected
        case "charging":
            return record.link.connected and record.sums.connectorsCharging > 0
        case "alarm":
            return record.sums.alarm
        case "disabled":
            return not record.settings.enabled
        case _:
            return record.registration.status == "Pending"


def _says(record: ChargePointRecord, wanted: str) -> bool:
    plate, settings = record.nameplate, record.settings
    texts = (
        *(record.nodeName, record.identity, settings.name, settings.description),
        *(plate.chargePointVendor, plate.chargePointModel, plate.serialNumber),
        *(plate.firmwareVersion, record.link.remoteAddress),
    )
    return any(wanted in text.casefold() for text in texts)


def statusOf(record: ChargePointRecord) -> str:
    """One word for a charge point: what a person wants to know first."""
    if not record.settings.enabled:
        return "Disabled"
    if not record.link.connected:
        return "Offline"
    if record.registration.status in ("Pending", "Rejected"):
        return record.registration.status
    states = [one.status.status for one in record.connectors.values() if one.status is not None]
    for state in (words.FAULTED, words.CHARGING, *sorted(words.OCCUPIED), words.AVAILABLE):
        if state in states:
            return state
    return states[0] if states else "Online"
