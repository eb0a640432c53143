"""
Facts about the availability of a connector: StatusNotification and ChangeAvailability.
"""

from __future__ import annotations

from ocppgw.model import words
from ocppgw.model.connectors import connector, withConnector
from ocppgw.model.facts import AvailabilityAccepted, StatusReported
from ocppgw.model.idling import idled
from ocppgw.model.point import Point
from ocppgw.model.records import ChargePointRecord, ConnectorRecord, StatusReport
from ocppgw.model.sharing import changed, kept
from ocppgw.model.suspecting import trusted
from ocppgw.model.times import supersedes


def statusReported(record: ChargePointRecord, fact: StatusReported) -> ChargePointRecord:
    """The present status, unless the report tells of a time before the present one (T8)."""
    one = connector(record, fact.connectorId)
    if one is None:
        return record
    report = fact.report if one.status is None else kept(one.status, fact.report)
    if not supersedes(report, one.status, record.settings):
        return withConnector(record, one)
    live = one.liveLater
    if one.status is not None and one.status.status == words.CHARGING != report.status:
        live = idled(one.live, report.sourceTime, report.receivedTime, record.settings)
    operative = _corrected(one, report)
    if report.status in words.IN_USE:
        one = trusted(one)
    return withConnector(record, changed(one, status=report, operative=operative, liveLater=live))


def _corrected(one: ConnectorRecord, report: StatusReport) -> Point | None:
    """
    Operative as the status proves it.

    Unavailable is inoperative; Faulted and foreign words prove nothing.  A connector in use
    proves nothing either while it goes on being used: the change was answered Scheduled.
    """
    said = report.status
    if said != words.UNAVAILABLE and said not in words.OPERATIVE:
        return one.operative
    before = "" if one.status is None else one.status.status
    if one.operative is not None and said in words.IN_USE and before in words.OPERATIVE:
        return one.operative
    value = said != words.UNAVAILABLE
    if one.operative is not None and one.operative.value is value:
        return one.operative
    return Point(value, report.sourceTime, report.receivedTime)


def availabilityAccepted(
    record: ChargePointRecord, fact: AvailabilityAccepted
) -> ChargePointRecord:
    """What was last accepted; for connector 0 it holds for every connector (section 5.2)."""
    every = record.connectors if fact.connectorId == 0 else (fact.connectorId,)
    point = Point(fact.operative, fact.at, fact.at)
    for connectorId in tuple(every):
        one = connector(record, connectorId)
        if one is not None:
            record = withConnector(record, changed(one, operative=kept(one.operative, point)))
    return record
