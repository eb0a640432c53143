"""Tests of the gate: who is let in, from where, and what every response says."""

from __future__ import annotations

import base64
from typing import Any

from twisted.internet.address import IPv4Address
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.web.console import ConsoleSite
from tests.web.support import HOST, Browser, Transport, World


def basic(name: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()


FOREIGN = (("no-cors", "image"), ("cors", "empty"), ("navigate", "iframe"))
"""How pages of other sites can use what a server has: Sec-Fetch-Mode and Sec-Fetch-Dest."""


class LocalTests(SynchronousTestCase):
    """A console on loopback."""

    def setUp(self) -> None:
        self.world = World(self)
        self.browser = self.world.browser()

    def test_noLogin(self) -> None:
        """It can be used without logging in, with the role that the file gives loopback."""
        page = self.browser.get("/")
        self.assertEqual(page.status, 200)
        self.assertIn("anonymous (engineer)", page.words)

    def test_headers(self) -> None:
        """Every response forbids foreign scripts, frames and sniffing, errors too."""
        for path in ("/", "/nothing", "/api/v1/gateway", "/assets/style.css", "/healthz"):
            headers = self.browser.get(path).headers
            policy = headers["Content-Security-Policy"]
            self.assertIn("default-src 'none'", policy)
            self.assertNotIn("unsafe", policy)
            self.assertEqual(headers["X-Content-Type-Options"], "nosniff")
            self.assertEqual(headers["X-Frame-Options"], "DENY")

    def test_noInlineCode(self) -> None:
        """Pages keep to that policy: no inline script, style or event attribute."""
        self.world.chargePoint()
        for path in ("/", "/chargepoints", "/chargepoints/CP1", "/login", "/idtags"):
            text = self.browser.get(path).text
            self.assertNotRegex(text, r"<script(?! src=\"/assets/)")
            self.assertNotRegex(text, r"<style|\sstyle=|\son[a-z]+=|javascript:")
            self.assertNotRegex(text, r"(src|href)=\"(https?:)?//")

    def test_cookie(self) -> None:
        """The cookie is not for scripts, and not for requests of other sites."""
        given = self.browser.get("/").headers["Set-Cookie"]
        self.assertIn("HttpOnly", given)
        self.assertIn("SameSite=lax", given)
        self.assertNotIn("Secure", given)

    def test_foreignName(self) -> None:
        """Asked by a name that is not ours, it refuses: that is how DNS rebinding looks."""
        for host in (
            "evil.example",
            "evil.example:8080",
            "127.0.0.1.evil.example",
            "",
            "localhost.x",
        ):
            page = Browser(self.world, host or " ").get("/")
            self.assertEqual(page.status, 421, host)

    def test_ownNames(self) -> None:
        """Addresses, localhost and the names of the file are ours."""
        for host in (HOST, "localhost:8080", "[::1]:8080", "192.0.2.7", "CONSOLE.example:1"):
            self.assertIn(Browser(self.world, host).get("/").status, (200, 303), host)

    def test_foreignPage(self) -> None:
        """What changes something does not come from a page of another site."""
        page = self.browser.get("/login")
        data = f"csrf={page.token}".encode()
        form = {"Content_Type": "application/x-www-form-urlencoded"}
        for headers in (
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
            {"Origin": f"ftp://{HOST}"},
            {"Sec_Fetch_Site": "cross-site"},
            {"Sec_Fetch_Site": "same-site"},
        ):
            answer = self.browser.ask("POST", "/logout", data, **form, **headers)
            self.assertEqual(answer.status, 403, headers)
        own = {"Origin": f"http://{HOST}", "Sec_Fetch_Site": "same-origin"}
        self.assertEqual(self.browser.ask("POST", "/logout", data, **form, **own).status, 303)

    def test_noToken(self) -> None:
        """A form without its token, or with that of another browser, does nothing."""
        other = self.world.browser()
        foreign = other.get("/login").token
        self.browser.get("/login")
        for token in ("", "00", foreign):
            data = f"csrf={token}&identity=X".encode()
            answer = self.browser.ask(
                "POST", "/chargepoints", data, Content_Type="application/x-www-form-urlencoded"
            )
            self.assertEqual(answer.status, 403)
        self.assertIsNone(self.world.ring.registry.record("X"))

    def test_formToApi(self) -> None:
        """A form of another site cannot reach the API either, cookie or not."""
        browser = Browser(self.world)
        for kind in ("text/plain", "application/x-www-form-urlencoded"):
            answer = browser.ask(
                "POST", "/api/v1/chargepoints", b'{"identity":"X"}', Content_Type=kind
            )
            self.assertEqual(answer.status, 403)

    def test_apiWithCookie(self) -> None:
        """A script of a page sends the token in a header."""
        self.browser.get("/")
        token = self.browser.get("/api/v1/me").json["csrf"]
        path, body = "/api/v1/chargepoints", {"identity": "X"}
        self.assertEqual(self.browser.send("POST", path, body).status, 403)
        answer = self.browser.send("POST", path, body, X_CSRF_Token=token)
        self.assertEqual(answer.status, 200, answer.text)

    def test_foreignUse(self) -> None:
        """A page of another site embeds nothing and opens no stream; a link on it leads to us."""
        for site in ("cross-site", "same-site"):
            for path in ("/", "/events", "/transactions.csv", "/assets/live.js"):
                for mode, target in FOREIGN:
                    said = {"Sec_Fetch_Mode": mode, "Sec_Fetch_Dest": target}
                    page = self.browser.get(path, Sec_Fetch_Site=site, **said)
                    self.assertEqual(page.status, 403, (path, mode))
            visit = {"Sec_Fetch_Mode": "navigate", "Sec_Fetch_Dest": "document"}
            self.assertEqual(self.browser.get("/", Sec_Fetch_Site=site, **visit).status, 200)

    def test_handedOn(self) -> None:
        """
        What a proxy hands on that nobody told the gateway of is nobody's: it could come from
        anywhere, although it comes by loopback.
        """
        for said in (
            {"Host": "192.0.2.10"},
            {"Host": "0.0.0.0:8080"},
            {"Host": "console.example"},
            {"X_Forwarded_For": "203.0.113.9"},
            {"Forwarded": "for=203.0.113.9"},
            {"X_Real_IP": "203.0.113.9"},
            {"Via": "1.1 proxy"},
        ):
            self.assertEqual(self.browser.get("/", **said).status, 303, said)
            self.assertEqual(self.browser.get("/api/v1/gateway", **said).status, 401, said)
            self.assertEqual(self.browser.get("/metrics", **said).status, 401, said)
        for host in ("localhost:8080", "127.0.0.1", "[::1]:8080"):
            self.assertEqual(self.browser.get("/", Host=host).status, 200, host)

    def test_handedOnAsNginxDoes(self) -> None:
        """
        A proxy may put the address that it asks into Host and say nothing of itself: then its
        older HTTP shows it, or a browser that says which page it is on.
        """
        for version, status in (("1.1", b"200"), ("1.0", b"303")):
            self.assertEqual(self.statusOf("/", version), status, version)
        self.assertEqual(self.statusOf("/metrics", "1.1"), b"200")
        self.assertEqual(self.statusOf("/metrics", "1.0"), b"401")
        self.assertEqual(self.statusOf("/healthz", "1.0"), b"200")

    def test_handedOnWithPage(self) -> None:
        """Where the browser was on a page of another name, a proxy gave Host that of ours."""
        for page in ("https://console.example", "http://127.0.0.1:9090", "null"):
            for said in ({"Referer": f"{page}/x"}, {"Origin": page}):
                self.assertEqual(self.browser.get("/", **said).status, 303, said)
                self.assertEqual(self.browser.get("/metrics", **said).status, 401, said)
                answer = self.browser.send("PUT", "/api/v1/idtags/X", {}, **said)
                self.assertIn(answer.status, (401, 403), said)
        for said in ({"Referer": f"http://{HOST}/x?y=http://z/"}, {"Origin": f"http://{HOST}"}):
            self.assertEqual(self.browser.get("/", **said).status, 200, said)

    def statusOf(self, path: str, version: str) -> bytes:
        """What a program on this machine is told that speaks this version of HTTP."""
        site = ConsoleSite(self.world.console.resource, self.world.clock)
        protocol: Any = site.buildProtocol(IPv4Address("TCP", "127.0.0.1", 50000))
        transport = Transport(peerAddress=IPv4Address("TCP", "127.0.0.1", 50000))
        protocol.makeConnection(transport)
        head = f"GET {path} HTTP/{version}\r\nHost: {HOST}\r\nConnection: close\r\n\r\n"
        protocol.dataReceived(head.encode())
        self.world.ring.advance(1)
        return transport.value().split(b" ", 2)[1]

    def test_rate(self) -> None:
        """Who asks too often has to wait, and may ask again later."""
        statuses = [self.browser.get("/healthz").status for _ in range(501)]
        self.assertEqual(statuses, [200] * 500 + [429])
        self.world.clock.advance(1)
        self.assertEqual(self.browser.get("/healthz").status, 200)


class OpenTests(SynchronousTestCase):
    """A console that other machines can reach."""

    def setUp(self) -> None:
        self.world = World(self, isLocal=False, isSecure=True)
        self.browser = self.world.browser()

    def test_loginFirst(self) -> None:
        """Nobody sees anything without logging in, also on this machine."""
        for path in ("/", "/chargepoints", "/audit", "/transactions.csv"):
            page = self.browser.get(path)
            self.assertEqual((page.status, page.headers["Location"][:12]), (303, "/login?next="))
        for path in ("/api/v1/gateway", "/api/v1/audit", "/metrics"):
            self.assertEqual(self.browser.get(path).status, 401)
        self.assertEqual(self.browser.get("/events").status, 403)

    def test_withoutLogin(self) -> None:
        """What says no more than that it lives needs no user."""
        for path in ("/healthz", "/readyz", "/login", "/assets/style.css", "/api/v1/openapi.json"):
            self.assertEqual(self.browser.get(path).status, 200, path)

    def test_secureCookie(self) -> None:
        """The cookie is for TLS only, and for this host only."""
        given = self.browser.get("/login").headers["Set-Cookie"]
        self.assertTrue(given.startswith("__Host-ocppgw="))
        self.assertIn("Secure", given)
        self.assertIn("Path=/", given)

    def test_program(self) -> None:
        """A program sends the name and the password of a user with each request."""
        page = self.browser.get("/api/v1/me", Authorization=basic("otto", "otto-password"))
        self.assertEqual(
            (page.status, page.json["user"], page.json["role"]), (200, "otto", "operator")
        )
        self.assertEqual(
            self.browser.get("/metrics", Authorization=basic("olga", "olga-password")).status, 200
        )

    def test_wrongProgram(self) -> None:
        """A wrong password opens nothing, not even what needs none; broken headers are ignored."""
        for path in ("/api/v1/me", "/metrics"):
            page = self.browser.get(path, Authorization=basic("otto", "guess"))
            self.assertEqual(page.status, 401)
        for header in (
            "Basic",
            "Basic !!",
            "Basic " + base64.b64encode(b"\xff").decode(),
            "Bearer x",
        ):
            self.assertEqual(self.browser.get("/api/v1/gateway", Authorization=header).status, 401)


class ProxyTests(SynchronousTestCase):
    """A console behind a proxy."""

    def test_peer(self) -> None:
        """Failures count for whom the proxy names, the last one of a list."""
        world = World(self, isLocal=False, isSecure=True, behindProxy=True)
        browser = world.browser()
        wrong = basic("otto", "guess")
        for _ in range(5):
            browser.get(
                "/api/v1/me", Authorization=wrong, X_Forwarded_For="203.0.113.9, 198.51.100.1"
            )
        right = basic("otto", "otto-password")
        throttled = browser.get("/api/v1/me", Authorization=right, X_Forwarded_For="198.51.100.1")
        other = browser.get("/api/v1/me", Authorization=right, X_Forwarded_For="198.51.100.2")
        self.assertEqual((throttled.status, other.status), (401, 200))
