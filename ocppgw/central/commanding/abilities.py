"""
What charge points turned out not to be able to, by their firmware (B11).

SupportedFeatureProfiles is missing or wrong too often to go by.  Whether TriggerMessage works, and
for which messages, is learnt from the answers instead: to people's commands, which are always sent,
and to our own Calls, which are spared as long as the firmware is the same.

Owns a bounded memory of that.  Calls flow through to the links, their answers flow back unchanged.
Reactor thread.  Each Deferred ends as that of the links does.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.python.failure import Failure
from zope.interface import implementer

from ocppgw.central.commanding.refusals import isUnsupported
from ocppgw.central.linking.calling import CallFailed, ICaller
from ocppgw.model.records import ChargePointRecord
from ocppgw.v16.messages import Message, TriggerMessageRequest

MOST = 10_000
"""Charge points that are remembered; the one heard of longest ago is asked again."""

NOT_IMPLEMENTED = "NotImplemented"
"""What TriggerMessage.conf says of a message that cannot be triggered."""

_Asked = tuple[str, str]
"""A message that was asked for, and whether of all connectors: some know only one of the two."""


@attrs.frozen
class _Learnt:
    """What the firmware of one charge point cannot do."""

    firmware: tuple[str, str]
    unable: set[_Asked] = attrs.field(factory=set)


@implementer(ICaller)
class Abilities:
    """Calls charge points, and learns from what they answer."""

    def __init__(self, caller: ICaller, record: Callable[[str], ChargePointRecord | None]) -> None:
        self._caller = caller
        self._record = record
        self._learnt: OrderedDict[str, _Learnt] = OrderedDict()

    def isConnected(self, nodeName: str) -> bool:
        return self._caller.isConnected(nodeName)

    def close(self, nodeName: str, reason: str) -> None:
        self._caller.close(nodeName, reason)

    def call(self, nodeName: str, request: Any, timeout: float) -> Deferred[Any]:
        calling: Deferred[Any] = self._caller.call(nodeName, request, timeout)
        if isinstance(request, TriggerMessageRequest):
            calling.addBoth(self._heard, nodeName, _asked(request))
        return calling

    def cannot(self, nodeName: str, request: Message) -> bool:
        """Whether this firmware said that it does not know this at all."""
        learnt = self._learnt.get(nodeName)
        if learnt is None or not isinstance(request, TriggerMessageRequest):
            return False
        return learnt.firmware == self._firmware(nodeName) and _asked(request) in learnt.unable

    def _heard(self, answer: Any, nodeName: str, asked: _Asked) -> Any:
        firmware = self._firmware(nodeName)
        if firmware is not None:
            learnt = self._of(nodeName, firmware)
            if _isNo(answer):
                learnt.unable.add(asked)
            elif not isinstance(answer, Failure):
                learnt.unable.discard(asked)
        return answer

    def _of(self, nodeName: str, firmware: tuple[str, str]) -> _Learnt:
        learnt = self._learnt.pop(nodeName, None)
        if learnt is None or learnt.firmware != firmware:
            learnt = _Learnt(firmware)
        self._learnt[nodeName] = learnt
        if len(self._learnt) > MOST:
            self._learnt.popitem(last=False)
        return learnt

    def _firmware(self, nodeName: str) -> tuple[str, str] | None:
        """Whose it is and which; ``None`` where it cannot be told from the next one."""
        record = self._record(nodeName)
        version = record.nameplate.firmwareVersion if record else ""
        return (record.identity, version) if record and version else None


def _asked(request: TriggerMessageRequest) -> _Asked:
    return request.requestedMessage, "one" if request.connectorId is not None else "all"


def _isNo(answer: Any) -> bool:
    if isinstance(answer, Failure):
        return isinstance(answer.value, CallFailed) and isUnsupported(answer.value)
    return bool(answer.status == NOT_IMPLEMENTED)
