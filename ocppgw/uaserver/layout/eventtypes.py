"""
The types of our events: which there are, and which fields each has.

Only declarations.  What fills the fields stands in `ocppgw.uaserver.layout.occurrences`; types
of alarms will stand beside these.
"""

from __future__ import annotations

import attrs

from ocppgw.model.happenings import Kind
from ocppgw.uaserver.layout.datatypes import DataType as T
from ocppgw.uaserver.layout.declarations import May, TypeDeclaration, VariableDeclaration
from ocppgw.uaserver.layout.sources import Source

_NOWHERE = Source(lambda holder: None, lambda holder, since: None)


@attrs.frozen
class EventFacts:
    """
    What is the same for every event of one type.

    :ivar severity: 1 to 1000, as OPC 10000-5 grades them.
    :ivar text: the Message; names of fields in braces.
    """

    severity: int
    text: str


def _field(
    name: str, dataType: T, description: str, readable: May = May.look
) -> VariableDeclaration:
    return VariableDeclaration(
        name, dataType, description, _NOWHERE, readable=readable, isProperty=True
    )


_IDENTITY = _field("OcppIdentifier", T.String, "The identity of the charge point.")
_CONNECTOR = _field("ConnectorId", T.Int32, "The connector; 0 is the whole charge point.")
_ERROR = (
    _CONNECTOR,
    _field("ErrorCode", T.String, "OCPP's word for what is wrong."),
    _field("Info", T.String, "What the charge point says about it."),
    _field("VendorErrorCode", T.String, "The vendor's own code."),
)
_TRANSACTION = (
    _CONNECTOR,
    _field("TransactionId", T.Int32, "The number of the transaction."),
    _field("IdTag", T.String, "Who charges; for Operators and above.", May.seePersons),
)
_REASON = _field("Reason", T.String, "Why, in words.")

CHARGE_POINT_EVENT = TypeDeclaration(
    "ChargePointEventType",
    "Something that came to pass at a charge point.",
    (_IDENTITY,),
    isEvent=True,
)


def _event(kind: Kind, description: str, *fields: VariableDeclaration) -> TypeDeclaration:
    return TypeDeclaration(
        f"{kind.value}EventType", description, fields, supertype=CHARGE_POINT_EVENT, isEvent=True
    )


EVENTS: dict[Kind, TypeDeclaration] = {
    Kind.connected: _event(
        Kind.connected,
        "A charge point connected.",
        _field("RemoteAddress", T.String, "From where it calls."),
    ),
    Kind.disconnected: _event(
        Kind.disconnected, "The connection of a charge point was lost.", _REASON
    ),
    Kind.booted: _event(
        Kind.booted,
        "A charge point said that it has started.",
        _field("RegistrationStatus", T.String, "What it was answered."),
        _field("Vendor", T.String, "Who made it."),
        _field("Model", T.String, "Its model."),
        _field("FirmwareVersion", T.String, "Its firmware."),
    ),
    Kind.faultRaised: _event(Kind.faultRaised, "A connector has a fault.", *_ERROR),
    Kind.faultCleared: _event(Kind.faultCleared, "A connector has no fault any more.", *_ERROR),
    Kind.transactionStarted: _event(
        Kind.transactionStarted,
        "A charging session began.",
        *_TRANSACTION,
        _field("MeterStart", T.Double, "The register at its beginning, in Wh."),
    ),
    Kind.transactionStopped: _event(
        Kind.transactionStopped,
        "A charging session ended.",
        *_TRANSACTION,
        _REASON,
        _field("Energy", T.Double, "What was charged, in Wh."),
    ),
    Kind.identityConflict: _event(
        Kind.identityConflict, "Two devices call in with one identity.", _REASON
    ),
    Kind.deviated: _event(
        Kind.deviated,
        "A charge point restarts again and again, or says about the end of a transaction what "
        "cannot be.",
        _field("Quirk", T.String, "The row in the table of field quirks."),
        _REASON,
    ),
    Kind.accessRefused: TypeDeclaration(
        "AccessRefusedEventType",
        "A charge point, a client or a user was turned away, or refused what a role does not "
        "allow; one that hammers is told of now and then, with a count.",
        (
            _REASON,
            _field("Count", T.UInt32, "How many since the event before."),
            _field(
                "User",
                T.String,
                "The name that was given; from Operator up.",
                May.seePersons,
            ),
        ),
        isEvent=True,
    ),
}
"""The type of each kind of event."""

FACTS = {
    Kind.connected: EventFacts(100, "Connected from {RemoteAddress}"),
    Kind.disconnected: EventFacts(500, "Connection lost: {Reason}"),
    Kind.booted: EventFacts(100, "Started; registration {RegistrationStatus}"),
    Kind.faultRaised: EventFacts(700, "Connector {ConnectorId}: fault {ErrorCode} {Info}"),
    Kind.faultCleared: EventFacts(100, "Connector {ConnectorId}: no fault any more"),
    Kind.transactionStarted: EventFacts(
        50, "Connector {ConnectorId}: transaction {TransactionId} began"
    ),
    Kind.transactionStopped: EventFacts(
        50, "Connector {ConnectorId}: transaction {TransactionId} ended ({Reason})"
    ),
    Kind.identityConflict: EventFacts(800, "Two devices with one identity: {Reason}"),
    Kind.deviated: EventFacts(500, "To be looked at: {Reason}"),
    Kind.accessRefused: EventFacts(600, "Turned away {Count}, the last was {Reason}"),
}
"""How grave each is, and in what words it is told."""

EVENT_TYPES = (CHARGE_POINT_EVENT, *EVENTS.values())
