"""
How charge points leave the specification: counted as facts, logged once per kind and boot.

Owns which kinds were logged since the last boot of each charge point.  Deviations flow in, facts
and log lines flow out; the recorder of frames is asked to keep what shows each kind.  Reactor
thread.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from twisted.logger import Logger

from ocppgw.central.recording import Recorder
from ocppgw.central.watching.frames import Frames
from ocppgw.model.facts import Booted, ChargePointRemoved, Deviated, Fact
from ocppgw.model.records import ChargePointRecord
from ocppgw.ocppj.deviations import Deviation

log = Logger()

KINDS = 64
"""Kinds logged per charge point and boot; nobody reads more."""


class Deviating:
    """The book of deviations."""

    def __init__(self, recorder: Recorder, frames: Frames, now: Callable[[], datetime]) -> None:
        self._recorder = recorder
        self._frames = frames
        self._now = now
        self._logged: dict[str, set[str]] = {}
        recorder.observe(self._observe, Booted, ChargePointRemoved)

    def note(
        self, nodeName: str, deviations: Collection[Deviation], token: bytes | None = None
    ) -> None:
        """
        Something that a charge point sent left the specification.

        :param token: the id, as it was sent, of the message that shows it; empty for the last
            message that came; ``None`` where no single message does.
        """
        if not deviations:
            return
        at = self._now()
        facts = [
            Deviated(one.kind, f"{one.path}: {one.text}" if one.path else one.text, one.example, at)
            for one in deviations
        ]
        self._recorder.note(nodeName, *facts)
        self._frames.exemplify(nodeName, {fact.kind for fact in facts}, token)
        for fact in facts:
            self._log(nodeName, fact)

    def _log(self, nodeName: str, fact: Deviated) -> None:
        logged = self._logged.setdefault(nodeName, set())
        if fact.kind in logged or len(logged) >= KINDS:
            return
        logged.add(fact.kind)
        log.info(
            "{node} leaves the specification ({kind}): {text}: {example!r}",
            node=nodeName,
            kind=fact.kind,
            text=fact.text,
            example=fact.example,
        )

    def _observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        if isinstance(fact, Booted | ChargePointRemoved):
            self._logged.pop(nodeName, None)
