"""
What happened, in the past tense: the only input of the registry and of the store.

Only data.  A fact says all that a record or the database needs to know; it never refers to
anything that changes.  Every time is aware UTC.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import attrs
from msgspec import Struct

from ocppgw.model.idtags import IdTagEntry
from ocppgw.model.records import (
    ConfigurationPoint,
    MeterKey,
    Nameplate,
    Settings,
    StatusReport,
    Transaction,
)


@attrs.frozen
class ChargePointAdded:
    """A charge point became known: it called in, or somebody announced it."""

    nodeName: str
    identity: str
    at: datetime
    settings: Settings


@attrs.frozen
class ChargePointRemoved:
    """A charge point was taken out by an Engineer."""

    at: datetime


@attrs.frozen
class IdentityReplaced:
    """New hardware calls in under another identity and keeps the node name."""

    identity: str
    at: datetime


@attrs.frozen
class SettingsChanged:
    """Name, Description, Enabled or what the file says changed."""

    settings: Settings
    at: datetime


@attrs.frozen
class LinkOpened:
    """A charge point connected; ``replaced`` when another link of it was still there."""

    remoteAddress: str
    at: datetime
    replaced: bool = False


@attrs.frozen
class LinkLost:
    """A link ended and no other came within the grace time."""

    reason: str
    at: datetime


class MessageReceived(Struct, frozen=True, gc=False):
    """Messages of the charge point arrived, whatever they say; ``at`` is when the last one did."""

    at: datetime
    count: int = 1


@attrs.frozen
class Deviated:
    """A message left the specification in one way.  ``example`` is bounded in length."""

    kind: str
    text: str
    example: str
    at: datetime


@attrs.frozen
class Booted:
    """BootNotification was received and answered with ``status``."""

    nameplate: Nameplate
    status: str
    at: datetime


@attrs.frozen
class RegistrationChanged:
    """An Engineer accepted, or the site's rule changed."""

    status: str
    at: datetime


@attrs.frozen
class RebootRequested:
    """A ChangeConfiguration of a key was answered RebootRequired."""

    key: str
    at: datetime


class StatusReported(Struct, frozen=True, gc=False):
    """A StatusNotification was received."""

    connectorId: int
    report: StatusReport


class Reading(Struct, frozen=True, gc=False):
    """
    One sampled value.

    :ivar value: in base units, ``None`` where it cannot be read as a number.
    :ivar text: exactly what was sent; for signed data all there is.
    :ivar signed: opaque data for a String node.
    """

    key: MeterKey
    value: float | None
    text: str
    context: str
    sourceTime: datetime
    signed: bool = False


class Measured(Struct, frozen=True, gc=False):
    """MeterValues, or the values that travelled with a StopTransaction, were received."""

    connectorId: int
    transactionId: int | None
    readings: Sequence[Reading]
    receivedAt: datetime


@attrs.frozen
class LiveAged:
    """No new value came within 2.5 times the sample interval while the connector charges."""

    connectorId: int
    at: datetime


@attrs.frozen
class IdTagPresented:
    """Authorize or StartTransaction asked for an idTag and was answered with ``status``."""

    idTag: str
    status: str
    at: datetime


@attrs.frozen
class TransactionStarted:
    """
    StartTransaction was received; the answer carries ``transactionId``.

    :ivar timestampText: the timestamp exactly as sent: part of what makes a repeat a repeat.
    :ivar isRecovered: no StartTransaction was received: meter values named a transaction that
        nobody knew, and the rest is a guess from the first of them (X6).
    """

    transactionId: int
    connectorId: int
    idTag: str
    status: str
    meterStart: int
    timestampText: str
    startTime: datetime
    receivedAt: datetime
    reservationId: int | None = None
    isRecovered: bool = False


@attrs.frozen
class TransactionStopped:
    """
    StopTransaction was received, or a transaction was closed administratively.

    :ivar connectorId: 0 where the transaction is unknown to us.
    :ivar meterStop: Wh; ``None`` where nobody measured the end.
    :ivar isAdministrative: the gateway closed it; the charge point may still tell its real end.
    :ivar begun: the transaction as it was before, where the record does not know it any more.
    """

    transactionId: int
    connectorId: int
    idTag: str
    meterStop: int | None
    stopTime: datetime
    reason: str
    receivedAt: datetime
    isAdministrative: bool = False
    begun: Transaction | None = None


@attrs.frozen
class TransactionSuspected:
    """A transaction seems to be over, although its end was never told."""

    transactionId: int
    connectorId: int
    at: datetime


@attrs.frozen
class ConfigurationReported:
    """GetConfiguration was answered; ``complete`` when all keys had been asked for."""

    points: tuple[ConfigurationPoint, ...]
    unknownKeys: tuple[str, ...]
    at: datetime
    complete: bool = False


@attrs.frozen
class ConfigurationCompared:
    """The wanted keys were compared; ``drift`` names those that still differ."""

    drift: tuple[str, ...]
    at: datetime


@attrs.frozen
class AvailabilityAccepted:
    """ChangeAvailability was answered Accepted or Scheduled."""

    connectorId: int
    operative: bool
    at: datetime


@attrs.frozen
class RemoteStartProgressed:
    """A remote start went on: Idle, Accepted, Started or TimedOut."""

    connectorId: int
    state: str
    at: datetime


@attrs.frozen
class CommandIdTagWritten:
    """SCADA wrote the idTag that the command variable RemoteStart shall use."""

    connectorId: int
    idTag: str
    at: datetime


@attrs.frozen
class CommandQueued:
    """A command was taken in and waits, or runs."""

    name: str
    at: datetime


@attrs.frozen
class CommandEnded:
    """
    A command ended, well or not: the audit trail's entry.

    :ivar arguments: as text, secrets masked.
    :ivar status: the charge point's word, or ours for how it failed.
    :ivar queuedAt: the time of the ``CommandQueued`` that went before, if one did.
    """

    name: str
    arguments: str
    status: str
    detail: str
    user: str
    origin: str
    at: datetime
    queuedAt: datetime | None = None


@attrs.frozen
class HealthMeasured:
    """Figures of the link were refreshed; ``None`` keeps the one before."""

    at: datetime
    clockSkew: float | None = None
    roundTripTime: float | None = None
    heartbeatAge: float | None = None


@attrs.frozen
class IdTagChanged:
    """An idTag was added or changed at runtime; a fact of the site, not of a charge point."""

    entry: IdTagEntry
    at: datetime


@attrs.frozen
class IdTagRemoved:
    """An idTag was removed at runtime; a fact of the site, not of a charge point."""

    idTag: str
    at: datetime


SITE = ""
"""The node name under which facts of the site are stored."""

Fact = (
    ChargePointAdded
    | ChargePointRemoved
    | IdentityReplaced
    | SettingsChanged
    | LinkOpened
    | LinkLost
    | MessageReceived
    | Deviated
    | Booted
    | RegistrationChanged
    | RebootRequested
    | StatusReported
    | Measured
    | LiveAged
    | IdTagPresented
    | TransactionStarted
    | TransactionStopped
    | TransactionSuspected
    | ConfigurationReported
    | ConfigurationCompared
    | AvailabilityAccepted
    | RemoteStartProgressed
    | CommandIdTagWritten
    | CommandQueued
    | CommandEnded
    | HealthMeasured
    | IdTagChanged
    | IdTagRemoved
)
