"""
Facts of what people and SCADA did: commands, remote starts, idTags presented.
"""

from __future__ import annotations

from ocppgw.model.connectors import connector, withConnector
from ocppgw.model.counters import counted
from ocppgw.model.facts import (
    CommandEnded,
    CommandIdTagWritten,
    CommandQueued,
    IdTagPresented,
    RemoteStartProgressed,
)
from ocppgw.model.records import ChargePointRecord, LastCommand, LastIdTag
from ocppgw.model.sharing import changed, kept


def commandQueued(record: ChargePointRecord, fact: CommandQueued) -> ChargePointRecord:
    """One more command waits or runs."""
    return changed(record, commandsQueued=(*record.commandsQueued, fact.at))


def commandEnded(record: ChargePointRecord, fact: CommandEnded) -> ChargePointRecord:
    """How the last command ended; one that was refused at once had not been waiting."""
    last = LastCommand(
        counted(record.lastCommand.number),
        fact.name,
        fact.status,
        fact.detail,
        fact.user,
        fact.at,
    )
    queued = record.commandsQueued
    if fact.queuedAt in queued:
        at = queued.index(fact.queuedAt)
        queued = queued[:at] + queued[at + 1 :]
    return changed(record, lastCommand=last, commandsQueued=queued)


def idTagPresented(record: ChargePointRecord, fact: IdTagPresented) -> ChargePointRecord:
    """Who was authorized last, and with which answer."""
    new = LastIdTag(fact.idTag, fact.status, fact.at)
    return changed(record, lastIdTag=kept(record.lastIdTag, new))


def remoteStartProgressed(
    record: ChargePointRecord, fact: RemoteStartProgressed
) -> ChargePointRecord:
    """A remote start went on; connector 0 has none."""
    one = connector(record, fact.connectorId)
    if one is None or one.connectorId == 0:
        return record
    if one.remoteStartState == fact.state:
        return withConnector(record, one)
    one = changed(one, remoteStartState=fact.state, remoteStartAt=fact.at)
    return withConnector(record, one)


def commandIdTagWritten(record: ChargePointRecord, fact: CommandIdTagWritten) -> ChargePointRecord:
    """The idTag that the command variable RemoteStart will use."""
    one = connector(record, fact.connectorId)
    if one is None or one.connectorId == 0:
        return record
    return withConnector(record, changed(one, commandIdTag=kept(one.commandIdTag, fact.idTag)))
