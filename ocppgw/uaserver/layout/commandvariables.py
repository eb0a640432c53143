"""
The tables of the Commands folders, for clients that cannot call methods.

Only declarations.  A command variable reads false; writing true does what the method does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ocppgw.model.commands import (
    Action,
    ClearCache,
    RefreshConfiguration,
    RefreshMeterValues,
    RefreshStatus,
    RemoteStart,
    RemoteStop,
    Reset,
    SetCommandIdTag,
    UnlockConnector,
)
from ocppgw.uaserver.layout.datatypes import OUT_OF_RANGE, DataType
from ocppgw.uaserver.layout.declarations import (
    May,
    ObjectDeclaration,
    Target,
    VariableDeclaration,
    Writing,
)
from ocppgw.uaserver.layout.outcomes import ofCommand, ofSetting
from ocppgw.uaserver.layout.sources import always, plain


def _command(
    name: str, does: str, action: Callable[[Target], Action], sessionsOnly: bool = False
) -> VariableDeclaration:
    return VariableDeclaration(
        name,
        DataType.Boolean,
        f"Write true: {does}. Reads false.",
        always(False),
        writing=Writing(
            May.command, lambda target, value: action(target), ofCommand, isCommand=True
        ),
        sessionsOnly=sessionsOnly,
    )


def _idTag(target: Target, value: str) -> Any:
    if len(value) > 20 or not value.isprintable():
        return OUT_OF_RANGE
    return SetCommandIdTag(target.nodeName, target.connectorId, value)


def _remoteStart(target: Target) -> RemoteStart:
    connector = target.record.connectors.get(target.connectorId)
    idTag = connector.commandIdTag if connector is not None else ""
    return RemoteStart(target.connectorId, idTag)


CHARGE_POINT_COMMANDS = ObjectDeclaration(
    "Commands",
    "The charge point's commands as variables, for clients that cannot call methods.",
    children=(
        _command(
            "ClearCache", "empties the cache of authorized idTags", lambda target: ClearCache()
        ),
        _command("HardReset", "restarts the charge point at once", lambda target: Reset("Hard")),
        _command(
            "SoftReset",
            "ends sessions in good order, then restarts the charge point",
            lambda target: Reset("Soft"),
        ),
        _command(
            "RefreshConfiguration",
            "reads all configuration keys again",
            lambda target: RefreshConfiguration(),
        ),
    ),
)

CONNECTOR_COMMANDS = ObjectDeclaration(
    "Commands",
    "The connector's commands as variables, for clients that cannot call methods.",
    children=(
        _command(
            "Unlock",
            "releases the lock of the connector",
            lambda target: UnlockConnector(target.connectorId),
            sessionsOnly=True,
        ),
        _command(
            "RemoteStart",
            "begins a charging session with the idTag beside this variable",
            _remoteStart,
            sessionsOnly=True,
        ),
        _command(
            "RemoteStop",
            "ends the charging session that runs here",
            lambda target: RemoteStop(connectorId=target.connectorId),
            sessionsOnly=True,
        ),
        _command(
            "RefreshStatus",
            "asks for the present state",
            lambda target: RefreshStatus(target.connectorId),
        ),
        _command(
            "RefreshMeterValues",
            "asks for the present meter values",
            lambda target: RefreshMeterValues(target.connectorId),
        ),
        VariableDeclaration(
            "IdTag",
            DataType.String,
            "The idTag that RemoteStart beside this variable uses; empty: the gateway's own.",
            plain("commandIdTag"),
            readable=May.seePersons,
            writing=Writing(May.command, _idTag, ofSetting),
            sessionsOnly=True,
        ),
    ),
)
