"""
The MeterValues folder: names for exactly what was sent, and the grammar behind them.

A name is ``<Measurand>[.<Phase>][@<Location>]``; the location Outlet is left out.  What is not
a number begins with ``SignedData.``, what the specification does not know with ``Vendor.``.
Only names and declarations; the readings are the model's.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from operator import methodcaller
from typing import Any

from ocppgw.model.point import Point
from ocppgw.model.quality import Kind
from ocppgw.model.records import MeterKey, meterKey
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.declarations import (
    Members,
    ObjectDeclaration,
    Past,
    VariableDeclaration,
)
from ocppgw.uaserver.layout.names import distinct, legal
from ocppgw.uaserver.layout.sources import Source, alike
from ocppgw.v16.measurands import (
    DEFAULT_LOCATION,
    DEFAULT_MEASURAND,
    KINDS,
    SIGNED,
    readNodeName,
)
from ocppgw.v16.metering import LOCATIONS, MEASURANDS, PHASES

_SIGNED = f"{SIGNED}."


def nameOf(key: MeterKey) -> str:
    """The browse name of a reading."""
    return f"{key.measurand}{key.phase and '.' + key.phase}{key.location and '@' + key.location}"


def keysOf(name: str) -> tuple[MeterKey, ...]:
    """
    What a browse name may be of: one key for a name of the specification.

    A vendor's own measurand may itself end like a phase or a location.
    """
    known = readNodeName(name)
    if known is not None:
        first = _SIGNED if known.signed else ""
        return (meterKey(first + known.measurand, known.phase, known.location),)
    return tuple(_guesses(name))


def _guesses(text: str) -> Iterable[MeterKey]:
    yield meterKey(text)
    bare, _, location = text.rpartition("@")
    if location in LOCATIONS.words and location != DEFAULT_LOCATION:
        yield meterKey(bare, "", location)
    else:
        bare, location = text, ""
    measurand, _, phase = bare.rpartition(".")
    if phase in PHASES.words:
        yield meterKey(measurand, phase, location)


def _source(keys: tuple[MeterKey, ...]) -> Source:
    if len(keys) == 1:
        (key,) = keys
        return Source(
            lambda connector: connector.readings.get(key),
            lambda connector, since: connector.readings.get(key),
            Kind.measurement,
            "readings",
            methodcaller("get", key),
            key,
            isPoint=True,
            isAlike=alike,
        )

    def find(connector: Any) -> Point | None:
        found = (connector.readings.get(key) for key in keys)
        return next((point for point in found if point is not None), None)

    return Source(find, lambda connector, since: find(connector), Kind.measurement, "readings")


@lru_cache(maxsize=2048)
def _display(name: str) -> str:
    key = keysOf(name)[-1]
    words = legal(key.measurand.replace(".", " "), "Value")
    phase = f" {key.phase}" if key.phase else ""
    return f"{words}{phase}{f' ({key.location})' if key.location else ''}"


def _description(key: MeterKey) -> str:
    """What is measured, on which phase and where."""
    measurand = key.measurand.removeprefix(_SIGNED)
    what = MEASURANDS.text(measurand) or "A value of the vendor's own."
    signed = " As signed data, untouched." if key.measurand.startswith(_SIGNED) else ""
    details = (what, PHASES.text(key.phase), LOCATIONS.text(key.location))
    return " ".join(text for text in details if text) + signed


@lru_cache(maxsize=2048)
def declared(name: str, display: str) -> VariableDeclaration:
    """The declaration of a reading by its browse name."""
    keys = keysOf(name)
    signed = name.startswith(_SIGNED)
    return VariableDeclaration(
        name,
        DataType.String if signed else DataType.Double,
        _description(keys[-1]),
        _source(keys),
        display,
        unit=None if signed else KINDS.get(keys[-1].measurand),
        past=Past(keys),
    )


def _browsable(connector: Any) -> Iterable[str]:
    return dict.fromkeys(map(nameOf, connector.readings))


def _resolve(connector: Any, name: str) -> VariableDeclaration | None:
    """A name of the specification's grammar, or that of something that was sent."""
    if readNodeName(name) is not None:
        return declared(name, _display(name))
    if not _wasSent(connector, name):
        return None
    foreign = (each for each in _browsable(connector) if readNodeName(each) is None)
    return declared(name, distinct(name, _display, foreign))


def _wasSent(connector: Any, name: str) -> bool:
    keys = keysOf(name)
    return any(key in connector.readings and nameOf(key) == name for key in keys)


METER_VALUES = ObjectDeclaration(
    "MeterValues",
    "The values of the meter exactly as they were sent, in base units.",
    members=Members(
        "<MeterValue>",
        declared(DEFAULT_MEASURAND, DEFAULT_MEASURAND),
        _browsable,
        _resolve,
    ),
)
