"""
The web console with its guard and its means, made of a configuration.

Only wiring, and reading the certificate's files: which part of the gateway is given to the console
as which seam.
"""

from __future__ import annotations

import os
import socket
from typing import Any

import attrs
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from cryptography.x509 import load_pem_x509_certificates
from OpenSSL.crypto import X509, PKey
from twisted.internet.defer import Deferred, succeed
from twisted.internet.ssl import CertificateOptions, TLSVersion
from twisted.internet.threads import deferToThreadPool
from twisted.python.threadpool import ThreadPool
from zope.interface import implementer

from ocppgw.access.rates import Rates
from ocppgw.access.throttling import Throttle
from ocppgw.access.userbook import UserBook
from ocppgw.config.configuration import Configuration
from ocppgw.config.web import WebSection
from ocppgw.interfaces import IAccessTrail, IOpcUaStatus, OpcUaFacts
from ocppgw.uaserver.server import OpcUaServer
from ocppgw.web.console import Console
from ocppgw.web.means import Means
from ocppgw.web.security import remembering, tokens
from ocppgw.web.security.guard import BURST, PER_SECOND, Guard
from ocppgw.web.security.hosts import Hosts
from ocppgw.web.security.login import LogIn
from ocppgw.web.security.remembering import Remembered
from ocppgw.web.security.sessions import Sessions

PATIENCE = 1.0
"""Seconds that the OPC UA thread may take to say who is there."""


@implementer(IOpcUaStatus)
class OpcUaStatus:
    """Asks the OPC UA thread, and answers on the reactor thread."""

    def __init__(self, server: OpcUaServer, url: str, reactor: Any) -> None:
        self._server = server
        self._url = url
        self._reactor = reactor

    def describe(self) -> Deferred[OpcUaFacts]:
        answered: Deferred[OpcUaFacts] = Deferred()

        def end(facts: OpcUaFacts) -> None:
            if timer.active():
                timer.cancel()
            if not answered.called:
                answered.callback(facts)

        timer = self._reactor.callLater(PATIENCE, end, OpcUaFacts(self._url))
        self._server.facts(lambda facts: self._reactor.callFromThread(end, facts))
        return answered


@attrs.frozen
class Door:
    """
    What decides who may come in.

    :ivar pool: where passwords are checked and certificates read.
    :ivar trail: hears of log-ins.
    """

    book: UserBook
    pool: ThreadPool
    trail: IAccessTrail


def consoleSide(
    configuration: Configuration, means: Means, door: Door, tls: CertificateOptions | None
) -> Console:
    """Put it together; nothing is opened."""
    section, reactor = configuration.web, means.clock
    remembered = Remembered(door.book, os.urandom(remembering.LENGTH), reactor.seconds)
    throttle, tell = Throttle(reactor.seconds), door.trail.tell
    logIn = LogIn(door.book, door.pool, reactor, throttle, remembered, tell)
    sessions = Sessions(os.urandom, reactor.seconds)
    door.book.observe(sessions.endOf)
    guard = Guard(
        book=door.book,
        sessions=sessions,
        tokens=tokens.Tokens(os.urandom(tokens.LENGTH)),
        hosts=Hosts((*section.hostNames, socket.gethostname())),
        rates=Rates(reactor.seconds, lambda: PER_SECOND, BURST),
        logIn=logIn,
        isLocal=not section.isOpen and not section.behindProxy,
        isSecure=section.isSecure,
        behindProxy=section.behindProxy,
    )
    return Console(means, guard, section, tls)


def tlsOf(
    section: WebSection, pool: ThreadPool, reactor: Any
) -> Deferred[CertificateOptions | None]:
    """What to speak TLS with, where that is wanted; fails with ``OSError``."""
    if not section.certificates:
        return succeed(None)
    return deferToThreadPool(reactor, pool, readTls, section)


def readTls(section: WebSection) -> CertificateOptions:
    """What to speak TLS with, off the disk; fails with ``OSError``, whose text names the files."""
    path = section.certificates[0]
    keyPath = section.keys[0] if section.keys else path
    try:
        own, *chain = load_pem_x509_certificates(path.read_bytes())
        key = load_pem_private_key(keyPath.read_bytes(), None)
        return CertificateOptions(
            privateKey=PKey.from_cryptography_key(key),  # type: ignore[arg-type]
            certificate=X509.from_cryptography(own),
            extraCertChain=[X509.from_cryptography(one) for one in chain],
            raiseMinimumTo=TLSVersion.TLSv1_2,
        )
    except (ValueError, TypeError) as error:
        raise OSError(f"{path} and {keyPath} are no certificate with its key: {error}") from None
