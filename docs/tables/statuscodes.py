"""
How an outcome shows in OPC UA: the rows of ``ocppgw.uaserver.layout.outcomes`` in words.

The StatusCodes are the code's; the sentences beside them are here.
"""

from __future__ import annotations

from typing import Any

from docs.tables.writing import literal, plain, table
from ocppgw.model.outcomes import Answered, Refusal
from ocppgw.model.point import Quality
from ocppgw.uaserver.layout.outcomes import CHANGES, NEGATIVE, REFUSALS, ofCommand
from ocppgw.uaserver.layout.values import STATUS

REFUSED: dict[Refusal, tuple[str, str]] = {
    Refusal.notConnected: (
        "The charge point is not connected.",
        "Look at Connected, LastSeen and LastDisconnectReason.",
    ),
    Refusal.notEnabled: (
        "The charge point is not enabled.",
        "Write true to Enabled, if it is meant to work.",
    ),
    Refusal.timedOut: (
        "It did not answer in time. Of a request to the gateway: the store did not.",
        "It may still do what it was told; look at its state.",
    ),
    Refusal.connectionLost: (
        "The link was lost while the command waited.",
        "It may have been done or not; look at the state once Connected is true again.",
    ),
    Refusal.notAllowedNow: (
        "Its state does not allow it. Nothing was sent.",
        "Look at RegistrationStatus, at Transaction, at Connected of one to be removed.",
    ),
    Refusal.notSupported: (
        "It answered that it does not know this (CallError NotImplemented or NotSupported).",
        "Ask its maker.",
    ),
    Refusal.callError: (
        "It answered with another CallError, or with something that makes no sense.",
        "Code and text are in LastCommandDetail.",
    ),
    Refusal.invalidArgument: (
        "An argument is outside of OCPP's limits. Nothing was sent.",
        "InputArgumentResults of the Call says which.",
    ),
    Refusal.tooMany: (
        "32 commands wait for this charge point already, or this command variable still waits.",
        "Wait for the ones before; CommandsWaiting counts them.",
    ),
    Refusal.locked: (
        "The configuration file has locked what was to be changed.",
        "Change it in the file.",
    ),
    Refusal.unknownTarget: (
        "The charge point or idTag that an argument names is not known.",
        "Look at ChargePoints, or at ListIdTags.",
    ),
    Refusal.storeFailed: (
        "The gateway could not keep it on disk. Nothing was changed, as far as the disk says.",
        "StoreStatus of Gateway says what is wrong; look again once it says ok.",
    ),
    Refusal.stopping: ("The gateway is stopping.", "Try again when it is back."),
    Refusal.failed: ("A mistake in the gateway.", "Its log tells more; please report it."),
}
"""Of each refusal: what happened, and what to do about it."""

QUALITIES: dict[Quality, str] = {
    Quality.good: "The value that the charge point reported last, or a fact of the gateway's own.",
    Quality.subNormal: "A sum to which a charge point does not contribute now, or the energy of a "
    "transaction whose register jumped back.",
    Quality.uncertain: "Understood in part only, such as a status word that OCPP does not know.",
    Quality.stale: "The connector charges, and the value is older than 2.5 times its "
    "MeterValueSampleInterval.",
    Quality.lastUsable: "The link is lost; this is the last value from before.",
    Quality.noCommunication: "The link is lost, and the last value (which travels along) must not "
    "be taken for the present state.",
    Quality.waiting: "Nothing was received yet.",
    Quality.encodingInvalid: "The charge point sent something that is none of this DataType; "
    "the Property Text of a configuration point has it.",
    Quality.noData: "The charge point named the thing and gave no value.",
    Quality.notSupported: "The charge point said that it does not have this key.",
    Quality.noBound: "In a history: nothing is known before, or after, the time asked for.",
}
"""What each quality of a value says."""

CHANGED = {
    "Accepted": "the value is in force",
    "RebootRequired": "it will be in force after the next boot; RebootRequired is true until then",
    "NotSupported": "the charge point does not have the key",
    "Rejected": "the charge point does not take the value, or the key cannot be changed",
}
"""What the words of ChangeConfiguration.conf mean."""

POSITIVE = ("Accepted", "Scheduled", "Unlocked")
"""Words with which a charge point agrees."""


def _shown(status: Any) -> tuple[str, str]:
    return literal(status.name), literal(f"0x{status.value:08X}")


def refusals() -> str:
    """The StatusCode of each refusal, of Calls and Writes alike."""
    rows = (
        (plain(what), *_shown(REFUSALS[refusal]), plain(advice))
        for refusal, (what, advice) in REFUSED.items()
    )
    header = ("What happened", "StatusCode", "Number", "What to do")
    return table((34, 22, 12, 32), header, rows)


def changes() -> str:
    """The StatusCode of a Write of a configuration point, by the charge point's word."""
    rows = ((literal(word), *_shown(CHANGES[word]), plain(text)) for word, text in CHANGED.items())
    return table((20, 28, 14, 38), ("Word", "StatusCode", "Number", "Meaning"), rows)


def commandWords() -> str:
    """The StatusCode of a Write that is a command, by the charge point's word."""
    positive = ("Accepted", "Scheduled", "Unlocked")
    rows = (
        (literal(word), *_shown(ofCommand(Answered(word))))
        for word in (*positive, *sorted(NEGATIVE))
    )
    return table((40, 40, 20), ("Word", "StatusCode", "Number"), rows)


def qualities() -> str:
    """The StatusCodes of values."""
    rows = ((*_shown(STATUS[quality]), plain(text)) for quality, text in QUALITIES.items())
    return table((40, 14, 46), ("StatusCode", "Number", "Meaning"), rows)
