"""
Commands that are one Call: what is sent, and what an answer means beyond its word.

Only declarations.  What takes several Calls, or depends on the charge point's state, is in
``errands``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

import attrs

from ocppgw.model import commands as c
from ocppgw.model.facts import AvailabilityAccepted, Fact
from ocppgw.v16 import messages as m

STATUS_NOTIFICATION = "StatusNotification"
METER_VALUES = "MeterValues"
BOOT_NOTIFICATION = "BootNotification"


def _noFacts(action: Any, status: str, at: datetime) -> tuple[Fact, ...]:
    return ()


def _noOutputs(confirmation: Any) -> Mapping[str, Any]:
    return MappingProxyType({})


@attrs.frozen
class Exchange:
    """
    One kind of command.

    :ivar request: the message for an action.
    :ivar facts: what an answer means for the record.
    :ivar outputs: further outputs, by OPC UA argument name.
    """

    request: Callable[[Any], m.Message]
    facts: Callable[[Any, str, datetime], tuple[Fact, ...]] = _noFacts
    outputs: Callable[[Any], Mapping[str, Any]] = _noOutputs


def trigger(requestedMessage: str, connectorId: int | None) -> m.TriggerMessageRequest:
    """
    TriggerMessage.req.

    Connector 0 stands for the charge point itself where statuses are concerned.  Elsewhere it
    means all connectors, and then the field is left out: many reject a 0 (B17).
    """
    if connectorId == 0 and requestedMessage != STATUS_NOTIFICATION:
        connectorId = None
    return m.TriggerMessageRequest(requestedMessage=requestedMessage, connectorId=connectorId)


def _availability(action: c.ChangeAvailability, status: str, at: datetime) -> tuple[Fact, ...]:
    # Scheduled is a success that comes later (B15).
    if status not in ("Accepted", "Scheduled"):
        return ()
    return (AvailabilityAccepted(action.connectorId, action.type == "Operative", at),)


def _dataTransfer(action: c.DataTransfer) -> m.Message:
    return m.DataTransferRequest(
        vendorId=action.vendorId, messageId=action.messageId, data=action.data
    )


def _changeAvailability(action: c.ChangeAvailability) -> m.Message:
    return m.ChangeAvailabilityRequest(connectorId=action.connectorId, type=action.type)


EXCHANGES: Mapping[type, Exchange] = MappingProxyType(
    {
        c.ClearCache: Exchange(lambda action: m.ClearCacheRequest()),
        c.Reset: Exchange(lambda action: m.ResetRequest(type=action.type)),
        c.ChangeAvailability: Exchange(_changeAvailability, facts=_availability),
        c.UnlockConnector: Exchange(
            lambda action: m.UnlockConnectorRequest(connectorId=action.connectorId)
        ),
        c.RefreshMeterValues: Exchange(lambda action: trigger(METER_VALUES, action.connectorId)),
        c.TriggerMessage: Exchange(
            lambda action: trigger(action.requestedMessage, action.connectorId)
        ),
        c.DataTransfer: Exchange(
            _dataTransfer, outputs=lambda answer: MappingProxyType({"Data": answer.data or ""})
        ),
    }
)
