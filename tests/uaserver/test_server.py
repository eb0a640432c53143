"""
The server on its own thread and a real socket, driven by ``asyncua``, a client
that shares no code with it.
"""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable
from typing import Any

from asyncua import ua as clientUa
from asyncua.client.client import Client
from asyncua.ua.uaerrors import BadNodeIdUnknown, BadShutdown
from opcua import ua
from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from ocppgw.crossing import OutwardDoor
from ocppgw.interfaces import OpcUaFacts
from ocppgw.uaserver.core import Outside
from ocppgw.uaserver.server import OpcUaServer
from ocppgw.uaserver.settings import ServerSettings
from ocppgw.uaserver.thread import NAME
from tests.uaserver.doors import MemoryRequests
from tests.uaserver.toy import ToySpace

BOUND = 30.0
NUMBER, TEXT, NAMED = (f"ns=2;s=Toy/{name}" for name in ("Number", "Text", "Name"))


def text(content: str) -> Any:
    """A value to write: without the timestamp that asyncua would add by itself."""
    return clientUa.DataValue(clientUa.Variant(content, clientUa.VariantType.String))


class Notified:
    """Collects data changes, and wakes who waits for one."""

    def __init__(self) -> None:
        self.values: asyncio.Queue[Any] = asyncio.Queue()

    def datachange_notification(self, node: Any, value: Any, data: Any) -> None:
        self.values.put_nowait(value)


