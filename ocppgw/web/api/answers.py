"""
What the API sends: structs that are encoded as they stand here, and documented from here.

Only data.  Energies are Wh, powers W, currents A, voltages V; times are UTC.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec


class Value(msgspec.Struct, frozen=True, omit_defaults=True):
    """A value with its time and how far it can be trusted."""

    value: bool | int | float | str | None
    quality: str
    at: datetime


class TransactionAnswer(msgspec.Struct, frozen=True):
    """A transaction; ``energy`` in Wh, what is not known is null."""

    chargePoint: str
    transactionId: int
    connectorId: int
    idTag: str | None
    active: bool
    status: str
    startTime: datetime
    stopTime: datetime | None
    meterStart: float
    meterStop: float | None
    energy: float | None
    stopReason: str


class TransactionList(msgspec.Struct, frozen=True):
    """A page of transactions, newest first; ``next`` is what ``before`` of the next page is."""

    transactions: list[TransactionAnswer]
    next: int | None


class ConnectorAnswer(msgspec.Struct, frozen=True):
    """A connector; 0 is the whole charge point."""

    connectorId: int
    status: str | None
    errorCode: str | None
    info: str | None
    vendorErrorCode: str | None
    operative: bool | None
    live: dict[str, Value]
    meterValues: dict[str, Value]
    transaction: TransactionAnswer | None


class ChargePointSummary(msgspec.Struct, frozen=True):
    """A charge point in a list."""

    nodeName: str
    identity: str
    name: str
    enabled: bool
    connected: bool
    status: str
    alarm: bool
    power: float | None
    energy: float | None
    connectors: int
    connectorsCharging: int
    lastSeen: datetime | None


class ChargePointList(msgspec.Struct, frozen=True):
    """A page of charge points, and how many there are in all."""

    chargePoints: list[ChargePointSummary]
    total: int
    offset: int
    limit: int


class Nameplate(msgspec.Struct, frozen=True):
    """What the charge point says that it is."""

    vendor: str
    model: str
    serialNumber: str
    firmwareVersion: str
    meterType: str
    meterSerialNumber: str
    iccid: str
    imsi: str


class LastCommand(msgspec.Struct, frozen=True):
    """How the last command ended."""

    number: int
    name: str
    status: str
    detail: str
    user: str
    at: datetime | None


class FrameAnswer(msgspec.Struct, frozen=True):
    """A message that passed; ``fault`` is what the specification has against it."""

    at: datetime
    fromGateway: bool
    kind: str
    action: str
    text: str
    length: int
    fault: str


class Quirk(msgspec.Struct, frozen=True):
    """
    How often a charge point left the specification in one way, and how it did last.

    ``meaning`` tells what charge points of the kind do; ``example`` is the beginning of what was
    odd, ``message`` all that it stood in, null where no message did, or none since the gateway
    started; ``override`` is the key of the configuration file that would silence it, empty without
    one.
    """

    kind: str
    meaning: str
    count: int
    example: str
    message: FrameAnswer | None
    override: str


class ChargePointAnswer(msgspec.Struct, frozen=True):
    """Everything that is known of a charge point but its configuration."""

    summary: ChargePointSummary
    description: str
    readOnly: list[str]
    fromFile: bool
    nameplate: Nameplate
    registration: str
    lastBoot: datetime | None
    rebootRequired: bool
    remoteAddress: str
    connectedSince: datetime | None
    lastDisconnectReason: str
    commandsWaiting: int
    lastCommand: LastCommand
    quirks: list[Quirk]
    connectors: list[ConnectorAnswer]


class ConfigurationKeyAnswer(msgspec.Struct, frozen=True):
    """
    A configuration key as last reported; a secret's value is never told.

    :ivar rebootRequired: whether a change of it comes into force with the next boot only.
    """

    key: str
    value: str | None
    readonly: bool
    type: str
    at: datetime
    rebootRequired: bool


class ConfigurationAnswer(msgspec.Struct, frozen=True):
    """The configuration keys of a charge point."""

    keys: list[ConfigurationKeyAnswer]
    unknownKeys: list[str]
    drift: list[str]
    rebootRequired: bool


class OutcomeAnswer(msgspec.Struct, frozen=True):
    """The word of the answer, and what else it said."""

    status: str
    outputs: dict[str, Any]


class FrameList(msgspec.Struct, frozen=True):
    """The last frames of a charge point, oldest first, secrets masked."""

    frames: list[FrameAnswer]


class IdTagAnswer(msgspec.Struct, frozen=True):
    """An idTag that the site knows."""

    idTag: str
    status: str
    expiryDate: datetime | None
    parentIdTag: str
    fromFile: bool


class IdTagList(msgspec.Struct, frozen=True):
    """A page of idTags, and how many there are in all."""

    idTags: list[IdTagAnswer]
    total: int
    offset: int
    limit: int


class RefusedRow(msgspec.Struct, frozen=True):
    """A row of a file that was not taken in; the first one below the head is 1."""

    row: int
    idTag: str
    why: str


class ImportAnswer(msgspec.Struct, frozen=True):
    """
    What became of a file.

    ``left`` rows were not looked at, because it was cancelled or too long; of many refused ones
    the first are told.
    """

    rows: int
    taken: int
    refused: int
    left: int
    refusedRows: list[RefusedRow]


class WorkAnswer(msgspec.Struct, frozen=True):
    """
    Something that takes long.

    ``total`` is null while nobody can say; ``result`` is null while it runs.
    """

    number: int
    title: str
    unit: str
    done: int
    total: int | None
    running: bool
    cancellable: bool
    good: bool
    result: str | None


class WorkList(msgspec.Struct, frozen=True):
    """What takes long and belongs to the user who asks, the oldest first."""

    works: list[WorkAnswer]


class AuditEntry(msgspec.Struct, frozen=True):
    """Who did what, with which outcome; an empty charge point stands for the gateway."""

    at: datetime
    user: str
    origin: str
    chargePoint: str
    name: str
    arguments: str
    status: str
    detail: str


class AuditList(msgspec.Struct, frozen=True):
    """A page of the audit trail, newest first; ``next`` is what ``before`` of the next page is."""

    entries: list[AuditEntry]
    next: int | None


class OpcUaSubscriptionAnswer(msgspec.Struct, frozen=True):
    """A subscription; the publishing interval is in milliseconds."""

    subscriptionId: int
    publishingInterval: float
    items: int
    enabled: bool


class OpcUaSessionAnswer(msgspec.Struct, frozen=True):
    """Who is connected by OPC UA; ``security`` is empty while the session has no channel."""

    name: str
    user: str
    peer: str
    application: str
    security: str
    subscriptions: list[OpcUaSubscriptionAnswer]


class OpcUaAnswer(msgspec.Struct, frozen=True):
    """
    The OPC UA side.

    ``endpoints`` are the policies and modes for clients elsewhere; ``lost`` are subscriptions
    whose session is gone.
    """

    url: str
    endpoints: list[str]
    sessions: list[OpcUaSessionAnswer]
    lost: list[OpcUaSubscriptionAnswer]


class CertificateAnswer(msgspec.Struct, frozen=True):
    """A certificate of an OPC UA client or of an authority; the thumbprint is hexadecimal."""

    thumbprint: str
    trusted: bool
    name: str
    issuer: str
    uris: list[str]
    begins: datetime
    ends: datetime
    keyBits: int
    file: str


class CertificateList(msgspec.Struct, frozen=True):
    """Those that wait for a decision, then the trusted ones."""

    certificates: list[CertificateAnswer]


class GatewayAnswer(msgspec.Struct, frozen=True):
    """How the gateway stands: its own values by their OPC UA names."""

    values: dict[str, Value]


class ListenerAnswer(msgspec.Struct, frozen=True):
    """
    Where charge points connect.

    ``url`` is what is typed into a charge point, followed by its identity; null while the port is
    not open.
    """

    endpoint: str
    url: str | None
    securityProfile: int
    identityPrefix: str


class SettingAnswer(msgspec.Struct, frozen=True):
    """
    A setting as it holds now.

    ``value`` is written as in the file, secrets masked.  ``origin`` is ``default``, ``file``, or
    ``commandLine``; ``line`` is null where that is not known.  ``reload`` tells whether a change
    holds from SIGHUP on, or from a restart on.
    """

    key: str
    value: str
    meaning: str
    unit: str
    origin: str
    line: int | None
    option: str
    reload: bool


class SettingsAnswer(msgspec.Struct, frozen=True):
    """
    How the gateway is set.

    ``file`` is empty without a configuration file; ``status`` is ``ok``, or what of the file does
    not hold, and why.
    """

    file: str
    status: str
    state: str
    opcuaUrl: str
    consoleEndpoint: str
    listeners: list[ListenerAnswer]
    settings: list[SettingAnswer]


class VisitorAnswer(msgspec.Struct, frozen=True):
    """Who asks; ``csrf`` goes back in the header X-CSRF-Token of what a browser changes."""

    user: str
    role: str
    loggedIn: bool
    csrf: str
