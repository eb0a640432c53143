"""
The states of a connector: its status, its error code, and why a transaction ended.

Only data.  Source: OCPP 1.6 sections 7.6, 7.7 and 7.36.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from ocppgw.v16.enumeration import enumeration

STATUSES = enumeration(
    "ChargePointStatus",
    {
        "Available": "Free for the next driver.",
        "Preparing": "A driver is there: plugged in or presented a tag, but nothing runs yet.",
        "Charging": "A transaction runs and the car takes energy.",
        "SuspendedEVSE": "A transaction runs, but the charge point gives no energy.",
        "SuspendedEV": "A transaction runs and energy is offered, but the car takes none.",
        "Finishing": "The transaction is over; the connector is not free yet.",
        "Reserved": "Kept free for a certain driver.",
        "Unavailable": "Taken out of service.",
        "Faulted": "Out of order because of an error.",
    },
)
"""StatusNumber: 0 stands for a word that is none of these."""

OCCUPIED = "Occupied"

OLDER_STATUSES: Mapping[str, str] = MappingProxyType(
    {
        OCCUPIED: "In use; the only such word of OCPP 1.5, sent by old firmware. "
        "Shown as Charging while a transaction runs, else as Preparing."
    }
)
"""Words of earlier versions that charge points still send; decoding keeps them."""

UNKNOWN = "Unknown"

STATUS_NAMES = (UNKNOWN, *STATUSES.words)
"""The text of each StatusNumber."""

ERROR_CODES = enumeration(
    "ChargePointErrorCode",
    {
        "NoError": "Nothing is wrong.",
        "ConnectorLockFailure": "The plug could not be locked or released.",
        "EVCommunicationError": "The talk between charge point and car failed; the car may be why.",
        "GroundFailure": "The residual current device has tripped.",
        "HighTemperature": "It is too hot inside the charge point.",
        "InternalError": "A part of the charge point's hardware or software failed.",
        "LocalListConflict": "The local list and what the Central System answered contradict.",
        "OtherError": "Another error; the vendor's code says which.",
        "OverCurrentFailure": "The overcurrent protection has tripped.",
        "OverVoltage": "The voltage rose above what is allowed.",
        "PowerMeterFailure": "The meter cannot be read.",
        "PowerSwitchFailure": "The contactor does not switch.",
        "ReaderFailure": "The tag reader does not work.",
        "ResetFailure": "A reset could not be carried out.",
        "UnderVoltage": "The voltage fell below what is allowed.",
        "WeakSignal": "The radio link is poor.",
    },
    first=0,
)
"""ErrorNumber."""

REASONS = enumeration(
    "Reason",
    {
        "DeAuthorized": "The Central System did not accept the idTag.",
        "EmergencyStop": "Somebody pressed the emergency stop.",
        "EVDisconnected": "The cable was pulled on the car's side.",
        "HardReset": "A hard reset was commanded.",
        "Local": "Stopped at the charge point, the usual way.",
        "Other": "For another reason.",
        "PowerLoss": "The supply failed.",
        "Reboot": "The charge point restarted by itself.",
        "Remote": "Stopped from afar.",
        "SoftReset": "A soft reset was commanded.",
        "UnlockCommand": "An unlock was commanded.",
    },
)

MEANINGS: Mapping[str, str] = MappingProxyType(
    {**STATUSES.texts, **OLDER_STATUSES, **ERROR_CODES.texts, **REASONS.texts}
)
"""
What each of these words means: the one source of the documents' tables, of the Descriptions that
OPC UA clients read and of the console's tooltips.  No word belongs to two of them.
"""
