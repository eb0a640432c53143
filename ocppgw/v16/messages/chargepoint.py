"""
What a charge point asks: the Core messages it initiates, and those of firmware and diagnostics.

Only declarations.  Source: OCPP 1.6 sections 4 and 6.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ocppgw.v16.messages.datatypes import IdTagInfo, MeterValue
from ocppgw.v16.messages.fields import (
    TOLERANCE,
    DateTime,
    DiagnosticsStatus,
    ErrorCode,
    FirmwareStatus,
    IdTag,
    Integer,
    Message,
    RealConnectorId,
    Reason,
    RegistrationStatus,
    RequiredConnector,
    RequiredTime,
    Status,
    Text20,
    Text25,
    Text50,
    Text255,
    Tolerance,
    lenient,
)


class AuthorizeRequest(Message, frozen=True, kw_only=True):
    """May this idTag charge?"""

    idTag: IdTag


class AuthorizeConfirmation(Message, frozen=True, kw_only=True):
    """What we know of it."""

    idTagInfo: IdTagInfo


class BootNotificationRequest(Message, frozen=True, kw_only=True):
    """A charge point says who it is."""

    chargePointVendor: Annotated[Text20, lenient(absent="", absentRow="S3")]
    chargePointModel: Annotated[Text20, lenient(absent="", absentRow="S3")]
    chargePointSerialNumber: Text25 | None = None
    chargeBoxSerialNumber: Text25 | None = None
    firmwareVersion: Text50 | None = None
    iccid: Text20 | None = None
    imsi: Text20 | None = None
    meterType: Text25 | None = None
    meterSerialNumber: Text25 | None = None


class BootNotificationConfirmation(Message, frozen=True, kw_only=True):
    """
    Whether it is taken in, and the time.

    ``interval``: seconds between heartbeats, or until the next BootNotification where it is not
    taken in.
    """

    status: RegistrationStatus
    currentTime: DateTime
    interval: Integer


class DiagnosticsStatusNotificationRequest(Message, frozen=True, kw_only=True):
    """How the upload of diagnostics goes."""

    status: DiagnosticsStatus


class DiagnosticsStatusNotificationConfirmation(Message, frozen=True, kw_only=True):
    """Noted."""


class FirmwareStatusNotificationRequest(Message, frozen=True, kw_only=True):
    """How the firmware update goes."""

    status: FirmwareStatus


class FirmwareStatusNotificationConfirmation(Message, frozen=True, kw_only=True):
    """Noted."""


class HeartbeatRequest(Message, frozen=True, kw_only=True):
    """A charge point lives, and asks for the time."""


class HeartbeatConfirmation(Message, frozen=True, kw_only=True):
    """The time."""

    currentTime: DateTime


class MeterValuesRequest(Message, frozen=True, kw_only=True):
    """
    Values of a connector.

    ``connectorId`` is ``None`` where it was not sent: who answers decides which one is meant (S23).
    """

    connectorId: RequiredConnector
    meterValue: Annotated[
        tuple[MeterValue, ...],
        Meta(min_length=1, extra={TOLERANCE: Tolerance(row="S10", absent=())}),
    ]
    transactionId: Integer | None = None


class MeterValuesConfirmation(Message, frozen=True, kw_only=True):
    """Noted."""


class StartTransactionRequest(Message, frozen=True, kw_only=True):
    """
    A transaction has begun; ``meterStart`` is in Wh.

    ``connectorId`` and ``timestamp`` are ``None`` where they were not sent.
    """

    connectorId: Annotated[RealConnectorId | None, lenient(absent=None, absentRow="S23")]
    idTag: Annotated[IdTag, lenient(absent="", row="S22", trim=True, keep=255)]
    meterStart: Annotated[Integer, lenient(absent=0)]
    timestamp: RequiredTime
    reservationId: Integer | None = None


class StartTransactionConfirmation(Message, frozen=True, kw_only=True):
    """The number of the transaction; it is given whatever the idTag is worth."""

    idTagInfo: IdTagInfo
    transactionId: Integer


class StatusNotificationRequest(Message, frozen=True, kw_only=True):
    """
    The state of a connector.

    ``connectorId`` is ``None`` where it was not sent (S23).  ``status`` may be ``Occupied`` or
    another foreign word, ``""`` where it was not sent (S5).
    """

    connectorId: RequiredConnector
    errorCode: ErrorCode
    status: Status
    info: Text50 | None = None
    timestamp: DateTime | None = None
    vendorId: Text255 | None = None
    vendorErrorCode: Text50 | None = None


class StatusNotificationConfirmation(Message, frozen=True, kw_only=True):
    """Noted."""


class StopTransactionRequest(Message, frozen=True, kw_only=True):
    """
    A transaction has ended; ``meterStop`` is in Wh.

    ``reason`` ``None`` means Local (errata of OCPP-J, 2.5).  ``transactionId`` is -1 where it was
    not sent, ``meterStop`` and ``timestamp`` are ``None``.
    """

    meterStop: Annotated[Integer | None, lenient(absent=None)]
    timestamp: RequiredTime
    transactionId: Annotated[Integer, lenient(absent=-1)]
    idTag: IdTag | None = None
    reason: Reason | None = None
    transactionData: tuple[MeterValue, ...] | None = None


class StopTransactionConfirmation(Message, frozen=True, kw_only=True):
    """What we know of the idTag, where one was given."""

    idTagInfo: IdTagInfo | None = None
