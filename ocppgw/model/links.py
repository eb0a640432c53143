"""
Facts about the link and what passes over it.

A link that is replaced by a newer one changes nothing that SCADA could take for an outage.
"""

from __future__ import annotations

from ocppgw.model.counters import counted
from ocppgw.model.facts import Deviated, HealthMeasured, LinkLost, LinkOpened, MessageReceived
from ocppgw.model.point import Point
from ocppgw.model.records import ChargePointRecord, Deviations, Traffic
from ocppgw.model.sharing import changed, kept, withItem

KINDS = 64
"""Kinds of deviation counted apart; further ones are counted as ``other``."""

TEXT = 500
"""Characters kept of a deviation's text and example."""


def linkOpened(record: ChargePointRecord, fact: LinkOpened) -> ChargePointRecord:
    """Connected; a link in place of a live one only has another peer address."""
    link = record.link
    if link.connected:
        new = changed(link, remoteAddress=fact.remoteAddress, openedAt=fact.at)
        return changed(record, link=kept(link, new))
    again = link.connectedSince is not None
    new = changed(
        link,
        connected=True,
        at=fact.at,
        connectedSince=fact.at,
        openedAt=fact.at,
        remoteAddress=fact.remoteAddress,
        reconnects=counted(link.reconnects) if again else link.reconnects,
    )
    return changed(record, link=new)


def linkLost(record: ChargePointRecord, fact: LinkLost) -> ChargePointRecord:
    """Not connected, and since when; a second loss of the same link says nothing new."""
    if not record.link.connected:
        return record
    link = changed(
        record.link, connected=False, at=fact.at, lastDisconnectReason=fact.reason[:TEXT]
    )
    return changed(record, link=link)


def messageReceived(record: ChargePointRecord, fact: MessageReceived) -> ChargePointRecord:
    """One message more, or several."""
    traffic = Traffic(counted(record.traffic.messagesReceived, fact.count), fact.at)
    return changed(record, traffic=traffic)


def deviated(record: ChargePointRecord, fact: Deviated) -> ChargePointRecord:
    """One more deviation, counted by kind; the last example of each kind is kept."""
    old = record.deviations
    kind = fact.kind if fact.kind in old.byKind or len(old.byKind) < KINDS - 1 else "other"
    new = Deviations(
        counted(old.count),
        lastDeviation(kind, fact.text, fact.example),
        fact.at,
        withItem(old.byKind, kind, old.byKind.get(kind, 0) + 1),
        withItem(old.examples, kind, fact.example[:TEXT]),
    )
    return changed(record, deviations=new)


def lastDeviation(kind: str, text: str, example: str) -> str:
    """A deviation in one line: its kind, what was odd, and what was sent."""
    words = f"{kind}: {text[:TEXT]}"
    return (f"{words}: {example}" if example else words)[:TEXT]


def healthMeasured(record: ChargePointRecord, fact: HealthMeasured) -> ChargePointRecord:
    """Fresh figures of the link; those not measured stay as they were."""
    figures = {
        "clockSkew": fact.clockSkew,
        "roundTripTime": fact.roundTripTime,
        "heartbeatAge": fact.heartbeatAge,
    }
    points = {n: Point(v, fact.at, fact.at) for n, v in figures.items() if v is not None}
    return changed(record, health=changed(record.health, **points))
