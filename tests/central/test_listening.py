"""Listeners on real ports of the loopback interface."""

from __future__ import annotations

from typing import Any

from twisted.internet import reactor
from twisted.internet.address import IPv4Address, IPv6Address
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.endpoints import clientFromString, connectProtocol
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Protocol, ServerFactory
from twisted.internet.task import deferLater
from twisted.trial.unittest import SynchronousTestCase, TestCase

from ocppgw.central.entrance.accepting import AT_ONCE
from ocppgw.central.entrance.listening import BACKLOG, Listening, urlOf, withBacklog
from ocppgw.config.listeners import ListenerTable

ANY = "tcp:0:interface=127.0.0.1"


class ListeningTests(TestCase):
    """`Listening` opens and closes ports."""

    def listening(self, *endpoints: str, protocol: type[Protocol] = Protocol) -> Listening:
        listeners = tuple(map(ListenerTable, endpoints))
        factory = ServerFactory.forProtocol(protocol)
        listening = Listening(reactor, listeners, lambda _: factory)
        self.addCleanup(listening.stop)
        return listening

    @inlineCallbacks
    def held(self, protocol: type[Protocol]) -> Any:
        """A port that is open and takes nobody in yet, and the way to it."""
        listening = self.listening(ANY, protocol=protocol)
        yield listening.hold()
        return listening, self.wayTo(listening.urls()[0])

    def wayTo(self, url: str) -> Any:
        """Where a client connects."""
        return clientFromString(reactor, f"tcp:127.0.0.1:{url.rpartition(':')[2]}")

    @inlineCallbacks
    def test_port0(self) -> Any:
        """Port 0 takes a free port, and the URL names the one that was taken."""
        listening = self.listening(ANY, ANY)
        yield listening.start()
        first, second = listening.urls()
        self.assertNotEqual(first, second)
        self.assertTrue(first.startswith("ws://127.0.0.1:"))
        client = yield connectProtocol(self.wayTo(first), Protocol())
        client.transport.abortConnection()

    @inlineCallbacks
    def test_C16_held(self) -> Any:
        """Who comes while we start is neither refused nor served: it waits, and is let in then."""
        came: Deferred[None] = Deferred()

        class Served(Protocol):
            def connectionMade(self) -> None:
                self.transport.abortConnection()  # type: ignore[union-attr]
                came.callback(None)

        listening, endpoint = yield self.held(Served)
        client = yield connectProtocol(endpoint, Protocol())
        for _ in range(10):
            yield deferLater(reactor, 0)
        self.assertNoResult(came)
        yield listening.start()
        yield came
        client.transport.abortConnection()

    @inlineCallbacks
    def test_C28_accepted(self) -> Any:
        """A port takes a bounded number of connections in one turn, and all in the end."""
        taken: list[Any] = []

        class Taken(Protocol):
            def connectionMade(self) -> None:
                taken.append(self)

        listening, endpoint = yield self.held(Taken)
        clients = []
        for _ in range(3 * AT_ONCE):
            client = yield connectProtocol(endpoint, Protocol())
            clients.append(client)
        yield listening.start()
        while len(taken) < len(clients):
            before = len(taken)
            yield deferLater(reactor, 0)
            self.assertLessEqual(len(taken) - before, AT_ONCE)
        for one in (*taken, *clients):
            one.transport.abortConnection()

    @inlineCallbacks
    def test_taken(self) -> Any:
        """A port that is taken fails the start, and nothing stays open."""
        first = self.listening(ANY)
        yield first.start()
        port = first.urls()[0].rpartition(":")[2]
        second = self.listening(ANY, f"tcp:{port}:interface=127.0.0.1")
        yield self.assertFailure(second.start(), CannotListenError)
        self.assertEqual(second.urls(), ())


class UrlTests(SynchronousTestCase):
    """What to type into a charge point."""

    def test_url(self) -> None:
        """The bound address; for every interface one that works on this machine."""
        for host, shown in (
            ("192.0.2.7", "192.0.2.7"),
            ("0.0.0.0", "127.0.0.1"),
        ):
            self.assertEqual(urlOf(IPv4Address("TCP", host, 8887)), f"ws://{shown}:8887")
        self.assertEqual(urlOf(IPv6Address("TCP", "2001:db8::7", 1)), "ws://[2001:db8::7]:1")
        self.assertEqual(urlOf(IPv6Address("TCP", "::", 1)), "ws://[::1]:1")

    def test_hostName(self) -> None:
        """The name that charge points know the machine by, and wss where TLS is spoken."""
        address = IPv4Address("TCP", "0.0.0.0", 8443)
        self.assertEqual(urlOf(address, True, "gw.example"), "wss://gw.example:8443")

    def test_C28_backlog(self) -> None:
        """Many may knock at once, unless the endpoint says how many."""
        self.assertEqual(withBacklog("tcp:8887"), f"tcp:8887:backlog={BACKLOG}")
        self.assertEqual(withBacklog("tcp:8887:backlog=5"), "tcp:8887:backlog=5")
        self.assertEqual(withBacklog("unix:/run/x"), "unix:/run/x")
