"""
BootNotification and Heartbeat: whether a charge point is taken in, and what time it is.

Source: OCPP 1.6 sections 4.2 and 4.6.
"""

from __future__ import annotations

import attrs

from ocppgw.central.answering.responders.answer import Answer, responds
from ocppgw.central.answering.responders.situation import Situation
from ocppgw.model.facts import Booted
from ocppgw.model.records import Nameplate
from ocppgw.v16.messages import (
    BootNotificationConfirmation,
    BootNotificationRequest,
    HeartbeatConfirmation,
    HeartbeatRequest,
)

RETRY = 60
"""Seconds after which a charge point that is not taken in may ask again."""

_PRINTED = tuple(field.name for field in attrs.fields(Nameplate) if field.name != "at")


@responds("BootNotification")
def bootNotification(request: BootNotificationRequest, situation: Situation) -> Answer:
    """
    Say whether it is taken in.

    The acceptance of a newcomer is a promise: a store that cannot keep it makes it wait.
    """
    status = registrationOf(situation)
    nameplate = Nameplate(
        **{name: getattr(request, name) or "" for name in _PRINTED}, at=situation.receivedAt
    )
    return Answer(
        _confirmation(status, situation),
        (Booted(nameplate, status, situation.receivedAt),),
        isPromise=not situation.record.registration.lastBoot,
        otherwise=_confirmation("Pending", situation),
    )


def registrationOf(situation: Situation) -> str:
    """
    What stands for this charge point, whatever socket it comes over.

    One that waits is taken in once the site's rule accepts newcomers.
    """
    status = situation.record.registration.status
    if status == "Pending" and situation.desk.onboarding() == "accept":
        return "Accepted"
    return status or "Accepted"


def _confirmation(status: str, situation: Situation) -> BootNotificationConfirmation:
    interval = situation.settings.heartbeatInterval if status == "Accepted" else RETRY
    return BootNotificationConfirmation(
        status=status, currentTime=situation.currentTime(), interval=interval
    )


@responds("Heartbeat")
def heartbeat(request: HeartbeatRequest, situation: Situation) -> Answer:
    """Say what time it is."""
    situation.desk.health.beat(situation.nodeName, situation.receivedAt)
    return Answer(HeartbeatConfirmation(currentTime=situation.currentTime()))
