"""
Everything that the Central System begins at charge points: commands, start-up, polling.

Only the wiring of these parts to each other and to the recorder.  Reactor thread.
"""

from __future__ import annotations

from itertools import chain
from random import Random

import attrs

from ocppgw.central.commanding.abilities import Abilities
from ocppgw.central.commanding.background import Background
from ocppgw.central.commanding.commands import Commands
from ocppgw.central.commanding.lines import Lines
from ocppgw.central.commanding.remotestarts import RemoteStarts
from ocppgw.central.means import Means
from ocppgw.central.polling import Polling
from ocppgw.central.settling import Patience, Settling
from ocppgw.central.startup.admission import Admission
from ocppgw.central.startup.startup import StartUp
from ocppgw.central.terms import Terms
from ocppgw.model.facts import Fact
from ocppgw.model.records import ChargePointRecord

WITHOUT_BOOT = 10.0
"""Seconds after which a charge point that does not boot is taken as it is (B2, B4)."""

AFTER_STATUS = 1.0
"""Seconds in which the statuses of the other connectors usually follow the first one."""


class Outgoing:
    """
    Builds the parts and tells them what happens.

    :ivar commands: provides ``ICommands``.
    :ivar background: for what else is asked of our own accord.
    """

    def __init__(self, means: Means, terms: Terms, randomness: Random) -> None:
        self._terms = terms
        abilities = Abilities(means.caller, means.record)
        self._means = means = attrs.evolve(means, caller=abilities)
        # A person who gives a command waits only for what a booting charge point needs; what is
        # done of our own accord can wait for one that may not be booting at all.
        self._holding = Settling(means.clock, self._shortPatience, self._release)
        self._settling = Settling(means.clock, self._longPatience, self._settled)
        self._lines = Lines(self._holding.isUnsettled)
        self.background = background = Background(means, self._lines, abilities.cannot)
        self._remoteStarts = RemoteStarts(means)
        self.commands = Commands(means, terms, self._lines, self._remoteStarts)
        self._startUp = StartUp(means, terms, background, Admission(means.clock, randomness))
        self._isStopped = False
        self._polling = Polling(means, terms, self._lines, background, randomness)

    def start(self) -> None:
        """Begin to observe."""
        kinds = (part.hearsOf for part in (Settling, RemoteStarts, Commands, StartUp, Polling))
        self._means.recorder.observe(self._observe, *chain.from_iterable(kinds))

    def stop(self) -> None:
        """Refuse commands, end those that wait, break off the rest; leaves no timer."""
        self._isStopped = True
        self.commands.stop()
        for part in (self._startUp, self._polling, self._remoteStarts):
            part.stop()
        self._holding.stop()
        self._settling.stop()

    def meant(self, nodeName: str, idTag: str) -> str:
        """The idTag of the remote start that a charge point follows with this one; else this."""
        return self._remoteStarts.meant(nodeName, idTag)

    def _observe(self, nodeName: str, fact: Fact, record: ChargePointRecord | None) -> None:
        if self._isStopped:
            return
        self._holding.observe(nodeName, fact)
        for part in (self._remoteStarts, self.commands, self._startUp, self._polling):
            part.observe(nodeName, fact, record)
        self._settling.observe(nodeName, fact)

    def _shortPatience(self, nodeName: str) -> Patience:
        settle = self._terms.of(nodeName).settleTime
        return Patience(settle, settle)

    def _longPatience(self, nodeName: str) -> Patience:
        record = self._means.record(nodeName)
        # A status of one that never booted says little: its Boot may be on its way (B3).
        isKnown = record is not None and record.registration.lastBoot is not None
        afterStatus = AFTER_STATUS if isKnown else WITHOUT_BOOT
        return Patience(self._terms.of(nodeName).settleTime, WITHOUT_BOOT, afterStatus)

    def _release(self, nodeName: str) -> None:
        self._lines.advance(nodeName)

    def _settled(self, nodeName: str) -> None:
        self._startUp.settled(nodeName)
