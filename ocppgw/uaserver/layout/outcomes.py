"""
How an outcome shows in OPC UA: the table from words and refusals to StatusCodes.

The only place that knows it; ``docs`` and tests read the tables.
"""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.model.outcomes import Answered, Outcome, Refusal, Refused
from ocppgw.uaserver.library import status

GOOD = status(ua.StatusCodes.Good)

REFUSALS = {
    Refusal.notConnected: status(ua.StatusCodes.BadNoCommunication),
    Refusal.notEnabled: status(ua.StatusCodes.BadNoCommunication),
    Refusal.timedOut: status(ua.StatusCodes.BadTimeout),
    Refusal.connectionLost: status(ua.StatusCodes.BadConnectionClosed),
    Refusal.notAllowedNow: status(ua.StatusCodes.BadInvalidState),
    Refusal.notSupported: status(ua.StatusCodes.BadNotSupported),
    Refusal.callError: status(ua.StatusCodes.BadDeviceFailure),
    Refusal.invalidArgument: status(ua.StatusCodes.BadInvalidArgument),
    Refusal.tooMany: status(ua.StatusCodes.BadTooManyOperations),
    Refusal.locked: status(ua.StatusCodes.BadNotWritable),
    Refusal.unknownTarget: status(ua.StatusCodes.BadNotFound),
    Refusal.storeFailed: status(ua.StatusCodes.BadResourceUnavailable),
    Refusal.stopping: status(ua.StatusCodes.BadShutdown),
    Refusal.failed: status(ua.StatusCodes.BadInternalError),
}
"""The StatusCode of each refusal."""

NEGATIVE = frozenset(("Rejected", "UnlockFailed", "NotSupported", "NotImplemented", "Failed"))
"""Words with which a charge point declines; a Write has no output to carry them."""

_INVALID_STATE = status(ua.StatusCodes.BadInvalidState)
_OUT_OF_RANGE = status(ua.StatusCodes.BadOutOfRange)

CHANGES = {
    "Accepted": GOOD,
    "RebootRequired": status(ua.StatusCodes.GoodCompletesAsynchronously),
    "NotSupported": status(ua.StatusCodes.BadNotSupported),
    "Rejected": _OUT_OF_RANGE,
}
"""The StatusCode of a Write of a configuration point, by the word of ChangeConfiguration.conf."""


def refused(outcome: Refused) -> Any:
    """The StatusCode of a refusal, of a Write as of a Call."""
    return REFUSALS[outcome.refusal]


def ofCommand(outcome: Outcome) -> Any:
    """The StatusCode of a Write that is a command: of command variables and Operative."""
    if isinstance(outcome, Refused):
        return refused(outcome)
    return _INVALID_STATE if outcome.status in NEGATIVE else GOOD


def ofConfiguration(outcome: Outcome) -> Any:
    """
    The StatusCode of a Write of a configuration point.

    A change that was accepted and then not found when the key was read again did not happen.
    """
    if isinstance(outcome, Refused):
        return refused(outcome)
    if outcome.status == "Accepted" and not outcome.outputs.get("Kept", True):
        return _OUT_OF_RANGE
    return CHANGES.get(outcome.status, status(ua.StatusCodes.BadDeviceFailure))


def ofSetting(outcome: Outcome) -> Any:
    """The StatusCode of a Write of Name, Description, Enabled and the like."""
    return GOOD if isinstance(outcome, Answered) else refused(outcome)
