"""
From what came to pass to the event that OPC UA clients get.

Pure: a happening in, an `Occurrence` out.  Texts of charge points are cut to what a person reads.
"""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any

from opcua import ua

from ocppgw.model.happenings import Happening, Kind
from ocppgw.uaserver.layout.declarations import May, VariableDeclaration
from ocppgw.uaserver.layout.eventtypes import CHARGE_POINT_EVENT, EVENTS, FACTS
from ocppgw.uaserver.layout.names import encodePart
from ocppgw.uaserver.library import bareVariant
from ocppgw.uaserver.nodes import NAMESPACE_INDEX, FieldPath, Occurrence

_LONGEST = 400
_SERVER = ua.NodeId(ua.ObjectIds.Server)
_GATEWAY = ua.NodeId("/Gateway", NAMESPACE_INDEX)
_CHARGE_POINTS = ua.NodeId("/ChargePoints", NAMESPACE_INDEX)
_GATEWAY_NAME = "Gateway"
_K = ua.VariantType


def occurrence(happening: Happening, eventId: bytes) -> Occurrence:
    """
    The event.

    :param eventId: random; nothing else tells one event from another.
    """
    kind = happening.kind
    source = _sourceOf(happening)
    details = {"ConnectorId": happening.connectorId, **happening.details}
    fields: dict[FieldPath, Any] = {
        ((0, name),): variant for name, variant in _base(happening, eventId, source, details)
    }
    personal: set[FieldPath] = set()
    for each in fieldsOf(kind):
        path: FieldPath = ((NAMESPACE_INDEX, each.name),)
        fields[path] = each.dataType.variant(_fitted(each, details.get(each.name)))
        if each.readable is not May.look:
            personal.add(path)
    return Occurrence(typeIdOf(kind), _notifiers(happening, source), fields, frozenset(personal))


def fieldsOf(kind: Kind) -> tuple[VariableDeclaration, ...]:
    """The fields of ours, those of the supertype first."""
    declared = EVENTS[kind]
    inherited = CHARGE_POINT_EVENT.children if declared.supertype is not None else ()
    return (*inherited, *declared.children)


def typeIdOf(kind: Kind) -> Any:
    """The NodeId of the type of an event."""
    return ua.NodeId(f"/Types/{EVENTS[kind].name}", NAMESPACE_INDEX)


def _sourceOf(happening: Happening) -> Any:
    if not happening.nodeName:
        return _GATEWAY
    return ua.NodeId(encodePart(happening.nodeName), NAMESPACE_INDEX)


def _notifiers(happening: Happening, source: Any) -> tuple[Any, ...]:
    if not happening.nodeName:
        return (_GATEWAY, _CHARGE_POINTS, _SERVER)
    return (source, _CHARGE_POINTS, _GATEWAY, _SERVER)


def _base(
    happening: Happening, eventId: bytes, source: Any, details: Mapping[str, Any]
) -> list[tuple[str, Any]]:
    """The fields of BaseEventType (OPC 10000-5, 6.4.2)."""
    facts = FACTS[happening.kind]
    message = Formatter().vformat(facts.text, (), _Texts(details))[:_LONGEST].strip()
    return [
        ("EventId", _variant(eventId, _K.ByteString)),
        ("EventType", _variant(typeIdOf(happening.kind), _K.NodeId)),
        ("SourceNode", _variant(source, _K.NodeId)),
        ("SourceName", _variant(happening.nodeName or _GATEWAY_NAME, _K.String)),
        ("Time", _variant(happening.at, _K.DateTime)),
        ("ReceiveTime", _variant(happening.receivedAt, _K.DateTime)),
        ("Message", _variant(ua.LocalizedText(message), _K.LocalizedText)),
        ("Severity", _variant(facts.severity, _K.UInt16)),
    ]


class _Texts(dict[str, Any]):
    """Details as text; what is missing is left out, and braces in a text mean nothing."""

    def __getitem__(self, name: str) -> str:
        value = self.get(name)
        return "" if value is None else str(value)


def _variant(value: Any, kind: Any) -> Any:
    return bareVariant(value, kind, None, False)


def _fitted(field: VariableDeclaration, value: Any) -> Any:
    if isinstance(value, str):
        value = value[:_LONGEST]
    return field.dataType.fitted(value)
