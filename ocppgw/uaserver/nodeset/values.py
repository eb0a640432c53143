"""
OPC UA XML (OPC 10000-6, 5.3) of the values that stand in a NodeSet2 file.

Only what our types need: plain values, texts, NodeIds, and structures by the
fields that the library declares.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from opcua import ua

from ocppgw.uaserver.library import declaredFields

TYPES = "http://opcfoundation.org/UA/2008/02/Types.xsd"


def tag(name: str) -> str:
    """The name of an element of a value."""
    return f"{{{TYPES}}}{name}"


def valueElement(variant: Any) -> Element:
    """The element that stands within Value."""
    name = variant.VariantType.name
    if not variant.is_array:
        return _element(name, name, variant.Value)
    return _list(f"ListOf{name}", name, variant.Value)


def _list(elementName: str, typeName: str, values: Any) -> Element:
    found = Element(tag(elementName))
    found.extend(_element(typeName, typeName, each) for each in values or ())
    return found


def _element(name: str, typeName: str, value: Any) -> Element:
    if typeName.startswith("ListOf"):
        return _list(name, typeName[6:], value)
    found = Element(tag(name))
    if typeName == "ExtensionObject":
        _fillExtension(found, value)
    elif typeName == "LocalizedText":
        SubElement(found, tag("Text")).text = value.Text or ""
    elif typeName in ("NodeId", "ExpandedNodeId"):
        SubElement(found, tag("Identifier")).text = value.to_string()
    elif value is not None:
        found.text = _text(value)
    return found


def _fillExtension(found: Element, value: Any) -> None:
    name = type(value).__name__
    typeId = getattr(ua.ObjectIds, f"{name}_Encoding_DefaultXml")
    SubElement(SubElement(found, tag("TypeId")), tag("Identifier")).text = f"i={typeId}"
    structure = SubElement(SubElement(found, tag("Body")), tag(name))
    for field in declaredFields(type(value)):
        content = getattr(value, field.name)
        structure.append(_element(field.name, field.typeName, content))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(value)
