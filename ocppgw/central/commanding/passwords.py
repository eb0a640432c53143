"""
ChangeConfiguration of AuthorizationKey: the charge point's password and ours change together.

Accepted: the new one holds.  Rejected, NotSupported or a CallError: the old one does.
RebootRequired, or no answer at all: either, until the charge point uses the new one.
"""

from __future__ import annotations

from collections.abc import Awaitable

from twisted.logger import Logger

from ocppgw.access.secrets import Secret
from ocppgw.central.commanding.conversation import Conversation
from ocppgw.central.configuring import changing
from ocppgw.central.entrance.wires import Denied
from ocppgw.central.linking.calling import CallErrorReceived, CallTimedOut, NotConnected
from ocppgw.interfaces import StoreFailed
from ocppgw.model.outcomes import Answered, Outcome, Refusal, Refused
from ocppgw.v16 import messages as m

log = Logger()


async def changePassword(talk: Conversation, request: m.ChangeConfigurationRequest) -> Outcome:
    """Send a new password, and keep what became of it."""
    passwords, identity = talk.means.passwords, talk.record().identity
    if not request.value:
        return Refused(Refusal.invalidArgument, "AuthorizationKey cannot be empty")
    try:
        hashed = await passwords.propose(identity, Secret(request.value))
    except StoreFailed as error:
        return Refused(Refusal.storeFailed, str(error))
    except Denied as denied:
        return Refused(Refusal.tooMany, str(denied))
    try:
        if talk.pending.isOver:
            raise CallTimedOut(0.0)
        status = (await talk.call(request)).status
    except (CallErrorReceived, NotConnected):
        await _settled(talk, passwords.drop(identity, hashed))
        raise
    answered = Answered(status)
    talk.provide(answered)
    talk.note(*changing.changed(request.key, status, talk.now))
    if status == "Accepted":
        await _settled(talk, passwords.adopt(identity, hashed))
    elif status != changing.REBOOT_REQUIRED:
        await _settled(talk, passwords.drop(identity, hashed))
    return answered


async def _settled(talk: Conversation, change: Awaitable[None]) -> None:
    # Not being able to write it down costs nothing but that both go on being right.
    try:
        await change
    except StoreFailed as error:
        log.error(
            "The password of {node} changed, which could not be kept: {why}",
            node=talk.nodeName,
            why=str(error),
        )