class SocketTests(TestCase):
    timeout = 60

    def setUp(self) -> Any:
        logging.getLogger("asyncua").setLevel(logging.CRITICAL)
        self.space = ToySpace()
        self.requests = MemoryRequests()
        self.door = OutwardDoor(self.call, lambda: self.server.arrived())
        self.server = self.build(0)
        self.addCleanup(lambda: self.server.stop())
        return self.server.start().addCallback(self.started)

    def build(self, port: int) -> OpcUaServer:
        """A server that is not started."""
        settings = ServerSettings(port=port)
        return OpcUaServer(reactor, settings, Outside(self.space, self.requests, self.door))

    def call(self, action: Callable[[], None]) -> None:
        self.server.call(action)

    def started(self, url: str) -> None:
        self.url = url.replace("localhost", "127.0.0.1")

    def run_(self, script: Callable[[Client], Awaitable[Any]]) -> Deferred[Any]:
        """Run a client's script on a thread of its own."""

        async def connected() -> Any:
            async with Client(self.url) as client:
                return await script(client)

        async def bounded() -> Any:
            return await asyncio.wait_for(connected(), BOUND)

        return deferToThread(lambda: asyncio.run(bounded()))

    @inlineCallbacks
    def test_url(self) -> Any:
        """The endpoint URL has the real port, and what a client dials is what it is told."""
        self.assertRegex(self.url, r"^opc\.tcp://127\.0\.0\.1:\d+/ocppgw/$")
        self.assertNotIn(":0/", self.url)

        async def script(client: Client) -> Any:
            return await client.get_endpoints()

        endpoints = yield self.run_(script)
        self.assertEqual(endpoints[0].EndpointUrl, self.url)

    @inlineCallbacks
    def test_browseAndRead(self) -> Any:
        """A client browses down from Objects and reads a value with its timestamps."""

        async def script(client: Client) -> Any:
            toy = await client.nodes.objects.get_child("2:Toy")
            names = [(await each.read_browse_name()).Name for each in await toy.get_variables()]
            value = await client.get_node(NUMBER).read_data_value()
            with self.assertRaises(BadNodeIdUnknown):
                await client.get_node("ns=2;s=Nothing").read_value()
            return names, value

        names, value = yield self.run_(script)
        self.assertIn("Number", names)
        self.assertEqual(value.Value.Value, 1.5)
        self.assertIsNotNone(value.SourceTimestamp)

    @inlineCallbacks
    def test_subscribe(self) -> Any:
        """A subscriber is told the first value and each change of the record."""

        async def script(client: Client) -> Any:
            notified = Notified()
            subscription = await client.create_subscription(50, notified)
            await subscription.subscribe_data_change(client.get_node(NUMBER))
            found = [await notified.values.get()]
            for number in (2.0, 3.0):
                self.door.changed("Toy", self.space.change(number=number))
                found.append(await notified.values.get())
            await subscription.delete()
            return found

        found = yield self.run_(script)
        self.assertEqual(found, [1.5, 2.0, 3.0])

    @inlineCallbacks
    def test_writeAndCall(self) -> Any:
        """A client writes a value and calls a method with arguments and outputs."""

        async def script(client: Client) -> Any:
            await client.get_node(NAMED).write_value(text("new"))
            toy = client.get_node("ns=2;s=Toy")
            words = clientUa.Variant(["a"], clientUa.VariantType.String)
            return await toy.call_method("2:Double", clientUa.Variant(4), words)

        outputs = yield self.run_(script)
        self.assertEqual(outputs, [8, ["a", "a"]])

    @inlineCallbacks
    def test_othersGoOnMeanwhile(self) -> Any:
        """While one client's method waits, another's requests are served: the order shows it."""
        order: list[str] = []

        async def slow(client: Client) -> None:
            await client.get_node("ns=2;s=Toy").call_method("2:Slow")
            order.append("slow method")

        async def quick(client: Client) -> None:
            await client.get_node(TEXT).read_value()
            order.append("read")
            await client.get_node(NAMED).write_value(text("new"))
            order.append("write")

        waiting = self.run_(slow)
        while not self.requests.posted:
            yield self.soon()
        yield self.run_(quick)
        self.server.call(lambda: self.requests.answer([]))
        yield waiting
        self.assertEqual(order, ["read", "write", "slow method"])

    def soon(self) -> Deferred[None]:
        """Give the reactor a turn."""
        turn: Deferred[None] = Deferred()
        reactor.callLater(0.01, turn.callback, None)
        return turn

    @inlineCallbacks
    def test_stopWhileWaiting(self) -> Any:
        """A method that waits when the server stops is answered; no thread is left."""

        async def slow(client: Client) -> str:
            try:
                await client.get_node("ns=2;s=Toy").call_method("2:Slow")
            except BadShutdown:
                return "BadShutdown"
            return "answered"

        waiting = self.run_(slow)
        while not self.requests.posted:
            yield self.soon()
        yield self.server.stop()
        # asyncua cannot close its session any more and says so by an exception.
        result = yield waiting.addErrback(lambda failure: "disconnected")
        self.assertIn(result, ("BadShutdown", "disconnected"))
        self.assertNotIn(NAME, [thread.name for thread in threading.enumerate()])

    @inlineCallbacks
    def test_stopTwice(self) -> Any:
        """Stopping is always allowed, and calls that come later are dropped."""
        yield self.server.stop()
        yield self.server.stop()
        self.server.call(lambda: self.fail("called after the end"))
        yield self.soon()

    @inlineCallbacks
    def test_mistakeOnTheThread(self) -> Any:
        """A mistake of ours on the OPC UA thread is logged, and the server goes on."""
        self.server.call(lambda: dict[str, int]()["mistake"])

        async def script(client: Client) -> Any:
            return await client.get_node(TEXT).read_value()

        found = yield self.run_(script)
        self.assertEqual(found, "text")
        self.assertEqual(len(self.flushLoggedErrors(KeyError)), 1)

    @inlineCallbacks
    def test_portTaken(self) -> Any:
        """When the port is taken, start fails and leaves no thread behind."""
        port = int(self.url.split(":")[2].split("/")[0])
        second = self.build(port)
        yield self.assertFailure(second.start(), OSError)
        names = [thread.name for thread in threading.enumerate()]
        self.assertEqual(names.count(NAME), 1)
        yield second.stop()

    @inlineCallbacks
    def test_stopWhileStarting(self) -> Any:
        """A server that is stopped while it starts ends, and its start does, too."""
        other = self.build(0)
        starting = other.start().addErrback(lambda failure: failure.trap(OSError))
        yield other.stop()
        yield starting
        names = [thread.name for thread in threading.enumerate()]
        self.assertEqual(names.count(NAME), 1)

    @inlineCallbacks
    def test_sessions(self) -> Any:
        """An operator can be told who is connected."""
        told: Deferred[OpcUaFacts] = Deferred()

        async def script(client: Client) -> Any:
            subscription = await client.create_subscription(500, Notified())
            await subscription.subscribe_data_change(client.get_node(TEXT))
            self.server.facts(
                lambda facts: reactor.callFromThread(told.callback, facts)  # type: ignore[attr-defined]
            )
            return await client.get_node(TEXT).read_value()

        yield self.run_(script)
        facts = yield told
        [session] = facts.sessions
        self.assertEqual((session.user, session.security), ("anonymous", "None"))
        self.assertTrue(session.peer.startswith("127.0.0.1:"))
        self.assertEqual(session.application, "Pure Python Async Client")
        [one] = session.subscriptions
        self.assertEqual((one.publishingInterval, one.items, one.isEnabled), (500.0, 1, True))
        self.assertEqual(facts.url.replace("localhost", "127.0.0.1"), self.url)
        self.assertEqual(facts.lost, ())

    @inlineCallbacks
    def test_brokenConnection(self) -> Any:
        """A connection that sends nonsense is told why and closed; others are served."""
        host, port = "127.0.0.1", int(self.url.split(":")[2].split("/")[0])

        def nonsense() -> bytes:
            with socket.create_connection((host, port), timeout=BOUND) as link:
                link.sendall(b"MSGF\xff\xff\xff\xff" + bytes(100))
                return link.recv(1000)

        answer = yield deferToThread(nonsense)
        self.assertEqual(answer[:4], b"ERRF")
        self.assertEqual(
            int.from_bytes(answer[8:12], "little"), ua.StatusCodes.BadTcpMessageTooLarge
        )

        async def script(client: Client) -> Any:
            return await client.get_node(TEXT).read_value()

        found = yield self.run_(script)
        self.assertEqual(found, "text")
