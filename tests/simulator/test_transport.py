"""The WebSocket of a charge point, against a bare Autobahn server on a real socket."""

# mypy: disable-error-code="no-untyped-call"

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from random import Random
from typing import Any

from autobahn.twisted.websocket import WebSocketServerFactory, WebSocketServerProtocol
from twisted.internet import reactor as _reactor
from twisted.internet.defer import Deferred
from twisted.trial.unittest import TestCase
from zope.interface import implementer

from ocppgw.ocppj.frames import Call
from ocppgw.ocppj.parsing import parse
from ocppgw.simulator.chargepoint import ChargePoint
from ocppgw.simulator.nameplate import Nameplate
from ocppgw.simulator.settings import Settings
from ocppgw.simulator.transport import webSocketDial
from ocppgw.simulator.uplink import Uplink
from ocppgw.simulator.wire import ILine
from ocppgw.v16 import messages
from ocppgw.v16.decoding import encode

reactor: Any = _reactor


class Server(WebSocketServerProtocol):
    """Accepts every boot, and keeps what it saw."""

    def onConnect(self, request: Any) -> str:
        self.factory.requests.append(request)
        return "ocpp1.6"

    def onOpen(self) -> None:
        self.factory.open.append(self)

    def onMessage(self, payload: bytes, isBinary: bool) -> None:
        frame = parse(payload)
        if isinstance(frame, Call):
            self.factory.actions.append(frame.action)
            self.sendMessage(frame.result(self.answer(frame.action)).serialise())
        if len(self.factory.actions) == self.factory.expected:
            self.factory.arrived.callback(None)

    def answer(self, action: str) -> bytes:
        if action != "BootNotification":
            return b"{}"
        return encode(
            messages.BootNotificationConfirmation(
                status="Accepted", currentTime="2026-03-01T08:00:00.000Z", interval=300
            )
        )


@implementer(ILine)
class Line:
    """Waits for the beginning and the end of a connection."""

    def __init__(self) -> None:
        self.isOpen: Deferred[None] = Deferred()
        self.isClosed: Deferred[None] = Deferred()

    def opened(self) -> None:
        self.isOpen.callback(None)

    def received(self, text: bytes) -> None:
        raise AssertionError("nobody answers")

    def closed(self, reason: str) -> None:
        self.isClosed.callback(None)


class TransportTests(TestCase):
    """Real sockets on the loopback interface."""

    timeout = 20

    def listen(self, expected: int) -> Any:
        factory: Any = WebSocketServerFactory(protocols=["ocpp1.6"])
        factory.protocol = Server
        factory.requests, factory.open, factory.actions = [], [], []
        factory.expected, factory.arrived = expected, Deferred()
        port: Any = reactor.listenTCP(0, factory, interface="127.0.0.1")
        self.addCleanup(port.stopListening)
        factory.url = f"ws://127.0.0.1:{port.getHost().port}/ocpp/"
        return factory

    def dial(self, url: str, identity: str, **keys: str) -> Uplink:
        settings, random = Settings(1, keys), Random(1)
        point = ChargePoint(
            identity,
            Nameplate(),
            reactor,
            lambda: datetime.now(UTC),
            random,
            settings=settings,
        )
        dial = webSocketDial(url, identity, reactor, settings)
        uplink = Uplink(dial, point, reactor, random)
        self.addCleanup(uplink.stop)
        self.addCleanup(point.stop)
        uplink.start()
        return uplink

    async def test_boots(self) -> None:
        """It connects with identity, subprotocol and password, boots and reports."""
        server = self.listen(expected=3)
        self.dial(server.url, "CP 1/ü", AuthorizationKey="0123456789abcdef")
        await server.arrived
        (request,) = server.requests
        self.assertEqual("/ocpp/CP%201%2F%C3%BC", request.path)
        self.assertEqual(["ocpp1.6"], request.protocols)
        login = b64encode("CP 1/ü:0123456789abcdef".encode()).decode()
        self.assertEqual(f"Basic {login}", request.headers["authorization"])
        self.assertEqual(
            ["BootNotification", "StatusNotification", "StatusNotification"], server.actions
        )

    async def test_comesBack(self) -> None:
        """When the server drops it, it comes back by itself."""
        server = self.listen(expected=3)
        self.dial(server.url, "CP1")
        await server.arrived
        server.arrived = Deferred()
        server.open[0].dropConnection(abort=True)
        server.expected = 4
        self.patch(Server, "onOpen", lambda opened: server.arrived.callback(None))
        await server.arrived
        self.assertEqual(2, len(server.requests))

    async def test_nobodyThere(self) -> None:
        """Where nobody listens, it goes on trying, and can be stopped."""
        server = self.listen(expected=0)
        port: Any = reactor.listenTCP(0, server, interface="127.0.0.1")
        url = f"ws://127.0.0.1:{port.getHost().port}"
        await port.stopListening()
        refused: Deferred[None] = Deferred()

        def wait(uplink: Uplink) -> float:
            reactor.callLater(0, refused.callback, None)
            return 60.0

        self.patch(Uplink, "_wait", wait)
        uplink = self.dial(url, "CP1")
        await refused
        self.assertFalse(uplink.isOpen)
        await uplink.stop()

    async def test_sendAfterTheEnd(self) -> None:
        """What is sent over a connection that is ending, or has ended, is lost, no more."""
        server = self.listen(expected=0)
        line = Line()
        wire = webSocketDial(server.url, "CP1", reactor, Settings(1))(line)
        wire.send(b"too early")
        await line.isOpen
        wire.abort()
        wire.send(b"too late")
        await line.isClosed
        wire.send(b"too late")
        self.assertEqual(server.actions, [])
