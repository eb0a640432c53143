"""
Which link is the live one of each charge point.

Owns the links and the grace timers.  The newest connection of an identity wins: what was read from
the older one is dealt with, it is aborted, its Calls fail, its late close changes nothing and SCADA
sees no change.  A link that ends without a successor is reported lost after the grace time.  Facts
flow out through the recorder.  Reactor thread.  A test sees ``isConnected`` and the facts.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from twisted.internet.defer import Deferred, fail
from twisted.internet.interfaces import IDelayedCall, IReactorTime
from twisted.logger import Logger
from zope.interface import implementer

from ocppgw.access.sparing import Sparing
from ocppgw.central.linking.calling import ICaller, NotConnected
from ocppgw.central.linking.link import Link
from ocppgw.central.recording import Recorder
from ocppgw.config.settings import ChargePointSettings
from ocppgw.model.facts import LinkLost, LinkOpened

GOING_AWAY = 1001
"""The close code of a server that goes down (RFC 6455, 7.4.1)."""

STOPPING = "the gateway is stopping"

log = Logger()

INTERVAL = 10.0
"""Seconds between two log lines of one kind about the same charge point, which may flap."""


@implementer(ICaller)
class Links:
    """
    The live links.

    :param settingsOf: what holds for a node name.
    """

    def __init__(
        self,
        clock: IReactorTime,
        now: Callable[[], datetime],
        recorder: Recorder,
        settingsOf: Callable[[str], ChargePointSettings],
    ) -> None:
        self._clock = clock
        self._now = now
        self._recorder = recorder
        self._settingsOf = settingsOf
        self._comings = Sparing(clock.seconds, INTERVAL)
        self._goings = Sparing(clock.seconds, INTERVAL)
        self._links: dict[str, Link] = {}
        self._grace: dict[str, tuple[IDelayedCall, LinkLost]] = {}

    def opened(self, link: Link) -> None:
        """A connection of a charge point is open; an older one gives way."""
        nodeName = link.nodeName
        if nodeName in self._links:
            # What it said before comes before all that follows, and may be the end of it.
            self._links[nodeName].finish()
        old = self._links.get(nodeName)
        waiting = self._grace.pop(nodeName, None)
        if waiting is not None:
            waiting[0].cancel()
        self._links[nodeName] = link
        replaced = old is not None or waiting is not None
        opened = LinkOpened(link.wire.address(), self._now(), replaced)
        self._recorder.note(nodeName, opened)
        if self._comings.ask(nodeName) is not None:
            log.info("{node} connected from {address}", node=nodeName, address=opened.remoteAddress)
        if old is not None:
            old.supersede()

    def ended(self, link: Link, reason: str) -> None:
        """A link is gone; only the live one matters."""
        nodeName = link.nodeName
        if self._links.get(nodeName) is not link:
            return
        del self._links[nodeName]
        lost = LinkLost(reason, self._now())
        grace = self._settingsOf(nodeName).disconnectGrace
        timer = self._clock.callLater(grace, self._lose, nodeName)
        self._grace[nodeName] = (timer, lost)

    def isConnected(self, nodeName: str) -> bool:
        return nodeName in self._links

    def call(self, nodeName: str, request: Any, timeout: float) -> Deferred[Any]:
        link = self._links.get(nodeName)
        return fail(NotConnected()) if link is None else link.call(request, timeout)

    def close(self, nodeName: str, reason: str) -> None:
        link = self._links.get(nodeName)
        if link is not None:
            link.end(reason)

    def stop(self) -> None:
        """Close every link, and report each as lost, now."""
        for link in tuple(self._links.values()):
            if self._settingsOf(link.nodeName).closeAtStop:
                link.end(STOPPING, GOING_AWAY)
            else:
                link.hangUp(STOPPING)
        for nodeName, (timer, _) in tuple(self._grace.items()):
            timer.cancel()
            self._lose(nodeName)

    def _lose(self, nodeName: str) -> None:
        _, lost = self._grace.pop(nodeName)
        self._recorder.note(nodeName, lost)
        if self._goings.ask(nodeName) is not None:
            log.info("{node} lost its connection: {reason}", node=nodeName, reason=lost.reason)
