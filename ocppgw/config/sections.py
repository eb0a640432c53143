"""
The sections that stand once in the file: ``[gateway]``, ``[ocpp]``, ``[opcua]``, ``[store]``,
``[authorization]``.

Declarations only.  A key that is added here is read, checked and documented.
"""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import attrs

from ocppgw.access.roles import Role
from ocppgw.config.addresses import Endpoint, HostName, OpcUaUrl
from ocppgw.config.declaring import key, tables
from ocppgw.config.kinds import FilePath, ListOf, Number, RoleWord, Switch, Text, Whole, Word
from ocppgw.config.listeners import ListenerTable
from ocppgw.config.times import Keeping


@attrs.frozen
class GatewaySection:
    """The gateway itself."""

    state: Path = key(
        FilePath(),
        Path("ocppgw-state"),
        "Folder for everything that must survive a restart. Left out, it is ocppgw-state in the "
        "working directory.",
    )
    name: str = key(
        Text(1, 100), "ocppgw", "What OPC UA clients and people see as the name of this gateway."
    )
    remoteIdTag: str = key(
        Text(1, 20),
        "OCPPGW",
        "The idTag of a remote start that SCADA gives no idTag for. It is always authorized.",
        reload=True,
    )
    oneCpu: bool = key(
        Switch(),
        True,
        "Keep the threads that share Python's interpreter on one CPU, chosen anew every ten "
        "seconds. That saves a busy gateway a fifth of its CPU time. Linux only.",
    )


@attrs.frozen
class OcppSection:
    """The side of the charge points."""

    listen: tuple[str, ...] = key(
        ListOf(Endpoint()),
        ("tcp:8887",),
        "Where charge points connect with plain WebSocket (ws://HOST:PORT/IDENTITY).",
    )
    onboarding: str = key(
        Word(("accept", "pending", "reject")),
        "accept",
        "What becomes of an identity that nobody announced: it is taken in, or it waits as "
        "Pending for AcceptChargePoint, or it is turned away.",
        reload=True,
    )
    strict: bool = key(
        Switch(),
        False,
        "Answer every departure from the specification with a CallError. For tests of charge "
        "points, not for a site.",
        newLinks=True,
    )
    heartbeatInterval: int = key(
        Whole(1, 86400),
        300,
        "The interval between heartbeats that BootNotification.conf asks for.",
        unit="seconds",
        reload=True,
    )
    callTimeout: float = key(
        Number(0.1, 3600),
        30.0,
        "How long a charge point may take to answer a Call.",
        unit="seconds",
        reload=True,
    )
    settleTime: float = key(
        Number(0, 600),
        3.0,
        "How long a charge point is left alone after its BootNotification was answered.",
        unit="seconds",
        reload=True,
    )
    pingInterval: float = key(
        Number(0, 86400),
        45.0,
        "Time between WebSocket pings; 0 sends none.",
        unit="seconds",
        newLinks=True,
    )
    pingTimeout: float = key(
        Number(0.1, 3600),
        20.0,
        "How long after a ping without any sign of life the link counts as dead.",
        unit="seconds",
        newLinks=True,
    )
    disconnectGrace: float = key(
        Number(0, 60),
        0.5,
        "How long a lost link may be replaced by a new one before SCADA sees the loss.",
        unit="seconds",
        reload=True,
    )
    maxMessageSize: int = key(
        Whole(4096, 16 * 1024 * 1024),
        1024 * 1024,
        "A charge point that sends a longer message is disconnected.",
        unit="bytes",
    )
    maxMessageRate: int = key(
        Whole(0, 100_000),
        500,
        "How many messages a second of one charge point are dealt with, after a burst of four "
        "times as many; it is read more slowly then. A long one counts like several, one for each "
        "256 bytes. 0 sets no limit.",
    )
    maxTransactions: int = key(
        Whole(0, 1_000_000),
        600,
        "How many new transactions an hour of one charge point are kept, after a burst of ten "
        "times as many, as an offline queue brings them; the StartTransaction of one more is "
        "answered with GenericError. 0 sets no limit.",
        reload=True,
    )
    compression: bool = key(
        Switch(),
        False,
        "Compress messages (permessage-deflate) of charge points that offer it. It saves mobile "
        "data and costs the gateway time; some charge points get it wrong.",
    )
    closeAtStop: bool = key(
        Switch(),
        False,
        "Whether charge points get a WebSocket close frame when the gateway stops. Some do not "
        "come back after one, or not for minutes; without it they see a broken connection.",
        reload=True,
    )
    pollMeterValues: int = key(
        Whole(0, 86400),
        0,
        "Ask connectors that do not charge for meter values this often; 0 never does.",
        unit="seconds",
        newLinks=True,
    )
    handshakeRate: int = key(
        Whole(0, 100_000),
        100,
        "How many connections a second one address, or network of IPv6 (64 bits), may open, after "
        "a burst of twenty times as many; 0 counts nothing.",
        reload=True,
    )
    listeners: tuple[ListenerTable, ...] = tables(ListenerTable, "endpoint")

    @property
    def allListeners(self) -> tuple[ListenerTable, ...]:
        """Those of ``listen``, which ask nothing of callers, and those with a table."""
        return (*map(ListenerTable, self.listen), *self.listeners)

    def contradiction(self) -> tuple[str, str] | None:
        """A Central System that listens nowhere is a mistake."""
        if self.listen or self.listeners:
            return None
        return "listen", "accepted is at least one endpoint, or an [[ocpp.listeners]] table"


