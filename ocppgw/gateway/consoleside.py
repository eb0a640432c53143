"""
The web console with its guard and its means, made of a configuration.

Only wiring: which part of the gateway is given to the console as which seam.
"""

from __future__ import annotations

import os
import socket
from typing import Any

import attrs
from twisted.internet.defer import Deferred
from twisted.python.threadpool import ThreadPool
from zope.interface import implementer

from ocppgw.access.rates import Rates
from ocppgw.access.throttling import Throttle
from ocppgw.access.userbook import UserBook
from ocppgw.config.configuration import Configuration
from ocppgw.gateway.consoletls import ConsoleTls
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
    configuration: Configuration, means: Means, door: Door, tls: ConsoleTls | None
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
