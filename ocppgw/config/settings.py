"""
What holds for one charge point: its own table, with the global sections filled in.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, tzinfo
from types import MappingProxyType
from typing import Any

import attrs

from ocppgw.model.records import Settings

_RUNTIME = frozenset({"name", "description", "enabled"})


@attrs.frozen
class ChargePointSettings:
    """
    The effective settings of one charge point.  Durations in seconds.

    The defaults are those of a gateway without a file, so that a test names what it is about.

    :ivar configured: whether the file names this charge point.
    :ivar connectors: 0 where the file does not say.
    :ivar configuration: wanted configuration keys, its own beating the general ones.
    """

    identity: str
    nodeName: str = attrs.field()
    configured: bool = False
    connectors: int = 0
    name: str = ""
    description: str = ""
    enabled: bool = True
    locked: bool = False
    securityProfile: int = 0
    serialNumber: str = ""
    strict: bool = False
    heartbeatInterval: int = 300
    callTimeout: float = 30.0
    settleTime: float = 3.0
    pingInterval: float = 45.0
    pingTimeout: float = 20.0
    disconnectGrace: float = 0.5
    pollMeterValues: int = 0
    closeAtStop: bool = False
    maxMessageRate: int = 500
    timeZone: tzinfo = UTC
    localTime: bool = False
    zeroIsOne: bool = False
    idTagLength: int = 20
    timeFraction: bool = True
    scale: Mapping[str, float] = attrs.field(factory=lambda: MappingProxyType({}))
    readConfiguration: str = "all"
    configuration: Mapping[str, str] = attrs.field(factory=lambda: MappingProxyType({}))
    offlineQuality: str = "byKind"
    sourceTimestamp: str = "chargePoint"
    clockTolerance: float = 300.0
    zeroWhenIdle: bool = True

    @nodeName.default
    def _nodeNameDefault(self) -> str:
        return self.identity

    def recorded(self) -> Settings:
        """The part that the record of the charge point carries, before any runtime change."""
        shared = {
            field.name: getattr(self, field.name)
            for field in attrs.fields(Settings)
            if field.name not in {"locked", "chosen"}
        }
        return Settings(**shared, locked=_RUNTIME if self.locked else frozenset())


def effective(identity: str, table: object | None, *sections: object) -> ChargePointSettings:
    """
    The settings that follow from a charge point's table, then from the sections, in this order.

    An attribute that is missing or ``None`` leaves the word to the next one.
    """
    sources = ([table] if table is not None else []) + list(sections)
    values: dict[str, Any] = {
        field.name: found
        for field in attrs.fields(ChargePointSettings)
        if (found := _first(sources, field.name)) is not None
    }
    values |= {"identity": identity, "configured": table is not None}
    return ChargePointSettings(**values)


def _first(sources: list[object], name: str) -> object:
    found = (getattr(source, name, None) for source in sources)
    return next((value for value in found if value is not None), None)


def mergedKeys(general: Mapping[str, str], own: Mapping[str, str]) -> Mapping[str, str]:
    """Wanted keys of both; ``own`` beats ``general``, also where the key differs in case."""
    beaten = {key.lower() for key in own}
    kept = {key: value for key, value in general.items() if key.lower() not in beaten}
    return MappingProxyType(kept | dict(own))
