"""
Authorize: whether an idTag may charge.

Source: OCPP 1.6 section 4.1.
"""

from __future__ import annotations

from ocppgw.central.answering.responders.answer import Answer, responds
from ocppgw.central.answering.responders.situation import Situation
from ocppgw.model.facts import IdTagPresented
from ocppgw.v16.messages import AuthorizeConfirmation, AuthorizeRequest


@responds("Authorize")
def authorize(request: AuthorizeRequest, situation: Situation) -> Answer:
    """Look the idTag up."""
    authorizing = situation.desk.authorizing
    meant = situation.desk.meant(situation.nodeName, request.idTag)
    found = authorizing.forAuthorize(meant, situation.receivedAt)
    return Answer(
        AuthorizeConfirmation(idTagInfo=authorizing.info(found, situation.nodeName)),
        (IdTagPresented(request.idTag, found.status, situation.receivedAt),),
    )
