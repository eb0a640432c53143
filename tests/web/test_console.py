"""Tests of the console's port."""

from __future__ import annotations

from typing import Any

from OpenSSL import SSL
from twisted.internet.address import IPv4Address
from twisted.internet.error import ConnectionDone
from twisted.internet.ssl import CertificateOptions
from twisted.internet.task import Clock
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from twisted.web.resource import Resource

from ocppgw.web import console
from ocppgw.web.console import BoundedPlain, BoundedTls, ConsoleSite
from tests.web.support import Transport


class BoundedTests(SynchronousTestCase):
    """Connections are bounded, with TLS and without: charge points need descriptors, too."""

    def setUp(self) -> None:
        self.patch(console, "MOST_CONNECTIONS", 3)
        self.site = ConsoleSite(Resource(), Clock())

    def connect(self, factory: Any) -> Any:
        protocol = factory.buildProtocol(IPv4Address("TCP", "192.0.2.1", 50000))
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
