"""How a connection begins, or does not."""

from __future__ import annotations

from autobahn.twisted.websocket import WebSocketServerProtocol
from hypothesis import given, settings, strategies as st
from twisted.logger import capturedLogs, formatEvent
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance import handshake, onboarding
from ocppgw.config.configuration import Configuration
from ocppgw.config.repeated import ChargePointTable
from tests.central.support import Ring, configured


class OpeningTests(SynchronousTestCase):
    """The WebSocket handshake."""

    def test_known(self) -> None:
        """Who calls in with an identity and ``ocpp1.6`` is connected, and appears by itself."""
        ring = Ring(self)
        chargePoint = ring.connect("/CP1")
        self.assertEqual(chargePoint.header("Sec-WebSocket-Protocol"), "ocpp1.6")
        self.assertTrue(ring.record("CP1").link.connected)
        self.assertEqual(ring.record("CP1").link.remoteAddress, "192.0.2.1:50001")

    def test_options(self) -> None:
        """Every option that Autobahn knows holds for a connection, and none is copied into it."""
        ring = Ring(self, configured(ocpp={"compression": True}))
        protocol = ring.connect().protocol
        for name in WebSocketServerProtocol.CONFIG_ATTRS:
            self.assertIs(getattr(protocol, name), getattr(ring.factory, name), name)
            self.assertNotIn(name, vars(protocol))

    def test_C1_noSubprotocol(self) -> None:
        """Without an offer the answer has no such header, and the deviation is counted."""
        ring = Ring(self)
        chargePoint = ring.connect("/CP1", offer=None)
        self.assertIsNone(chargePoint.header("Sec-WebSocket-Protocol"))
        self.assertIn("C1", ring.deviations())

    def test_C1_strict(self) -> None:
        """Strictly, no offer is HTTP 400."""
        chargePoint = Ring(self, configured(ocpp={"strict": True})).dial()
        chargePoint.shakeHands("/CP1", None)
        self.assertEqual(chargePoint.status, 400)

    def test_C2_mixedOffer(self) -> None:
        """The token is found without blanks and in any case, and comes back as it was offered."""
        ring = Ring(self)
        self.assertEqual(
            ring.connect("/A", "ocpp2.0.1,OCPP1.6").header("Sec-WebSocket-Protocol"), "OCPP1.6"
        )

    def test_C3_onlyUnknown(self) -> None:
        """Only unknown versions are HTTP 400 before any upgrade, and are counted as refused."""
        ring = Ring(self)
        chargePoint = ring.dial()
        chargePoint.shakeHands("/CP1", "ocpp2.0.1")
        self.assertEqual(chargePoint.status, 400)
        self.assertTrue(chargePoint.isClosed)
        self.assertIn(b"ocpp2.0.1", chargePoint.body)
        self.assertEqual(ring.central.refusals.count, 1)
        self.assertIn("/CP1", ring.central.refusals.last)

    def test_C5_rawTarget(self) -> None:
        """The identity comes from the raw target: what Autobahn cannot parse is understood."""
        for target in ("//CP1", "//[CP1", "/ws://host/CP1", "/a b/CP1#x", "/CP1?y=%zz"):
            ring = Ring(self)
            ring.connect(target)
            self.assertEqual(list(ring.registry.chargePoints), ["[CP1" if "[" in target else "CP1"])

    def test_C6_isShown(self) -> None:
        """Who typed a whole URL into the path sees it, although it works."""
        ring = Ring(self)
        ring.connect("/ws://host:8887/CP1")
        self.assertEqual(ring.record().deviations.examples["C6"], "/ws://host:8887/CP1")
        ring.connect("/ocpp/CP2")
        self.assertEqual(ring.deviations("CP2"), set())

    def test_C7_percentEncoded(self) -> None:
        """The decoded identity is the one identity everywhere."""
        ring = Ring(self)
        ring.connect("/DE%2AABC%2F1")
        self.assertEqual(ring.record("DE*ABC/1").identity, "DE*ABC/1")

    def test_noIdentity(self) -> None:
        """Without identity there is HTTP 404, not an unnamed charge point."""
        ring = Ring(self)
        chargePoint = ring.dial()
        chargePoint.shakeHands("/")
        self.assertEqual(chargePoint.status, 404)
        self.assertEqual(dict(ring.registry.chargePoints), {})

    def test_noServerHeader(self) -> None:
        """Nobody is told which software runs here."""
        self.assertIsNone(Ring(self).connect().header("Server"))

    def test_octetByOctet(self) -> None:
        """A handshake that comes in pieces is a handshake."""
        ring = Ring(self)
        whole, pieces = ring.dial(), ring.dial()
        whole.shakeHands("/A")
        request = (
            b"GET /B HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade"
            b"\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        for octet in request:
            pieces.write(bytes([octet]))
        self.assertEqual((whole.status, pieces.status), (101, 101))


class OnboardingTests(SynchronousTestCase):
    """Who may come in."""

    def status(self, ring: Ring, target: str) -> int:
        chargePoint = ring.dial()
        chargePoint.shakeHands(target)
        return chargePoint.status

    def test_reject(self) -> None:
        """With ``reject`` an unknown identity gets 404; one that the file names comes in."""
        ring = Ring(self, configured(ChargePointTable("CP1"), ocpp={"onboarding": "reject"}))
        self.assertEqual(self.status(ring, "/CP1"), 101)
        self.assertEqual(self.status(ring, "/CP2"), 404)
        self.assertNotIn("CP2", ring.registry.chargePoints)

    def test_pending(self) -> None:
        """With ``pending`` an unknown identity comes in and waits."""
        ring = Ring(self, configured(ocpp={"onboarding": "pending"}))
        self.assertEqual(self.status(ring, "/CP1"), 101)
        self.assertEqual(ring.record().registration.status, "Pending")

    def test_stillHolds(self) -> None:
        """An admission holds until the configuration, the record or who is known changes."""
        ring = Ring(self)
        ring.connect("/CP1").vanish()
        deciding = ring.central.reception.onboarding
        known, newcomer = deciding.admit(b"/CP1", ()), deciding.admit(b"/CP2", ())
        self.assertTrue(deciding.stillHolds(known))
        self.assertTrue(deciding.stillHolds(newcomer))
        ring.connect("/CP1")
        self.assertFalse(deciding.stillHolds(known))
        ring.connect("/CP2")
        self.assertFalse(deciding.stillHolds(newcomer))
        known = deciding.admit(b"/CP1", ())
        ring.central.configuration = Configuration()
        self.assertFalse(deciding.stillHolds(known))
        newcomer = deciding.admit(b"/CP3", ())
        self.patch(onboarding, "MOST", 2)
        self.assertFalse(deciding.stillHolds(newcomer))

    def test_notEnabled(self) -> None:
        """A charge point that is not enabled is refused."""
        ring = Ring(self, configured(ChargePointTable("CP1", enabled=False)))
        self.assertEqual(self.status(ring, "/CP1"), 403)

    def test_nodeName(self) -> None:
        """A charge point of the file is known by its node name."""
        ring = Ring(self, configured(ChargePointTable("SER1", node="Bay 1")))
        ring.connect("/SER1")
        self.assertEqual(list(ring.registry.chargePoints), ["Bay 1"])

    def test_otherCase(self) -> None:
        """An identity in another case is the same charge point while that is unique."""
        ring = Ring(self)
        ring.connect("/CP1")
        ring.connect("/cp1")
        self.assertEqual(list(ring.registry.chargePoints), ["CP1"])

    def test_foreignNodeName(self) -> None:
        """Nobody takes over the node name of another by calling in with it."""
        ring = Ring(self, configured(ChargePointTable("SER1", node="Bay")))
        self.assertEqual(self.status(ring, "/Bay"), 404)
        self.assertEqual(ring.record("Bay").identity, "SER1")

    def test_scan(self) -> None:
        """A scan of made-up identities ends somewhere; who is known still comes in."""
        self.patch(onboarding, "MOST", 2)
        ring = Ring(self)
        codes = [self.status(ring, target) for target in ("/A", "/B", "/C", "/A")]
        self.assertEqual(codes, [101, 101, 503, 101])

    def test_reload(self) -> None:
        """Another configuration holds from the next connection on."""
        ring = Ring(self)
        self.assertEqual(self.status(ring, "/A"), 101)
        ring.central.configuration = configured(ocpp={"onboarding": "reject", "strict": True})
        self.assertEqual(self.status(ring, "/B"), 404)
        strict = ring.connect("/A")
        self.assertEqual(strict.call("heartbeat")[2], "NotImplemented")

    def test_gatewaySubject(self) -> None:
        """No identity can pose as one of the gateway's own nodes."""
        self.assertEqual(self.status(Ring(self), "/%2FGateway"), 404)

    def test_failedHandshakeLeavesNoTrace(self) -> None:
        """A newcomer is known once it is connected, not before."""
        ring = Ring(self)
        chargePoint = ring.dial()
        chargePoint.write(b"GET /CP1 HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n\r\n")
        self.assertEqual(chargePoint.status, 400)
        self.assertEqual(dict(ring.registry.chargePoints), {})


class PageTests(SynchronousTestCase):
    """What a browser gets."""

    def get(self, request: bytes) -> tuple[int, bytes]:
        chargePoint = Ring(self).dial()
        chargePoint.write(request)
        self.assertTrue(chargePoint.isClosed)
        return chargePoint.status, chargePoint.body

    def test_page(self) -> None:
        """A plain GET gets 200 and a page that says it works and what to type."""
        status, body = self.get(b"GET / HTTP/1.1\r\nHost: gw.example:8887\r\n\r\n")
        self.assertEqual(status, 200)
        self.assertIn(b"OCPP-J Websocket OK", body)
        self.assertIn(b"ws://gw.example:8887/IDENTITY", body)

    def test_refused(self) -> None:
        """Whoever is near sees who was turned away and why, the last one first."""
        ring = Ring(self)
        ring.connect("/CP1")
        for target, offer in (("/CP2", "ocpp9"), ("/%3Cb%3E", "ocpp9")):
            ring.dial("203.0.113.5").shakeHands(target, offer)
        for host, isNear in (
            *(("127.0.0.1", True), ("192.168.1.7", True), ("10.1.2.3", True), ("fd00::1", True)),
            *(("::1", True), ("203.0.113.9", False), ("2001:db8::1", False), ("192.0.2.1", False)),
        ):
            visitor = ring.dial(host)
            visitor.write(b"GET / HTTP/1.1\r\nHost: gw\r\n\r\n")
            text = visitor.body.decode()
            self.assertEqual("203.0.113.5" in text, isNear, host)
            if isNear:
                self.assertLess(text.index("/%3Cb%3E"), text.index("/CP2"))

    def test_anyPath(self) -> None:
        """Also on another path and in HTTP/1.0, and it redirects nowhere."""
        status, body = self.get(b"GET /x?redirect=http%3A%2F%2Fevil HTTP/1.0\r\nHost: h\r\n\r\n")
        self.assertEqual(status, 200)
        self.assertNotIn(b"evil", body)

    def test_hostileHost(self) -> None:
        """The Host header cannot put markup into the page."""
        status, body = self.get(b"GET / HTTP/1.1\r\nHost: <script>\"'\r\n\r\n")
        self.assertEqual(status, 200)
        self.assertNotIn(b"<script>", body)

    def test_head(self) -> None:
        """HEAD gets the head."""
        self.assertEqual(self.get(b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n"), (200, b""))


class HostileHandshakeTests(SynchronousTestCase):
    """What is no handshake is harmless."""

    def test_endlessHead(self) -> None:
        """A head that does not end is cut off with 431."""
        chargePoint = Ring(self).dial()
        chargePoint.write(b"GET / HTTP/1.1\r\n")
        for _ in range(20):
            chargePoint.write(b"X: " + b"y" * 1000 + b"\r\n")
        self.assertEqual(chargePoint.status, 431)
        self.assertTrue(chargePoint.isClosed)

    def test_oddRequestLine(self) -> None:
        """A request line that is none is answered with 400."""
        chargePoint = Ring(self).dial()
        chargePoint.write(b"\x16\x03\x01\x02\r\n\r\n")
        self.assertEqual(chargePoint.status, 400)

    def test_refusalCannotBeForged(self) -> None:
        """What a caller sends cannot add headers to what it gets."""
        answer = handshake.refusal(400, "a\r\nX-Evil: 1")
        self.assertNotIn(b"X-Evil", answer.partition(handshake.END)[0])

    @settings(max_examples=40)
    @given(st.binary(max_size=200), st.booleans())
    def test_anything(self, noise: bytes, complete: bool) -> None:
        """Any bytes end in a refusal or in waiting; nothing is raised."""
        ring = Ring(self)
        chargePoint = ring.dial()
        chargePoint.write(noise + (handshake.END if complete else b""))
        self.assertIn(chargePoint.status, (0, 200, 400, 404, 405, 426, 505))
        self.assertEqual(dict(ring.registry.chargePoints), {})


class ConnectionHeaderTests(SynchronousTestCase):
    """Handshakes that lack the header ``Connection`` (C4)."""

    def status(self, ring: Ring, *headers: str) -> int:
        """How a WebSocket handshake with these headers beside the usual ones is answered."""
        chargePoint = ring.dial()
        lines = [
            "GET /CP1 HTTP/1.1",
            "Host: x",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: ocpp1.6",
            *headers,
        ]
        chargePoint.write("\r\n".join([*lines, "", ""]).encode())
        return chargePoint.status

    UPGRADE = "Upgrade: WebSocket"
    KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ=="

    def test_C4_missing(self) -> None:
        """Where the rest is there, it is thought of, and counted; strictly it is HTTP 400."""
        ring = Ring(self)
        self.assertEqual(self.status(ring, self.UPGRADE, self.KEY), 101)
        self.assertIn("C4", ring.deviations())
        strict = Ring(self, configured(ocpp={"strict": True}))
        self.assertEqual(self.status(strict, self.UPGRADE, self.KEY), 400)

    def test_C4_tokens(self) -> None:
        """A list of tokens is fine, and nothing odd."""
        ring = Ring(self)
        listed = "connection: keep-alive, upgrade"
        self.assertEqual(self.status(ring, self.UPGRADE, self.KEY, listed), 101)
        self.assertEqual(ring.deviations(), set())

    def test_C4_notWithoutTheRest(self) -> None:
        """Nothing is made up for who lacks more, or says something else."""
        ring = Ring(self)
        self.assertEqual(self.status(ring, self.UPGRADE), 400)
        self.assertEqual(self.status(ring, "Upgrade: h2c", self.KEY), 400)
        self.assertEqual(self.status(ring, self.UPGRADE, self.KEY, "Connection: close"), 400)

    def test_C4_loggedOnce(self) -> None:
        """The whole request is in the log, its password is not; once a minute and address."""
        ring, secret = Ring(self), "Authorization: Basic Q1AxOnNlY3JldA=="
        with capturedLogs() as events:
            for _ in range(5):
                self.status(ring, self.UPGRADE, "X-Firmware: 7.1", secret)
                self.status(ring, self.UPGRADE, self.KEY, secret)
        heads = [event["head"] for event in events if event.get("head")]
        self.assertEqual(len(heads), 2)
        self.assertIn("X-Firmware: 7.1", heads[0])
        self.assertIn("GET /CP1 HTTP/1.1", heads[1])
        for text in map(formatEvent, events):
            self.assertNotIn("Q1AxOnNlY3JldA", str(text))
            self.assertNotIn("\n", str(text))
        self.assertNotIn("Q1AxOnNlY3JldA", str(ring.record().deviations))

    def test_C10_page(self) -> None:
        """A browser gets a page that says that the port works and what to type."""
        chargePoint = Ring(self).dial()
        chargePoint.write(b"GET / HTTP/1.1\r\nHost: gateway.example:8887\r\n\r\n")
        self.assertEqual(chargePoint.status, 200)
        self.assertIn(b"ws://gateway.example:8887/IDENTITY", chargePoint.body)
