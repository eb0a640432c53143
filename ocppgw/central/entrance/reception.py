"""
Where connections become links, and what comes over links goes where it belongs.

Only the ways between transport, onboarding, links, turns and the books of deviations, health and
refusals; nothing is decided here and nothing kept.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from random import Random

import attrs
from twisted.internet.defer import Deferred
from twisted.internet.interfaces import IReactorTime
from zope.interface import implementer

from ocppgw.access.peers import neighbourhood
from ocppgw.access.rates import Rates
from ocppgw.central.answering.deviating import Deviating
from ocppgw.central.answering.turns import Turns
from ocppgw.central.configuring.reading import Report, reported
from ocppgw.central.entrance.approach import Approach
from ocppgw.central.entrance.authenticating import Authenticating
from ocppgw.central.entrance.conflicts import Conflicts
from ocppgw.central.entrance.identity import shown
from ocppgw.central.entrance.onboarding import Admission, Onboarding
from ocppgw.central.entrance.refusals import Refusals
from ocppgw.central.entrance.wires import Denied, IReception, IWire
from ocppgw.central.linking.link import IReceiving, Link, LinkMeans
from ocppgw.central.linking.links import Links
from ocppgw.central.linking.pings import Pinged, Pings
from ocppgw.central.recording import Recorder
from ocppgw.central.watching.frames import Frames
from ocppgw.central.watching.health import Health
from ocppgw.central.watching.traffic import Traffic
from ocppgw.ocppj.deviations import Deviation, excerpt
from ocppgw.v16.forms import Forms
from ocppgw.v16.messages import GetConfigurationConfirmation, Message

BURST = 20.0
"""Seconds' worth of connections that may come at once: a site returns behind one router."""


@implementer(IReception, IReceiving)
@attrs.frozen
class Reception:
    """Joins the parts that a connection meets."""

    clock: IReactorTime
    now: Callable[[], datetime]
    randomness: Random
    recorder: Recorder
    onboarding: Onboarding
    authenticating: Authenticating
    rates: Rates
    links: Links
    turns: Turns
    deviating: Deviating
    health: Health
    refusals: Refusals
    conflicts: Conflicts
    pings: Pings
    frames: Frames
    traffic: Traffic
    forms: Forms = attrs.field(factory=Forms)

    # What connections ask

    def mayKnock(self, host: str) -> bool:
        if self.rates.take(neighbourhood(host)):
            return True
        self.turnedAway(host, b"", "too many connections")
        return False

    def admit(self, approach: Approach) -> Deferred[Admission]:
        return Deferred.fromCoroutine(self._admit(approach))

    async def _admit(self, approach: Approach) -> Admission:
        admission = self._onboard(approach)
        deviations = await self.authenticating.check(approach, admission)
        # What holds may have changed while a password was checked.
        if not self.onboarding.stillHolds(admission):
            admission = self._onboard(approach)
        if not self.conflicts.mayEnter(admission.nodeName, approach.host):
            raise Denied(409, "another device has this identity")
        deviations += _oddities(approach, admission)
        if approach.lacksConnection:
            self.refusals.oddButTaken(approach.host, approach.head)
        if not deviations:
            return admission
        return attrs.evolve(admission, deviations=admission.deviations + deviations)

    def _onboard(self, approach: Approach) -> Admission:
        prefix = approach.listener.identityPrefix
        return self.onboarding.admit(approach.target, approach.offered, prefix)

    def welcome(self, admission: Admission, wire: IWire) -> Link:
        self.onboarding.welcome(admission)
        means = LinkMeans(
            self.clock,
            self.now,
            self,
            self.messageIds,
            self.forms,
            self.frames.note,
            self.traffic.heard,
            self.turns.take,
        )
        settings = self.pings.fitted(admission.nodeName, admission.settings)
        link = Link(admission.nodeName, settings, wire, means)
        self.links.opened(link)
        if admission.subprotocol is None:
            odd = Deviation("C1", "", "no subprotocol offered; OCPP 1.6 assumed")
            self.deviating.note(admission.nodeName, (odd,))
        if admission.deviations:
            self.deviating.note(admission.nodeName, admission.deviations)
        return link

    def turnedAway(
        self, host: str, target: bytes, reason: str, event: str = "", head: str = ""
    ) -> None:
        said = shown(reason.encode("utf-8", "replace"))
        self.refusals.note(host, shown(target), said, event, head)

    def lastRefused(self) -> tuple[str, ...]:
        return tuple(str(one) for one in reversed(self.refusals.latest))

    def messageIds(self) -> Callable[[], str]:
        """Message ids of one link: they never repeat, and no two links share them."""
        prefix, numbers = f"{self.randomness.getrandbits(64):016x}", iter(range(1, 2**63))
        return lambda: f"{prefix}-{next(numbers)}"

    # What links tell

    def late(self, nodeName: str, confirmation: Message) -> None:
        """What was only asked to be known is as good late as in time (S18)."""
        if isinstance(confirmation, GetConfigurationConfirmation):
            report = Report(confirmation.configurationKey or (), confirmation.unknownKey or ())
            self.recorder.note(nodeName, reported(report, self.now()))

    def deviated(self, nodeName: str, deviations: tuple[Deviation, ...]) -> None:
        self.deviating.note(nodeName, deviations, b"")

    def closed(self, nodeName: str, pinged: Pinged) -> None:
        self.pings.ended(nodeName, pinged)

    def took(self, nodeName: str, milliseconds: float) -> None:
        self.health.took(nodeName, milliseconds)

    def ended(self, link: Link, reason: str) -> None:
        self.traffic.settle(link.nodeName)
        self.links.ended(link, reason)


def _oddities(approach: Approach, admission: Admission) -> tuple[Deviation, ...]:
    """What is odd about a request that is good enough, unless it is held to the letter."""
    found: tuple[Deviation, ...] = ()
    if admission.caller.isWholeUrl:
        found = (Deviation("C6", "", "a whole URL in the path", admission.caller.target),)
    if not approach.lacksConnection:
        return found
    if admission.settings.strict:
        raise Denied(400, "the header Connection: Upgrade is missing")
    text = "no header Connection: Upgrade in the handshake"
    return (*found, Deviation("C4", "", text, excerpt(approach.head)))
