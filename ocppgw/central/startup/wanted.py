"""
Bringing a charge point to its wanted configuration: read first, change what differs, once.

Keys that need a reboot are not touched again in the same boot, and none more than a few times a
day (B6); a list that is rejected is tried item by item, and what came of it is remembered (B14).
Owns: that memory.  Raises ``CallTimedOut`` and ``LinkGone``; what the charge point answers is never
an error here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

import attrs

from ocppgw.central.configuring import changing, reading
from ocppgw.central.configuring.asking import Asking
from ocppgw.central.configuring.values import same
from ocppgw.central.linking.calling import AnswerInvalid, CallErrorReceived
from ocppgw.central.startup.dailychanges import MOST_A_DAY, DailyChanges
from ocppgw.model.facts import Deviated, Fact
from ocppgw.model.records import ChargePointRecord
from ocppgw.v16.configurationkeys import readList, writeList

MOST_PROBED = 30
"""Items of one list that are tried."""

_MOST_REMEMBERED = 20_000
_TROUBLE = (CallErrorReceived, AnswerInvalid)


def drift(record: ChargePointRecord, wanted: Mapping[str, str]) -> tuple[str, ...]:
    """The wanted keys that differ, in the wanted spelling."""
    return tuple(key for key, value in wanted.items() if not _isMet(record, key, value))


def _isMet(record: ChargePointRecord, key: str, value: str) -> bool:
    point = record.configuration.points.get(key.lower())
    return point is not None and same(value, point.text)


class CutLists:
    """Which lists were accepted in place of the wanted ones, by device and firmware."""

    def __init__(self) -> None:
        self._accepted: dict[tuple[str, str, str, str], str] = {}

    def target(self, record: ChargePointRecord, key: str, value: str) -> str:
        """What to ask for: the wanted value, or what was made of it before."""
        return self._accepted.get(_about(record, key, value), value)

    def remember(self, record: ChargePointRecord, key: str, value: str, accepted: str) -> None:
        """A shorter list was accepted."""
        if len(self._accepted) < _MOST_REMEMBERED:
            self._accepted[_about(record, key, value)] = accepted


def _about(record: ChargePointRecord, key: str, value: str) -> tuple[str, str, str, str]:
    return (record.identity, record.nameplate.firmwareVersion, key.lower(), value)


@attrs.frozen
class Bringing:
    """
    One charge point being brought to its wanted configuration.

    :ivar mayRead: whether its configuration may be read at all.
    """

    ask: Asking
    note: Callable[[Fact], None]
    record: Callable[[], ChargePointRecord]
    now: Callable[[], datetime]
    cutLists: CutLists
    dailyChanges: DailyChanges
    mayRead: bool = True

    async def bring(self, wanted: Mapping[str, str]) -> None:
        """Change what differs, one key after another."""
        for key, value in wanted.items():
            await self._bringOne(key, value)

    async def _bringOne(self, key: str, value: str) -> None:
        target = self.cutLists.target(self.record(), key, value)
        if await self._differs(key, target) and self._isWithinTheDay(key):
            status = await self._change(key, target)
            if status == "Rejected" and target == value and len(readList(value)) > 1:
                status = await self._cutDown(key, value)
            if status in changing.DONE and self.mayRead:
                await changing.readBack(self.ask, self.note, self._spelling(key), self.now())

    def _isWithinTheDay(self, key: str) -> bool:
        if self.dailyChanges.take(self.record().identity, key, self.now()):
            return True
        text = f"was changed {MOST_A_DAY} times within a day and differs again: it is left alone"
        self.note(Deviated("B6", f"{key}: {text}", key, self.now()))
        return False

    async def _differs(self, key: str, target: str) -> bool:
        lower = key.lower()
        configuration = self.record().configuration
        isUnheard = lower not in configuration.points and lower not in configuration.unknownKeys
        if isUnheard and self.mayRead:
            await self._read(key)
        configuration = self.record().configuration
        if lower in configuration.unknownKeys:
            return False
        # One whose configuration must not be read is told blindly, if it never said.
        return not _isMet(self.record(), key, target)

    async def _read(self, key: str) -> None:
        try:
            report = await reading.readSome(self.ask, (key,))
        except _TROUBLE:
            return
        self.note(reading.reported(report, self.now()))

    async def _change(self, key: str, value: str) -> str:
        try:
            answer = await self.ask(changing.changeRequest(self.record(), key, value))
        except _TROUBLE:
            return ""
        for fact in changing.changed(key, answer.status, self.now()):
            self.note(fact)
        return str(answer.status)

    async def _cutDown(self, key: str, value: str) -> str:
        """Find the items that the charge point takes; the last accepted list stays."""
        kept: tuple[str, ...] = ()
        status = "Rejected"
        for item in readList(value)[:MOST_PROBED]:
            attempt = await self._change(key, writeList((*kept, item)))
            if attempt in changing.DONE:
                kept, status = (*kept, item), attempt
            if attempt == changing.REBOOT_REQUIRED:
                break
        if kept and status != changing.REBOOT_REQUIRED:
            self.cutLists.remember(self.record(), key, value, writeList(kept))
        return status

    def _spelling(self, key: str) -> str:
        point = self.record().configuration.points.get(key.lower())
        return point.key if point else key
