"""
What the Central System asks: the Core and Remote Trigger messages it initiates; DataTransfer.

Only declarations.  Source: OCPP 1.6 sections 4.3, 5 and 6.
"""

from __future__ import annotations

from typing import Annotated

from ocppgw.v16.messages.datatypes import ChargingProfile, ConfigurationKey
from ocppgw.v16.messages.fields import (
    AcceptedOrRejected,
    AvailabilityStatus,
    AvailabilityType,
    ConfigurationStatus,
    ConnectorId,
    DataTransferStatus,
    IdTag,
    Integer,
    Message,
    MessageTrigger,
    RealConnectorId,
    ResetType,
    Text50,
    Text255,
    Text500,
    TriggerStatus,
    UnlockStatus,
    lenient,
)


class ChangeAvailabilityRequest(Message, frozen=True, kw_only=True):
    """Put a connector, or with 0 the whole charge point, into or out of service."""

    connectorId: ConnectorId
    type: AvailabilityType


class ChangeAvailabilityConfirmation(Message, frozen=True, kw_only=True):
    """Done, refused, or done later."""

    status: AvailabilityStatus


class ChangeConfigurationRequest(Message, frozen=True, kw_only=True):
    """Give a configuration key a value; the value is always a text."""

    key: Text50
    value: Text500


class ChangeConfigurationConfirmation(Message, frozen=True, kw_only=True):
    """What became of it."""

    status: ConfigurationStatus


class ClearCacheRequest(Message, frozen=True, kw_only=True):
    """Forget all cached authorizations."""


class ClearCacheConfirmation(Message, frozen=True, kw_only=True):
    """Done or refused."""

    status: AcceptedOrRejected


class DataTransferRequest(Message, frozen=True, kw_only=True):
    """Something that only the vendor understands; both sides may ask."""

    vendorId: Annotated[Text255, lenient(absent="")]
    messageId: Text50 | None = None
    data: str | None = None


class DataTransferConfirmation(Message, frozen=True, kw_only=True):
    """What became of it."""

    status: DataTransferStatus
    data: str | None = None


class GetConfigurationRequest(Message, frozen=True, kw_only=True):
    """Which values have these keys?  Without ``key``: all there are."""

    key: tuple[Text50, ...] | None = None


class GetConfigurationConfirmation(Message, frozen=True, kw_only=True):
    """The keys that are known, and those that are not."""

    configurationKey: tuple[ConfigurationKey, ...] | None = None
    unknownKey: tuple[Text50, ...] | None = None


class RemoteStartTransactionRequest(Message, frozen=True, kw_only=True):
    """Begin to charge for this idTag."""

    idTag: IdTag
    connectorId: RealConnectorId | None = None
    chargingProfile: ChargingProfile | None = None


class RemoteStartTransactionConfirmation(Message, frozen=True, kw_only=True):
    """Accepted means: will try."""

    status: AcceptedOrRejected


class RemoteStopTransactionRequest(Message, frozen=True, kw_only=True):
    """End this transaction."""

    transactionId: Integer


class RemoteStopTransactionConfirmation(Message, frozen=True, kw_only=True):
    """Whether it will be ended."""

    status: AcceptedOrRejected


class ResetRequest(Message, frozen=True, kw_only=True):
    """Restart."""

    type: ResetType


class ResetConfirmation(Message, frozen=True, kw_only=True):
    """Whether it will."""

    status: AcceptedOrRejected


class TriggerMessageRequest(Message, frozen=True, kw_only=True):
    """Send this message; without ``connectorId`` for all connectors it makes sense for."""

    requestedMessage: MessageTrigger
    connectorId: ConnectorId | None = None


class TriggerMessageConfirmation(Message, frozen=True, kw_only=True):
    """Whether it will come."""

    status: TriggerStatus


class UnlockConnectorRequest(Message, frozen=True, kw_only=True):
    """Free the plug; ends a running transaction first."""

    connectorId: RealConnectorId


class UnlockConnectorConfirmation(Message, frozen=True, kw_only=True):
    """Whether it is free."""

    status: UnlockStatus
