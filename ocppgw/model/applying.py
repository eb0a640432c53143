"""
A fact and a record make the next record.

Here is only the table: which function knows which fact.  Every one of them is pure and shares
what did not change; `apply` adds what is derived.  Facts of the site have no record and are
not in the table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any

from ocppgw.model import (
    configurations,
    doings,
    facts as f,
    identities,
    links,
    measuring,
    statuses,
    suspecting,
    transactions,
)
from ocppgw.model.records import ChargePointRecord
from ocppgw.model.sums import isSummed, withSums

Applying = Callable[[ChargePointRecord, Any], ChargePointRecord]

TABLE: Mapping[type, Applying] = MappingProxyType(
    {
        f.ChargePointAdded: identities.chargePointAdded,
        f.IdentityReplaced: identities.identityReplaced,
        f.SettingsChanged: identities.settingsChanged,
        f.LinkOpened: links.linkOpened,
        f.LinkLost: links.linkLost,
        f.MessageReceived: links.messageReceived,
        f.Deviated: links.deviated,
        f.HealthMeasured: links.healthMeasured,
        f.Booted: identities.booted,
        f.RegistrationChanged: identities.registrationChanged,
        f.RebootRequested: identities.rebootRequested,
        f.StatusReported: statuses.statusReported,
        f.AvailabilityAccepted: statuses.availabilityAccepted,
        f.Measured: measuring.measured,
        f.LiveAged: measuring.liveAged,
        f.TransactionStarted: transactions.transactionStarted,
        f.TransactionStopped: transactions.transactionStopped,
        f.TransactionSuspected: suspecting.transactionSuspected,
        f.ConfigurationReported: configurations.configurationReported,
        f.ConfigurationCompared: configurations.configurationCompared,
        f.IdTagPresented: doings.idTagPresented,
        f.RemoteStartProgressed: doings.remoteStartProgressed,
        f.CommandIdTagWritten: doings.commandIdTagWritten,
        f.CommandQueued: doings.commandQueued,
        f.CommandEnded: doings.commandEnded,
    }
)


def begin(fact: f.ChargePointAdded) -> ChargePointRecord:
    """The first record of a charge point, with its sums."""
    return withSums(identities.begin(fact), fact.at)


def apply(record: ChargePointRecord, fact: f.Fact) -> ChargePointRecord:
    """
    The record after the fact; the very same object when the fact says nothing new.

    :raise KeyError: for a fact that no charge point's record can take (of the site, or
        ChargePointRemoved).
    """
    new = TABLE[type(fact)](record, fact)
    if isinstance(fact, f.Measured) or isSummed(record, new):
        return new
    return withSums(new, timeOf(fact))


def unsummed(record: ChargePointRecord, facts: Iterable[f.Fact]) -> ChargePointRecord:
    """The record after all the facts, for somebody who has the sums computed once at the end."""
    for fact in facts:
        record = TABLE[type(fact)](record, fact)
    return record


def timeOf(fact: f.Fact) -> datetime:
    """When the gateway learnt the fact."""
    match fact:
        case f.StatusReported():
            return fact.report.receivedTime
        case f.Measured() | f.TransactionStarted() | f.TransactionStopped():
            return fact.receivedAt
        case _:
            return fact.at
