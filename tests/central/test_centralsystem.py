"""The Central System as a whole: its stop, and its index of responders."""

from __future__ import annotations

from random import Random
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.endpoints import clientFromString, connectProtocol
from twisted.internet.error import CannotListenError
from twisted.internet.protocol import Protocol, connectionDone
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase, TestCase
from zope.interface.verify import verifyObject

from ocppgw.central.answering.responders import RESPONDERS
from ocppgw.central.answering.responders.answer import responds
from ocppgw.central.centralsystem import CentralSystem
from ocppgw.central.linking.calling import LinkGone
from ocppgw.central.recording import Recorder
from ocppgw.interfaces import IAdministration, ICommands, Snapshot
from ocppgw.model.commands import ClearCache, Command
from ocppgw.model.outcomes import Refusal, Refused
from ocppgw.model.registry import Registry
from ocppgw.store.memory import MemoryStore
from ocppgw.v16 import messages as m
from ocppgw.v16.actions import ACTIONS
from tests.central.support import START, Ring, configured
from tests.conformance import shows

HANDSHAKE = (
    b"GET //CP1 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)
QUIET = {"pingInterval": 0.0}
START_CALL = {"connectorId": 1, "idTag": "A", "meterStart": 0, "timestamp": "2026-05-04T12:00:00Z"}


class Heard(Protocol):
    """What a client of a real socket hears."""

    transport: Any

    def __init__(self) -> None:
        self.data = b""
        self.ended: Deferred[None] = Deferred()
        self._awaited: tuple[bytes, Deferred[None]] | None = None

    def until(self, text: bytes) -> Deferred[None]:
        """Fires once this was heard."""
        self._awaited = (text, Deferred())
        self._check()
        return self._awaited[1]

    def dataReceived(self, data: bytes) -> None:
        self.data += data
        self._check()

    def connectionLost(self, reason: Failure = connectionDone) -> None:
        self.ended.callback(None)

    def _check(self) -> None:
        if self._awaited and self._awaited[0] in self.data and not self._awaited[1].called:
            self._awaited[1].callback(None)


class StopTests(SynchronousTestCase):
    """Stopping leaves nothing behind."""

    def ring(self, **more: Any) -> Ring:
        return Ring(self, configured(ocpp=QUIET), started=True, **more)

    def stop(self, ring: Ring) -> None:
        stopped = ring.central.stopService()
        ring.flush()
        for _ in range(20):
            ring.advance(0.5)
        self.successResultOf(stopped)
        self.assertEqual(ring.clock.getDelayedCalls(), [])

    def test_links(self) -> None:
        """Links are closed and reported lost, also those that do not answer; no timer is left."""
        ring = self.ring()
        chargePoint, stranger = ring.connect(), ring.dial()
        self.stop(ring)
        self.assertTrue(chargePoint.isClosed and stranger.isClosed)
        self.assertFalse(ring.record().link.connected)

    def test_C16_withoutGoodbye(self) -> None:
        """There is no close frame, after which some never come back, unless the site wants it."""
        ring = self.ring()
        chargePoint = ring.connect()
        self.stop(ring)
        self.assertIsNone(chargePoint.closeCode())
        ring = Ring(self, configured(ocpp=QUIET | {"closeAtStop": True}), started=True)
        chargePoint = ring.connect()
        self.stop(ring)
        self.assertEqual(chargePoint.closeCode(), 1001)

    def test_commandsAndCalls(self) -> None:
        """Commands that wait are refused as stopping, Calls that wait fail, later ones too."""
        ring = self.ring()
        ring.connect().boot()
        ring.advance(5)
        command = Command("CP1", "ClearCache", ClearCache(), "eva")
        issued = ring.central.issue(command)
        self.stop(ring)
        for outcome in (issued, ring.central.issue(command)):
            found = self.successResultOf(outcome)
            assert isinstance(found, Refused)
            self.assertIs(found.refusal, Refusal.stopping)

    def test_call(self) -> None:
        """A Call of ours that is out fails with its link."""
        ring = self.ring()
        ring.connect()
        call = ring.central._links.call("CP1", m.ClearCacheRequest(), 30.0)
        self.stop(ring)
        self.failureResultOf(call, LinkGone)

    def test_answersGoOut(self) -> None:
        """An answer that waits for the store goes out before the links close; nothing new does."""
        ring = self.ring(delay=1.0)
        chargePoint = ring.connect()
        chargePoint.call("StartTransaction", START_CALL, "start")
        stopped = ring.central.stopService()
        chargePoint.call("Heartbeat", None, "late")
        self.assertFalse(chargePoint.isClosed)
        ring.advance(1)
        self.assertIsNotNone(chargePoint.answerTo("start"))
        self.assertIsNone(chargePoint.answerTo("late"))
        ring.advance(1)
        self.successResultOf(stopped)

    def test_stuckStore(self) -> None:
        """A store that never answers does not keep the gateway from stopping."""
        ring = self.ring(delay=1000.0)
        ring.connect().call("StartTransaction", START_CALL)
        stopped = ring.central.stopService()
        ring.advance(5)
        ring.advance(1)
        self.successResultOf(stopped)

    def test_twoSteps(self) -> None:
        """Refusing first and stopping later is the same; refusing leaves the links alone."""
        ring = self.ring()
        chargePoint = ring.connect()
        self.successResultOf(ring.central.refuse())
        self.assertFalse(chargePoint.isClosed)
        self.stop(ring)

    def test_provides(self) -> None:
        """It is where commands and gateway requests are given in."""
        ring = self.ring()
        verifyObject(ICommands, ring.central)
        verifyObject(IAdministration, ring.central)


class StartTests(TestCase):
    """Starting opens ports, on the loopback interface here."""

    def central(self, endpoint: str) -> CentralSystem:
        configuration = configured(ocpp={"listen": (endpoint,)})
        registry, store = Registry(), MemoryStore()
        recorder = Recorder(registry, store)
        central = CentralSystem(
            configuration, registry, recorder, store, reactor, lambda: START, Random(1)
        )
        central.take(Snapshot())
        self.addCleanup(central.stopService)
        return central

    @inlineCallbacks
    def test_portTaken(self) -> Any:
        """A port that is taken fails the start, and no timer is left behind."""
        first = self.central("tcp:0:interface=127.0.0.1")
        yield first.startService()
        [url] = first.urls()
        second = self.central(f"tcp:{url.rpartition(':')[2]}:interface=127.0.0.1")
        yield self.assertFailure(second.startService(), CannotListenError)

    @inlineCallbacks
    def test_realConnection(self) -> Any:
        """Over a real socket: the handshake, an answer, and the end of both sides at the stop."""
        central = self.central("tcp:0:interface=127.0.0.1")
        yield central.startService()
        port = central.urls()[0].rpartition(":")[2]
        heard = Heard()
        endpoint = clientFromString(reactor, f"tcp:127.0.0.1:{port}")
        yield connectProtocol(endpoint, heard)
        heard.transport.write(HANDSHAKE + b"\x81\x96\0\0\0\0" + b'[2,"x","Heartbeat",{}]')
        yield heard.until(b'"currentTime"')
        self.assertIn(b"101 Switching Protocols", heard.data)
        yield central.stopService()
        yield heard.ended


class ResponderTests(SynchronousTestCase):
    """The index of responders."""

    def test_complete(self) -> None:
        """Every action that a charge point may ask has a responder, and no other."""
        asked = {name for name, action in ACTIONS.items() if action.fromChargePoint}
        self.assertEqual(set(RESPONDERS), asked)

    def test_declaredOnce(self) -> None:
        """An action has one responder, and only what a charge point may ask has one."""
        self.assertRaises(ValueError, responds, "Heartbeat")
        self.assertRaises(ValueError, responds, "Reset")

    @shows(
        "DiagnosticsStatusNotification from the charge point",
        "FirmwareStatusNotification from the charge point",
        "LogStatusNotification from the charge point",
        "SecurityEventNotification from the charge point",
        "SignedFirmwareStatusNotification from the charge point",
    )
    def test_noted(self) -> None:
        """What is only noted is answered with an empty confirmation."""
        chargePoint = Ring(self).connect()
        for action, payload in (
            ("DiagnosticsStatusNotification", {"status": "Idle"}),
            ("FirmwareStatusNotification", {"status": "Installed"}),
            ("LogStatusNotification", {"status": "Idle"}),
            ("SecurityEventNotification", {"type": "x", "timestamp": "2026-05-04T12:00:00Z"}),
            ("SignedFirmwareStatusNotification", {"status": "Idle"}),
        ):
            self.assertEqual(chargePoint.call(action, payload)[2], {}, action)

    @shows("SignCertificate from the charge point")
    def test_turnedDown(self) -> None:
        """A vendor that nobody knows and a request to sign are answered as the book says."""
        chargePoint = Ring(self).connect()
        transfer = chargePoint.call("DataTransfer", {"vendorId": "v", "data": "x"})
        self.assertEqual(transfer[2], {"status": "UnknownVendorId"})
        self.assertEqual(
            chargePoint.call("SignCertificate", {"csr": "x"})[2], {"status": "Rejected"}
        )
