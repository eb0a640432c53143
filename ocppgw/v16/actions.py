"""
The one index of actions: name, structs, who asks, and in which profile.

An action exists for the gateway when it stands here; dispatch, decoding, documentation and test
strategies derive from this table.  Source: OCPP 1.6 section 3.3 as corrected by errata 3.2.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.ocppj.errorcodes import NOT_IMPLEMENTED
from ocppgw.v16 import messages
from ocppgw.v16.messages import Message


class Initiator(enum.Enum):
    """Who sends the request of an action."""

    chargePoint = "charge point"
    centralSystem = "Central System"
    both = "both"


@attrs.frozen
class Action:
    """
    One action of OCPP 1.6.

    :ivar profile: as in SupportedFeatureProfiles, or ``Security`` for the whitepaper's.
    """

    name: str
    request: type[Message]
    confirmation: type[Message]
    initiator: Initiator
    profile: str

    @property
    def fromChargePoint(self) -> bool:
        """Whether a charge point may ask this."""
        return self.initiator is not Initiator.centralSystem

    @property
    def fromCentralSystem(self) -> bool:
        """Whether the Central System may ask this."""
        return self.initiator is not Initiator.chargePoint


_TABLE = (
    ("Core", Initiator.chargePoint, "Authorize BootNotification Heartbeat MeterValues"),
    ("Core", Initiator.chargePoint, "StartTransaction StatusNotification StopTransaction"),
    ("Core", Initiator.both, "DataTransfer"),
    ("Core", Initiator.centralSystem, "ChangeAvailability ChangeConfiguration ClearCache"),
    ("Core", Initiator.centralSystem, "GetConfiguration RemoteStartTransaction"),
    ("Core", Initiator.centralSystem, "RemoteStopTransaction Reset UnlockConnector"),
    ("RemoteTrigger", Initiator.centralSystem, "TriggerMessage"),
    ("FirmwareManagement", Initiator.chargePoint, "DiagnosticsStatusNotification"),
    ("FirmwareManagement", Initiator.chargePoint, "FirmwareStatusNotification"),
    ("Security", Initiator.chargePoint, "LogStatusNotification SecurityEventNotification"),
    ("Security", Initiator.chargePoint, "SignCertificate SignedFirmwareStatusNotification"),
)


def _action(name: str, initiator: Initiator, profile: str) -> Action:
    """An action's structs bear its name."""
    request: type[Message] = getattr(messages, f"{name}Request")
    confirmation: type[Message] = getattr(messages, f"{name}Confirmation")
    return Action(name, request, confirmation, initiator, profile)


ACTIONS: Mapping[str, Action] = MappingProxyType(
    {
        name: _action(name, initiator, profile)
        for profile, initiator, names in _TABLE
        for name in names.split()
    }
)
"""All actions by name."""

_BY_REQUEST = {action.request: action for action in ACTIONS.values()}
_BY_LOWER_CASE = {name.lower(): action for name, action in ACTIONS.items()}
_SUFFIXES = (".req", "request", "req")


def actionOf(request: Message) -> Action:
    """The action that a request belongs to."""
    return _BY_REQUEST[type(request)]


@attrs.frozen
class Found:
    """
    What a name on the wire means.

    :ivar action: ``None`` where nobody knows it.
    :ivar deviation: what was odd about the spelling.
    """

    action: Action | None
    deviation: Deviation | None = None


_FOUND = {name: Found(action) for name, action in ACTIONS.items()}


def find(name: str, lenient: bool = True) -> Found:
    """
    Look an action up.

    The name is case-sensitive (OCPP-J 1.6 section 4.2.1); leniently, another case and a suffix
    ``.req`` are understood (S19).
    """
    known = _FOUND.get(name)
    if known is not None or not lenient:
        return known or Found(None)
    meant = _meant(name.strip().lower())
    if meant is None:
        return Found(None)
    text = f"taken as {meant.name}"
    return Found(meant, Deviation("S19", "", text, excerpt(name), NOT_IMPLEMENTED))


def _meant(lower: str) -> Action | None:
    candidates = (lower, *(lower.removesuffix(suffix) for suffix in _SUFFIXES))
    return next((_BY_LOWER_CASE[one] for one in candidates if one in _BY_LOWER_CASE), None)
