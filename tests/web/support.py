"""
A console in memory, over a whole Central System in memory, and a browser that visits it.

`World` has the registry, the store's double and charge points that speak in raw bytes;
`Browser` keeps a cookie, follows redirects where asked to, and sends forms as a page has them.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import attrs
from treq.testing import StubTreq
from twisted.internet.defer import Deferred, succeed
from twisted.internet.testing import StringTransport
from twisted.python.failure import Failure
from twisted.trial.unittest import SynchronousTestCase
from zope.interface import implementer

from ocppgw.access.attempts import Attempt
from ocppgw.access.rates import Rates
from ocppgw.access.roles import Role
from ocppgw.access.secrets import Cost, Hasher, Secret, hashPassword
from ocppgw.access.throttling import Throttle
from ocppgw.access.userbook import UserBook
from ocppgw.access.users import User, Users
from ocppgw.config.configuration import Configuration
from ocppgw.interfaces import (
    IOpcUaStatus,
    ITrust,
    KnownCertificate,
    OpcUaFacts,
    OpcUaSession,
    OpcUaSubscription,
)
from ocppgw.model.outcomes import Answered, Outcome, Refusal, Refused
from ocppgw.web.console import Console
from ocppgw.web.means import Means
from ocppgw.web.security.guard import BURST, PER_SECOND, Guard
from ocppgw.web.security.hosts import Hosts
from ocppgw.web.security.login import LogIn
from ocppgw.web.security.remembering import Remembered
from ocppgw.web.security.sessions import Sessions
from ocppgw.web.security.tokens import Tokens
from tests.central.support import RawChargePoint, Ring

HOST = "127.0.0.1:8080"

ADDRESS = "192.0.2.10"
"""Of the machine that all this runs on."""

OPCUA = OpcUaFacts(
    "opc.tcp://box:4840/",
    (
        OpcUaSession(
            "Ignition",
            "scada",
            "192.0.2.9:1234",
            "Ignition Server",
            "Basic256Sha256 SignAndEncrypt",
            (OpcUaSubscription(7, 250.0, 1200), OpcUaSubscription(8, 1000.0, 3, False)),
        ),
    ),
    ("Basic256Sha256 Sign", "Basic256Sha256 SignAndEncrypt"),
)

HOSTILE = "<script>alert(1)</script>\x1b\u202e=1+1"
"""Markup, an escape sequence, a change of direction, a formula."""


def cheapHasher(password: bytes, salt: bytes, cost: Cost) -> bytes:
    """As quick as a test needs it."""
    return hashlib.sha256(salt + password).digest()


def user(name: str, role: Role) -> User:
    """A user whose password is their name and ``-password``."""
    secret = Secret(f"{name}-password")
    return User(name, role, hashPassword(secret, b"0" * 16, cheapHasher))


CONFIGURATION = {
    "configurationKey": [
        {"key": "HeartbeatInterval", "readonly": False, "value": "300"},
        {"key": "NumberOfConnectors", "readonly": True, "value": "1"},
        {"key": "AuthorizationKey", "readonly": False, "value": "very-secret-key"},
    ],
    "unknownKey": [],
}
"""What a charge point of a `World` is set to."""


USERS = (
    user("olga", Role.observer),
    user("otto", Role.operator),
    user("erna", Role.engineer),
)


class Transport(StringTransport):
    """With the switch that HTTP turns."""

    def setTcpNoDelay(self, isOn: bool) -> None:
        """Nothing waits here anyway."""


class AtOnce:
    """A pool of threads and a reactor that do everything at once."""

    def callInThreadWithCallback(self, done: Any, call: Any, *args: Any, **named: Any) -> None:
        try:
            result = call(*args, **named)
        except Exception:  # noqa: BLE001 - as a pool does
            done(False, Failure())
        else:
            done(True, result)

    def callFromThread(self, call: Any, *args: Any, **named: Any) -> None:
        call(*args, **named)


@implementer(IOpcUaStatus)
class Opcua:
    """The OPC UA side's answer, at once. ``facts`` is what it says."""

    def __init__(self) -> None:
        self.facts = OPCUA

    def describe(self) -> Deferred[OpcUaFacts]:
        return succeed(self.facts)


