"""
What of namespace 0 our nodes refer to, and the small shared objects that name nodes.

Data and caches; everything given out is shared and never changed.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from opcua import ua

from ocppgw.uaserver.nodes import (
    NAMESPACE_INDEX,
    OBJECT,
    OBJECT_TYPE,
    VARIABLE_TYPE,
    Reference,
    Relation,
)


def _standard(number: int) -> Any:
    return ua.NodeId(number, 0)


ORGANIZES = _standard(35)
HAS_MODELLING_RULE = _standard(37)
HAS_TYPE_DEFINITION = _standard(40)
HAS_SUBTYPE = _standard(45)
HAS_PROPERTY = _standard(46)
HAS_COMPONENT = _standard(47)
HAS_NOTIFIER = _standard(48)

OBJECTS_FOLDER = _standard(85)
BASE_OBJECT_TYPE = _standard(58)
BASE_EVENT_TYPE = _standard(2041)
SERVER = _standard(2253)
NAMESPACES = _standard(11715)
_SERVER_TYPE = _standard(2004)

FOLDER_TYPE = _standard(61)
BASE_DATA_VARIABLE_TYPE = _standard(63)
PROPERTY_TYPE = _standard(68)
ANALOG_ITEM_TYPE = _standard(2368)
MULTI_STATE_DISCRETE_TYPE = _standard(2376)

ARGUMENT = _standard(296)
RANGE = _standard(884)
EU_INFORMATION = _standard(887)
LOCALIZED_TEXT = _standard(21)


@lru_cache(maxsize=8192)
def qualifiedName(name: str, namespace: int = NAMESPACE_INDEX) -> Any:
    """The shared BrowseName."""
    return ua.QualifiedName(name, namespace)


@lru_cache(maxsize=8192)
def localizedText(text: str) -> Any:
    """The shared text, in no particular language."""
    return ua.LocalizedText(text)


def _towards(referenceTypeId: Any, target: Any, nodeClass: int, name: str) -> Reference:
    relation = Relation(
        referenceTypeId, True, nodeClass, qualifiedName(name, 0), localizedText(name)
    )
    return Reference(relation, target)


TYPE_DEFINITIONS = {
    target: _towards(HAS_TYPE_DEFINITION, target, nodeClass, name)
    for target, nodeClass, name in (
        (FOLDER_TYPE, OBJECT_TYPE, "FolderType"),
        (BASE_DATA_VARIABLE_TYPE, VARIABLE_TYPE, "BaseDataVariableType"),
        (PROPERTY_TYPE, VARIABLE_TYPE, "PropertyType"),
        (ANALOG_ITEM_TYPE, VARIABLE_TYPE, "AnalogItemType"),
        (MULTI_STATE_DISCRETE_TYPE, VARIABLE_TYPE, "MultiStateDiscreteType"),
    )
}
"""HasTypeDefinition to a standard type, by its NodeId."""

MANDATORY = _towards(HAS_MODELLING_RULE, _standard(78), OBJECT, "Mandatory")
OPTIONAL = _towards(HAS_MODELLING_RULE, _standard(80), OBJECT, "Optional")
PLACEHOLDER = _towards(HAS_MODELLING_RULE, _standard(11508), OBJECT, "OptionalPlaceholder")


def _from(referenceTypeId: Any, target: Any, nodeClass: int, name: str, kind: Any) -> Reference:
    names = qualifiedName(name, 0), localizedText(name)
    return Reference(Relation(referenceTypeId, False, nodeClass, *names, kind), target)


PARENT_OF_OURS = _from(ORGANIZES, OBJECTS_FOLDER, OBJECT, "Objects", FOLDER_TYPE)
NOTIFIED_SERVER = _from(HAS_NOTIFIER, SERVER, OBJECT, "Server", _SERVER_TYPE)


def _supertype(target: Any, name: str) -> Reference:
    return _from(HAS_SUBTYPE, target, OBJECT_TYPE, name, ua.NodeId())


PARENT_OF_TYPES = _supertype(BASE_OBJECT_TYPE, "BaseObjectType")
PARENT_OF_EVENT_TYPES = _supertype(BASE_EVENT_TYPE, "BaseEventType")
