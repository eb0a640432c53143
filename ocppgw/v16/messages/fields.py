"""
What a field may hold: limits to the letter, and beside them what tolerant reading makes of less.

Only types.  The strict part is msgspec's (`Meta`, ``Literal``) and checked in C; the tolerant part
is a `Tolerance` in the same place, read by `decoding` when the strict part does not hold.

Words are declared ``Literal`` at run time, but ``str`` for type checkers: a tolerantly read field
may hold a word that the vocabulary does not have, exactly as it was sent.  Date-times stay texts;
`times.readTime` reads them.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeAlias

import attrs
from msgspec import Meta, Struct

from ocppgw.v16 import answers, metering, states
from ocppgw.v16.enumeration import Enumeration


class _Nothing(enum.Enum):
    nothing = "nothing"


NOTHING = _Nothing.nothing
"""There is no stand-in: what lacks this field cannot be made sense of."""

INTEGER_MIN = -(2**63)
INTEGER_MAX = 2**63 - 1


class Message(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True, gc=False):
    """
    What goes over the wire, or a part of it.

    An optional field that is ``None`` is left out; ``null`` is never sent.
    """


@attrs.frozen
class Tolerance:
    """
    What to make of a field that does not hold what it should.

    :ivar row: what to count it as; empty: by the kind of repair.
    :ivar absent: stands in for a missing or unreadable value.
    :ivar absentRow: what to count a missing value as.
    :ivar foreign: stands in for a word that the vocabulary does not have; empty keeps the word.
    :ivar keepIn: the field beside it that takes the foreign word, if empty.
    :ivar trim: blanks and NULs around a text do not belong to it.
    :ivar keep: how many characters of a text are kept; 0: all.
    :ivar isTime: the text is a date-time; a strict reader looks whether it can be read.
    """

    row: str = ""
    absent: Any = NOTHING
    absentRow: str = "missing"
    foreign: str = ""
    keepIn: str = ""
    trim: bool = False
    keep: int = 0
    isTime: bool = False


TOLERANCE = "tolerance"
"""The key of a `Tolerance` in ``Meta.extra``."""


def lenient(**hints: Any) -> Meta:
    """A tolerance beside a field's type."""
    return Meta(extra={TOLERANCE: Tolerance(**hints)})


def _word(vocabulary: Enumeration, **hints: Any) -> Any:
    return Annotated[Literal[tuple(vocabulary.words)], lenient(**hints)]


Integer = Annotated[int, Meta(ge=INTEGER_MIN, le=INTEGER_MAX)]
ConnectorId = Annotated[int, Meta(ge=0, le=INTEGER_MAX)]
RealConnectorId = Annotated[int, Meta(ge=1, le=INTEGER_MAX)]
Text20 = Annotated[str, Meta(max_length=20)]
Text25 = Annotated[str, Meta(max_length=25)]
Text50 = Annotated[str, Meta(max_length=50)]
Text255 = Annotated[str, Meta(max_length=255)]
Text500 = Annotated[str, Meta(max_length=500)]
Text5500 = Annotated[str, Meta(max_length=5500)]
IdTag = Annotated[
    str,
    Meta(max_length=20, extra={TOLERANCE: Tolerance(row="S22", trim=True, keep=255)}),
]
DateTime = Annotated[str, lenient(row="T5", isTime=True)]
RequiredTime = Annotated[
    DateTime | None, lenient(row="T5", absent=None, absentRow="T5", isTime=True)
]
RequiredConnector = Annotated[ConnectorId | None, lenient(absent=None, absentRow="S23")]

if TYPE_CHECKING:
    AuthorizationStatus: TypeAlias = str
    AvailabilityStatus: TypeAlias = str
    AvailabilityType: TypeAlias = str
    AcceptedOrRejected: TypeAlias = str
    ConfigurationStatus: TypeAlias = str
    DataTransferStatus: TypeAlias = str
    DiagnosticsStatus: TypeAlias = str
    ErrorCode: TypeAlias = str
    FirmwareStatus: TypeAlias = str
    Location: TypeAlias = str
    LogStatus: TypeAlias = str
    Measurand: TypeAlias = str
    MessageTrigger: TypeAlias = str
    Phase: TypeAlias = str
    ProfileKind: TypeAlias = str
    ProfilePurpose: TypeAlias = str
    RateUnit: TypeAlias = str
    ReadingContext: TypeAlias = str
    Reason: TypeAlias = str
    RecurrencyKind: TypeAlias = str
    RegistrationStatus: TypeAlias = str
    ResetType: TypeAlias = str
    SignedFirmwareStatus: TypeAlias = str
    Status: TypeAlias = str
    TriggerStatus: TypeAlias = str
    Unit: TypeAlias = str
    UnlockStatus: TypeAlias = str
    ValueFormat: TypeAlias = str
else:
    AuthorizationStatus = _word(answers.AUTHORIZATION_STATUSES)
    AvailabilityStatus = _word(answers.AVAILABILITY_STATUSES)
    AvailabilityType = _word(answers.AVAILABILITY_TYPES)
    AcceptedOrRejected = _word(answers.ACCEPTED_OR_REJECTED)
    ConfigurationStatus = _word(answers.CONFIGURATION_STATUSES)
    DataTransferStatus = _word(answers.DATA_TRANSFER_STATUSES)
    DiagnosticsStatus = _word(answers.DIAGNOSTICS_STATUSES, absent="")
    ErrorCode = _word(
        states.ERROR_CODES,
        row="S4",
        absent="NoError",
        foreign="OtherError",
        keepIn="vendorErrorCode",
    )
    FirmwareStatus = _word(answers.FIRMWARE_STATUSES, absent="")
    Location = _word(metering.LOCATIONS)
    LogStatus = _word(answers.LOG_STATUSES, absent="")
    Measurand = _word(metering.MEASURANDS, row="M6")
    MessageTrigger = _word(answers.MESSAGE_TRIGGERS)
    Phase = _word(metering.PHASES)
    ProfileKind = _word(answers.PROFILE_KINDS)
    ProfilePurpose = _word(answers.PROFILE_PURPOSES)
    RateUnit = _word(answers.RATE_UNITS)
    ReadingContext = _word(metering.CONTEXTS, row="S6", foreign="Other")
    Reason = _word(states.REASONS, row="X16", foreign="Other")
    RecurrencyKind = _word(answers.RECURRENCY_KINDS)
    RegistrationStatus = _word(answers.REGISTRATION_STATUSES)
    ResetType = _word(answers.RESET_TYPES)
    SignedFirmwareStatus = _word(answers.SIGNED_FIRMWARE_STATUSES, absent="")
    Status = _word(states.STATUSES, row="S5", absent="")
    TriggerStatus = _word(answers.TRIGGER_STATUSES)
    Unit = _word(metering.UNITS, row="M3")
    UnlockStatus = _word(answers.UNLOCK_STATUSES)
    ValueFormat = _word(metering.FORMATS, row="M10")
