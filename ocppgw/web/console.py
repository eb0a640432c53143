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
from twisted.internet.interfaces import IListeningPort
from twisted.internet.ssl import CertificateOptions
from twisted.protocols.tls import TLSMemoryBIOFactory
from twisted.web.server import Site

from ocppgw.config.web import WebSection
from ocppgw.web.application import application
from ocppgw.web.live.memory import Memory
from ocppgw.web.live.streams import Streams
from ocppgw.web.means import Means
from ocppgw.web.security.guard import Guard
from ocppgw.web.security.requests import BoundedRequest

IDLE = 60.0
"""Seconds after which an idle connection is closed."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}


class ConsoleSite(Site):
    """
    The HTTP side.

    :ivar channels: connections that are open, to be closed at the stop.
    """

    def __init__(self, resource: Any, reactor: Any) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            resource, requestFactory=BoundedRequest, timeout=IDLE, reactor=reactor
        )
        self.displayTracebacks = False
        self.channels: set[Any] = set()

    def buildProtocol(self, addr: Any) -> Any:
        """One connection."""
        channel: Any = super().buildProtocol(addr)  # type: ignore[no-untyped-call]
        self.channels = {one for one in self.channels if _isOpen(one)} | {channel}
        return channel

    def log(self, request: Any) -> None:
        """No access log: what is done stands in the audit trail."""

    def cut(self) -> None:
        """Close every connection."""
        for channel in self.channels:
            if _isOpen(channel):
                channel.loseConnection()
        self.channels.clear()


def _isOpen(channel: Any) -> bool:
    transport = getattr(channel, "_channel", channel).transport
    return transport is not None and not getattr(transport, "disconnected", False)


class Console:
    """
    Serves browsers and programs.

    :param tls: what to speak TLS with; ``None`` for plain HTTP.
    """

    def __init__(
        self, means: Means, guard: Guard, section: WebSection, tls: CertificateOptions | None = None
    ) -> None:
        self._means = means
        self._section = section
        self._tls = tls
        self._streams = Streams(means.registry, means.clock)
        self._memory = Memory(means.registry, means.clock, means.now)
        self.resource = application(means, guard, self._streams, self._memory)
        self._site: ConsoleSite | None = None
        self._port: IListeningPort | None = None

    @inlineCallbacks
    def start(self) -> Any:
        """Open the port."""
        self._site = ConsoleSite(self.resource, self._means.clock)
        factory: Any = self._site
        if self._tls is not None:
            factory = TLSMemoryBIOFactory(self._tls, isClient=False, wrappedFactory=self._site)
        endpoint = serverFromString(self._means.clock, self._section.listen)
        self._port = yield endpoint.listen(factory)
        self._streams.start()
        self._memory.start()
        return self._url(self._port.getHost())

    def stop(self) -> Deferred[None]:
        """Close everything."""
        self._streams.stop()
        self._memory.stop()
        port, self._port = self._port, None
        if port is None or self._site is None:
            return succeed(None)
        self._site.cut()
        closed: Deferred[Any] = maybeDeferred(port.stopListening)
        return closed.addCallback(lambda _: None)

    def _url(self, address: Any) -> str:
        host = EVERYWHERE.get(address.host, address.host)
        host = f"[{host}]" if ":" in host and not host.startswith("[") else host
        return f"{'https' if self._tls else 'http'}://{host}:{address.port}/"
