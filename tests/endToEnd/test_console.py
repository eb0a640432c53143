"""The console of a whole gateway, on real sockets: plain and with TLS, and at the stop."""

from __future__ import annotations

from datetime import UTC, datetime
from ssl import get_server_certificate
from typing import Any
from urllib.parse import urlsplit

import treq
from cryptography.x509 import load_pem_x509_certificate
from OpenSSL import SSL
from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.internet.ssl import ClientContextFactory
from twisted.internet.threads import deferToThread
from twisted.web.client import Agent, HTTPConnectionPool
from twisted.web.iweb import IPolicyForHTTPS
from zope.interface import implementer

from ocppgw.central.entrance.tls.selfsigned import selfSigned
from tests.central.tls.authority import DAY, Authority
from tests.endToEnd.gateway import GatewayCase, ScadaContext


@implementer(IPolicyForHTTPS)
class Anybody:
    """Takes any certificate: the test made it a moment ago."""

    def creatorForNetloc(self, hostname: bytes, port: int) -> Any:
        return Creator()


class Creator(ClientContextFactory):
    """Makes connections of a client."""

    method = SSL.TLS_METHOD

    def clientConnectionForTLS(self, protocol: Any) -> Any:
        return SSL.Connection(self.getContext(), None)


class ConsoleCase(GatewayCase):
    """A gateway with a console, and a client of treq's."""

    web = "tcp:0:interface=127.0.0.1"

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        yield super().setUp()
        loop: Any = reactor
        self.pool = HTTPConnectionPool(loop, persistent=False)
        self.client: Any = treq.client.HTTPClient(Agent(loop, Anybody(), pool=self.pool))

    @inlineCallbacks
    def get(self, path: str, **more: Any) -> Any:
        response = yield self.client.get(self.ready.web + path, allow_redirects=False, **more)
        text = yield response.text()
        return response, text


class PlainTests(ConsoleCase):
    """On loopback."""

    @inlineCallbacks
    def test_served(self) -> Any:
        """The URL of the ready line serves pages, the API and the figures."""
        for path, part in (
            ("", "Overview"),
            ("opcua", self.ready.opcua),
            ("api/v1/opcua", self.ready.opcua),
            ("readyz", "ok"),
            ("metrics", "ocppgw_charge_points 0.0"),
            ("transactions", "None."),
            ("audit", "Nothing was done yet"),
        ):
            response, text = yield self.get(path)
            self.assertEqual(response.code, 200, path)
            self.assertIn(part, text)

    @inlineCallbacks
    def test_chargePoint(self) -> Any:
        """What a charge point does is on its page, and a command reaches it."""

        async def callIn() -> None:
            await self.connect()

        yield self.foreign.run(callIn())
        _, text = yield self.get("chargepoints/CP1")
        self.assertIn("Available", text)
        # Without the cookie of a browser, as programs ask.
        response = yield treq.post(
            f"{self.ready.web}api/v1/chargepoints/CP1/commands",
            json={"command": "ClearCache"},
            pool=self.pool,
        )
        answer = yield response.json()
        self.assertEqual(answer["status"], "Accepted")
        yield self.foreign.run(self.chargePoints[0].close())

    @inlineCallbacks
    def test_stop(self) -> Any:
        """A stop does not wait for browsers that listen, and closes the port."""
        response = yield self.client.get(f"{self.ready.web}events", unbuffered=True)
        self.assertEqual(response.code, 200)
        ended = response.content()
        yield self.stopGateway()
        yield ended.addErrback(lambda failure: None)
        yield self.assertFailure(self.client.get(self.ready.web), Exception)


class TlsTests(ConsoleCase):
    """With TLS."""

    web = "tcp:0:interface=127.0.0.1"
    webMore = 'certificates = ["console.pem"]'

    def startGateway(self) -> Any:
        made = selfSigned(self.folder, "localhost", datetime.now(UTC))[0]
        made.certificate.rename(self.folder / "console.pem")
        return super().startGateway()

    @inlineCallbacks
    def test_https(self) -> Any:
        """The URL is https, cookies are for it alone, and browsers are told to stay with it."""
        self.assertTrue(self.ready.web.startswith("https://127.0.0.1:"))
        response, text = yield self.get("")
        self.assertEqual(response.code, 200)
        self.assertIn("Overview", text)
        [cookie] = response.headers.getRawHeaders("Set-Cookie")
        self.assertTrue(cookie.startswith("__Host-ocppgw="))
        self.assertIn("Secure", cookie)
        self.assertTrue(response.headers.hasHeader("Strict-Transport-Security"))

    def shown(self) -> Any:
        """The certificate that a new connection is shown."""
        url = urlsplit(self.ready.web)
        address = (url.hostname or "", url.port or 0)
        found = deferToThread(get_server_certificate, address, timeout=20)
        return found.addCallback(lambda pem: load_pem_x509_certificate(pem.encode()))

    @inlineCallbacks
    def test_reload(self) -> Any:
        """
        New connections get a new certificate after a reload, and Gateway shows when it ends.

        Files that do not fit each other change nothing, and ConfigurationStatus tells it.
        """
        first = yield self.shown()
        issued = Authority().issue("console.example", lifetime=DAY)
        issued.write(self.folder / "console.pem")
        same = yield self.shown()
        self.assertEqual(same, first)
        yield self.gateway.reload()
        second = yield self.shown()
        self.assertEqual(second, issued.certificate)
        (self.folder / "console.pem").write_bytes(issued.pem(withKey=False))
        yield self.gateway.reload()
        same = yield self.shown()
        self.assertEqual(same, second)

        async def scenario() -> None:
            async with ScadaContext(self.ready.opcua) as scada:
                names = ("CertificateExpiry", "ConfigurationStatus")
                expiry, status = await scada.watch(*(f"/Gateway/{name}" for name in names))
                end = issued.certificate.not_valid_after_utc
                await expiry.until(lambda one: one.Value.Value == end)
                await status.until(lambda one: "console.pem" in str(one.Value.Value))

        yield self.play(scenario)
