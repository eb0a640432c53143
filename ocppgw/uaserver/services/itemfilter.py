"""Which filter a monitored item gets, and which a node cannot have."""

from __future__ import annotations

from typing import Any

from opcua import ua

from ocppgw.uaserver.addressspace import AddressSpace
from ocppgw.uaserver.codec.errors import Fault
from ocppgw.uaserver.nodes import VALUE, Viewer
from ocppgw.uaserver.subscriptions.filters import (
    DEFAULT,
    STATUS,
    STATUS_VALUE_TIMESTAMP,
    DataChange,
)
from ocppgw.uaserver.subscriptions.item import MonitoredItem

_NO_DEADBAND, _ABSOLUTE, _PERCENT = 0, 1, 2
_DATA_TYPE = 14
_EU_RANGE = "EURange"
#: SByte to Double, the abstract numbers, and Duration.
_NUMBERS = {*range(2, 12), 26, 27, 28, 290}


def filterFor(asked: Any, item: MonitoredItem, space: AddressSpace, viewer: Viewer) -> DataChange:
    """
    The filter for a monitored item.

    :param asked: the MonitoringFilter that the client sent, or ``None``.
    :raise Fault: when this item cannot have it.
    """
    codes = ua.StatusCodes
    if asked is None:
        return DEFAULT
    if isinstance(asked, (ua.EventFilter, ua.AggregateFilter)):
        wrong = isinstance(asked, ua.EventFilter)
        code = codes.BadFilterNotAllowed if wrong else codes.BadMonitoredItemFilterUnsupported
        raise Fault(code, "a filter for something else")
    if not isinstance(asked, ua.DataChangeFilter):
        raise Fault(codes.BadMonitoredItemFilterInvalid, "no filter")
    if not item.isValue:
        raise Fault(codes.BadFilterNotAllowed, "only Values are filtered")
    if not STATUS <= asked.Trigger <= STATUS_VALUE_TIMESTAMP:
        raise Fault(codes.BadMonitoredItemFilterInvalid, "no such trigger")
    return DataChange(asked.Trigger, _deadband(asked, item.node, space, viewer))


def _deadband(asked: Any, node: Any, space: AddressSpace, viewer: Viewer) -> float:
    kind, size = asked.DeadbandType, asked.DeadbandValue
    codes = ua.StatusCodes
    if kind == _NO_DEADBAND:
        return 0.0
    if kind not in (_ABSOLUTE, _PERCENT):
        raise Fault(codes.BadMonitoredItemFilterUnsupported, "no such deadband")
    if node.attribute(_DATA_TYPE, viewer).Value.Value.Identifier not in _NUMBERS:
        raise Fault(codes.BadFilterNotAllowed, "a deadband is for numbers")
    if not size >= 0 or (kind == _PERCENT and size > 100):
        raise Fault(codes.BadDeadbandFilterInvalid, "no such deadband")
    return float(size) if kind == _ABSOLUTE else size / 100 * _span(node, space, viewer)


def _span(node: Any, space: AddressSpace, viewer: Viewer) -> float:
    """High minus Low of the node's EURange."""
    for each in node.references(viewer):
        if each.isForward and each.browseName.Name == _EU_RANGE:
            found = space.find(each.target)
            value = found.attribute(VALUE, viewer).Value.Value
            return float(value.High - value.Low)
    raise Fault(ua.StatusCodes.BadMonitoredItemFilterUnsupported, "no EURange")
