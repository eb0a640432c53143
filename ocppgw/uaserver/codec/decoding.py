"""
From bytes to the library's data classes.

One function per built-in type, and one made per structure from its declared
fields at first use.  Enumerations stay plain integers: an unknown one is for
the service to judge, not a reason to drop the connection.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Generator
from functools import cache
from typing import Any

from opcua import ua

from ocppgw.uaserver.codec.compiling import compiledDecoder
from ocppgw.uaserver.codec.errors import LimitExceeded, Undecodable
from ocppgw.uaserver.codec.reader import MAX_STRUCTURES, STEP_ELEMENTS, Reader
from ocppgw.uaserver.codec.readvalueids import ReadValueIds
from ocppgw.uaserver.library import (
    bareVariant,
    declaredFields,
    enumeration,
    extensionClass,
    status,
    structure,
)

Decode = Callable[[Reader], Any]

_FIXED = {
    "Boolean": "<?",
    "SByte": "<b",
    "Byte": "<B",
    "Char": "<B",
    "Int16": "<h",
    "UInt16": "<H",
    "Int32": "<i",
    "UInt32": "<I",
    "Int64": "<q",
    "UInt64": "<Q",
    "Float": "<f",
    "Double": "<d",
}
_UINT16 = struct.Struct("<H")
_UINT32 = struct.Struct("<I")
_VARIANT_TYPES = {each.value: each for each in ua.VariantType}
_NULL = ua.VariantType.Null
_TYPES = {each.value: each for each in ua.NodeIdType}
#: Elements of a list of Strings or NodeIds that are decoded in one step.
_TOGETHER = 100


def _fixed(form: str) -> Decode:
    packed = struct.Struct(form)
    return lambda reader: reader.unpack(packed)


def _numbers(form: str, reader: Reader) -> list[Any] | None:
    """An array of values of fixed size, all in one go."""
    count = reader.count(smallest=struct.calcsize(form))
    return None if count < 0 else list(reader.fixed(struct.Struct(f"<{count}{form[1:]}")))


def _statusCode(reader: Reader) -> Any:
    return status(reader.unpack(_UINT32))


def nodeId(reader: Reader) -> Any:
    """A NodeId or ExpandedNodeId."""
    encoding = reader.byte()
    kind = encoding & 0x3F
    namespace = 0
    identifier: Any
    if kind == 0:
        identifier = reader.byte()
    elif kind == 1:
        namespace = reader.byte()
        identifier = reader.unpack(_UINT16)
    else:
        namespace = reader.unpack(_UINT16)
        identifier = _identifier(kind, reader)
    found = ua.NodeId(identifier, namespace, _TYPES[kind])
    if encoding & 0x80:
        found.NamespaceUri = reader.string()
    if encoding & 0x40:
        found.ServerIndex = reader.unpack(_UINT32)
    return found


def _identifier(kind: int, reader: Reader) -> Any:
    if kind == 2:
        return reader.unpack(_UINT32)
    if kind == 3:
        return reader.string() or ""
    if kind == 4:
        return reader.guid()
    if kind == 5:
        return reader.byteString() or b""
    raise Undecodable("unknown kind of NodeId")


def variant(reader: Reader) -> Any:
    """A Variant, with a matrix as nested lists."""
    encoding = reader.byte()
    variantType = _VARIANT_TYPES.get(encoding & 0x3F)
    if variantType is None:
        raise Undecodable("unknown type of Variant")
    reader.enter()
    try:
        isArray = bool(encoding & 0x80)
        value = _elements(variantType, reader) if isArray else _scalar(variantType, reader)
        dimensions = None
        if encoding & 0x40:
            dimensions = [reader.unpack(_UINT32) for _ in range(max(reader.count(64, 4), 0))]
            value = _shaped(value, dimensions, isArray, reader)
        return bareVariant(value, variantType, dimensions, isArray)
    finally:
        reader.leave()


def _scalar(variantType: Any, reader: Reader) -> Any:
    return None if variantType is _NULL else decoderOf(variantType.name)(reader)


def _elements(variantType: Any, reader: Reader) -> list[Any] | None:
    if variantType is _NULL:
        raise Undecodable("an array of nothing")
    form = _FIXED.get(variantType.name)
    if form is not None:
        return _numbers(form, reader)
    count = reader.elements()
    if count < 0:
        return None
    decode = decoderOf(variantType.name)
    return [decode(reader) for _ in range(count)]


def _shaped(flat: Any, dimensions: list[int], isArray: bool, reader: Reader) -> Any:
    total = 1
    for size in dimensions:
        total *= size
    if not isArray or total != len(flat or ()):
        raise Undecodable("dimensions that do not fit the array")
    for size in reversed(dimensions[1:]):
        reader.spend(len(flat) // size if size else 0)
        flat = [flat[at : at + size] for at in range(0, len(flat), size)] if size else []
    return flat


def _dataValue(reader: Reader) -> Any:
    mask = reader.byte()
    reader.enter()
    found = ua.DataValue.__new__(ua.DataValue)
    found.__dict__.update(
        Encoding=mask,
        Value=variant(reader) if mask & 1 else None,
        StatusCode=_statusCode(reader) if mask & 2 else None,
        SourceTimestamp=reader.dateTime() if mask & 4 else None,
        SourcePicoseconds=reader.unpack(_UINT16) if mask & 16 else None,
        ServerTimestamp=reader.dateTime() if mask & 8 else None,
        ServerPicoseconds=reader.unpack(_UINT16) if mask & 32 else None,
        _freeze=True,
    )
    reader.leave()
    return found


def _localizedText(reader: Reader) -> Any:
    mask = reader.byte()
    locale = reader.string() if mask & 1 else None
    text = reader.string() if mask & 2 else None
    return ua.LocalizedText(text, locale)


def _extensionObject(reader: Reader) -> Any:
    """A known structure, the raw ExtensionObject of an unknown one, or ``None``."""
    typeId = nodeId(reader)
    encoding = reader.byte()
    body = reader.byteString() if encoding & 3 else None
    if not typeId.Identifier:
        return None
    cls = extensionClass(typeId)
    if cls is None or encoding & 2 or body is None:
        raw = ua.ExtensionObject()
        raw.TypeId, raw.Encoding, raw.Body = typeId, encoding, body
        return raw
    inner = Reader(body)
    inner.depth, inner.left = reader.depth, reader.left
    inner.enter()
    found = decoderOf(cls.__name__)(inner)
    reader.left = inner.left
    return found


def _listOf(name: str) -> Decode:
    form = _FIXED.get(name)
    if form is not None:
        return lambda reader: _numbers(form, reader) or []
    if structure(name) is ua.ReadValueId:
        return _listOfReadValueIds
    decode = decoderOf(name)
    plain = name in _BUILT_IN

    def decodeList(reader: Reader) -> list[Any]:
        count = reader.count() if plain else reader.operations()
        reader.spend(count)
        return [decode(reader) for _ in range(count)]

    return decodeList


@cache
def _readValueIds() -> ReadValueIds:
    return ReadValueIds(_structureDecoder(ua.ReadValueId))


def _listOfReadValueIds(reader: Reader) -> list[Any]:
    count = reader.operations()
    reader.spend(count)
    return _readValueIds().decodeAll(reader, count)


def _isPlain(cls: Any, declared: list[Any]) -> bool:
    """Has a structure no encoding mask, and does not contain itself?"""
    return all(each.bit is None and each.typeName != cls.__name__ for each in declared)


def _structureDecoder(cls: Any) -> Decode:
    declared = declaredFields(cls)
    if not _isPlain(cls, declared):  # plain ones are compiled
        return _walking(cls, declared)
    return compiledDecoder(cls, [(each.name, *_stepOf(each.typeName)) for each in declared])


def _stepOf(typeName: str) -> tuple[str, Decode]:
    """The form of a field of fixed size, or ``""``; and how it is decoded."""
    if enumeration(typeName) is not None:
        return _FIXED["Int32"][1:], _BUILT_IN["Int32"]
    return _FIXED.get(typeName, "<")[1:], decoderOf(typeName)


def _walking(cls: Any, declared: list[Any]) -> Decode:
    fields: list[Any] = []

    def decode(reader: Reader) -> Any:
        found = cls()
        for name, bit, decodeField in fields:
            if bit is None or found.Encoding >> bit & 1:
                setattr(found, name, decodeField(reader))
        return found

    def nested(reader: Reader) -> Any:
        reader.enter()
        found = decode(reader)
        reader.leave()
        return found

    for each in declared:
        # What contains itself is looked up when it is met, or compiling would not end.
        inner = nested if each.typeName == cls.__name__ else decoderOf(each.typeName)
        fields.append((each.name, each.bit, inner))
    return decode


@cache
def decoderOf(typeName: str) -> Decode:
    """The decoding function of a type as the library names it."""
    if typeName in _BUILT_IN:
        return _BUILT_IN[typeName]
    if typeName.startswith("ListOf"):
        return _listOf(typeName[6:])
    if enumeration(typeName) is not None:
        return _BUILT_IN["Int32"]
    cls = structure(typeName)
    if cls is None:
        raise LookupError(typeName)
    return _readValueIds().decode if cls is ua.ReadValueId else _structureDecoder(cls)


_BUILT_IN: dict[str, Decode] = {
    **{name: _fixed(form) for name, form in _FIXED.items()},
    "String": Reader.string,
    "CharArray": Reader.string,
    "ByteString": Reader.byteString,
    "XmlElement": Reader.string,
    "DateTime": Reader.dateTime,
    "Guid": Reader.guid,
    "NodeId": nodeId,
    "ExpandedNodeId": nodeId,
    "StatusCode": _statusCode,
    "LocalizedText": _localizedText,
    "ExtensionObject": _extensionObject,
    "DataValue": _dataValue,
    "Variant": variant,
}


def decode(typeName: str, reader: Reader) -> Any:
    """
    Decode one value of the named type.

    :raise Undecodable: for whatever is wrong with the bytes.
    """
    try:
        return decoderOf(typeName)(reader)
    except RecursionError:
        raise LimitExceeded("the message nests too deeply") from None


def decodeInSteps(
    typeName: str, reader: Reader, most: int = MAX_STRUCTURES
) -> Generator[None, None, Any]:
    """
    The same in steps: one for each structure in a list, or for some of its other elements.

    What one step may have of elements is bounded, so that none takes long.

    :param most: elements of a list of operations.
    :raise Undecodable: for whatever is wrong with the bytes.
    """
    if typeName.startswith("ListOf") and typeName[6:] not in _FIXED:
        return (yield from _listInSteps(typeName[6:], reader, most))
    cls = None if typeName in _BUILT_IN else structure(typeName)
    if cls is None or not _isPlain(cls, declaredFields(cls)):
        reader.left = STEP_ELEMENTS
        return decode(typeName, reader)
    made = cls.__new__(cls)
    for each in declaredFields(cls):
        made.__dict__[each.name] = yield from decodeInSteps(each.typeName, reader, most)
    made.__dict__["_freeze"] = True
    return made


def _listInSteps(name: str, reader: Reader, most: int) -> Generator[None, None, list[Any]]:
    # Only names of languages and servers come in lists that are no operations.
    count = reader.count() if name == "String" else reader.operations(most)
    together = _TOGETHER if name in _BUILT_IN else 1
    found: list[Any] = []
    for number in range(1, count + 1):
        reader.left = STEP_ELEMENTS
        found.append(decode(name, reader))
        if number % together == 0:
            yield
    return found
