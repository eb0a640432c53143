"""Tests of the console's port."""

from __future__ import annotations

from typing import Any

import attrs
from OpenSSL import SSL
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.ssl import CertificateOptions
from twisted.internet.task import Clock
from twisted.internet.testing import MemoryReactorClock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource

from ocppgw.config.web import WebSection
from ocppgw.web import console
from ocppgw.web.console import BoundedPlain, BoundedTls, Console, ConsoleSite
from tests.web.support import Transport, World


class BoundedTests(SynchronousTestCase):
    """Connections are bounded, with TLS and without: charge points need descriptors, too."""

    def setUp(self) -> None:
        self.patch(console, "MOST_CONNECTIONS", 3)
        self.site = ConsoleSite(Resource(), Clock())

    def connect(self, factory: Any, host: str = "192.0.2.1") -> Any:
        protocol = factory.buildProtocol(IPv4Address("TCP", host, 50000))
        if protocol is not None:
            protocol.makeConnection(Transport())
        return protocol

    def assertBounded(self, factory: Any) -> None:
        made = [self.connect(factory) for _ in range(4)]
        self.assertIsNone(made.pop())
        self.assertNotIn(None, made)
        made[0].connectionLost(Failure(ConnectionDone()))
        self.assertIsNotNone(self.connect(factory))
        self.assertIsNone(self.connect(factory))

    def test_plain(self) -> None:
        """The one too many is closed at once; who goes makes room."""
        self.assertBounded(BoundedPlain(self.site))

    def test_tls(self) -> None:
        """The same with TLS."""
        options: Any = CertificateOptions(method=SSL.TLS_METHOD)
        self.assertBounded(BoundedTls(options, isClient=False, wrappedFactory=self.site))

    def test_ofOnePlace(self) -> None:
        """One address, or network of IPv6, leaves room for others; who goes makes room for it."""
        factory: Any = BoundedPlain(self.site)
        factory.each = 2
        one = self.connect(factory, "2001:db8::1")
        self.assertIsNotNone(self.connect(factory, "2001:db8::2"))
        self.assertIsNone(self.connect(factory, "2001:db8::3"))
        one.connectionLost(Failure(ConnectionDone()))
        self.assertIsNotNone(self.connect(factory, "2001:db8::3"))
        self.assertIsNotNone(self.connect(factory, "192.0.2.1"))

    def test_behindProxy(self) -> None:
        """A proxy that the file tells of is not held to be one visitor."""
        self.patch(console, "EACH", 2)
        for isTrusted, expected in ((False, 2), (True, 3)):
            web = WebSection(endpoint="tcp:8080:interface=127.0.0.1", behindProxy=isTrusted)
            world, reactor = World(self), MemoryReactorClock()
            means = attrs.evolve(world.means, clock=reactor)
            self.successResultOf(Console(means, world.guard, web).start())
            made = [self.connect(reactor.tcpServers[0][1]) for _ in range(4)]
            self.assertEqual(sum(one is not None for one in made), expected)
