"""
Why a command is refused before anything is sent, and what a failed Call means for it.

Pure decisions: from a record, a command and an exception to a ``Refused``.
"""

from __future__ import annotations

from ocppgw.central.administering.audit import DETAIL, bounded
from ocppgw.central.linking.calling import (
    CallErrorReceived,
    CallFailed,
    CallTimedOut,
    LinkGone,
    NotConnected,
)
from ocppgw.model.commands import Action, RemoteStart, RemoteStop
from ocppgw.model.outcomes import Refusal, Refused
from ocppgw.model.records import ChargePointRecord

MOST_WAITING = 32
"""Commands that may wait for one charge point."""

_UNSUPPORTED = frozenset({"NotImplemented", "NotSupported"})


def fromState(
    action: Action, record: ChargePointRecord, connected: bool, waiting: int
) -> Refused | None:
    """
    Whether the charge point's state forbids a command now.

    :param waiting: how many commands wait for it already.
    """
    if not record.settings.enabled:
        return Refused(Refusal.notEnabled, "Enabled is false")
    if not connected:
        return Refused(Refusal.notConnected, "the charge point is not connected")
    refused = _fromRegistration(action, record.registration.status)
    if refused is None and waiting >= MOST_WAITING:
        return Refused(Refusal.tooMany, f"{waiting} commands wait already")
    return refused


def _fromRegistration(action: Action, status: str) -> Refused | None:
    # OCPP 1.6 section 4.2: Rejected forbids every Call of ours, Pending only remote sessions.
    isRemote = isinstance(action, RemoteStart | RemoteStop)
    if status == "Rejected" or (status == "Pending" and isRemote):
        return Refused(Refusal.notAllowedNow, f"its registration is {status}")
    return None


def isUnsupported(error: CallFailed) -> bool:
    """Whether the charge point said that it does not know this at all."""
    return isinstance(error, CallErrorReceived) and error.code in _UNSUPPORTED


def fromFailure(error: CallFailed) -> Refused:
    """What SCADA is told of a Call without a usable answer."""
    detail = bounded(str(error), DETAIL)
    if isUnsupported(error):
        return Refused(Refusal.notSupported, detail)
    match error:
        case CallTimedOut():
            return Refused(Refusal.timedOut, detail)
        case LinkGone() | NotConnected():
            return Refused(Refusal.connectionLost, detail)
        case _:
            return Refused(Refusal.callError, detail)
