"""
The table of a connector's methods.

Only declarations.  What needs a charging session is missing on connector 0.
"""

from __future__ import annotations

from ocppgw.model.commands import (
    ChangeAvailability,
    RefreshMeterValues,
    RefreshStatus,
    RemoteStart,
    RemoteStop,
    UnlockConnector,
)
from ocppgw.uaserver.layout.arguments import ID_TAG, STATUS_OUTPUT, TRANSACTION_OUTPUT
from ocppgw.uaserver.layout.declarations import MethodDeclaration

M = MethodDeclaration

CONNECTOR_METHODS = (
    M(
        "DisableConnector",
        "Takes the connector out of service; a running session may end first.",
        lambda target: ChangeAvailability(target.connectorId, "Inoperative"),
        outputs=(STATUS_OUTPUT,),
    ),
    M(
        "EnableConnector",
        "Puts the connector back into service.",
        lambda target: ChangeAvailability(target.connectorId, "Operative"),
        outputs=(STATUS_OUTPUT,),
    ),
    M(
        "UnlockConnector",
        "Releases the lock of the connector; ends a session that runs there.",
        lambda target: UnlockConnector(target.connectorId),
        outputs=(STATUS_OUTPUT,),
        sessionsOnly=True,
    ),
    M(
        "RefreshStatus",
        "Asks for the present state of the connector.",
        lambda target: RefreshStatus(target.connectorId),
        outputs=(STATUS_OUTPUT,),
    ),
    M(
        "RefreshMeterValues",
        "Asks for the present meter values of the connector.",
        lambda target: RefreshMeterValues(target.connectorId),
        outputs=(STATUS_OUTPUT,),
    ),
    M(
        "RemoteStart",
        "Asks the charge point to begin a charging session at this connector.",
        lambda target, idTag: RemoteStart(target.connectorId, idTag),
        (ID_TAG,),
        (STATUS_OUTPUT, TRANSACTION_OUTPUT),
        sessionsOnly=True,
    ),
    M(
        "RemoteStop",
        "Asks the charge point to end the session that runs at this connector.",
        lambda target: RemoteStop(connectorId=target.connectorId),
        outputs=(STATUS_OUTPUT,),
        sessionsOnly=True,
    ),
)
