"""
The frozen state of one charge point, and of each of its connectors.

Only data.  Facts become new records in ``applying``; derived values (``live``, ``sums``) are
computed there and carried here, so that a reader never computes.  Sub-records are shared
between one record and the next wherever nothing in them changed: a reader finds a change by
comparing identities.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import NamedTuple

import attrs
from msgspec import Struct

from ocppgw.model.later import Later
from ocppgw.model.point import Point
from ocppgw.v16.readings import USUAL

EMPTY: Mapping[str, str] = MappingProxyType({})


@attrs.frozen
class Settings:
    """
    What the site decided about a charge point: file first, runtime changes on top.

    :ivar locked: names of settings that must not change at runtime.
    :ivar chosen: names of settings that somebody changed at runtime: the store keeps these,
        and they win over the file.
    :ivar connectors: the configured number of connectors, 0 where none is configured.
    :ivar offlineQuality: ``byKind``, ``uncertain`` or ``bad``.
    """

    name: str = ""
    description: str = ""
    enabled: bool = True
    connectors: int = 0
    offlineQuality: str = "byKind"
    sourceTimestamp: str = "chargePoint"
    clockTolerance: float = 300.0
    zeroWhenIdle: bool = True
    locked: frozenset[str] = frozenset()
    chosen: frozenset[str] = frozenset()


@attrs.frozen
class Nameplate:
    """What BootNotification says of the device; remembered over restarts."""

    chargePointVendor: str = ""
    chargePointModel: str = ""
    chargePointSerialNumber: str = ""
    chargeBoxSerialNumber: str = ""
    firmwareVersion: str = ""
    iccid: str = ""
    imsi: str = ""
    meterSerialNumber: str = ""
    meterType: str = ""
    at: datetime | None = None

    @property
    def serialNumber(self) -> str:
        """The charge point's serial number, else the charge box's."""
        return self.chargePointSerialNumber or self.chargeBoxSerialNumber


@attrs.frozen
class LinkState:
    """
    The live WebSocket, or when and why it was lost.

    ``at`` is the moment of the last change: what SCADA sees as SourceTimestamp of values that
    lost their link.  After a restart of the gateway it is the start, with ``connected`` false.

    :ivar connectedSince: since when there is a link without a gap that SCADA would see.
    :ivar openedAt: when the present WebSocket was opened; later than ``connectedSince`` when
        it replaced another.  What the charge point dates before it was queued.
    """

    connected: bool = False
    at: datetime | None = None
    connectedSince: datetime | None = None
    remoteAddress: str = ""
    lastDisconnectReason: str = ""
    reconnects: int = 0
    openedAt: datetime | None = None


class Traffic(Struct, frozen=True, gc=False):
    """What passed over the link since the gateway started."""

    messagesReceived: int = 0
    lastSeen: datetime | None = None


@attrs.frozen
class Registration:
    """Accepted, Pending or Rejected; ``""`` before the first BootNotification was answered."""

    status: str = ""
    at: datetime | None = None
    lastBoot: datetime | None = None
    rebootRequired: bool = False


@attrs.frozen
class Deviations:
    """How often the charge point left the specification, and the last example of each kind."""

    count: int = 0
    last: str = ""
    at: datetime | None = None
    byKind: Mapping[str, int] = attrs.field(factory=lambda: MappingProxyType({}))
    examples: Mapping[str, str] = attrs.field(factory=lambda: MappingProxyType({}))


@attrs.frozen
class Health:
    """Figures of the link, refreshed at most every 10 s: seconds, milliseconds, seconds."""

    clockSkew: Point | None = None
    roundTripTime: Point | None = None
    heartbeatAge: Point | None = None


@attrs.frozen
class LastIdTag:
    """Who was last authorized here (personal data), and with which answer."""

    idTag: str = ""
    status: str = ""
    at: datetime | None = None


@attrs.frozen
class LastCommand:
    """How the last command ended; ``number`` grows by one with each."""

    number: int = 0
    name: str = ""
    status: str = ""
    detail: str = ""
    user: str = ""
    at: datetime | None = None


@attrs.frozen
class ConfigurationPoint:
    """
    One configuration key as last reported.

    :ivar key: in the spelling first reported.
    :ivar text: what the charge point sent, or ``None`` where it gave no value.
    """

    key: str
    text: str | None
    readonly: bool
    at: datetime


@attrs.frozen
class ConfigurationState:
    """
    All that is known of a charge point's configuration.

    :ivar points: by lower-case key.
    :ivar unknownKeys: lower-case keys that the charge point said it does not have.
    :ivar awaitingBoot: lower-case keys whose new value comes into force with the next boot.
    :ivar drift: wanted keys that still differ, in the wanted spelling.
    """

    points: Mapping[str, ConfigurationPoint] = attrs.field(factory=lambda: MappingProxyType({}))
    unknownKeys: frozenset[str] = frozenset()
    awaitingBoot: frozenset[str] = frozenset()
    drift: tuple[str, ...] = ()
    driftAt: datetime | None = None


class StatusReport(Struct, frozen=True, gc=False):
    """
    The last StatusNotification of a connector.

    :ivar status: the word; one of the nine, or a foreign word kept as sent.
    :ivar number: its StatusNumber, 0 where the word is foreign.
    :ivar errorNumber: the number of ``errorCode``.
    """

    status: str
    number: int
    errorCode: str
    errorNumber: int
    info: str
    vendorId: str
    vendorErrorCode: str
    sourceTime: datetime
    receivedTime: datetime


class MeterKey(NamedTuple):
    """
    What a reading is of: measurand, and phase and location where given (``""`` else).

    The location Outlet is left out.  `meterKey` gives the same object for the same words.
    """

    measurand: str
    phase: str = ""
    location: str = ""


def meterKey(measurand: str, phase: str = "", location: str = "") -> MeterKey:
    """A key that is made once, because keys are compared several times for each value sent."""
    place = "" if location == "Outlet" else location
    if len(measurand) + len(phase) + len(place) > USUAL:
        return MeterKey(measurand, phase, place)  # Foreign words of any length are not kept.
    return _meterKey(measurand, phase, place)


_meterKey = lru_cache(maxsize=2048)(MeterKey)


class Live(Struct, frozen=True, gc=False):
    """The same names for every vendor, in base units; ``None`` until first known."""

    power: Point | None = None
    energy: Point | None = None
    sessionEnergy: Point | None = None
    currentL1: Point | None = None
    currentL2: Point | None = None
    currentL3: Point | None = None
    voltageL1: Point | None = None
    voltageL2: Point | None = None
    voltageL3: Point | None = None
    frequency: Point | None = None
    soC: Point | None = None
    temperature: Point | None = None
    currentOffered: Point | None = None
    powerOffered: Point | None = None


class Transaction(Struct, frozen=True, gc=False):
    """
    One transaction, running or finished.  Meter values are Wh.

    :ivar status: what the idTag was answered with at the start.
    :ivar energy: live; ``subNormal`` once the register jumped back.
    :ivar suspect: it seems to be over, although its end was never told.
    :ivar isRecovered: its start was never told; start time and meter are those of the first
        value that named it.
    :ivar isAdministrative: the gateway closed it; its real end was not told so far.
    """

    transactionId: int
    connectorId: int
    idTag: str
    startTime: datetime
    meterStart: float
    receivedTime: datetime
    status: str = "Accepted"
    active: bool = True
    stopTime: datetime | None = None
    meterStop: float | None = None
    stopReason: str = ""
    energy: Point | None = None
    changedAt: datetime | None = None
    suspect: bool = False
    isRecovered: bool = False
    isAdministrative: bool = False


class ConnectorRecord(Struct, frozen=True, gc=False):
    """
    One connector; 0 is the whole charge point.

    :ivar operative: what ChangeAvailability was last accepted for, corrected by Status.
    :ivar readings: exactly what was sent, in base units, by key.
    :ivar liveLater: what `live` is, or how it will be found out.
    :ivar transaction: the running, or when none runs, the last one.
    :ivar finished: how many transactions ended here (``LastTransaction/Number``).
    :ivar commandIdTag: what SCADA wrote to ``Commands/IdTag``.
    """

    connectorId: int
    status: StatusReport | None = None
    operative: Point | None = None
    readings: Mapping[MeterKey, Point] = MappingProxyType({})
    liveLater: Live | Later[Live] = Live()
    transaction: Transaction | None = None
    lastTransaction: Transaction | None = None
    finished: int = 0
    remoteStartState: str = "Idle"
    remoteStartAt: datetime | None = None
    commandIdTag: str = ""

    @property
    def live(self) -> Live:
        """The values with names of their own, out of what was sent."""
        later = self.liveLater
        return later.get() if isinstance(later, Later) else later


class Sums(Struct, frozen=True, gc=False):
    """Over the connectors of one charge point; power W, energy Wh, current A."""

    power: Point | None = None
    energy: Point | None = None
    currentL1: Point | None = None
    currentL2: Point | None = None
    currentL3: Point | None = None
    connectorsCharging: int = 0
    alarm: bool = False
    at: datetime | None = None


class ChargePointRecord(Struct, frozen=True, gc=False):
    """
    The state of one charge point.

    :ivar nodeName: its name in OPC UA: ``node`` from the configuration, else the identity.
    :ivar identity: what it calls in with; a hardware swap changes it, the node name stays.
    :ivar knownSince: when it became known, for values that have no other time.
    :ivar connectors: by connector number; 0 is always there.
    :ivar sumsLater: what `sums` are, or how they will be found out.
    :ivar commandsQueued: when each command was given that has not ended, the running one included.
    """

    nodeName: str
    identity: str
    knownSince: datetime
    settings: Settings = Settings()
    nameplate: Nameplate = Nameplate()
    link: LinkState = LinkState()
    traffic: Traffic = Traffic()
    registration: Registration = Registration()
    deviations: Deviations = Deviations()
    health: Health = Health()
    lastIdTag: LastIdTag = LastIdTag()
    lastCommand: LastCommand = LastCommand()
    commandsQueued: tuple[datetime, ...] = ()
    configuration: ConfigurationState = ConfigurationState()
    connectors: Mapping[int, ConnectorRecord] = MappingProxyType({0: ConnectorRecord(0)})
    sumsLater: Sums | Later[Sums] = Sums()

    @property
    def sums(self) -> Sums:
        """The sums over the connectors."""
        later = self.sumsLater
        return later.get() if isinstance(later, Later) else later

    @property
    def commandsWaiting(self) -> int:
        """How many commands have not ended, the running one included."""
        return len(self.commandsQueued)


@attrs.frozen
class GatewayRecord:
    """
    The state of the gateway itself, refreshed once a second by the reactor thread.

    Counts and sums are over all charge points.  ``points`` holds every value by its OPC UA
    browse name; a point is kept as it is while its value does not change.
    """

    points: Mapping[str, Point] = attrs.field(factory=lambda: MappingProxyType({}))