@attrs.frozen
class OpcUaSection:
    """The side of SCADA."""

    url: str = key(
        OpcUaUrl(),
        "opc.tcp://0.0.0.0:4840/ocppgw/",
        "Where OPC UA clients connect; 0.0.0.0 is every interface of this machine.",
    )
    allowUnencrypted: bool = key(
        Switch(),
        False,
        "true lets clients on other machines connect without any security, too: everybody on the "
        "network can then read along. Passwords are encrypted all the same.",
    )
    requireRevocationLists: bool = key(
        Switch(),
        False,
        "true refuses certificates of an authority that has no current revocation list in "
        "STATE/pki/crl.",
    )
    hostNames: tuple[str, ...] = key(
        ListOf(HostName()),
        (),
        "More names and addresses by which clients reach this machine, for the certificate that "
        "the gateway makes for itself.",
    )
    anonymousLoopback: Role = key(
        RoleWord(),
        Role.engineer,
        "What a session without a user may do when its client runs on this machine.",
    )
    anonymousRemote: Role = key(
        RoleWord(),
        Role.none,
        "What a session without a user may do when its client runs elsewhere.",
    )
    offlineQuality: str = key(
        Word(("byKind", "uncertain", "bad")),
        "byKind",
        "How values look while the link is lost. byKind: measurements, transactions and "
        "configuration points are UncertainNoCommunicationLastUsableValue, statuses are "
        "BadNoCommunication; uncertain or bad: that code for all of them.",
        reload=True,
    )
    sourceTimestamp: str = key(
        Word(("chargePoint", "receipt")),
        "chargePoint",
        "Whose clock SourceTimestamps come from: the charge point's, or the gateway's at receipt.",
        reload=True,
    )
    clockTolerance: float = key(
        Number(1, 31_536_000),
        300.0,
        "A charge point's time that is further from the receipt is replaced by the receipt.",
        unit="seconds",
        reload=True,
    )
    zeroWhenIdle: bool = key(
        Switch(),
        True,
        "Set Live power and currents to 0 when charging ends, although most charge points do "
        "not report it.",
        reload=True,
    )
    writeWait: float = key(
        Number(0, 600),
        4.0,
        "A Write that the charge point has not answered after this time is answered "
        "GoodCompletesAsynchronously.",
        unit="seconds",
    )
    startWait: float = key(
        Number(0, 600),
        0.0,
        "How long a remote start waits for the transaction to begin, to return its id; 0 does "
        "not wait.",
        unit="seconds",
    )


@attrs.frozen
class StoreSection:
    """How long the database keeps what is not needed for the present."""

    meterValues: timedelta = key(
        Keeping(),
        timedelta(days=400),
        "How long every single meter value is kept, counted from its receipt. The newest value "
        "of each kind is kept in any case.",
    )
    statuses: timedelta = key(
        Keeping(),
        timedelta(days=400),
        "How long every single status report is kept. The newest of each connector is kept in "
        "any case.",
    )
    transactions: timedelta = key(
        Keeping(),
        timedelta(days=3650),
        "How long transactions are kept, counted from their end. Running ones, and the newest of "
        "each connector, are kept in any case.",
    )
    commands: timedelta = key(
        Keeping(),
        timedelta(days=400),
        "How long the audit trail keeps commands, with user, arguments and outcome.",
    )


@attrs.frozen
class AuthorizationSection:
    """Who may charge."""

    default: str = key(
        Word(("Accepted", "Invalid")),
        "Accepted",
        "The answer for an idTag that no table names. Accepted lets every card charge, and makes "
        "a new site work; set Invalid where only known idTags may.",
        reload=True,
    )
