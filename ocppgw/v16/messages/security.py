"""
What a charge point asks beyond OCPP 1.6 itself: the messages of the security whitepaper.

Only declarations, and only of what a charge point initiates.  Source: OCPP 1.6 security whitepaper,
edition 2, section 5.
"""

from __future__ import annotations

from typing import Annotated

from ocppgw.v16.messages.fields import (
    AcceptedOrRejected,
    Integer,
    LogStatus,
    Message,
    RequiredTime,
    SignedFirmwareStatus,
    Text50,
    Text255,
    Text5500,
    lenient,
)


class LogStatusNotificationRequest(Message, frozen=True, kw_only=True):
    """How the upload of a log goes."""

    status: LogStatus
    requestId: Integer | None = None


class LogStatusNotificationConfirmation(Message, frozen=True, kw_only=True):
    """Noted."""


class SecurityEventNotificationRequest(Message, frozen=True, kw_only=True):
    """Something happened that concerns security."""

    type: Annotated[Text50, lenient(absent="")]
    timestamp: RequiredTime
    techInfo: Text255 | None = None


class SecurityEventNotificationConfirmation(Message, frozen=True, kw_only=True):
    """Noted."""


class SignCertificateRequest(Message, frozen=True, kw_only=True):
    """A certificate signing request, PEM."""

    csr: Text5500


class SignCertificateConfirmation(Message, frozen=True, kw_only=True):
    """Whether it will be signed."""

    status: AcceptedOrRejected


class SignedFirmwareStatusNotificationRequest(Message, frozen=True, kw_only=True):
    """How the update to a signed firmware goes."""

    status: SignedFirmwareStatus
    requestId: Integer | None = None


class SignedFirmwareStatusNotificationConfirmation(Message, frozen=True, kw_only=True):
    """Noted."""
