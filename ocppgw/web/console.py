"""
The console as a service: it listens, serves and stops.

Owns the port, the streams and what the overview remembers.  `Console.start` fires with the URL, or
fails with ``CannotListenError`` or ``OSError``; `Console.stop` ends the streams, closes the port
and the connections, and fires when nothing is left.  Reactor thread.
"""

from __future__ import annotations

from typing import Any

from twisted.internet.defer import Deferred, inlineCallbacks, maybeDeferred, succeed
from twisted.internet.endpoints import serverFromString
from twisted.internet.interfaces import IListeningPort, IOpenSSLServerConnectionCreator
from twisted.internet.task import LoopingCall
from twisted.protocols.policies import WrappingFactory
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.web.server import Site

from ocppgw.access.peers import neighbourhood
from ocppgw.config.addresses import EVERYWHERE, bracketed
from ocppgw.config.web import WebSection
from ocppgw.web.application import application
from ocppgw.web.live.memory import Memory
from ocppgw.web.live.streams import Streams
from ocppgw.web.means import Means
from ocppgw.web.security.guard import Guard
from ocppgw.web.security.requests import BoundedRequest

IDLE = 60.0
"""Seconds after which an idle connection is closed."""

MOST_CONNECTIONS = 500
"""Connections at once."""

EACH = 100
"""Connections at once of one place."""

FLUSH = 1.0
"""Seconds that answers may take to leave at the stop."""

LOOK = 0.05
"""Seconds between two looks at whether all connections are gone."""


class ConsoleSite(Site):
    """The HTTP side."""

    def __init__(self, resource: Any, reactor: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            resource, requestFactory=BoundedRequest, timeout=IDLE, reactor=reactor
        )
        self.displayTracebacks = False

    def log(self, request: Any) -> None:
        """No access log: what is done stands in the audit trail."""


class Bounded:
    """
    No more connections than `MOST_CONNECTIONS`: charge points need descriptors, too.

    :ivar protocols: the connections there are.
    :ivar each: how many there may be of one place, so that one keeps no other out.
    """

    protocols: Any
    each = EACH

    def buildProtocol(self, address: Any) -> Any:
        """A connection; none where there are too many, and then it is closed."""
        place = neighbourhood(address.host)
        mine = sum(1 for one in self.protocols if one.place == place)
        if len(self.protocols) >= MOST_CONNECTIONS or mine >= self.each:
            return None
        made: Any = super().buildProtocol(address)  # type: ignore[misc]
        made.place = place
        return made


class BoundedTls(Bounded, TLSMemoryBIOFactory):
    """With TLS."""


class BoundedPlain(Bounded, WrappingFactory):
    """Without."""


def ended(factory: Any, clock: Any) -> Deferred[None]:
    """
    End every connection of a factory; fires when all are gone.

    Those that do not go within `FLUSH` seconds are cut.
    """

    def look() -> None:
        for protocol in tuple(factory.protocols) if clock.seconds() >= end else ():
            protocol.transport.abortConnection()
        if not factory.protocols:
            looking.stop()

    end = clock.seconds() + FLUSH
    for protocol in tuple(factory.protocols):
        protocol.loseConnection()
    looking = LoopingCall(look)
    looking.clock = clock
    return looking.start(LOOK).addCallback(lambda _: None)


class Console:
    """
    Serves browsers and programs.

    :param tls: gives each connection its TLS; ``None`` for plain HTTP.
    """

    def __init__(
        self,
        means: Means,
        guard: Guard,
        section: WebSection,
        tls: IOpenSSLServerConnectionCreator | None = None,
    ) -> None:
        self._means = means
        self._section = section
        self._tls = tls
        self._streams = Streams(means.registry, means.works, means.clock)
        self._memory = Memory(means.registry, means.clock, means.now)
        self.resource = application(means, guard, self._streams, self._memory)
        self._factory: Any = None
        self._port: IListeningPort | None = None

    @inlineCallbacks
    def start(self) -> Any:
        """Open the port."""
        site = ConsoleSite(self.resource, self._means.clock)
        if self._tls is not None:
            self._factory = BoundedTls(self._tls, isClient=False, wrappedFactory=site)
        else:
            self._factory = BoundedPlain(site)  # type: ignore[no-untyped-call]
        # A proxy brings everybody: it is not one place.
        self._factory.each = MOST_CONNECTIONS if self._section.behindProxy else EACH
        endpoint = serverFromString(self._means.clock, self._section.listen)
        self._port = yield endpoint.listen(self._factory)
        self._streams.start()
        self._memory.start()
        return self._url(self._port.getHost())

    def stop(self) -> Deferred[None]:
        """Close everything."""
        self._means.works.cancelAll()
        self._streams.stop()
        self._memory.stop()
        port, self._port = self._port, None
        if port is None:
            return succeed(None)
        closed: Deferred[Any] = maybeDeferred(port.stopListening)
        factory, clock = self._factory, self._means.clock
        return closed.addCallback(lambda _: ended(factory, clock))

    def _url(self, address: Any) -> str:
        host = EVERYWHERE.get(address.host, address.host)
        return f"{'https' if self._tls else 'http'}://{bracketed(host)}:{address.port}/"
