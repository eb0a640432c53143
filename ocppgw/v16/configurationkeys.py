"""
The standard's configuration keys: type, unit, access, and what each is for.

Only data and look-ups.  Source: OCPP 1.6 section 9 as changed by errata 3.79 to 3.89, and the
security whitepaper; the sentences are ours.  Keys of a vendor are not here: they are Strings.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from ocppgw.v16.numerals import readBoolean, readNumber

BOOLEAN = "Boolean"
INT32 = "Int32"
STRING = "String"

_TYPES = {"bool": BOOLEAN, "int": INT32, "text": STRING, "list": STRING}


@attrs.frozen
class KeyInfo:
    """
    What the standard says of one key.

    :ivar profile: as in SupportedFeatureProfiles, or ``Security``.
    :ivar type: ``Boolean``, ``Int32`` or ``String``.
    :ivar isList: the text is a list, separated by commas.
    :ivar access: ``R``, ``RW`` or ``W``: what the charge point should allow.
    :ivar required: a charge point with this profile must have it.
    :ivar unit: empty where there is none.
    """

    key: str
    profile: str
    type: str
    isList: bool
    access: str
    required: bool
    unit: str
    text: str


_ROWS = """
Core | AllowOfflineTxForUnknownId | bool | RW | | Without a link, unknown idTags may charge.
Core | AuthorizationCacheEnabled | bool | RW | | Past authorizations are remembered and used.
Core | AuthorizeRemoteTxRequests | bool | RW! | | A remote start asks for authorization first.
Core | BlinkRepeat | int | RW | times | How often a light blinks to signal something.
Core | ClockAlignedDataInterval | int | RW! | s | Time between readings at fixed times of the clock; 0 is off.
Core | ConnectionTimeOut | int | RW! | s | How long a driver has to plug in after presenting a tag.
Core | ConnectorPhaseRotation | list | RW! | | How the phases of each connector are wired to the grid.
Core | ConnectorPhaseRotationMaxLength | int | R | | Most items in ConnectorPhaseRotation.
Core | GetConfigurationMaxKeys | int | R! | | Most keys that one GetConfiguration may ask for.
Core | HeartbeatInterval | int | RW! | s | Time without other messages after which a heartbeat comes.
Core | LightIntensity | int | RW | % | Brightness of the lights.
Core | LocalAuthorizeOffline | bool | RW! | | Without a link, known idTags may start.
Core | LocalPreAuthorize | bool | RW! | | Known idTags start at once, the answer comes later.
Core | MaxEnergyOnInvalidId | int | RW | Wh | Energy given after an idTag turned out to be invalid.
Core | MessageTimeout | int | RW | s | How long the charge point waits for an answer.
Core | MeterValuesAlignedData | list | RW! | | What is measured at fixed times of the clock.
Core | MeterValuesAlignedDataMaxLength | int | R | | Most items in MeterValuesAlignedData.
Core | MeterValuesSampledData | list | RW! | | What is measured during a transaction.
Core | MeterValuesSampledDataMaxLength | int | R | | Most items in MeterValuesSampledData.
Core | MeterValueSampleInterval | int | RW! | s | Time between readings during a transaction; 0 is off.
Core | MinimumStatusDuration | int | RW | s | How long a status must last before it is reported.
Core | NumberOfConnectors | int | R! | | How many connectors there are.
Core | ResetRetries | int | RW! | times | How often a reset that failed is tried again.
Core | StopTransactionOnEVSideDisconnect | bool | RW | | Pulling the plug at the car ends the transaction.
Core | StopTransactionOnInvalidId | bool | RW! | | A transaction ends when its idTag turns out to be invalid.
Core | StopTransactionMaxMeterValues | int | R | | Most readings that one StopTransaction carries.
Core | StopTxnAlignedData | list | RW! | | Clock-aligned readings that are sent with StopTransaction.
Core | StopTxnAlignedDataMaxLength | int | R | | Most items in StopTxnAlignedData.
Core | StopTxnSampledData | list | RW! | | Sampled readings that are sent with StopTransaction.
Core | StopTxnSampledDataMaxLength | int | R | | Most items in StopTxnSampledData.
Core | SupportedFeatureProfiles | list | R! | | Which parts of OCPP the charge point says it has.
Core | SupportedFeatureProfilesMaxLength | int | R | | Most items in SupportedFeatureProfiles.
Core | TransactionMessageAttempts | int | RW! | times | How often a transaction message is sent before it is dropped.
Core | TransactionMessageRetryInterval | int | RW! | s | Wait before a transaction message is sent again, times tries.
Core | UnlockConnectorOnEVSideDisconnect | bool | RW! | | The lock opens when the plug is pulled at the car.
Core | WebSocketPingInterval | int | RW | s | Time between pings of the charge point; 0 is off.
LocalAuthListManagement | LocalAuthListEnabled | bool | RW! | | The local list of idTags is used.
LocalAuthListManagement | LocalAuthListMaxLength | int | R! | | Most idTags in the local list.
LocalAuthListManagement | SendLocalListMaxLength | int | R! | | Most idTags in one SendLocalList.
Reservation | ReserveConnectorZeroSupported | bool | R | | The charge point as a whole can be reserved.
SmartCharging | ChargeProfileMaxStackLevel | int | R! | | Highest stack level of a charging profile.
SmartCharging | ChargingScheduleAllowedChargingRateUnit | list | R! | | Whether limits may be currents, powers or both.
SmartCharging | ChargingScheduleMaxPeriods | int | R! | | Most periods in one charging schedule.
SmartCharging | ConnectorSwitch3to1PhaseSupported | bool | R | | It can change to one phase while charging.
SmartCharging | MaxChargingProfilesInstalled | int | R! | | Most charging profiles at a time.
FirmwareManagement | SupportedFileTransferProtocols | list | R | | Ways to fetch firmware and to send files.
Security | AuthorizationKey | text | W | | The password that the charge point logs in with.
Security | SecurityProfile | int | RW | | Which security profile is used; it can only be raised.
Security | CpoName | text | RW | | The operator, as named in certificates.
Security | CertificateSignedMaxChainSize | int | R | bytes | Largest certificate chain that can be received.
Security | CertificateStoreMaxLength | int | R | | Most certificates that can be installed.
Security | AdditionalRootCertificateCheck | bool | R | | A new root certificate must be signed by the one before.
"""  # noqa: E501 - a table reads best with one row a line


def _row(line: str) -> KeyInfo:
    """One row; an exclamation mark says that the key is required."""
    profile, key, kind, access, unit, text = (cell.strip() for cell in line.split("|"))
    bare = access.rstrip("!")
    return KeyInfo(key, profile, _TYPES[kind], kind == "list", bare, bare != access, unit, text)


CONFIGURATION_KEYS: Mapping[str, KeyInfo] = MappingProxyType(
    {info.key: info for info in map(_row, _ROWS.strip().splitlines())}
)
"""All keys of the standard, by name."""

_BY_LOWER_CASE = {key.lower(): info for key, info in CONFIGURATION_KEYS.items()}


def findKey(key: str) -> KeyInfo | None:
    """What the standard says of a key, in any case; ``None`` for a vendor's."""
    return _BY_LOWER_CASE.get(key.strip().lower())


def typeOf(key: str) -> str:
    """The data type of a key: the standard's, String for a vendor's."""
    info = findKey(key)
    return STRING if info is None else info.type


def readValue(type: str, text: str) -> bool | int | str | None:
    """The value that a text says for one of the three types; ``None`` where it says none."""
    if type == BOOLEAN:
        return readBoolean(text)
    if type == INT32:
        number = readNumber(text)
        whole = number is not None and number.is_integer() and -(2**31) <= number < 2**31
        return int(number) if number is not None and whole else None
    return text


def readList(text: str) -> tuple[str, ...]:
    """The items of a list; blanks and quotes around them, and empty ones, do not count."""
    items = (item.strip().strip("\"'").strip() for item in text.strip().strip("[]").split(","))
    return tuple(item for item in items if item)


def writeList(items: tuple[str, ...]) -> str:
    """The text of a list."""
    return ",".join(items)
