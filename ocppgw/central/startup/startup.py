"""
When the start-up of a charge point is run: once for each boot, when it has settled.

Also for one that connects without booting, once while the gateway runs; one that nobody knows
is asked to boot first, once (B2).  Not for one that boots again and again (B5), and not while
its registration is Pending or Rejected.

Owns: for each charge point what was done for which boot, and the run that is under way.  In:
facts, and `settled`.  Out: Calls in the background, facts.  Reactor thread.  A run ends by
itself, or is cancelled by the next boot, the end of its link, or `stop`.  A test looks at the
Calls and facts.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

import attrs
from twisted.internet.defer import CancelledError, Deferred
from twisted.logger import Logger
from twisted.python.failure import Failure

from ocppgw.central.commanding.background import Background
from ocppgw.central.linking.calling import CallFailed
from ocppgw.central.means import Means
from ocppgw.central.startup.admission import Admission, pause
from ocppgw.central.startup.boots import BOOTS, WINDOW, BootTimes
from ocppgw.central.startup.dailychanges import DailyChanges
from ocppgw.central.startup.sequence import Sequence
from ocppgw.central.startup.wanted import CutLists, drift
from ocppgw.central.terms import Terms
from ocppgw.model import facts as f
from ocppgw.model.records import ChargePointRecord

log = Logger()

SLOW = 60.0
"""Seconds that the whole configuration may take; some need more than 30 (B7)."""

PROMISE = 10.0
"""Seconds in which a message that was asked for has to come (B2, B17)."""

ATTEMPTS = 3
"""How often a start-up that was broken off is begun again for the same boot."""


_NO_BOOT_YET = object()


@attrs.define
class _Progress:
    """
    What was done at one charge point.

    :ivar begunFor: the time of the boot that it was begun for; ``None`` where it never booted.
    """

    begunFor: object = _NO_BOOT_YET
    attempts: int = 0
    isDone: bool = False
    wasAskedToBoot: bool = False
    reported: set[int] = attrs.field(factory=set)
    running: Deferred[None] | None = None


class StartUp:
    """The start-ups of all charge points."""

    hearsOf: ClassVar[tuple[type[f.Fact], ...]] = (
        f.StatusReported,
        f.LinkOpened,
        f.Booted,
        f.LinkLost,
        f.RegistrationChanged,
        f.ConfigurationReported,
        f.ChargePointRemoved,
        f.IdentityReplaced,
    )

    def __init__(
        self, means: Means, terms: Terms, background: Background, admission: Admission
    ) -> None:
        self._means = means
        self._terms = terms
        self._background = background
        self._admission = admission
        self._boots = BootTimes()
        self._cutLists = CutLists()
        self._dailyChanges = DailyChanges()
        self._progress: dict[str, _Progress] = {}

    def observe(self, nodeName: str, fact: f.Fact, record: ChargePointRecord | None) -> None:
        """Take in what happened."""
        match fact:
            case f.StatusReported():
                self._of(nodeName).reported.add(fact.connectorId)
            case f.LinkOpened():
                self._startOver(nodeName)
            case f.Booted():
                self._boots.booted(nodeName, fact.status, self._means.clock.seconds())
                self._startOver(nodeName)
            case f.LinkLost():
                self._breakOff(nodeName)
            case f.RegistrationChanged(status="Accepted") if record and record.link.connected:
                # It was told Pending, and has yet to hear that it is taken in.
                self._begin(nodeName, isStranger=True)
            case f.ConfigurationReported() if record:
                self._compareAgain(record)
            case f.ChargePointRemoved() | f.IdentityReplaced():
                self._forget(nodeName)

    def settled(self, nodeName: str) -> None:
        """The charge point may be spoken to."""
        record = self._means.record(nodeName)
        if record is None or record.registration.status in ("Pending", "Rejected"):
            return
        if self._boots.isLooping(nodeName, self._means.clock.seconds()):
            self._reportLoop(nodeName)
        elif self._mayBegin(self._of(nodeName), record):
            self._begin(nodeName)

    def stop(self) -> None:
        """Break off all runs."""
        for nodeName in tuple(self._progress):
            self._breakOff(nodeName)

    def _of(self, nodeName: str) -> _Progress:
        return self._progress.setdefault(nodeName, _Progress())

    def _mayBegin(self, progress: _Progress, record: ChargePointRecord) -> bool:
        if progress.begunFor != record.registration.lastBoot:
            return True
        return not progress.isDone and progress.attempts < ATTEMPTS

    def _startOver(self, nodeName: str) -> None:
        self._breakOff(nodeName)
        self._of(nodeName).reported.clear()

    def _breakOff(self, nodeName: str) -> None:
        progress = self._of(nodeName)
        running, progress.running = progress.running, None
        if running is not None:
            running.cancel()

    def _forget(self, nodeName: str) -> None:
        self._breakOff(nodeName)
        self._boots.forget(nodeName)
        del self._progress[nodeName]

    def _begin(self, nodeName: str, isStranger: bool = False) -> None:
        self._breakOff(nodeName)
        record = self._means.record(nodeName)
        progress = self._of(nodeName)
        boot = record.registration.lastBoot if record else None
        if progress.begunFor != boot:
            progress.begunFor, progress.attempts, progress.isDone = boot, 0, False
        progress.attempts += 1
        asksToBoot = isStranger or (boot is None and not progress.wasAskedToBoot)
        progress.wasAskedToBoot |= asksToBoot
        running = Deferred.fromCoroutine(self._run(nodeName, progress, asksToBoot))
        progress.running = running
        running.addErrback(self._brokenOff, nodeName)

    async def _run(self, nodeName: str, progress: _Progress, asksToBoot: bool) -> None:
        sequence = self._sequence(nodeName, progress)
        if asksToBoot and await self._admitted(sequence.askForBoot):
            # The Boot breaks this run off and begins the next one.
            await pause(self._means.clock, PROMISE)
        promised = await self._admitted(sequence.run)
        progress.isDone = True
        if promised:
            await pause(self._means.clock, PROMISE)
            await sequence.askForEachStatus()

    async def _admitted(self, step: Callable[[], Awaitable[bool]]) -> bool:
        """Do what others may be about to do, too, when there is room (C28)."""
        await self._admission.enter()
        try:
            return await step()
        finally:
            self._admission.leave()

    def _sequence(self, nodeName: str, progress: _Progress) -> Sequence:
        settings = self._terms.of(nodeName)
        timeout = settings.callTimeout
        return Sequence(
            nodeName,
            self._means,
            settings,
            self._background.asking(nodeName, timeout),
            self._background.asking(nodeName, max(timeout, SLOW)),
            self._cutLists,
            self._dailyChanges,
            lambda: progress.reported,
        )

    def _compareAgain(self, record: ChargePointRecord) -> None:
        configuration = record.configuration
        if configuration.driftAt is None:
            return
        found = drift(record, self._terms.of(record.nodeName).configuration)
        if found != configuration.drift:
            fact = f.ConfigurationCompared(found, self._means.now())
            self._means.note(record.nodeName, fact)

    def _reportLoop(self, nodeName: str) -> None:
        text = f"more than {BOOTS} boots within {WINDOW:g} s: it is not configured"
        self._means.note(nodeName, f.Deviated("B5", text, "", self._means.now()))

    def _brokenOff(self, failure: Failure, nodeName: str) -> None:
        if not failure.check(CancelledError, CallFailed):
            log.failure("The start-up of {node} failed", node=nodeName, failure=failure)
