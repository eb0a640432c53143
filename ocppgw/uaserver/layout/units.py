"""
Units of measurement and the ranges of what is measured in them.

Data only.  What a meter measures has its unit and range from OCPP's side; sums and times, which
no meter sends, have theirs here.  A range is constant, because one that changes breaks the scales
of trends.
"""

from __future__ import annotations

from ocppgw.v16.measurands import (
    CURRENT,
    ENERGY,
    FREQUENCY,
    PERCENT,
    POWER,
    TEMPERATURE,
    VOLTAGE,
    Kind as Unit,
)

__all__ = [
    "AMPERE",
    "AMPERE_SUM",
    "CELSIUS",
    "HERTZ",
    "MILLISECOND",
    "NAMES",
    "PER_CENT",
    "SECOND",
    "SKEW",
    "UNECE",
    "VOLT",
    "WATT",
    "WATT_HOUR",
    "WATT_HOUR_SUM",
    "WATT_SUM",
    "Unit",
]

UNECE = "http://www.opcfoundation.org/UA/units/un/cefact"
"""The namespace of the codes of UN/ECE recommendation 20 (OPC 10000-8, 5.6.4.3)."""

WATT = POWER
WATT_HOUR = ENERGY
AMPERE = CURRENT
VOLT = VOLTAGE
HERTZ = FREQUENCY
PER_CENT = PERCENT
CELSIUS = TEMPERATURE

WATT_SUM = Unit("W", "WTT", 0.0, 1e9, "power of many")
WATT_HOUR_SUM = Unit("Wh", "WHR", 0.0, 1e13, "energy of many")
AMPERE_SUM = Unit("A", "AMP", 0.0, 1e6, "current of many")
SECOND = Unit("s", "SEC", 0.0, 1e9, "duration")
SKEW = Unit("s", "SEC", -1e10, 1e10, "difference of clocks")
MILLISECOND = Unit("ms", "C26", 0.0, 1e6, "time of answer")

NAMES = {
    "AMP": "ampere",
    "C26": "millisecond",
    "C62": "one",
    "CEL": "degree Celsius",
    "D44": "var",
    "HTZ": "hertz",
    "P1": "percent",
    "RPM": "revolutions per minute",
    "SEC": "second",
    "VLT": "volt",
    "WHR": "watt hour",
    "WTT": "watt",
}
"""What the recommendation calls the unit of a code."""
