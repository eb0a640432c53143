"""
What is only taken note of, or turned down: DataTransfer, firmware, diagnostics, security.

Nothing of it changes a record so far.  Source: OCPP 1.6 sections 4.3 to 4.5, the security
whitepaper.
"""

from __future__ import annotations

from ocppgw.central.answering.responders.answer import Answer, responds
from ocppgw.central.answering.responders.situation import Situation
from ocppgw.v16.messages import (
    DataTransferConfirmation,
    DataTransferRequest,
    DiagnosticsStatusNotificationConfirmation,
    DiagnosticsStatusNotificationRequest,
    FirmwareStatusNotificationConfirmation,
    FirmwareStatusNotificationRequest,
    LogStatusNotificationConfirmation,
    LogStatusNotificationRequest,
    SecurityEventNotificationConfirmation,
    SecurityEventNotificationRequest,
    SignCertificateConfirmation,
    SignCertificateRequest,
    SignedFirmwareStatusNotificationConfirmation,
    SignedFirmwareStatusNotificationRequest,
)


@responds("DataTransfer")
def dataTransfer(request: DataTransferRequest, situation: Situation) -> Answer:
    """No vendor's extension is known."""
    return Answer(DataTransferConfirmation(status="UnknownVendorId"))


@responds("DiagnosticsStatusNotification")
def diagnosticsStatusNotification(
    request: DiagnosticsStatusNotificationRequest, situation: Situation
) -> Answer:
    """Noted."""
    return Answer(DiagnosticsStatusNotificationConfirmation())


@responds("FirmwareStatusNotification")
def firmwareStatusNotification(
    request: FirmwareStatusNotificationRequest, situation: Situation
) -> Answer:
    """Noted."""
    return Answer(FirmwareStatusNotificationConfirmation())


@responds("LogStatusNotification")
def logStatusNotification(request: LogStatusNotificationRequest, situation: Situation) -> Answer:
    """Noted."""
    return Answer(LogStatusNotificationConfirmation())


@responds("SecurityEventNotification")
def securityEventNotification(
    request: SecurityEventNotificationRequest, situation: Situation
) -> Answer:
    """Noted."""
    return Answer(SecurityEventNotificationConfirmation())


@responds("SignedFirmwareStatusNotification")
def signedFirmwareStatusNotification(
    request: SignedFirmwareStatusNotificationRequest, situation: Situation
) -> Answer:
    """Noted."""
    return Answer(SignedFirmwareStatusNotificationConfirmation())


@responds("SignCertificate")
def signCertificate(request: SignCertificateRequest, situation: Situation) -> Answer:
    """Nothing here signs certificates."""
    return Answer(SignCertificateConfirmation(status="Rejected"))
