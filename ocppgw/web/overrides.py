"""
Which settings would silence which quirks.

Only data: the kinds that a setting does something about; the others are borne and counted.  What
a setting means is told by its own declaration.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs

from ocppgw.config.declaring import Key, keysOf
from ocppgw.config.listeners import ListenerTable
from ocppgw.config.repeated import ChargePointTable
from ocppgw.config.sections import OcppSection, OpcUaSection

TABLES: Mapping[str, type] = MappingProxyType(
    {
        "[[chargePoints]]": ChargePointTable,
        "[ocpp]": OcppSection,
        "[[ocpp.listeners]]": ListenerTable,
        "[opcua]": OpcUaSection,
    }
)
"""Where a setting can stand, and its declaration; the nearest to one charge point first."""

KEYS: Mapping[str, str] = MappingProxyType(
    {
        "C9": "identityPrefix",
        "C12": "disconnectGrace",
        "C13": "identityPrefix",
        "C14": "pingInterval",
        "C15": "pingInterval",
        "C16": "closeAtStop",
        "C17": "compression",
        "C18": "pingTimeout",
        "C19": "maxMessageSize",
        "C20": "maxMessageSize",
        "C21": "legacyTls",
        "S13": "readConfiguration",
        "S18": "callTimeout",
        "S22": "idTagLength",
        "S23": "connectors",
        "T2": "timeZone",
        "T3": "localTime",
        "T4": "clockTolerance",
        "T5": "sourceTimestamp",
        "T7": "timeFraction",
        "B4": "settleTime",
        "B5": "settleTime",
        "B6": "configuration",
        "B7": "readConfiguration",
        "B8": "readConfiguration",
        "B13": "configuration",
        "B26": "zeroIsOne",
        "X17": "clockTolerance",
        "M1": "scale",
        "M8": "pollMeterValues",
    }
)
"""Kind of deviation (a row of ``docs/fieldquirks.rst``) and the key that is for it."""


@attrs.frozen
class Override:
    """A setting. ``table`` as it is written in the file; ``key`` as it is declared."""

    table: str
    key: Key


def _found(name: str) -> Override:
    return next(
        Override(table, key)
        for table, declared in TABLES.items()
        for key in keysOf(declared)
        if key.name == name
    )


OVERRIDES: Mapping[str, Override] = MappingProxyType(
    {kind: _found(name) for kind, name in KEYS.items()}
)
"""The setting for each of these kinds."""
