"""
The whole configuration, frozen: what a file declares, and what follows from it.

The attributes are the tables of the file.  Reading is `reading`'s, the command line `overriding`'s.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from ocppgw.access.users import Users
from ocppgw.config.declaring import key, section, tables
from ocppgw.config.freetables import WantedKeys
from ocppgw.config.log import LogSection
from ocppgw.config.origins import Origins
from ocppgw.config.repeated import ChargePointTable, IdTagTable, UserTable
from ocppgw.config.sections import (
    AuthorizationSection,
    GatewaySection,
    OcppSection,
    OpcUaSection,
    StoreSection,
)
from ocppgw.config.settings import ChargePointSettings, effective, mergedKeys
from ocppgw.config.web import WebSection
from ocppgw.model.idtags import IdTagEntry


@attrs.frozen
class Configuration:
    """Everything that the site decided; without arguments, the built-in defaults."""

    gateway: GatewaySection = section(GatewaySection)
    ocpp: OcppSection = section(OcppSection)
    opcua: OpcUaSection = section(OpcUaSection)
    store: StoreSection = section(StoreSection)
    web: WebSection = section(WebSection)
    log: LogSection = section(LogSection)
    authorization: AuthorizationSection = section(AuthorizationSection)
    configuration: Mapping[str, str] = key(
        WantedKeys(),
        MappingProxyType({}),
        "Configuration keys that every charge point is to have. They are compared after each "
        "boot and changed only where they differ.",
        reload=True,
    )
    idTags: tuple[IdTagTable, ...] = tables(
        IdTagTable, "idTag", ("idTag", "idTag"), ignoreCase=True, reload=True
    )
    users: tuple[UserTable, ...] = tables(UserTable, "name", ("name", "name"), reload=True)
    chargePoints: tuple[ChargePointTable, ...] = tables(
        ChargePointTable,
        "identity",
        ("identity", "identity"),
        ("nodeName", "node"),
        reload=True,
    )
    origins: Origins = attrs.field(factory=Origins, eq=False, repr=False)
    _byIdentity: Mapping[str, ChargePointTable] = attrs.field(init=False, eq=False, repr=False)

    @_byIdentity.default
    def _identities(self) -> Mapping[str, ChargePointTable]:
        return MappingProxyType({table.identity: table for table in self.chargePoints})

    _named: dict[str, ChargePointSettings] = attrs.field(
        init=False, factory=dict, eq=False, repr=False
    )
    _unnamed: Mapping[str, Any] = attrs.field(init=False, eq=False, repr=False)

    @_unnamed.default
    def _settingsUnnamed(self) -> Mapping[str, Any]:
        """All but its names, of a charge point that the file does not name."""
        found = attrs.asdict(self._effective("", None), recurse=False)
        del found["identity"], found["nodeName"]
        return MappingProxyType(found)

    def settingsFor(self, identity: str) -> ChargePointSettings:
        """What holds for a charge point, whether the file names it or not."""
        found = self._named.get(identity)
        if found is None:
            table = self._byIdentity.get(identity)
            if table is None:
                return ChargePointSettings(identity, **self._unnamed)
            found = self._named[identity] = self._effective(identity, table)
        return found

    def _effective(self, identity: str, table: ChargePointTable | None) -> ChargePointSettings:
        settings = effective(identity, table, self.ocpp, self.opcua)
        wanted = mergedKeys(self.configuration, settings.configuration)
        return attrs.evolve(settings, configuration=wanted)

    def idTagEntries(self) -> tuple[IdTagEntry, ...]:
        """The idTags of the file."""
        return tuple(table.entry() for table in self.idTags)

    def knownUsers(self) -> Users:
        """The users of the file, and what a session without a user may do."""
        return Users(
            tuple(table.user() for table in self.users),
            self.opcua.anonymousLoopback,
            self.opcua.anonymousRemote,
        )
