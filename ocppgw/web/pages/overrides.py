"""
Which setting of a charge point's table would silence which of its quirks.

Only data: the kinds that have one; the others are borne and counted.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

OVERRIDES: Mapping[str, str] = MappingProxyType(
    {
        "C14": "pingInterval",
        "C15": "pingInterval",
        "S22": "idTagLength",
        "T2": "timeZone",
        "T3": "localTime",
        "T7": "timeFraction",
        "B4": "settleTime",
        "B7": "readConfiguration",
        "B26": "zeroIsOne",
        "M1": "scale",
    }
)
"""Kind of deviation (a row of ``docs/fieldquirks.rst``) and key of ``[[chargePoints]]``."""
