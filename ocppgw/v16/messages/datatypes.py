"""
Types that several messages share: IdTagInfo, MeterValue, ConfigurationKey, ChargingProfile.

Only declarations.  Source: OCPP 1.6 section 7.  Fields that tolerant reading may leave without a
value are ``| None`` although the specification requires them; strict reading holds them to it.
"""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from ocppgw.v16.messages.fields import (
    TOLERANCE,
    AuthorizationStatus,
    DateTime,
    IdTag,
    Integer,
    Location,
    Measurand,
    Message,
    Phase,
    ProfileKind,
    ProfilePurpose,
    RateUnit,
    ReadingContext,
    RecurrencyKind,
    RequiredTime,
    Text50,
    Tolerance,
    Unit,
    ValueFormat,
    lenient,
)


class IdTagInfo(Message, frozen=True, kw_only=True):
    """Whether an idTag may charge, until when, and in which group it is."""

    status: AuthorizationStatus
    expiryDate: DateTime | None = None
    parentIdTag: IdTag | None = None


class SampledValue(Message, frozen=True, kw_only=True):
    """
    One value, with the defaults of the specification where a field is ``None``.

    ``value`` is the text as sent, also where a number was sent; `readings` gives it a meaning.
    """

    value: Annotated[str, lenient(row="S7", absent="")]
    context: ReadingContext | None = None
    format: ValueFormat | None = None
    measurand: Measurand | None = None
    phase: Phase | None = None
    location: Location | None = None
    unit: Unit | None = None


class MeterValue(Message, frozen=True, kw_only=True):
    """Values sampled at one time."""

    timestamp: RequiredTime
    sampledValue: Annotated[
        tuple[SampledValue, ...],
        Meta(min_length=1, extra={TOLERANCE: Tolerance(row="S10", absent=())}),
    ]


class ConfigurationKey(Message, frozen=True, kw_only=True):
    """One configuration key as a charge point reports it."""

    key: Text50
    readonly: Annotated[bool, lenient(row="S11", absent=False, absentRow="S11")]
    value: Annotated[str, Meta(max_length=500, extra={TOLERANCE: Tolerance(row="S11")})] | None = (
        None
    )


class ChargingSchedulePeriod(Message, frozen=True, kw_only=True):
    """From ``startPeriod`` seconds on, ``limit`` amperes or watts, in steps of 0.1."""

    startPeriod: Integer
    limit: float
    numberPhases: Integer | None = None


class ChargingSchedule(Message, frozen=True, kw_only=True):
    """Limits over time."""

    chargingRateUnit: RateUnit
    chargingSchedulePeriod: tuple[ChargingSchedulePeriod, ...]
    duration: Integer | None = None
    startSchedule: DateTime | None = None
    minChargingRate: float | None = None


class ChargingProfile(Message, frozen=True, kw_only=True):
    """A charging schedule and when it applies."""

    chargingProfileId: Integer
    stackLevel: Integer
    chargingProfilePurpose: ProfilePurpose
    chargingProfileKind: ProfileKind
    chargingSchedule: ChargingSchedule
    transactionId: Integer | None = None
    recurrencyKind: RecurrencyKind | None = None
    validFrom: DateTime | None = None
    validTo: DateTime | None = None
