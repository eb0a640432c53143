"""
The table of ConnectorType: its variables, and what lies beneath it.

Only declarations.  Connector 0 is the whole charge point and has no charging sessions.
"""

from __future__ import annotations

from ocppgw.model import words
from ocppgw.model.commands import ChangeAvailability
from ocppgw.model.history import Told
from ocppgw.uaserver.layout.commandvariables import CONNECTOR_COMMANDS
from ocppgw.uaserver.layout.connectormethods import CONNECTOR_METHODS
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.declarations import (
    May,
    ObjectDeclaration,
    Past,
    Target,
    TypeDeclaration,
    VariableDeclaration,
    Writing,
)
from ocppgw.uaserver.layout.live import LIVE_TYPE
from ocppgw.uaserver.layout.metervalues import METER_VALUES
from ocppgw.uaserver.layout.outcomes import ofCommand
from ocppgw.uaserver.layout.reports import report
from ocppgw.uaserver.layout.sources import plain, told
from ocppgw.uaserver.layout.transactions import LAST_TRANSACTION, TRANSACTION
from ocppgw.v16.enumeration import explained
from ocppgw.v16.states import ERROR_CODES, OLDER_STATUSES, STATUS_NAMES, STATUSES

V = VariableDeclaration
T = DataType


def _operative(target: Target, value: bool) -> ChangeAvailability:
    return ChangeAvailability(target.connectorId, "Operative" if value else "Inoperative")


STATUS = (
    V(
        "Status",
        T.String,
        explained("The connector's state, in OCPP's words.", {**STATUSES.texts, **OLDER_STATUSES}),
        report("status"),
        past=Past(Told.status),
    ),
    V(
        "StatusNumber",
        T.UInt32,
        "The state as a number; 0 for a word that OCPP does not know.",
        report("number"),
        words=STATUS_NAMES,
        past=Past(Told.statusNumber),
    ),
    V(
        "ErrorCode",
        T.String,
        explained("OCPP's word for what is wrong.", ERROR_CODES.texts),
        report("errorCode", foreign=False),
        past=Past(Told.errorCode),
    ),
    V(
        "ErrorNumber",
        T.UInt32,
        "What is wrong, as a number.",
        report("errorNumber", foreign=False),
        words=tuple(ERROR_CODES.words),
        past=Past(Told.errorNumber),
    ),
    V(
        "Info",
        T.String,
        "What the charge point adds to its state in its own words.",
        report("info", foreign=False),
    ),
    V(
        "VendorId",
        T.String,
        "Whose vendor error code it is.",
        report("vendorId", foreign=False),
        "Vendor ID",
    ),
    V(
        "VendorErrorCode",
        T.String,
        "The vendor's own code for what is wrong.",
        report("vendorErrorCode", foreign=False),
    ),
    V(
        "StatusTimestamp",
        T.DateTime,
        "Since when the connector is in this state.",
        report("sourceTime", foreign=False),
    ),
    V(
        "Available",
        T.Boolean,
        "True when the connector is free for a new user.",
        report("status", {words.AVAILABLE}),
        sessionsOnly=True,
    ),
    V(
        "Occupied",
        T.Boolean,
        "True while nobody else can charge there and nothing is wrong with it.",
        report("status", words.OCCUPIED),
        sessionsOnly=True,
    ),
    V(
        "Charging",
        T.Boolean,
        "True while energy flows to the vehicle.",
        report("status", {words.CHARGING}),
        sessionsOnly=True,
    ),
    V(
        "Faulted",
        T.Boolean,
        "True while a fault keeps the connector from use.",
        report("status", {words.FAULTED}),
    ),
)
"""What the last StatusNotification says."""

CONTROL = (
    V(
        "RemoteStartState",
        T.String,
        "What became of the last remote start: Idle, Accepted, Started or TimedOut.",
        plain("remoteStartState", "remoteStartAt"),
        sessionsOnly=True,
    ),
    V(
        "Operative",
        T.Boolean,
        "Whether the connector is meant to be used; write false to take it out of service.",
        told("operative"),
        writing=Writing(May.command, _operative, ofCommand),
    ),
)
"""What is asked of the connector."""

CONNECTOR_TYPE = TypeDeclaration(
    "ConnectorType",
    "One connector of a charge point; number 0 is the charge point as a whole.",
    (
        *CONNECTOR_METHODS,
        *CONTROL,
        *STATUS,
        CONNECTOR_COMMANDS,
        ObjectDeclaration(
            "Live",
            "What is measured now, under the same names for every vendor.",
            LIVE_TYPE,
            sessionsOnly=True,
        ),
        METER_VALUES,
        TRANSACTION,
        LAST_TRANSACTION,
    ),
)
