"""
What a command may do while it is its turn: call, note facts, let the next one go.

Owns nothing: it stands between an errand and the parts that own something.  Reactor thread.  A
Call's Deferred ends as the caller ends it (answer, CallError, time-out, link gone), or cancelled
together with its command.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
from twisted.internet.interfaces import IReactorTime

from ocppgw.central.commanding.pending import Pending
from ocppgw.central.commanding.remotestarts import RemoteStarts
from ocppgw.central.linking.calling import CallTimedOut
from ocppgw.central.means import Means
from ocppgw.config.settings import ChargePointSettings
from ocppgw.model.facts import Fact
from ocppgw.model.outcomes import Answered
from ocppgw.model.records import ChargePointRecord
from ocppgw.v16.messages import Message


@attrs.frozen
class Conversation:
    """
    One command's turn.

    :ivar release: lets the next command go although this one has not ended.
    """

    pending: Pending
    means: Means
    settings: ChargePointSettings
    remoteIdTag: str
    remoteStarts: RemoteStarts
    release: Callable[[], None]

    @property
    def nodeName(self) -> str:
        """Whom this is about."""
        return self.pending.command.nodeName

    @property
    def now(self) -> datetime:
        """The time, for facts."""
        return self.means.now()

    @property
    def clock(self) -> IReactorTime:
        """Timers."""
        return self.means.clock

    def record(self) -> ChargePointRecord:
        """The record as it is now; an empty one, should it have been removed meanwhile."""
        found = self.means.record(self.nodeName)
        return found or ChargePointRecord(self.nodeName, self.nodeName, self.now)

    def note(self, *facts: Fact) -> None:
        """Note what happened."""
        self.means.note(self.nodeName, *facts)

    def provide(self, outcome: Answered) -> None:
        """Say what the charge point answered, before something else is done about it."""
        self.pending.provisional = outcome

    async def call(self, request: Message) -> Any:
        """Ask, within what is left of the command's time."""
        return await self._callWithin(self.pending.remaining(), request)

    async def callBriefly(self, request: Message) -> Any:
        """Ask, within half of that: so that another way can be tried."""
        return await self._callWithin(self.pending.remaining() / 2, request)

    async def _callWithin(self, timeout: float, request: Message) -> Any:
        if timeout <= 0:
            raise CallTimedOut(0.0)
        calling = self.means.caller.call(self.nodeName, request, timeout)
        self.pending.calling = calling
        try:
            return await calling
        finally:
            self.pending.calling = None

    async def callAfterwards(self, request: Message) -> Any:
        """Ask, although the command may have ended: what the record needs to be right."""
        timeout = self.settings.callTimeout
        return await self.means.caller.call(self.nodeName, request, timeout)
