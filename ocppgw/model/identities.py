"""
Facts about who a charge point is and whether it is taken in: identity, settings, registration.
"""

from __future__ import annotations

from ocppgw.model.configurations import withAwaitingBoot
from ocppgw.model.connectors import withConnectors
from ocppgw.model.facts import (
    Booted,
    ChargePointAdded,
    IdentityReplaced,
    RebootRequested,
    RegistrationChanged,
    SettingsChanged,
)
from ocppgw.model.records import ChargePointRecord, LinkState, Nameplate, Registration
from ocppgw.model.sharing import changed, kept


def begin(fact: ChargePointAdded) -> ChargePointRecord:
    """The record of a charge point that nobody heard of before, not connected."""
    record = ChargePointRecord(
        fact.nodeName,
        fact.identity,
        fact.at,
        settings=fact.settings,
        link=LinkState(at=fact.at),
    )
    return withConnectors(record, max(1, fact.settings.connectors))


def chargePointAdded(record: ChargePointRecord, fact: ChargePointAdded) -> ChargePointRecord:
    """A known one was announced again: only its settings can be new."""
    return _withSettings(record, fact)


def settingsChanged(record: ChargePointRecord, fact: SettingsChanged) -> ChargePointRecord:
    """New settings; more connectors appear, none disappears."""
    return _withSettings(record, fact)


def _withSettings(
    record: ChargePointRecord, fact: ChargePointAdded | SettingsChanged
) -> ChargePointRecord:
    record = changed(record, settings=kept(record.settings, fact.settings))
    return withConnectors(record, record.settings.connectors)


def identityReplaced(record: ChargePointRecord, fact: IdentityReplaced) -> ChargePointRecord:
    """New hardware; what the old one was stays until the new one boots."""
    return changed(record, identity=fact.identity)


def booted(record: ChargePointRecord, fact: Booted) -> ChargePointRecord:
    """What it says it is, how it was answered; a reboot that was required has happened."""
    registration = Registration(fact.status, fact.at, lastBoot=fact.at, rebootRequired=False)
    said = changed(fact.nameplate, at=fact.nameplate.at or fact.at)
    nameplate = _sameDevice(record.nameplate, said)
    registration = kept(record.registration, registration)
    record = changed(record, nameplate=nameplate, registration=registration)
    return withAwaitingBoot(record, frozenset())


def _sameDevice(old: Nameplate, new: Nameplate) -> Nameplate:
    """The old nameplate, with its time, when the new one says the same."""
    return old if changed(new, at=old.at) == old and old.at is not None else new


def registrationChanged(record: ChargePointRecord, fact: RegistrationChanged) -> ChargePointRecord:
    """Accepted, Pending or Rejected, without a new boot."""
    if record.registration.status == fact.status:
        return record
    registration = changed(record.registration, status=fact.status, at=fact.at)
    return changed(record, registration=registration)


def rebootRequested(record: ChargePointRecord, fact: RebootRequested) -> ChargePointRecord:
    """A changed key takes effect only with the next boot."""
    record = withAwaitingBoot(record, record.configuration.awaitingBoot | {fact.key.lower()})
    if record.registration.rebootRequired:
        return record
    return changed(
        record, registration=changed(record.registration, rebootRequired=True, at=fact.at)
    )
