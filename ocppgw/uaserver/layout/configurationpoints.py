"""
The ConfigurationPoints folder: one variable for each key of a charge point.

The DataType follows from the key, never from the value; the charge point's own text stands
beside it in the Property Text.  What is written becomes text here, in the charge point's spelling.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any

from ocppgw.model.commands import ChangeConfiguration
from ocppgw.model.point import Point, Quality
from ocppgw.model.quality import Kind
from ocppgw.model.records import ChargePointRecord, ConfigurationPoint
from ocppgw.uaserver.layout.datatypes import OUT_OF_RANGE, DataType
from ocppgw.uaserver.layout.declarations import (
    May,
    Members,
    ObjectDeclaration,
    Target,
    VariableDeclaration,
    Writing,
)
from ocppgw.uaserver.layout.names import distinct, legal
from ocppgw.uaserver.layout.outcomes import ofConfiguration
from ocppgw.uaserver.layout.sources import Source, always
from ocppgw.v16.configurationkeys import KeyInfo, findKey, readValue

WRITE_ONLY = "authorizationkey"
"""The one key that nobody may read."""

LONGEST = 500
"""Characters of a value (OCPP 1.6, 6.7)."""

SPELLINGS = (
    ("true", "false"),
    ("True", "False"),
    ("TRUE", "FALSE"),
    ("1", "0"),
    ("yes", "no"),
    ("Yes", "No"),
    ("YES", "NO"),
)
"""How charge points write true and false; the first pair is the standard's."""


def _reported(record: ChargePointRecord, lower: str) -> ConfigurationPoint | None:
    return record.configuration.points.get(lower)


def _part(lower: str) -> Any:
    """The point, or whether the charge point said that it does not have the key."""

    def part(record: ChargePointRecord) -> object:
        return _reported(record, lower) or lower in record.configuration.unknownKeys

    return part


def _valueSource(lower: str, dataType: DataType) -> Source:
    def point(record: ChargePointRecord, since: datetime) -> Point | None:
        found = _reported(record, lower)
        if found is not None:
            value, quality = _read(dataType, found.text)
            return Point(value, found.at, found.at, quality)
        if lower in record.configuration.unknownKeys:
            return Point(None, since, since, Quality.notSupported)
        return None

    return Source(_part(lower), point, Kind.configuration, "configuration")


def _read(dataType: DataType, text: str | None) -> tuple[bool | int | str | None, Quality]:
    """The value of a text, and how good it is."""
    if dataType is DataType.String:
        return text or "", Quality.good
    if text is None or not text.strip():
        return None, Quality.noData
    value = readValue(dataType.value, text)
    return value, Quality.good if value is not None else Quality.encodingInvalid


def _textSource(lower: str) -> Source:
    def point(record: ChargePointRecord, since: datetime) -> Point | None:
        found = _reported(record, lower)
        return None if found is None else Point(found.text or "", found.at, found.at)

    return Source(_part(lower), point, Kind.configuration, "configuration")


def _written(key: str, lower: str) -> Any:
    """What makes ChangeConfiguration of a written value."""

    def request(target: Target, value: bool | int | str) -> Any:
        found = _reported(target.record, lower)
        text = spelled(value, found.text if found else None)
        if len(text) > LONGEST:
            return OUT_OF_RANGE
        return ChangeConfiguration(found.key if found else key, text)

    return request


def spelled(value: bool | int | str, reported: str | None) -> str:
    """A value as text; a Boolean in the spelling that the charge point uses."""
    if not isinstance(value, bool):
        return str(value)
    used = (reported or "").strip()
    pair = next((pair for pair in SPELLINGS if used in pair), SPELLINGS[0])
    return pair[0] if value else pair[1]


def _isReadOnly(lower: str, info: KeyInfo | None) -> Any:
    """As the charge point says; before it said anything, as the standard does."""

    def isReadOnly(record: ChargePointRecord) -> bool:
        found = _reported(record, lower)
        if found is not None:
            return found.readonly
        return info is not None and info.access == "R"

    return isReadOnly


def _property(
    name: str, description: str, source: Source, readable: May | None
) -> VariableDeclaration:
    return VariableDeclaration(
        name, DataType.String, description, source, readable=readable, isProperty=True
    )


@lru_cache(maxsize=4096)
def declared(key: str, display: str) -> VariableDeclaration:
    """The declaration of a key, in the spelling of its node."""
    info, lower = findKey(key), key.lower()
    dataType = DataType(info.type) if info else DataType.String
    readable = None if lower == WRITE_ONLY else May.look
    return VariableDeclaration(
        key,
        dataType,
        info.text if info else "A configuration key of the vendor's own.",
        _valueSource(lower, dataType),
        display,
        readable=readable,
        writing=Writing(
            May.configure, _written(key, lower), ofConfiguration, isLocked=_isReadOnly(lower, info)
        ),
        properties=(
            _property("Text", "Exactly what the charge point sent.", _textSource(lower), readable),
            _property(
                "Unit",
                "The unit of the value; empty where it has none.",
                always(info.unit if info else ""),
                May.look,
            ),
        ),
    )


def _browsable(record: ChargePointRecord) -> Iterable[str]:
    return [point.key for point in record.configuration.points.values()]


def _resolve(record: ChargePointRecord, name: str) -> VariableDeclaration | None:
    """A key as first reported, or a key of the standard as the standard spells it."""
    found, info = _reported(record, name.lower()), findKey(name)
    reported = found is not None and found.key == name
    if not reported and (info is None or info.key != name):
        return None
    return declared(name, distinct(name, lambda key: legal(key, "Key"), _browsable(record)))


CONFIGURATION_POINTS = ObjectDeclaration(
    "ConfigurationPoints",
    "The configuration keys that the charge point reports.",
    members=Members(
        "<Key>", declared("HeartbeatInterval", "HeartbeatInterval"), _browsable, _resolve
    ),
    display="ConfigurationPoints",
)
