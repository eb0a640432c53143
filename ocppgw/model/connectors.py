"""
The connectors of a charge point: found, made and put back.

Connector 0 is the whole charge point.  There are never more than `LIMIT` others, whatever
number a charge point sends.
"""

from __future__ import annotations

from types import MappingProxyType

from ocppgw.model.records import ChargePointRecord, ConnectorRecord
from ocppgw.model.sharing import changed, withItem

LIMIT = 64
"""The greatest connector number that gets a record."""


def connector(record: ChargePointRecord, connectorId: int) -> ConnectorRecord | None:
    """A connector, new where it was not known; ``None`` where the number is out of bounds."""
    known = record.connectors.get(connectorId)
    if known is None and 0 <= connectorId <= LIMIT:
        return ConnectorRecord(connectorId)
    return known


def withConnector(record: ChargePointRecord, one: ConnectorRecord) -> ChargePointRecord:
    """The record with this connector in its place."""
    return changed(record, connectors=withItem(record.connectors, one.connectorId, one))


def withConnectors(record: ChargePointRecord, number: int) -> ChargePointRecord:
    """The record with connectors 0 to ``number``, those that it has left as they are."""
    wanted = range(min(number, LIMIT) + 1)
    missing = {i: ConnectorRecord(i) for i in wanted if i not in record.connectors}
    if not missing:
        return record
    every = {**record.connectors, **missing}
    return changed(record, connectors=MappingProxyType(dict(sorted(every.items()))))
