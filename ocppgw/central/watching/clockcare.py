"""
A heartbeat once a day for charge points that never send one (T10).

Their clocks drift, because they learn the time from the answer alone (OCPP-J 1.6 section 5.3).
Owns who was asked when, and who cannot be asked.  Reactor thread; one timer.  A test looks at
the Calls.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from twisted.python.failure import Failure

from ocppgw.central.commanding.background import Background
from ocppgw.central.commanding.exchanges import trigger
from ocppgw.central.linking.calling import CallFailed
from ocppgw.central.means import Means
from ocppgw.central.terms import Terms
from ocppgw.central.ticking import Ticking
from ocppgw.model.facts import Booted, ChargePointRemoved, Fact
from ocppgw.model.records import ChargePointRecord

TICK = 600.0
"""Seconds between two looks."""

DAY = timedelta(days=1)

MOST = 20
"""Charge points asked at one look; a day has looks enough for all."""


class ClockCare:
    """Asks for heartbeats that do not come by themselves."""

    def __init__(self, means: Means, terms: Terms, background: Background) -> None:
        self._means = means
        self._terms = terms
        self._background = background
        self._asked: dict[str, datetime] = {}
        self._ticking = Ticking(means.clock, TICK, self._tick)

        means.recorder.observe(self._observe, Booted, ChargePointRemoved)

    def start(self) -> None:
        """Begin to look."""
        self._ticking.start()

    def stop(self) -> None:
        """Look no more."""
        self._ticking.stop()

    def _observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        """A boot was answered with the time."""
        if isinstance(fact, Booted):
            self._asked[nodeName] = fact.at
        elif isinstance(fact, ChargePointRemoved):
            self._asked.pop(nodeName, None)

    def _tick(self) -> None:
        now = self._means.now()
        slots = self._means.registry.chargePoints.values()
        due = [slot.record for slot in slots if self._isDue(slot.record, now)]
        for record in due[:MOST]:
            self._ask(record.nodeName, now)

    def _isDue(self, record: ChargePointRecord, now: datetime) -> bool:
        isReady = record.link.connected and record.registration.status == "Accepted"
        return isReady and all(now - at > DAY for at in self._times(record))

    def _times(self, record: ChargePointRecord) -> list[datetime]:
        """When it last learnt the time, or was asked to, or could first have been."""
        asked, beat = self._asked.get(record.nodeName), record.health.heartbeatAge
        times = [asked, record.link.connectedSince]
        if beat is not None and isinstance(beat.value, float):
            times.append(beat.sourceTime - timedelta(seconds=beat.value))
        return [one for one in times if one is not None]

    def _ask(self, nodeName: str, now: datetime) -> None:
        self._asked[nodeName] = now
        timeout = self._terms.of(nodeName).callTimeout
        asking = self._background.call(nodeName, trigger("Heartbeat", None), timeout)
        asking.addErrback(_cannot)


def _cannot(failure: Failure) -> Any:
    """One that cannot be asked keeps the time that it has."""
    failure.trap(CallFailed)
