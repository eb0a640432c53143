"""
Which charge points the site has: announcing, removing, replacing and accepting them.

Pure decisions.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

import attrs

from ocppgw.central.administering.deciding import Change, Decision, Site, invalid, unknown
from ocppgw.central.administering.naming import whyNotIdentity, whyNotNodeName
from ocppgw.model.closing import closed
from ocppgw.model.commands import (
    AcceptChargePoint,
    AddChargePoint,
    RemoveChargePoint,
    ReplaceChargePoint,
)
from ocppgw.model.facts import (
    ChargePointAdded,
    ChargePointRemoved,
    Fact,
    IdentityReplaced,
    RegistrationChanged,
    TransactionStopped,
)
from ocppgw.model.outcomes import Answered, Refusal, Refused
from ocppgw.model.records import ChargePointRecord, Settings

_MOST_CONNECTORS = 64


def addChargePoint(action: AddChargePoint, site: Site) -> Decision:
    """A charge point that is to be known before it calls in."""
    nodeName = action.nodeName or action.identity
    if why := _whyNotNew(action.identity, site):
        return invalid("identity", why)
    if why := whyNotNodeName(nodeName) or _whyTaken(nodeName, site):
        return invalid("nodeName", why)
    if action.connectors > _MOST_CONNECTORS:
        return invalid("connectors", f"must be at most {_MOST_CONNECTORS}")
    settings = _withConnectors(site.settingsOf(action.identity), action.connectors)
    fact = ChargePointAdded(nodeName, action.identity, site.now, settings)
    return Change(nodeName, (fact,), Answered("Added"))


def _withConnectors(settings: Settings, connectors: int) -> Settings:
    if connectors < 1:
        return settings
    return attrs.evolve(settings, connectors=connectors, chosen=settings.chosen | {"connectors"})


def _whyNotNew(identity: str, site: Site) -> str:
    if why := whyNotIdentity(identity):
        return why
    known = site.registry.nodeNameOf(identity)
    return "" if known is None else f"is known already, as {known!r}"


def _whyTaken(nodeName: str, site: Site) -> str:
    return "is taken" if site.registry.record(nodeName) is not None else ""


def removeChargePoint(action: RemoveChargePoint, site: Site) -> Decision:
    """Forget one that is not connected; one that is would be back at once."""
    record = site.registry.record(action.nodeName)
    if record is None:
        return unknown(action.nodeName)
    if record.link.connected or site.isConnected(action.nodeName):
        return Refused(Refusal.notAllowedNow, "the charge point is connected")
    return Change(action.nodeName, (ChargePointRemoved(site.now),), Answered("Removed"))


def replaceChargePoint(action: ReplaceChargePoint, site: Site) -> Decision:
    """Another identity under the same node name; the old hardware has to go."""
    record = site.registry.record(action.nodeName)
    if record is None:
        return unknown(action.nodeName)
    if why := _whyNotNew(action.newIdentity, site):
        return invalid("newIdentity", why)
    replaced = IdentityReplaced(action.newIdentity, site.now)
    facts: tuple[Fact, ...] = (*_closed(record, site.now), replaced)
    return Change(action.nodeName, facts, Answered("Replaced"))


def _closed(record: ChargePointRecord, now: datetime) -> Iterator[TransactionStopped]:
    """What still ran on the old hardware: nobody will ever tell its end."""
    for one in record.connectors.values():
        running = one.transaction
        if running is not None and running.active:
            yield closed(running, now)


def acceptChargePoint(action: AcceptChargePoint, site: Site) -> Decision:
    """Take in one that waits; one that is in already stays so."""
    nodeName = site.registry.nodeNameOf(action.identity)
    if nodeName is None:
        return unknown(action.identity)
    record = site.registry.record(nodeName)
    if record is not None and record.registration.status == "Accepted":
        return Answered("Accepted")
    fact = RegistrationChanged("Accepted", site.now)
    return Change(nodeName, (fact,), Answered("Accepted"))
