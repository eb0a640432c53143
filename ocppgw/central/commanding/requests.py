"""
The first message that an action would send, so that its arguments are checked before anything is.

Pure.  A `Refused` in place of the message says why there is none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from ocppgw.central.commanding.exchanges import EXCHANGES, STATUS_NOTIFICATION, trigger
from ocppgw.central.commanding.limits import fault, invalid
from ocppgw.central.configuring.changing import changeRequest
from ocppgw.model import commands as c
from ocppgw.model.commands import Action
from ocppgw.model.outcomes import Refusal, Refused
from ocppgw.model.records import ChargePointRecord
from ocppgw.v16 import messages as m

Requested = m.Message | Refused
Requesting = Callable[[Any, ChargePointRecord, str], Requested]


def requestOf(action: Action, record: ChargePointRecord, remoteIdTag: str) -> Requested:
    """
    The message, checked against OCPP's limits.

    :param remoteIdTag: stands in for a remote start's missing idTag.
    """
    declared = EXCHANGES.get(type(action))
    if declared is not None:
        request: Requested = declared.request(action)
    else:
        request = _REQUESTS[type(action)](action, record, remoteIdTag)
    if isinstance(request, Refused):
        return request
    return _emptyText(action) or fault(action, request) or request


def _remoteStart(action: c.RemoteStart, record: ChargePointRecord, remoteIdTag: str) -> Requested:
    idTag = action.idTag or remoteIdTag
    if not idTag:
        return invalid("idTag", "is empty, and the gateway has no remoteIdTag")
    return m.RemoteStartTransactionRequest(idTag=idTag, connectorId=action.connectorId)


def _remoteStop(action: c.RemoteStop, record: ChargePointRecord, _: str) -> Requested:
    if action.transactionId is not None:
        return m.RemoteStopTransactionRequest(transactionId=action.transactionId)
    connector = record.connectors.get(action.connectorId or 0)
    running = connector.transaction if connector else None
    if running is None or not running.active:
        return Refused(Refusal.notAllowedNow, "no transaction runs on this connector")
    return m.RemoteStopTransactionRequest(transactionId=running.transactionId)


def _getConfiguration(action: c.GetConfiguration, record: ChargePointRecord, _: str) -> Requested:
    return m.GetConfigurationRequest(key=tuple(key for key in action.keys if key) or None)


_REQUESTS: Mapping[type, Requesting] = MappingProxyType(
    {
        c.RefreshStatus: lambda action, *_: trigger(STATUS_NOTIFICATION, action.connectorId),
        c.RefreshConfiguration: lambda *_: m.GetConfigurationRequest(),
        c.GetConfiguration: _getConfiguration,
        c.ChangeConfiguration: lambda action, record, _: changeRequest(
            record, action.key, action.value
        ),
        c.RemoteStart: _remoteStart,
        c.RemoteStop: _remoteStop,
    }
)

_NEVER_EMPTY: Mapping[type, str] = MappingProxyType(
    {c.ChangeConfiguration: "key", c.DataTransfer: "vendorId"}
)


def _emptyText(action: Action) -> Refused | None:
    argument = _NEVER_EMPTY.get(type(action))
    if argument is not None and not getattr(action, argument):
        return invalid(argument, "is empty")
    return None
