"""
Live values that are overdue while a connector charges.

Owns when each charging connector last sent meter values.  Facts flow in, `LiveAged` flows out
once for each gap longer than 2.5 times MeterValueSampleInterval, where that is known and above 0.
Reactor thread; one timer.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import attrs
from twisted.internet.interfaces import IReactorTime

from ocppgw.central.recording import Recorder
from ocppgw.central.ticking import Ticking
from ocppgw.model import words
from ocppgw.model.facts import (
    ChargePointRemoved,
    Fact,
    LinkLost,
    LiveAged,
    Measured,
    StatusReported,
)
from ocppgw.model.records import ChargePointRecord
from ocppgw.v16.numerals import readInteger

TICK = 1.0
"""Seconds between two looks."""

PATIENCE = 2.5
"""Sample intervals after which a value is overdue."""

KEY = "metervaluesampleinterval"


@attrs.define
class _Charging:
    since: datetime
    isAged: bool = False


class Ageing:
    """Watches charging connectors."""

    def __init__(
        self,
        clock: IReactorTime,
        now: Callable[[], datetime],
        recorder: Recorder,
        recordOf: Callable[[str], ChargePointRecord | None],
    ) -> None:
        self._now = now
        self._recorder = recorder
        self._recordOf = recordOf
        self._charging: dict[tuple[str, int], _Charging] = {}
        self._ticking = Ticking(clock, TICK, self._tick)
        recorder.observe(self._reported, StatusReported)
        recorder.observe(self._measured, Measured)
        recorder.observe(self._forget, LinkLost, ChargePointRemoved)

    def start(self) -> None:
        """Begin to look."""
        self._ticking.start()

    def stop(self) -> None:
        """Look no more."""
        self._ticking.stop()

    def _measured(self, nodeName: str, fact: Any, record: ChargePointRecord | None) -> None:
        one = self._charging.get((nodeName, fact.connectorId))
        if one is not None:
            one.since, one.isAged = fact.receivedAt, False

    def _forget(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        for key in [key for key in self._charging if key[0] == nodeName]:
            del self._charging[key]

    def _reported(self, nodeName: str, fact: Any, record: ChargePointRecord | None) -> None:
        key = (nodeName, fact.connectorId)
        one = None if record is None else record.connectors.get(fact.connectorId)
        if one is not None and one.status is not None and one.status.status == words.CHARGING:
            self._charging.setdefault(key, _Charging(fact.report.receivedTime))
        else:
            self._charging.pop(key, None)

    def _tick(self) -> None:
        at = self._now()
        for (nodeName, connectorId), one in tuple(self._charging.items()):
            limit = self._limit(nodeName)
            if limit and not one.isAged and (at - one.since).total_seconds() > limit:
                one.isAged = True
                self._recorder.note(nodeName, LiveAged(connectorId, at))

    def _limit(self, nodeName: str) -> float:
        """Seconds after which values are overdue; 0 where nobody can say."""
        record = self._recordOf(nodeName)
        point = None if record is None else record.configuration.points.get(KEY)
        text = "" if point is None else point.text or ""
        return PATIENCE * max(0, readInteger(text) or 0)