@implementer(ITrust)
class Trust:
    """
    Certificates in memory.

    :ivar known: what there is.
    :ivar decided: thumbprint, whether trusted, by whom.
    """

    def __init__(self) -> None:
        self.known: tuple[KnownCertificate, ...] = ()
        self.decided: list[tuple[str, bool, str]] = []

    def certificates(self) -> Deferred[tuple[KnownCertificate, ...]]:
        return succeed(self.known)

    def decide(self, thumbprint: str, trust: bool, user: str) -> Deferred[Outcome]:
        if thumbprint not in {one.thumbprint for one in self.known if one.isTrusted != trust}:
            return succeed(Refused(Refusal.unknownTarget, "no such certificate"))
        self.decided.append((thumbprint, trust, user))
        self.known = tuple(
            attrs.evolve(one, isTrusted=trust) if one.thumbprint == thumbprint else one
            for one in self.known
        )
        return succeed(Answered("Trusted" if trust else "Distrusted"))


def clientCertificate(thumbprint: str = "ab12", name: str = "Ignition") -> KnownCertificate:
    """One that waits for a decision."""
    begins, ends = datetime(2026, 1, 1, tzinfo=UTC), datetime(2036, 1, 1, tzinfo=UTC)
    uris = (f"urn:{name}",)
    return KnownCertificate(
        thumbprint, False, name, "itself", uris, begins, ends, 2048, f"{name}.der"
    )


class World:
    """
    Everything but sockets.

    :param delay: seconds of the clock that a commit takes; ``None``: none at all.
    :param hasher: of passwords.
    :param guarding: changes of the guard, as for a console that other machines can reach.
    :ivar told: log-ins that the audit trail was told of.
    """

    def __init__(
        self,
        test: SynchronousTestCase,
        configuration: Configuration | None = None,
        delay: float | None = None,
        hasher: Hasher = cheapHasher,
        **guarding: Any,
    ) -> None:
        configuration = configuration or Configuration()
        self.test = test
        self.ring = Ring(test, configuration, started=True, delay=delay)
        self.clock = self.ring.clock
        self.opcua = Opcua()
        self.trust = Trust()
        self.randomness = 0
        self.told: list[Attempt] = []
        ring = self.ring
        self.means = Means(
            ring.registry,
            ring.central,
            ring.central,
            ring.store.history,
            ring.store.archive,
            self.opcua,
            ring.central.frames,
            self.trust,
            lambda: ring.central.configuration,
            self.clock,
            ring.now,
            lambda: ADDRESS,
        )
        book = UserBook(Users(USERS, Role.engineer))
        throttle = Throttle(self.clock.seconds)
        remembered = Remembered(book, b"key", self.clock.seconds)
        guard = Guard(
            book,
            Sessions(self.random, self.clock.seconds),
            Tokens(b"key"),
            Hosts(["console.example"]),
            Rates(self.clock.seconds, lambda: PER_SECOND, BURST),
            LogIn(book, AtOnce(), AtOnce(), throttle, remembered, self.told.append, hasher),
        )
        self.guard = attrs.evolve(guard, **guarding)
        self.console = Console(self.means, self.guard, configuration.web)
        self.requests: list[Any] = []

    def random(self, length: int) -> bytes:
        """Different each time, and the same in each test."""
        self.randomness += 1
        return hashlib.sha256(str(self.randomness).encode()).digest()[:length]

    def request(self) -> Any:
        """For one request, because it would keep cookies of its own."""
        self.requests.append(StubTreq(self.console.resource))
        return self.requests[-1]

    def flush(self) -> None:
        """Let what was written arrive."""
        for one in self.requests:
            one.flush()

    def chargePoint(self, identity: str = "CP1", connectors: int = 1) -> RawChargePoint:
        """One that called in, booted, and told its status."""
        target = "/" + "".join(f"%{byte:02x}" for byte in identity.encode())
        chargePoint = self.ring.connect(target)
        chargePoint.boot()
        for number in range(connectors + 1):
            chargePoint.call(
                "StatusNotification",
                {"connectorId": number, "errorCode": "NoError", "status": "Available"},
            )
        self.ring.advance(5)
        self.answer(chargePoint, CONFIGURATION)
        self.ring.advance(1)
        chargePoint.takeCalls()
        return chargePoint

    def answer(self, chargePoint: RawChargePoint, payload: Any) -> Any:
        """Have a charge point answer the Call that came; gives that Call."""
        self.ring.flush()
        [call] = chargePoint.takeCalls()
        chargePoint.text(json.dumps([3, call[1], payload]))
        self.ring.flush()
        self.flush()
        return call

    def browser(self, name: str = "") -> Browser:
        """One that has nothing yet, or is logged in."""
        browser = Browser(self)
        if name:
            page = browser.logIn(name)
            self.test.assertEqual(page.status, 303, page.text)
        return browser


