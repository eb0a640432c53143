"""
The steps of a start-up, in order: read the configuration, ask for statuses, bring the wanted
configuration.

Owns nothing.  A step that the charge point cannot answer is skipped: it keeps working.  A link
that ends ends the sequence with ``LinkGone``.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import attrs
from twisted.logger import Logger

from ocppgw.central.commanding.exchanges import BOOT_NOTIFICATION, trigger
from ocppgw.central.configuring import reading
from ocppgw.central.configuring.asking import Asking
from ocppgw.central.linking.calling import (
    AnswerInvalid,
    CallErrorReceived,
    CallFailed,
    CallTimedOut,
)
from ocppgw.central.means import Means
from ocppgw.central.startup import statuses
from ocppgw.central.startup.dailychanges import DailyChanges
from ocppgw.central.startup.wanted import Bringing, CutLists, drift
from ocppgw.config.settings import ChargePointSettings
from ocppgw.model.facts import ConfigurationCompared
from ocppgw.model.records import ChargePointRecord

log = Logger()

_TROUBLE = (CallErrorReceived, CallTimedOut, AnswerInvalid)


@attrs.frozen
class Sequence:
    """
    One start-up.

    :ivar ask: sends a Call in the background.
    :ivar askSlowly: the same with more patience, for the whole configuration (B7).
    :ivar reported: the connectors that have sent a status since they could.
    """

    nodeName: str
    means: Means
    settings: ChargePointSettings
    ask: Asking
    askSlowly: Asking
    cutLists: CutLists
    dailyChanges: DailyChanges
    reported: Callable[[], set[int]]

    def record(self) -> ChargePointRecord:
        """The record as it is now."""
        found = self.means.record(self.nodeName)
        return found or ChargePointRecord(self.nodeName, self.nodeName, self.means.now())

    async def askForBoot(self) -> bool:
        """Ask who it is; whether it will say.  No is a normal answer (B2)."""
        try:
            answer = await self.ask(trigger(BOOT_NOTIFICATION, None))
        except _TROUBLE:
            return False
        return bool(answer.status == "Accepted")

    async def run(self) -> bool:
        """All steps; whether statuses were promised that may still not come."""
        await self._tried("read the configuration", self.readConfiguration)
        promised = await self._askForStatuses()
        await self._bringWanted()
        return promised

    async def readConfiguration(self) -> None:
        """As the site says: all at once, by keys, or not at all."""
        match self.settings.readConfiguration:
            case "all":
                report = await reading.readEverything(self.askSlowly, self.ask, self.record())
            case "keys":
                keys = reading.knownKeys(self.record())
                size = reading.chunkSize(self.record())
                report = await reading.readInChunks(self.ask, keys, size)
            case _:
                return
        self.means.note(self.nodeName, reading.reported(report, self.means.now()))

    async def askForEachStatus(self) -> None:
        """Connector by connector, what did not come."""
        lacking = statuses.missing(self.record(), self.reported())
        await self._tried("ask for statuses", lambda: statuses.askForEach(self.ask, lacking))

    async def _askForStatuses(self) -> bool:
        if not statuses.missing(self.record(), self.reported()):
            return False
        if self.reported():
            await self.askForEachStatus()
            return False
        try:
            return await statuses.askForAll(self.ask)
        except _TROUBLE:
            return False

    async def _bringWanted(self) -> None:
        wanted = self.settings.configuration
        bringing = Bringing(
            self.ask,
            lambda fact: self.means.note(self.nodeName, fact),
            self.record,
            self.means.now,
            self.cutLists,
            self.dailyChanges,
            self.settings.readConfiguration != "never",
        )
        await self._tried("be configured", lambda: bringing.bring(wanted))
        fact = ConfigurationCompared(drift(self.record(), wanted), self.means.now())
        self.means.note(self.nodeName, fact)

    async def _tried(self, what: str, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except _TROUBLE as error:
            log.info(
                "{node} cannot {what}: {error}",
                node=self.nodeName,
                what=what,
                error=_oneLine(error),
            )


def _oneLine(error: CallFailed) -> str:
    return str(error)[:200]
