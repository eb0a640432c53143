"""
The table of ChargePointType: its variables, and what lies beneath it.

Only declarations.  Methods, connectors and configuration points have tables of their own.
"""

from __future__ import annotations

from datetime import datetime
from operator import attrgetter

from ocppgw.model.point import Point
from ocppgw.model.records import ChargePointRecord, LinkState
from ocppgw.uaserver.layout.commandvariables import CHARGE_POINT_COMMANDS
from ocppgw.uaserver.layout.configurationpoints import CONFIGURATION_POINTS
from ocppgw.uaserver.layout.connectors import CONNECTORS
from ocppgw.uaserver.layout.datatypes import NEVER, DataType
from ocppgw.uaserver.layout.declarations import May, TypeDeclaration, VariableDeclaration
from ocppgw.uaserver.layout.methods import CHARGE_POINT_METHODS
from ocppgw.uaserver.layout.nameplate import NAMEPLATE, SETTINGS
from ocppgw.uaserver.layout.sources import Source, computed, fact, known, plain, told
from ocppgw.uaserver.layout.units import MILLISECOND, SECOND, SKEW, WATT_HOUR_SUM, WATT_SUM

V = VariableDeclaration
T = DataType


def _lastCommand(name: str, attribute: str, description: str) -> V:
    return V(name, T.String, description, fact("lastCommand", attribute))


def _connectedSince(link: LinkState) -> datetime:
    return (link.connectedSince if link.connected else None) or NEVER


def _waitingSince(record: ChargePointRecord, since: datetime) -> Point:
    queued = record.commandsQueued
    at = (queued[0] if queued else record.lastCommand.at) or since
    return Point(queued[0] if queued else NEVER, at, at)


LINK = (
    V(
        "Connected",
        T.Boolean,
        "True while the charge point is connected.",
        fact("link", "connected"),
    ),
    V(
        "Alarm",
        T.Boolean,
        "True when an enabled charge point is not connected, or has a faulted connector.",
        fact("sums", "alarm"),
    ),
    V(
        "RebootRequired",
        T.Boolean,
        "True after a configuration change that takes effect with the next boot only.",
        fact("registration", "rebootRequired"),
    ),
    V(
        "RegistrationStatus",
        T.String,
        "Whether the gateway takes part in its operation: Accepted, Pending or Rejected.",
        computed("registration", lambda each: each.status or None, lambda each: each.at),
    ),
    V(
        "ConfigurationDrift",
        T.String,
        "Wanted configuration keys whose values still differ, separated by commas.",
        computed("configuration", lambda each: ",".join(each.drift), lambda each: each.driftAt),
    ),
    V(
        "ConnectedSince",
        T.DateTime,
        "Since when it is connected; the null DateTime while it is not.",
        computed("link", _connectedSince, lambda link: link.at),
    ),
    V(
        "LastSeen",
        T.DateTime,
        "When its last message arrived.",
        fact("traffic", "lastSeen", "lastSeen", missing=NEVER),
    ),
    V(
        "LastBoot",
        T.DateTime,
        "When it last announced a boot.",
        fact("registration", "lastBoot", "lastBoot"),
    ),
    V(
        "RemoteAddress",
        T.String,
        "Network address from which it is or was connected.",
        fact("link", "remoteAddress"),
    ),
    V(
        "LastDisconnectReason",
        T.String,
        "Why its last link ended.",
        fact("link", "lastDisconnectReason"),
    ),
    V(
        "Reconnects",
        T.UInt32,
        "How often it connected again since the gateway started.",
        fact("link", "reconnects"),
    ),
    V(
        "MessagesReceived",
        T.UInt32,
        "Messages received since the gateway started.",
        fact("traffic", "messagesReceived", "lastSeen"),
    ),
    V(
        "Deviations",
        T.UInt32,
        "How often its messages left the specification.",
        fact("deviations", "count"),
    ),
    V(
        "LastDeviation",
        T.String,
        "In which way a message last left the specification.",
        fact("deviations", "last"),
    ),
)
"""The link, and how well the charge point keeps to the protocol."""

FIGURES = (
    V(
        "ClockSkew",
        T.Double,
        "How far its clock is ahead of the gateway's.",
        told("health.clockSkew"),
        unit=SKEW,
    ),
    V(
        "RoundTripTime",
        T.Double,
        "How long it takes to answer over the link.",
        told("health.roundTripTime"),
        unit=MILLISECOND,
    ),
    V(
        "HeartbeatAge",
        T.Double,
        "How long ago it last gave a sign of life.",
        told("health.heartbeatAge"),
        unit=SECOND,
    ),
    V("Power", T.Double, "Power drawn at all its connectors.", told("sums.power"), unit=WATT_SUM),
    V(
        "Energy",
        T.Double,
        "Sum of the lifetime registers of its connectors.",
        told("sums.energy"),
        unit=WATT_HOUR_SUM,
    ),
    V(
        "ConnectorsCharging",
        T.UInt32,
        "How many of its connectors are charging.",
        fact("sums", "connectorsCharging"),
    ),
)
"""Figures of the link, refreshed at most every 10 s, and sums over the connectors."""

PERSONS = (
    V(
        "LastIdTag",
        T.String,
        "The idTag that last asked for authorization here.",
        known("lastIdTag", "idTag", "at"),
        readable=May.seePersons,
    ),
    V(
        "LastIdTagStatus",
        T.String,
        "What that idTag was answered.",
        known("lastIdTag", "status", "at"),
        readable=May.seePersons,
    ),
    V(
        "LastIdTagTime",
        T.DateTime,
        "When that idTag asked.",
        known("lastIdTag", "at", "at"),
        readable=May.seePersons,
    ),
)
"""Personal data."""

COMMANDS = (
    _lastCommand("LastCommand", "name", "The last command that ended, by the name of its method."),
    _lastCommand(
        "LastCommandStatus",
        "status",
        "How it ended: the charge point's word, or what kept it from answering.",
    ),
    _lastCommand("LastCommandDetail", "detail", "More about how it ended, such as an error text."),
    _lastCommand("LastCommandUser", "user", "Who gave that command."),
    V(
        "LastCommandTime",
        T.DateTime,
        "When that command ended.",
        fact("lastCommand", "at", missing=NEVER),
    ),
    V(
        "CommandsWaiting",
        T.UInt32,
        "Commands that have not ended yet, the running one included.",
        plain("commandsWaiting", "lastCommand.at"),
    ),
    V(
        "CommandsWaitingSince",
        T.DateTime,
        "When the oldest command was given that has not ended yet.",
        Source(attrgetter("commandsQueued"), _waitingSince, root="commandsQueued"),
    ),
    V(
        "LastCommandNumber",
        T.UInt32,
        "Grows by one with each command that ended, after all else about it was updated.",
        fact("lastCommand", "number"),
        notifiedLast=True,
    ),
)
"""The last command, and what waits."""

CHARGE_POINT_TYPE = TypeDeclaration(
    "ChargePointType",
    "A charge point with its connectors.",
    (
        *NAMEPLATE,
        *SETTINGS,
        *LINK,
        *FIGURES,
        *PERSONS,
        *COMMANDS,
        *CHARGE_POINT_METHODS,
        CHARGE_POINT_COMMANDS,
        CONFIGURATION_POINTS,
        CONNECTORS,
    ),
)
