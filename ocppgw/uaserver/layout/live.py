"""
The table of LiveType: the measurements that every charge point shows under the same names.

Only declarations; what the values are made of is the model's business.
"""

from __future__ import annotations

from ocppgw.model.live import keysOf
from ocppgw.model.quality import Kind
from ocppgw.uaserver.layout.datatypes import DataType
from ocppgw.uaserver.layout.declarations import Past, TypeDeclaration, VariableDeclaration
from ocppgw.uaserver.layout.sources import told
from ocppgw.uaserver.layout.units import (
    AMPERE,
    CELSIUS,
    HERTZ,
    PER_CENT,
    VOLT,
    WATT,
    WATT_HOUR,
    Unit,
)


def _measured(
    name: str, attribute: str, unit: Unit, description: str, display: str = ""
) -> VariableDeclaration:
    keys = keysOf(attribute)
    return VariableDeclaration(
        name,
        DataType.Double,
        description,
        told(f"live.{attribute}", Kind.live),
        display,
        unit=unit,
        past=Past(keys, numbersOnly=True) if keys else None,
    )


LIVE_TYPE = TypeDeclaration(
    "LiveType",
    "What is measured at a connector, under the same names for every vendor.",
    (
        _measured("Power", "power", WATT, "Power drawn, all phases together."),
        _measured("Energy", "energy", WATT_HOUR, "Lifetime register of energy delivered."),
        _measured(
            "SessionEnergy",
            "sessionEnergy",
            WATT_HOUR,
            "Energy delivered in the running charging session, or in the last one.",
        ),
        *(
            _measured(f"CurrentL{n}", f"currentL{n}", AMPERE, f"Current drawn on phase L{n}.")
            for n in (1, 2, 3)
        ),
        *(
            _measured(
                f"VoltageL{n}", f"voltageL{n}", VOLT, f"Voltage between phase L{n} and neutral."
            )
            for n in (1, 2, 3)
        ),
        _measured("Frequency", "frequency", HERTZ, "Frequency of the grid."),
        _measured("SoC", "soC", PER_CENT, "State of charge of the vehicle's battery.", "SoC"),
        _measured("Temperature", "temperature", CELSIUS, "Temperature inside the charge point."),
        _measured(
            "CurrentOffered",
            "currentOffered",
            AMPERE,
            "The greatest current that the vehicle may draw.",
        ),
        _measured(
            "PowerOffered", "powerOffered", WATT, "The greatest power that the vehicle may draw."
        ),
    ),
)
