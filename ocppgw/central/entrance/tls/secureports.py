"""
The TLS of all ports: made when a port opens, looked after while it is open.

Owns two timers: one looks for changed files, one for certificates that will end.  Reactor thread.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from twisted.internet.interfaces import IReactorTime
from twisted.logger import Logger
from twisted.protocols.tls import TLSMemoryBIOFactory

from ocppgw.central.entrance.tls.certificates import Identification
from ocppgw.central.entrance.tls.secureport import SecurePort
from ocppgw.central.entrance.tls.selfsigned import selfSigned
from ocppgw.central.ticking import Ticking
from ocppgw.config.listeners import ListenerTable

REFRESH = 5.0
"""Seconds after which changed files are noticed."""

REVIEW = 12 * 3600.0
"""Seconds between two complaints about the same certificate."""

log = Logger()


class SecurePorts:
    """
    The ports with TLS.

    :param state: the folder for certificates that sign themselves.
    """

    def __init__(self, clock: IReactorTime, now: Callable[[], datetime], state: Path) -> None:
        self._now = now
        self._state = state
        self._ports: list[SecurePort] = []
        self._refreshing = Ticking(clock, REFRESH, self.refresh)
        self._reviewing = Ticking(clock, REVIEW, self._review)

    @property
    def expiry(self) -> datetime | None:
        """When the first certificate ends that is shown on any port."""
        return min((port.expiry for port in self._ports if port.expiry), default=None)

    def start(self) -> None:
        """Begin to look after what is open."""
        self._refreshing.start()
        self._reviewing.start()

    def stop(self) -> None:
        """Look no more."""
        self._refreshing.stop()
        self._reviewing.stop()

    def over(self, listener: ListenerTable, factory: Any) -> TLSMemoryBIOFactory:
        """
        The factory that speaks TLS with charge points, and what is in it with ``factory``.

        :raises BadCertificate: where files cannot be used.
        """
        port = SecurePort(listener, self._identifications(listener), self._now)
        port.load()
        self._ports.append(port)
        return TLSMemoryBIOFactory(port, False, factory)

    def refresh(self) -> None:
        """Take over files that changed."""
        for port in self._ports:
            port.refresh()

    def _review(self) -> None:
        for port in self._ports:
            port.review()

    def _identifications(self, listener: ListenerTable) -> tuple[Identification, ...]:
        if listener.selfSigned:
            log.warn(
                "{endpoint} shows certificates that sign themselves: replace them soon",
                endpoint=listener.endpoint,
            )
            return selfSigned(self._state, listener.hostName, self._now())
        keys = listener.keys or listener.certificates
        return tuple(map(Identification, listener.certificates, keys))
