"""
Our server: registry, door, layout and OPC UA server as the gateway wires them, without the rest.

``python -m benchmarks.opcua.servers.ours NUMBER RATE [holds]`` serves so many charge points; ten
values change with each MeterValues that the registry is told of.
"""

from __future__ import annotations

import signal
import sys
from typing import Any

from twisted.internet import reactor as installed
from twisted.internet.defer import succeed
from twisted.internet.task import LoopingCall
from twisted.logger import (
    FilteringLogObserver,
    LogLevel,
    LogLevelFilterPredicate,
    globalLogBeginner,
    textFileLogObserver,
)

from benchmarks.opcua.site import KEYS, START, changes, known, names
from benchmarks.scale.holds import install
from ocppgw.crossing import InwardDoor, OutwardDoor
from ocppgw.gateway.interpreter import begin, grow, settle
from ocppgw.gateway.together import Together
from ocppgw.model.outcomes import Refusal, Refused
from ocppgw.model.registry import Registry
from ocppgw.uaserver.core import Outside
from ocppgw.uaserver.layout import Layout
from ocppgw.uaserver.limits import Limits
from ocppgw.uaserver.server import OpcUaServer
from ocppgw.uaserver.settings import ServerSettings

TICK = 0.01
"""Seconds between two steps of changing."""
MOST = 10
"""Steps that are made up for; a server that cannot keep up changes less."""


class Site:
    """The charge points and the server above them."""

    def __init__(self, number: int, rate: float, reactor: Any) -> None:
        self.registry = Registry()
        self._names = names(number)
        for name in self._names:
            known(self.registry, name)
        outward = OutwardDoor(
            lambda action: self.server.call(action), lambda: self.server.arrived()
        )
        inward = InwardDoor(
            reactor.callFromThread,
            lambda asked: succeed(Refused(Refusal.failed, "nobody is there")),
            outward.call,
        )
        self.registry.observe(lambda subject, old, new: outward.changed(subject, new))
        outside = Outside(Layout(self.registry, START), inward, outward, grown=grow)
        limits = Limits(monitoredItems=1_000_000, itemsPerSubscription=1_000_000)
        self.server = OpcUaServer(reactor, ServerSettings(port=0, limits=limits), outside)
        self._changes = changes(self._names)
        self._rate = rate
        self._owed = 0.0
        self._changed = 0
        self.changing = LoopingCall.withCount(self._step)

    def _step(self, times: int) -> None:
        """Change what is due."""
        self._owed += self._rate * TICK * min(times, MOST)
        while self._owed >= len(KEYS):
            self._owed -= len(KEYS)
            name, fact = next(self._changes)
            self.registry.apply(name, fact)
            self._changed += len(KEYS)

    def still(self) -> None:
        """No more changes."""
        if self.changing.running:
            self.changing.stop()
        print(f"changed {self._changed}", flush=True)


def main(number: str, rate: str, looked: str = "") -> None:
    """Serve; with ``holds``, see how long the threads are held."""
    observer = FilteringLogObserver(
        textFileLogObserver(sys.stderr), [LogLevelFilterPredicate(LogLevel.error)]
    )
    globalLogBeginner.beginLoggingTo([observer], redirectStandardIO=False)
    reactor: Any = installed
    if looked:
        install(reactor)
    begin()
    site = Site(int(number), float(rate), reactor)
    signal.signal(signal.SIGUSR2, lambda *_: reactor.callFromThread(site.changing.start, TICK))
    signal.signal(signal.SIGHUP, lambda *_: reactor.callFromThread(site.still))

    def ready(url: str) -> None:
        settle()
        print(f"ready {url.split(':')[2].split('/')[0]}", flush=True)

    reactor.callWhenRunning(Together(reactor).startService)
    reactor.callWhenRunning(lambda: site.server.start().addCallback(ready))
    reactor.run()


if __name__ == "__main__":
    main(*sys.argv[1:])
