"""
StatusNotification: the state of a connector.

Source: OCPP 1.6 section 4.9; rows S4, S5 and S23 of the quirks.
"""

from __future__ import annotations

from ocppgw.central.answering.responders.answer import Answer, responds
from ocppgw.central.answering.responders.situation import Moment, Situation
from ocppgw.model import words
from ocppgw.model.facts import StatusReported
from ocppgw.model.records import StatusReport
from ocppgw.v16.messages import StatusNotificationConfirmation, StatusNotificationRequest
from ocppgw.v16.states import ERROR_CODES, OCCUPIED, STATUSES


@responds("StatusNotification")
def statusNotification(request: StatusNotificationRequest, situation: Situation) -> Answer:
    """Note the status; a foreign word is kept and gets the number 0."""
    connectorId = situation.connector(request.connectorId)
    moment = situation.moment(request.timestamp)
    report = _report(request, _word(request.status, connectorId, situation), moment, situation)
    return Answer(
        StatusNotificationConfirmation(),
        (StatusReported(connectorId, report),),
        deviations=moment.deviations,
    )


def _report(
    request: StatusNotificationRequest, status: str, moment: Moment, situation: Situation
) -> StatusReport:
    return StatusReport(
        status=status,
        number=STATUSES.number(status),
        errorCode=request.errorCode,
        errorNumber=ERROR_CODES.number(request.errorCode),
        info=request.info or "",
        vendorId=request.vendorId or "",
        vendorErrorCode=request.vendorErrorCode or "",
        sourceTime=moment.time,
        receivedTime=situation.receivedAt,
    )


def _word(status: str, connectorId: int, situation: Situation) -> str:
    """OCPP 1.5 had one word for two states: with a transaction it charges (S5)."""
    if status != OCCUPIED:
        return status
    one = situation.record.connectors.get(connectorId)
    isRunning = one is not None and one.transaction is not None and one.transaction.active
    return words.CHARGING if isRunning else words.PREPARING
