"""
From the library's data classes to bytes.

Encoding masks are computed from what is there, never stored on the object: the
library keeps them on shared objects and corrupts what is sent twice.  A value
that is already encoded goes in as `Encoded`.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from datetime import UTC, datetime
from enum import Enum
from functools import cache, lru_cache
from typing import Any

from attrs import frozen
from opcua import ua

from ocppgw.uaserver.library import declaredFields, enumeration, extensionTypeId, structure

Encode = Callable[[bytearray, Any], None]

_EPOCH = datetime(1601, 1, 1)  # noqa: DTZ001 - some of the library's values are naive
_AWARE_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)
_INT32 = struct.Struct("<i")
_UINT16 = struct.Struct("<H")
_UINT32 = struct.Struct("<I")
_INT64 = struct.Struct("<q")
_TEXT_ID = struct.Struct("<BHi")
_NULL_LENGTH = _INT32.pack(-1)
_FIXED = {
    "Boolean": "?",
    "SByte": "b",
    "Byte": "B",
    "Char": "B",
    "Int16": "h",
    "UInt16": "H",
    "Int32": "i",
    "UInt32": "I",
    "Int64": "q",
    "UInt64": "Q",
    "Float": "f",
    "Double": "d",
}

# TimestampsToReturn (OPC 10000-4, 7.39).
SOURCE, SERVER, BOTH, NEITHER = 0, 1, 2, 3


@frozen
class Encoded:
    """Bytes that stand for a structure, made earlier."""

    content: bytes


def _fixed(letter: str) -> Encode:
    pack = struct.Struct("<" + letter).pack

    def encode(out: bytearray, value: Any) -> None:
        out += pack(value)

    return encode


def _byteString(out: bytearray, value: bytes | None) -> None:
    if value is None:
        out += _NULL_LENGTH
    else:
        out += _INT32.pack(len(value))
        out += value


def _string(out: bytearray, value: str | None) -> None:
    if value is None:
        out += _NULL_LENGTH
    else:
        content = value.encode("utf-8", "replace")
        out += _INT32.pack(len(content))
        out += content


def newTicks(moment: datetime | None) -> int:
    """The same as `ticks`, for a time that is never asked for again, such as the present."""
    if moment is None:
        return 0
    epoch = _EPOCH if moment.tzinfo is None else _AWARE_EPOCH
    since = moment - epoch  # to divide it takes longer than this
    return max(0, (since.days * 86_400 + since.seconds) * 10_000_000 + since.microseconds * 10)


@lru_cache(maxsize=1024)
def ticks(moment: datetime | None) -> int:
    """100 ns since 1601, as a DateTime is encoded; 0 for none."""
    return newTicks(moment)


def _dateTime(out: bytearray, value: datetime | None) -> None:
    out += _INT64.pack(ticks(value))


def _guid(out: bytearray, value: Any) -> None:
    out += value.bytes_le


def _statusCode(out: bytearray, value: Any) -> None:
    out += _UINT32.pack(value.value)


def nodeId(out: bytearray, value: Any) -> None:
    """A NodeId or ExpandedNodeId, numbers in their shortest form."""
    identifier, namespace = value.Identifier, value.NamespaceIndex
    flags = (0x80 if value.NamespaceUri else 0) | (0x40 if value.ServerIndex else 0)
    if isinstance(identifier, str):
        content = identifier.encode("utf-8", "replace")
        out += _TEXT_ID.pack(flags | 3, namespace, len(content))
        out += content
    elif isinstance(identifier, int):
        out += _numericNodeId(flags, namespace, identifier)
    elif isinstance(identifier, bytes):
        out += struct.pack("<BH", flags | 5, namespace)
        _byteString(out, identifier)
    else:
        out += struct.pack("<BH", flags | 4, namespace)
        _guid(out, identifier)
    if flags & 0x80:
        _string(out, value.NamespaceUri)
    if flags & 0x40:
        out += _UINT32.pack(value.ServerIndex)


def _numericNodeId(flags: int, namespace: int, identifier: int) -> bytes:
    if namespace == 0 and identifier < 256:
        return struct.pack("<BB", flags, identifier)
    if namespace < 256 and identifier < 65536:
        return struct.pack("<BBH", flags | 1, namespace, identifier)
    return struct.pack("<BHI", flags | 2, namespace, identifier)


def _localizedText(out: bytearray, value: Any) -> None:
    text, locale = value.Text, value.Locale
    out.append((1 if locale is not None else 0) | (2 if text is not None else 0))
    if locale is not None:
        _string(out, locale)
    if text is not None:
        _string(out, text)


def variant(out: bytearray, value: Any) -> None:
    """A Variant."""
    content, variantType = value.Value, value.VariantType
    pack = _SCALARS.get(variantType._value_)
    if pack is not None and type(content) in _PLAIN:
        out += pack(variantType._value_, content)
    elif value.is_array or isinstance(content, (list, tuple)):
        dimensions = value.Dimensions
        out.append(variantType.value | 0x80 | (0x40 if dimensions else 0))
        _array(out, variantType.name, content, bool(dimensions))
        if dimensions:
            encoderOf("ListOfUInt32")(out, dimensions)
    elif content is None and variantType.name not in _NULLABLE:
        out.append(0)
    else:
        out.append(variantType.value)
        if variantType.value:
            encoderOf(variantType.name)(out, content)


#: Type and content in one go, by the number of the type, for what most values are.
_SCALARS = {
    ua.VariantType[name].value: struct.Struct("<B" + letter).pack
    for name, letter in _FIXED.items()
    if name in ua.VariantType.__members__
}
_PLAIN = frozenset((bool, int, float))
_NULLABLE = frozenset(
    ("String", "ByteString", "XmlElement", "DateTime", "ExtensionObject", "CharArray")
)


def _array(out: bytearray, typeName: str, content: Any, nested: bool) -> None:
    if nested:
        content = ua.flatten(content)
    encoderOf("ListOf" + typeName)(out, content)


def dataValue(
    out: bytearray, value: Any, timestamps: int = BOTH, received: int | None = None
) -> None:
    """
    A DataValue, with the timestamps that the client asked for only.

    :param received: ServerTimestamp, as `ticks`, of a value that has none.
    """
    start = len(out)
    out.append(0)
    mask = 0
    content = value.Value
    if content is not None and (content.Value is not None or content.is_array):
        mask = 1
        variant(out, content)
    code = value.StatusCode
    if code is not None and code.value:
        mask |= 2
        out += _UINT32.pack(code.value)
    if timestamps in (SOURCE, BOTH) and value.SourceTimestamp is not None:
        mask |= 4
        out += _INT64.pack(ticks(value.SourceTimestamp))
    if timestamps in (SERVER, BOTH):
        moment = value.ServerTimestamp
        stamp = received if moment is None else ticks(moment)
        if stamp is not None:
            mask |= 8
            out += _INT64.pack(stamp)
    out[start] = mask


def extensionObject(out: bytearray, value: Any) -> None:
    """A structure with its type, a raw ExtensionObject, or nothing."""
    if value is None:
        out += b"\x00\x00\x00"
    elif isinstance(value, ua.ExtensionObject):
        nodeId(out, value.TypeId)
        out.append(value.Encoding if value.Body is not None else 0)
        if value.Body is not None:
            _byteString(out, value.Body)
    else:
        nodeId(out, extensionTypeId(type(value)))
        out.append(1)
        at = len(out)
        out += b"\x00\x00\x00\x00"
        encoderOf(type(value).__name__)(out, value)
        _INT32.pack_into(out, at, len(out) - at - 4)


def _enumeration(out: bytearray, value: Any) -> None:
    out += _INT32.pack(value.value if isinstance(value, Enum) else value)


def _listOf(name: str) -> Encode:
    if name in _FIXED:
        return _fixedList(_FIXED[name])
    encode = encoderOf(name)

    def encodeList(out: bytearray, values: Any) -> None:
        if values is None:
            out += _NULL_LENGTH
            return
        out += _INT32.pack(len(values))
        for value in values:
            encode(out, value)

    return encodeList


def _fixedList(letter: str) -> Encode:
    def encodeList(out: bytearray, values: Any) -> None:
        if values is None:
            out += _NULL_LENGTH
            return
        out += struct.pack(f"<i{len(values)}{letter}", len(values), *values)

    return encodeList


def _structureEncoder(cls: Any) -> Encode:
    fields: list[Any] = []
    masked = [(each.name, each.bit) for each in declaredFields(cls) if each.bit is not None]

    def encode(out: bytearray, value: Any) -> None:
        if isinstance(value, Encoded):
            out += value.content
            return
        for name, bit, encodeField in fields:
            content = getattr(value, name)
            if masked and name == "Encoding":
                content = sum(1 << b for n, b in masked if getattr(value, n) is not None)
            if bit is None or content is not None:
                encodeField(out, content)

    for each in declaredFields(cls):
        own = each.typeName == cls.__name__
        fields.append((each.name, each.bit, encode if own else encoderOf(each.typeName)))
    return encode


@cache
def encoderOf(typeName: str) -> Encode:
    """The encoding function of a type as the library names it."""
    if typeName in _BUILT_IN:
        return _BUILT_IN[typeName]
    if typeName.startswith("ListOf"):
        return _listOf(typeName[6:])
    if enumeration(typeName) is not None:
        return _enumeration
    cls = structure(typeName)
    if cls is None:
        raise LookupError(typeName)
    return _structureEncoder(cls)


_BUILT_IN: dict[str, Encode] = {
    **{name: _fixed(letter) for name, letter in _FIXED.items()},
    "String": _string,
    "CharArray": _string,
    "ByteString": _byteString,
    "XmlElement": lambda out, value: _string(out, getattr(value, "Value", value)),
    "DateTime": _dateTime,
    "Guid": _guid,
    "NodeId": nodeId,
    "ExpandedNodeId": nodeId,
    "StatusCode": _statusCode,
    "LocalizedText": _localizedText,
    "ExtensionObject": extensionObject,
    "DataValue": dataValue,
    "Variant": variant,
}


def encode(value: Any) -> bytes:
    """The binary encoding of one of the library's structures."""
    out = bytearray()
    encoderOf(type(value).__name__)(out, value)
    return bytes(out)
