"""
What a measurand is: its kind, base unit and range, and the name of its node.

Only data and look-ups; the words are in `metering`.  Values are shown in base units: Wh, W, A ..,
temperatures in degrees Celsius.  Source: OCPP 1.6 sections 7.31, 7.43 and 7.45; UN/ECE
recommendation 20 for the codes of units.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from ocppgw.v16.metering import LOCATIONS, MEASURANDS, PHASES

DEFAULT_MEASURAND = "Energy.Active.Import.Register"
DEFAULT_LOCATION = "Outlet"
SIGNED = "SignedData"
VENDOR = "Vendor"


@attrs.frozen
class Kind:
    """
    A physical quantity in its base unit.

    :ivar unit: what a person reads.
    :ivar code: the UN/ECE code of the unit; empty where there is none.
    :ivar low: the least value of the range that is shown.
    :ivar high: the greatest.
    :ivar text: what is measured.
    """

    unit: str
    code: str
    low: float
    high: float
    text: str

    @property
    def unitId(self) -> int:
        """The code as OPC UA numbers it (OPC 10000-8, 5.6.4.3): its characters; -1 without one."""
        return int.from_bytes(self.code.encode("ascii"), "big") if self.code else -1


ENERGY = Kind("Wh", "WHR", 0.0, 1e10, "energy")
REACTIVE_ENERGY = Kind("varh", "", 0.0, 1e10, "reactive energy")
POWER = Kind("W", "WTT", 0.0, 500000.0, "power")
REACTIVE_POWER = Kind("var", "D44", 0.0, 500000.0, "reactive power")
CURRENT = Kind("A", "AMP", 0.0, 1000.0, "current")
VOLTAGE = Kind("V", "VLT", 0.0, 1000.0, "voltage")
FREQUENCY = Kind("Hz", "HTZ", 0.0, 100.0, "frequency")
PERCENT = Kind("%", "P1", 0.0, 100.0, "percentage")
TEMPERATURE = Kind("\N{DEGREE SIGN}C", "CEL", -50.0, 150.0, "temperature")
FACTOR = Kind("", "C62", -1.0, 1.0, "power factor")
SPEED = Kind("r/min", "RPM", 0.0, 100000.0, "speed of a fan")

_SINGLE = {
    "Frequency": FREQUENCY,
    "Power.Factor": FACTOR,
    "RPM": SPEED,
    "SoC": PERCENT,
    "Temperature": TEMPERATURE,
    "Voltage": VOLTAGE,
}
_FAMILIES = (
    ("Current.", CURRENT),
    ("Energy.Active.", ENERGY),
    ("Energy.Reactive.", REACTIVE_ENERGY),
    ("Power.Reactive.", REACTIVE_POWER),
    ("Power.", POWER),
)


def _kind(measurand: str) -> Kind:
    families = (kind for prefix, kind in _FAMILIES if measurand.startswith(prefix))
    return _SINGLE.get(measurand) or next(families)


KINDS: Mapping[str, Kind] = MappingProxyType({word: _kind(word) for word in MEASURANDS.words})
"""The kind of each measurand of the specification."""

SCALES: Mapping[str, float] = MappingProxyType(
    {"kwh": 1e3, "kvarh": 1e3, "kw": 1e3, "kva": 1e3, "kvar": 1e3, "kv": 1e3, "ma": 1e-3}
)
"""By what to multiply for the base unit; units that are not here are base units already."""

_ABSOLUTE_ZERO = -273.15


def isBase(measurand: str, unit: str | None) -> bool:
    """Whether `toBase` leaves such values as they are."""
    meant = _meant(unit)
    if KINDS.get(measurand) is TEMPERATURE:
        return _celsius(1.0, meant) == 1.0
    return meant not in SCALES


def _meant(unit: str | None) -> str:
    return (unit or "").strip(" \N{DEGREE SIGN}").lower()


def toBase(measurand: str, value: float, unit: str | None) -> float | None:
    """
    A value in the base unit of its measurand; ``None`` where that is too great for a float.

    Without unit it is in the base unit (M2): Wh for energy only, as section 7.43 says, watts for
    power and so on.  A unit that nobody knows changes nothing.
    """
    meant = _meant(unit)
    if KINDS.get(measurand) is TEMPERATURE:
        value = _celsius(value, meant)
    elif meant in SCALES:
        value *= SCALES[meant]
    rounded = float(f"{value:.15g}")
    return rounded if math.isfinite(rounded) else None


def _celsius(value: float, unit: str) -> float:
    if unit in ("k", "kelvin"):
        return value + _ABSOLUTE_ZERO
    return (value - 32) / 1.8 if unit.startswith("f") else value


def splitPhase(measurand: str) -> tuple[str, str]:
    """
    A measurand and the phase at its end, as in ``Voltage.L1`` (M5); ``""`` where there is none.

    Spelling is put right; what the specification does not know comes back as it is.
    """
    known = MEASURANDS.find(measurand)
    if known:
        return known, ""
    front, _, back = measurand.strip().rpartition(".")
    known, phase = MEASURANDS.find(front), PHASES.find(back)
    return (known, phase) if known and phase else (measurand, "")


@attrs.frozen
class MeterName:
    """
    What a node below MeterValues shows.

    :ivar phase: empty for the overall value.
    :ivar location: empty for the outlet.
    :ivar signed: opaque data instead of a number.
    """

    measurand: str
    phase: str = ""
    location: str = ""
    signed: bool = False

    @property
    def text(self) -> str:
        """``<Measurand>[.<Phase>][@<Location>]``, after ``SignedData.`` or ``Vendor.`` if so."""
        foreign = self.measurand not in KINDS
        first = f"{SIGNED}." if self.signed else f"{VENDOR}." if foreign else ""
        phase = f".{self.phase}" if self.phase else ""
        outside = self.location and self.location != DEFAULT_LOCATION
        return f"{first}{self.measurand}{phase}{f'@{self.location}' if outside else ''}"


def nodeName(measurand: str, phase: str = "", location: str = "", signed: bool = False) -> str:
    """The browse name of a reading's node."""
    return MeterName(measurand, phase, location, signed).text


def readNodeName(text: str) -> MeterName | None:
    """
    What a browse name stands for, or ``None`` where the specification has no such reading.

    Only the canonical spelling counts: `nodeName` gives the same text back.
    """
    bare, _, location = text.partition("@")
    signed = bare.startswith(f"{SIGNED}.")
    measurand, phase = splitPhase(bare.removeprefix(f"{SIGNED}.") if signed else bare)
    found = MeterName(measurand, phase, location, signed)
    known = measurand in KINDS and (not location or location in LOCATIONS.words)
    return found if known and found.text == text else None
