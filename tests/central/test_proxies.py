"""Charge points that call through a reverse proxy are known by their own address."""

from __future__ import annotations

from ipaddress import ip_network

from hypothesis import given, strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance.proxies import callerOf, isTrusted
from ocppgw.config.listeners import ListenerTable
from tests.central.support import RawChargePoint, Ring, configured

PROXY = "192.0.2.1"
PROXIES = (ip_network(PROXY), ip_network("198.51.100.0/24"), ip_network("2001:db8::/32"))
TABLE = ListenerTable("tcp:0", proxies=PROXIES)


def caller(forwarded: str, peer: str = PROXY) -> str:
    """The address of whoever stands behind a connection."""
    return callerOf((peer, 5), forwarded, PROXIES)[0]


class CallerTests(SynchronousTestCase):
    """Whom a header is believed, and how far."""

    def test_last(self) -> None:
        """The last address that is no proxy's is the caller; what stands before it, anyone says."""
        self.assertEqual(caller("203.0.113.9"), "203.0.113.9")
        self.assertEqual(caller("1.2.3.4, 203.0.113.9"), "203.0.113.9")
        self.assertEqual(caller("1.2.3.4,203.0.113.9 , 198.51.100.7"), "203.0.113.9")

    def test_notTrusted(self) -> None:
        """Who is no proxy may say what it likes."""
        self.assertEqual(caller("203.0.113.9", peer="192.0.2.2"), "192.0.2.2")
        self.assertEqual(callerOf(("127.0.0.1", 5), "203.0.113.9", ()), ("127.0.0.1", 5))

    def test_nothingUsable(self) -> None:
        """Without an address the proxy's own counts."""
        for forwarded in ("", "unknown", "203.0.113.9, _hidden", "203.0.113.9,"):
            self.assertEqual(caller(forwarded), PROXY)

    def test_onlyProxies(self) -> None:
        """Where proxies name only each other, the furthest counts."""
        self.assertEqual(caller("198.51.100.7, 198.51.100.8"), "198.51.100.7")

    def test_forms(self) -> None:
        """Ports and brackets are understood, and IPv4 within IPv6 is IPv4."""
        for text, expected in (
            ("203.0.113.9:1234", ("203.0.113.9", 1234)),
            ("[2001:db9::7]:1234", ("2001:db9::7", 1234)),
            ("[2001:db9::7]", ("2001:db9::7", 0)),
            ("2001:db9::7", ("2001:db9::7", 0)),
            ("::ffff:203.0.113.9", ("203.0.113.9", 0)),
        ):
            self.assertEqual(callerOf((PROXY, 5), text, PROXIES), expected)
        self.assertTrue(isTrusted(f"::ffff:{PROXY}", PROXIES))

    @given(st.text())
    def test_anything(self, forwarded: str) -> None:
        """Whatever a header holds, there is a caller."""
        self.assertTrue(caller(forwarded))


class ConnectionTests(SynchronousTestCase):
    """Connections through a listener with proxies."""

    def ring(self, **ocpp: object) -> Ring:
        """A Central System whose listener has proxies."""
        ring = Ring(self, configured(ocpp=ocpp))
        ring.factory.listener = TABLE
        return ring

    def call(self, ring: Ring, forwarded: str, host: str = PROXY) -> RawChargePoint:
        """Somebody calls in through a proxy."""
        chargePoint = ring.dial(host)
        chargePoint.shakeHands("/CP1", "ocpp1.6", f"X-Forwarded-For: {forwarded}")
        return chargePoint

    def test_address(self) -> None:
        """The link shows the charge point's own address; port 0 where nobody told it."""
        ring = self.ring()
        self.call(ring, "203.0.113.9")
        self.assertEqual(ring.record().link.remoteAddress, "203.0.113.9:0")

    def test_severalHeaders(self) -> None:
        """Several headers are one list, as HTTP has it: the proxy's own comes last."""
        ring = self.ring()
        self.call(ring, "1.2.3.4\r\nX-Forwarded-For: 203.0.113.9")
        self.assertEqual(ring.record().link.remoteAddress, "203.0.113.9:0")

    def test_direct(self) -> None:
        """Who calls in past the proxy is not believed."""
        ring = self.ring()
        self.call(ring, "127.0.0.1", host="203.0.113.66")
        self.assertTrue(ring.record().link.remoteAddress.startswith("203.0.113.66:"))

    def test_withoutProxies(self) -> None:
        """Without ``proxies`` the header means nothing."""
        ring = Ring(self)
        self.call(ring, "203.0.113.9")
        self.assertTrue(ring.record().link.remoteAddress.startswith(f"{PROXY}:"))

    def test_refused(self) -> None:
        """Who is turned away is named by its own address."""
        ring = self.ring()
        chargePoint = ring.dial(PROXY)
        chargePoint.shakeHands("/CP1", "ocpp2.0.1", "X-Forwarded-For: 203.0.113.9")
        self.assertEqual(chargePoint.status, 400)
        self.assertIn("from 203.0.113.9", ring.central.refusals.last)

    def test_rate(self) -> None:
        """Connections are counted per charge point: one that hammers shuts out nobody else."""
        ring = self.ring(handshakeRate=1)
        for _ in range(20):
            self.assertEqual(self.call(ring, "203.0.113.9").status, 101)
        self.assertEqual(self.call(ring, "203.0.113.9").status, 0)
        self.assertEqual(self.call(ring, "203.0.113.10").status, 101)
