"""
Transactions that seem to be over although nobody said so.

Marked, never closed; any sign that the transaction goes on takes the mark off.
"""

from __future__ import annotations

from ocppgw.model.connectors import withConnector
from ocppgw.model.facts import TransactionSuspected
from ocppgw.model.records import ChargePointRecord, ConnectorRecord
from ocppgw.model.sharing import changed


def transactionSuspected(
    record: ChargePointRecord, fact: TransactionSuspected
) -> ChargePointRecord:
    """The running transaction is marked; any other fact about it stays as it is."""
    one = record.connectors.get(fact.connectorId)
    running = None if one is None else one.transaction
    if one is None or running is None or not running.active or running.suspect:
        return record
    if running.transactionId != fact.transactionId:
        return record
    marked = changed(running, suspect=True, changedAt=fact.at)
    return withConnector(record, changed(one, transaction=marked))


def trusted(one: ConnectorRecord) -> ConnectorRecord:
    """The connector after a sign that its transaction goes on."""
    running = one.transaction
    if running is None or not running.suspect:
        return one
    return changed(one, transaction=changed(running, suspect=False))
