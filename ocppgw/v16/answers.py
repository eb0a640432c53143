"""
The short vocabularies: what is asked for and what is answered.

Only data.  Source: OCPP 1.6 section 7 and the security whitepaper section 5.
"""

from __future__ import annotations

from ocppgw.v16.enumeration import enumeration

AUTHORIZATION_STATUSES = enumeration(
    "AuthorizationStatus",
    {
        "Accepted": "This idTag may charge.",
        "Blocked": "This idTag was blocked.",
        "Expired": "This idTag is too old.",
        "Invalid": "This idTag is not known.",
        "ConcurrentTx": "This idTag is in use in another transaction.",
    },
)
REGISTRATION_STATUSES = enumeration(
    "RegistrationStatus",
    {
        "Accepted": "Taken in.",
        "Pending": "Not yet taken in; commands may come.",
        "Rejected": "Not taken in.",
    },
)
DATA_TRANSFER_STATUSES = enumeration(
    "DataTransferStatus",
    {
        "Accepted": "Understood and accepted.",
        "Rejected": "Understood but not accepted.",
        "UnknownMessageId": "The vendor is known, this message is not.",
        "UnknownVendorId": "The vendor is not known.",
    },
)
ACCEPTED_OR_REJECTED = enumeration(
    "AcceptedOrRejected",
    {"Accepted": "Will be done.", "Rejected": "Will not be done."},
)
AVAILABILITY_TYPES = enumeration(
    "AvailabilityType",
    {"Inoperative": "Out of service.", "Operative": "In service."},
)
AVAILABILITY_STATUSES = enumeration(
    "AvailabilityStatus",
    {
        "Accepted": "Done, or already so.",
        "Rejected": "Will not be done.",
        "Scheduled": "Will be done when the running transaction ends.",
    },
)
CONFIGURATION_STATUSES = enumeration(
    "ConfigurationStatus",
    {
        "Accepted": "The new value is in force.",
        "Rejected": "The value is wrong, or the key must not be changed.",
        "RebootRequired": "The new value comes into force with the next start.",
        "NotSupported": "The key is not known.",
    },
)
RESET_TYPES = enumeration(
    "ResetType",
    {
        "Hard": "Restart at once, the hardware too.",
        "Soft": "End transactions in good order, then restart.",
    },
)
UNLOCK_STATUSES = enumeration(
    "UnlockStatus",
    {
        "Unlocked": "The plug is free.",
        "UnlockFailed": "The lock did not open.",
        "NotSupported": "There is no such lock.",
    },
)
MESSAGE_TRIGGERS = enumeration(
    "MessageTrigger",
    {
        "BootNotification": "Say who you are.",
        "DiagnosticsStatusNotification": "Say how the upload of diagnostics goes.",
        "FirmwareStatusNotification": "Say how the firmware update goes.",
        "Heartbeat": "Ask for the time.",
        "MeterValues": "Send meter values.",
        "StatusNotification": "Send the status.",
    },
)
TRIGGER_STATUSES = enumeration(
    "TriggerMessageStatus",
    {
        "Accepted": "The message will come.",
        "Rejected": "The message will not come.",
        "NotImplemented": "This message cannot be asked for.",
    },
)
DIAGNOSTICS_STATUSES = enumeration(
    "DiagnosticsStatus",
    {
        "Idle": "Nothing is being uploaded.",
        "Uploaded": "The upload is complete.",
        "UploadFailed": "The upload failed.",
        "Uploading": "The upload runs.",
    },
)
FIRMWARE_STATUSES = enumeration(
    "FirmwareStatus",
    {
        "Downloaded": "The new firmware has arrived.",
        "DownloadFailed": "The new firmware could not be fetched.",
        "Downloading": "The new firmware is being fetched.",
        "Idle": "No update is under way.",
        "InstallationFailed": "The new firmware could not be installed.",
        "Installing": "The new firmware is being installed.",
        "Installed": "The new firmware runs.",
    },
)
SIGNED_FIRMWARE_STATUSES = enumeration(
    "FirmwareStatus (signed)",
    {
        "Downloaded": "The new firmware has arrived.",
        "DownloadFailed": "The new firmware could not be fetched.",
        "Downloading": "The new firmware is being fetched.",
        "DownloadScheduled": "The new firmware will be fetched later.",
        "DownloadPaused": "Fetching pauses because of other work.",
        "Idle": "No update is under way.",
        "InstallationFailed": "The new firmware could not be installed.",
        "Installing": "The new firmware is being installed.",
        "Installed": "The new firmware runs.",
        "InstallRebooting": "A restart ends the installation.",
        "InstallScheduled": "The new firmware will be installed later.",
        "InstallVerificationFailed": "The new firmware did not pass its check.",
        "InvalidSignature": "The signature of the firmware is wrong.",
        "SignatureVerified": "The signature of the firmware is right.",
    },
)
LOG_STATUSES = enumeration(
    "UploadLogStatus",
    {
        "BadMessage": "The request was not understood by the server.",
        "Idle": "Nothing is being uploaded.",
        "NotSupportedOperation": "The server does not offer this way.",
        "PermissionDenied": "The server did not allow it.",
        "Uploaded": "The upload is complete.",
        "UploadFailure": "The upload failed.",
        "Uploading": "The upload runs.",
    },
)
PROFILE_PURPOSES = enumeration(
    "ChargingProfilePurpose",
    {
        "ChargePointMaxProfile": "Limits the whole charge point.",
        "TxDefaultProfile": "Limits each new transaction.",
        "TxProfile": "Limits one transaction.",
    },
)
PROFILE_KINDS = enumeration(
    "ChargingProfileKind",
    {
        "Absolute": "Periods count from a fixed time.",
        "Recurring": "The schedule begins again each day or week.",
        "Relative": "Periods count from a moment of the transaction.",
    },
)
RECURRENCY_KINDS = enumeration(
    "RecurrencyKind", {"Daily": "Again each day.", "Weekly": "Again each week."}
)
RATE_UNITS = enumeration(
    "ChargingRateUnit",
    {"A": "Amperes per phase.", "W": "Watts in total."},
)