@attrs.frozen
class Page:
    """What came back."""

    status: int
    text: str
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.text)

    @property
    def words(self) -> str:
        """What a person reads on it."""
        return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", self.text)).split())

    @property
    def token(self) -> str:
        """The token of its forms."""
        found = re.search(r'name="csrf" value="(\w+)"', self.text)
        return found[1] if found else ""


class Browser:
    """
    Somebody who visits.

    :ivar cookie: what the console gave, ``name=value``.
    :ivar host: the name that it was asked by.
    """

    def __init__(self, world: World, host: str = HOST) -> None:
        self.world = world
        self.host = host
        self.cookie = ""

    def ask(self, method: str, path: str, data: bytes | None = None, **headers: str) -> Page:
        """One request; header names in the way of Python."""
        page = self.world.test.successResultOf(self.asked(method, path, data, **headers))
        assert isinstance(page, Page)
        return page

    def asked(
        self, method: str, path: str, data: bytes | None = None, **headers: str
    ) -> Deferred[Page]:
        """The same, where the answer takes its time: see `World.flush`."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        said = {"Host": self.host, "Cookie": self.cookie, **said}
        said = {name: value for name, value in said.items() if value}
        url = f"http://{HOST}{path}"
        treq = self.world.request()
        requested: Deferred[Any] = treq.request(
            method, url, headers=said, data=data, allow_redirects=False
        )
        treq.flush()
        return requested.addCallback(self._read, treq)

    def get(self, path: str, **headers: str) -> Page:
        """Look at something."""
        return self.ask("GET", path, None, **headers)

    def post(self, path: str, page: Page | None = None, **fields: str) -> Page:
        """Send a form, with the token of the page that it stands on."""
        return self.world.test.successResultOf(self.posted(path, page, **fields))

    def posted(self, path: str, page: Page | None = None, **fields: str) -> Deferred[Page]:
        """The same, where the answer takes its time."""
        token = (page or self.get("/login")).token
        data = urlencode({"csrf": token, **fields}).encode()
        return self.asked("POST", path, data, Content_Type="application/x-www-form-urlencoded")

    def send(self, method: str, path: str, body: Any, **headers: str) -> Page:
        """Send JSON to the API."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.ask(method, path, data, **{"Content_Type": "application/json", **headers})

    def logIn(self, name: str, password: str = "") -> Page:
        """Fill in the log-in form."""
        return self.post("/login", user=name, password=password or f"{name}-password")

    def _read(self, response: Any, treq: Any) -> Deferred[Page]:
        headers = {
            name.decode(): b", ".join(values).decode()
            for name, values in response.headers.getAllRawHeaders()
        }
        given = headers.get("Set-Cookie", "")
        if given:
            self.cookie = given.partition(";")[0]
        content: Deferred[bytes] = treq.content(response)
        treq.flush()
        return content.addCallback(lambda text: Page(response.code, text.decode(), headers))
