"""
What SCADA or the console wants done: commands to a charge point, requests to the gateway.

Only data, frozen, because it crosses from one thread to another.  How a command becomes OCPP
is the Central System's business; how an outcome becomes a StatusCode the OPC UA side's.
"""

from __future__ import annotations

from datetime import datetime

import attrs


@attrs.frozen
class ClearCache:
    """ClearCache.req"""


@attrs.frozen
class Reset:
    """Reset.req, ``Hard`` or ``Soft``"""

    type: str


@attrs.frozen
class RefreshConfiguration:
    """Read all configuration keys again."""


@attrs.frozen
class RefreshStatus:
    """Ask for the StatusNotification of a connector (0: the whole charge point)."""

    connectorId: int


@attrs.frozen
class RefreshMeterValues:
    """Ask for the MeterValues of a connector."""

    connectorId: int


@attrs.frozen
class RemoteStart:
    """
    RemoteStartTransaction.req

    :ivar connectorId: ``None`` leaves it out.
    :ivar idTag: empty: the gateway's ``remoteIdTag``.
    """

    connectorId: int | None
    idTag: str


@attrs.frozen
class RemoteStop:
    """
    RemoteStopTransaction.req, of a transaction, or of what runs on a connector.

    Exactly one of the two is not ``None``.
    """

    transactionId: int | None = None
    connectorId: int | None = None


@attrs.frozen
class ChangeAvailability:
    """ChangeAvailability.req, ``Operative`` or ``Inoperative``"""

    connectorId: int
    type: str


@attrs.frozen
class UnlockConnector:
    """UnlockConnector.req"""

    connectorId: int


@attrs.frozen
class TriggerMessage:
    """TriggerMessage.req; ``connectorId`` ``None`` leaves it out."""

    requestedMessage: str
    connectorId: int | None = None


@attrs.frozen
class GetConfiguration:
    """GetConfiguration.req; no keys: all."""

    keys: tuple[str, ...] = ()


@attrs.frozen
class ChangeConfiguration:
    """ChangeConfiguration.req, and a read of the key after it."""

    key: str
    value: str = attrs.field(repr=False)


@attrs.frozen
class DataTransfer:
    """DataTransfer.req; ``None`` leaves a field out."""

    vendorId: str
    messageId: str | None = None
    data: str | None = None


Action = (
    ClearCache
    | Reset
    | RefreshConfiguration
    | RefreshStatus
    | RefreshMeterValues
    | RemoteStart
    | RemoteStop
    | ChangeAvailability
    | UnlockConnector
    | TriggerMessage
    | GetConfiguration
    | ChangeConfiguration
    | DataTransfer
)


@attrs.frozen
class Command:
    """
    One thing to be done at one charge point.

    :ivar name: the method or variable that the user touched (``HardReset``), for LastCommand.
    :ivar deadline: seconds from now, or ``None`` for the configured ``callTimeout`` alone.
    :ivar startWait: for RemoteStart: seconds to wait for the transaction to begin.
    """

    nodeName: str
    name: str
    action: Action
    user: str
    origin: str = "opcua"
    deadline: float | None = None
    startWait: float = 0.0


@attrs.frozen
class AddChargePoint:
    """Make a charge point known before it calls in.  Empty node: the identity."""

    identity: str
    nodeName: str
    connectors: int


@attrs.frozen
class RemoveChargePoint:
    """Forget a charge point that is not connected."""

    nodeName: str


@attrs.frozen
class ReplaceChargePoint:
    """New hardware under an old node name."""

    nodeName: str
    newIdentity: str


@attrs.frozen
class AcceptChargePoint:
    """Take in a charge point whose registration is Pending."""

    identity: str


@attrs.frozen
class SetName:
    """The DisplayName that people read."""

    nodeName: str
    value: str


@attrs.frozen
class SetDescription:
    """The Description that people read."""

    nodeName: str
    value: str


@attrs.frozen
class SetEnabled:
    """False closes the link and refuses the next."""

    nodeName: str
    value: bool


@attrs.frozen
class SetCommandIdTag:
    """The idTag that a connector's command variable RemoteStart uses."""

    nodeName: str
    connectorId: int
    idTag: str


@attrs.frozen
class ForceClose:
    """Close a transaction that never ended."""

    nodeName: str
    connectorId: int


@attrs.frozen
class AddIdTag:
    """Add or change an id tag."""

    idTag: str
    status: str
    expiryDate: datetime | None = None
    parentIdTag: str = ""


@attrs.frozen
class RemoveIdTag:
    """Remove an id tag; one of the configuration file is blocked instead."""

    idTag: str


@attrs.frozen
class ListIdTags:
    """All id tags, of the file and of the store."""


GatewayAction = (
    AddChargePoint
    | RemoveChargePoint
    | ReplaceChargePoint
    | AcceptChargePoint
    | SetName
    | SetDescription
    | SetEnabled
    | SetCommandIdTag
    | ForceClose
    | AddIdTag
    | RemoveIdTag
    | ListIdTags
)


@attrs.frozen
class GatewayRequest:
    """One thing to be done by the gateway itself, for a user."""

    name: str
    action: GatewayAction
    user: str
    origin: str = "opcua"


Request = Command | GatewayRequest
