"""
Commands that take more than one Call, or depend on the charge point's state.

Each errand runs while it is the command's turn, and gives the outcome.  A failed Call may be
left to the caller, who knows what it means.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from types import MappingProxyType

from ocppgw.central.commanding.conversation import Conversation
from ocppgw.central.commanding.exchanges import EXCHANGES, STATUS_NOTIFICATION, trigger
from ocppgw.central.commanding.passwords import changePassword
from ocppgw.central.commanding.refusals import isUnsupported
from ocppgw.central.commanding.requests import requestOf
from ocppgw.central.configuring import changing, reading
from ocppgw.central.linking.calling import CallErrorReceived
from ocppgw.model import commands as c
from ocppgw.model.outcomes import Answered, Outcome, Refused
from ocppgw.v16 import messages as m

Errand = Callable[[Conversation], Awaitable[Outcome]]


async def exchange(talk: Conversation) -> Outcome:
    """A command that is one Call."""
    action = talk.pending.command.action
    declared = EXCHANGES[type(action)]
    answer = await talk.call(declared.request(action))
    talk.note(*declared.facts(action, answer.status, talk.now))
    return Answered(answer.status, declared.outputs(answer))


async def refreshStatus(talk: Conversation) -> Outcome:
    """StatusNotification; of everything, where the charge point knows no connector 0 (B17)."""
    action = talk.pending.command.action
    assert isinstance(action, c.RefreshStatus)
    request = trigger(STATUS_NOTIFICATION, action.connectorId)
    if action.connectorId != 0:
        return Answered((await talk.call(request)).status)
    try:
        status = (await talk.call(request)).status
    except CallErrorReceived as error:
        if isUnsupported(error):
            raise
        status = "Rejected"
    if status == "Rejected":
        status = (await talk.call(trigger(STATUS_NOTIFICATION, None))).status
    return Answered(status)


async def refreshConfiguration(talk: Conversation) -> Outcome:
    """Read everything again."""
    report = await reading.readEverything(talk.callBriefly, talk.call, talk.record())
    talk.note(reading.reported(report, talk.now))
    return Answered("Accepted")


async def getConfiguration(talk: Conversation) -> Outcome:
    """Read some keys, or all, and give them back."""
    action = talk.pending.command.action
    assert isinstance(action, c.GetConfiguration)
    keys = tuple(key for key in action.keys if key)
    if keys:
        size = reading.chunkSize(talk.record(), unknown=len(keys))
        report = await reading.readInChunks(talk.call, keys, size)
    else:
        report = await reading.readEverything(talk.callBriefly, talk.call, talk.record())
    fact = reading.reported(report, talk.now)
    talk.note(fact)
    outputs = {
        "Keys": tuple(point.key for point in fact.points),
        "Values": tuple(point.text or "" for point in fact.points),
        "ReadOnly": tuple(point.readonly for point in fact.points),
        "UnknownKeys": fact.unknownKeys,
    }
    return Answered("Accepted", MappingProxyType(outputs))


async def changeConfiguration(talk: Conversation) -> Outcome:
    """Change a key, then look what it is now."""
    action = talk.pending.command.action
    assert isinstance(action, c.ChangeConfiguration)
    request = changing.changeRequest(talk.record(), action.key, action.value)
    if request.key.lower() == reading.SECRET_KEY:
        return await changePassword(talk, request)
    status = (await talk.call(request)).status
    talk.note(*changing.changed(request.key, status, talk.now))
    answered = Answered(status)
    if status not in changing.DONE:
        return answered
    talk.provide(answered)
    text = await changing.readBack(talk.callAfterwards, talk.note, request.key, talk.now)
    return answered if text is None else _compared(talk, request, status, text)


def _compared(
    talk: Conversation, request: m.ChangeConfigurationRequest, status: str, text: str
) -> Answered:
    deviation = changing.notKept(request, text, talk.now)
    if deviation is not None and status != changing.REBOOT_REQUIRED:
        talk.note(deviation)
    outputs = {"Value": text, "Kept": deviation is None}
    return Answered(status, MappingProxyType(outputs))


async def remoteStart(talk: Conversation) -> Outcome:
    """Ask for a transaction, and wait for it as long as the command says."""
    command = talk.pending.command
    request = requestOf(command.action, talk.record(), talk.remoteIdTag)
    assert isinstance(request, m.RemoteStartTransactionRequest)
    starts = talk.remoteStarts
    expectation = starts.expect(talk.record(), request.connectorId, request.idTag)
    status = ""
    try:
        status = (await talk.call(request)).status
    finally:
        if status != "Accepted":
            starts.forget(expectation)
    if status != "Accepted":
        return Answered(status, MappingProxyType({"TransactionId": -1}))
    starts.accepted(expectation)
    # While the driver plugs in, other commands may go.
    talk.provide(Answered(status, MappingProxyType({"TransactionId": -1})))
    talk.release()
    seconds = min(command.startWait, talk.pending.remaining())
    transactionId = await expectation.within(seconds, talk.means)
    return Answered(status, MappingProxyType({"TransactionId": transactionId}))


async def remoteStop(talk: Conversation) -> Outcome:
    """End what runs; looked up now, because it may have ended while the command waited."""
    request = requestOf(talk.pending.command.action, talk.record(), talk.remoteIdTag)
    if isinstance(request, Refused):
        return request
    return Answered((await talk.call(request)).status)


ERRANDS: Mapping[type, Errand] = MappingProxyType(
    dict.fromkeys(EXCHANGES, exchange)
    | {
        c.RefreshStatus: refreshStatus,
        c.RefreshConfiguration: refreshConfiguration,
        c.GetConfiguration: getConfiguration,
        c.ChangeConfiguration: changeConfiguration,
        c.RemoteStart: remoteStart,
        c.RemoteStop: remoteStop,
    }
)
