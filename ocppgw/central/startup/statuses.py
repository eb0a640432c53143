"""
Asking for the statuses that a charge point did not send by itself.

Asked for all at once first, which is what the field's absence means; connector by connector
where that brings nothing (B17).  Owns nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from ocppgw.central.commanding.exchanges import STATUS_NOTIFICATION, trigger
from ocppgw.central.configuring.asking import Asking
from ocppgw.central.linking.calling import CallErrorReceived
from ocppgw.model.records import ChargePointRecord


def missing(record: ChargePointRecord, reported: Iterable[int]) -> tuple[int, ...]:
    """The connectors that have not reported; the charge point itself need not."""
    known = set(reported)
    return tuple(number for number in sorted(record.connectors) if number and number not in known)


async def askForAll(ask: Asking) -> bool:
    """Ask for every status; whether they will come."""
    return await _isAccepted(ask, None)


async def askForEach(ask: Asking, connectors: Iterable[int]) -> None:
    """Ask connector by connector, until it is clear that none will come."""
    for connectorId in connectors:
        if not await _isAccepted(ask, connectorId):
            return


async def _isAccepted(ask: Asking, connectorId: int | None) -> bool:
    try:
        answer = await ask(trigger(STATUS_NOTIFICATION, connectorId))
    except CallErrorReceived:
        return False
    return bool(answer.status == "Accepted")
