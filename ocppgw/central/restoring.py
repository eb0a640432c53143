"""
What is known at the start: what the store kept, and what the file announces, then or later.

Holds no state.  Runtime choices win over the file, unless the file locks them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

import attrs
from twisted.logger import Logger

from ocppgw.config.configuration import Configuration
from ocppgw.config.settings import ChargePointSettings
from ocppgw.model.connectors import withConnectors
from ocppgw.model.facts import ChargePointAdded, SettingsChanged
from ocppgw.model.records import ChargePointRecord, Settings
from ocppgw.model.sharing import changed

log = Logger()


def restored(
    records: Sequence[ChargePointRecord], configuration: Configuration
) -> tuple[ChargePointRecord, ...]:
    """The records of the store with what the file says of them now."""
    return tuple(_restored(record, configuration) for record in records)


def _restored(record: ChargePointRecord, configuration: Configuration) -> ChargePointRecord:
    wanted = configuration.settingsFor(record.identity)
    if wanted.configured and wanted.nodeName != record.nodeName:
        # SCADA has bound the old NodeIds: a rename behind its back would break every screen.
        log.warn(
            "{identity} keeps its node name {kept!r}, although the file says {wanted!r}: to rename"
            " it call RemoveChargePoint while it is not connected, then restart",
            identity=record.identity,
            kept=record.nodeName,
            wanted=wanted.nodeName,
        )
    settings = _settings(record, wanted)
    return withConnectors(changed(record, settings=settings), settings.connectors)


def _settings(record: ChargePointRecord, wanted: ChargePointSettings) -> Settings:
    settings = wanted.recorded()
    chosen = record.settings.chosen - settings.locked
    if not chosen:
        return settings
    runtime = {name: getattr(record.settings, name) for name in chosen}
    return attrs.evolve(settings, **runtime, chosen=frozenset(chosen))


def changedSettings(
    records: Sequence[ChargePointRecord], configuration: Configuration, at: datetime
) -> Iterator[tuple[ChargePointRecord, SettingsChanged]]:
    """The records for which the file says something else now, and what."""
    for record in records:
        settings = _settings(record, configuration.settingsFor(record.identity))
        if settings != record.settings:
            yield record, SettingsChanged(settings, at)


def announced(
    records: Sequence[ChargePointRecord], configuration: Configuration, at: datetime
) -> Iterator[ChargePointAdded]:
    """What the file names and the store does not know."""
    nodeNames = {record.nodeName for record in records}
    identities = {record.identity for record in records}
    for table in configuration.chargePoints:
        if table.nodeName not in nodeNames and table.identity not in identities:
            settings = configuration.settingsFor(table.identity).recorded()
            yield ChargePointAdded(table.nodeName, table.identity, at, settings)
