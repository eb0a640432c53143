"""
What the console remembers for its overview: the course of the power, and what happened last.

Owns two bounded lists, in memory only.  In: changes of the registry, the time.  Out: what a page
shows.  Reactor thread; one timer.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import attrs
from twisted.internet.task import LoopingCall

from ocppgw.model import words
from ocppgw.model.records import ChargePointRecord, ConnectorRecord
from ocppgw.model.registry import Registry

INTERVAL = 5.0
"""Seconds between two samples."""

SAMPLES = 720
"""One hour of them."""

HAPPENINGS = 50


@attrs.frozen
class Happening:
    """Something that a person wants to know of."""

    at: datetime
    nodeName: str
    text: str


class Memory:
    """The two lists; ``samples`` holds times and watts."""

    def __init__(self, registry: Registry, clock: Any, now: Callable[[], datetime]) -> None:
        self.samples: deque[tuple[datetime, float]] = deque(maxlen=SAMPLES)
        self.happenings: deque[Happening] = deque(maxlen=HAPPENINGS)
        self._registry = registry
        self._now = now
        self._ticking = LoopingCall(self._sample)
        self._ticking.clock = clock
        registry.observe(self._changed, isOfMeasured=False)

    def start(self) -> None:
        """Begin to sample."""
        self._ticking.start(INTERVAL, now=True)

    def stop(self) -> None:
        """Sample no more."""
        if self._ticking.running:
            self._ticking.stop()

    def _sample(self) -> None:
        point = self._registry.gateway.points.get("Power")
        if point is not None and isinstance(point.value, float):
            self.samples.append((self._now(), point.value))

    def _changed(self, subject: str, old: Any, new: Any) -> None:
        if not isinstance(old, ChargePointRecord | None) or subject.startswith("/"):
            return
        for text in _texts(old, new):
            self.happenings.appendleft(Happening(self._now(), subject, text))


def _texts(old: ChargePointRecord | None, new: ChargePointRecord | None) -> Iterator[str]:
    if new is None:
        yield "removed"
    elif old is None:
        yield "became known"
    else:
        if old.link.connected != new.link.connected:
            why = new.link.lastDisconnectReason
            yield "connected" if new.link.connected else f"lost its link: {why}"
        if old.connectors is not new.connectors:
            for one in new.connectors.values():
                yield from _ofConnector(old.connectors.get(one.connectorId), one)


def _ofConnector(old: ConnectorRecord | None, new: ConnectorRecord) -> Iterator[str]:
    where = f"connector {new.connectorId}"
    before = old.status.status if old is not None and old.status else ""
    status = new.status
    if status is not None and words.FAULTED in (before, status.status) and status.status != before:
        yield f"{where}: {status.status} {status.errorCode} {status.info}".strip()
    running = new.transaction
    known = old.transaction if old is not None else None
    if running is None or running is known:
        return
    if known is None or known.transactionId != running.transactionId:
        yield f"{where}: transaction {running.transactionId} began"
    elif known.active and not running.active:
        yield f"{where}: transaction {running.transactionId} ended ({running.stopReason})"
