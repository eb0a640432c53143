"""
Two gateways behind the reverse proxies of ``etc/proxies``, each in processes of their own.

Only addresses, files and the number of connections are replaced in what is shipped; a test whose
proxy is not installed says so.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import shutil
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.error import ProcessExitedAlready
from twisted.internet.protocol import ProcessProtocol
from twisted.trial.unittest import SkipTest, SynchronousTestCase
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus
from websockets.typing import Subprotocol

from ocppgw.admin import chargepoint as administration
from ocppgw.admin.terminal import Terminal
from ocppgw.central.entrance.tls.selfsigned import selfSigned
from ocppgw.config.sections import OcppSection
from tests.endToEnd.chargepoint import ForeignChargePoint
from tests.endToEnd.gateway import ScadaContext
from tests.endToEnd.process import ROOT
from tests.endToEnd.test_process import ProcessCase, Steps

PASSWORD = "a password of its own"
HOST = "127.0.0.2"
"""Where charge points call from; the proxies are at 127.0.0.1."""

IDENTITIES = tuple(f"CP {number}" for number in range(8))
"""With a blank, so that the path travels encoded."""

SITE = """
[gateway]
state = "state"
[ocpp]
listen = []
[[ocpp.listeners]]
endpoint = "tcp:0:interface=127.0.0.1"
securityProfile = 1
proxies = ["127.0.0.1"]
[opcua]
url = "opc.tcp://127.0.0.1:0/ocppgw/"
[web]
endpoint = "none"
"""

STARTING = 15.0
"""Seconds in which a proxy has long begun to listen: a bound, not a measurement."""

NGINX = """
daemon off;
pid {folder}/nginx.pid;
error_log stderr info;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder};
    proxy_temp_path {folder};
    fastcgi_temp_path {folder};
    uwsgi_temp_path {folder};
    scgi_temp_path {folder};
    include {folder}/site.conf;
}}
"""


class Program(ProcessProtocol):
    """A proxy; what it says, and how it ends."""

    def __init__(self) -> None:
        self.said = ""
        self.ended: Deferred[None] = Deferred()

    def outReceived(self, data: bytes) -> None:
        self.said += data.decode("utf-8", "replace")

    errReceived = outReceived

    def processEnded(self, reason: Any) -> None:
        self.ended.callback(None)

    def end(self) -> Deferred[None]:
        """Fires when the process is gone."""
        assert self.transport is not None, "it was spawned"
        with contextlib.suppress(ProcessExitedAlready):
            self.transport.signalProcess("TERM")
        return self.ended


def shipped(name: str, replacements: Mapping[str, str]) -> str:
    """A shipped configuration with other addresses and files; each has to be there."""
    text = (ROOT / "etc" / "proxies" / name).read_text(encoding="utf-8")
    for old, new in replacements.items():
        assert old in text, f"{name} has no {old}"
        text = text.replace(old, new)
    return text


def freePort() -> int:
    """A port of the loopback that nobody has."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class ProxyCase(ProcessCase):
    """What any of the proxies has to do."""

    program = ""

    def write(self, certificate: Path, gateways: tuple[str, str], port: int) -> list[str]:
        """Write the configuration; the command that runs the proxy."""
        raise NotImplementedError

    @inlineCallbacks
    def setUp(self) -> Any:  # type: ignore[override]
        super().setUp()
        if shutil.which(self.program, path=PATH) is None:
            raise SkipTest(f"{self.program} is missing: apt-get install nginx-light haproxy")
        self.clients = self.foreign()
        self.gateways = [self._gateway(name) for name in ("one", "two")]
        readies = yield from self._ready()
        self.scada = [opcua for _, opcua, _ in readies]
        addresses = tuple(ocpp.removeprefix("ws://") for ocpp, _, _ in readies)
        self.certificate = selfSigned(self.folder, "localhost", datetime.now(UTC))[0].certificate
        self.port = freePort()
        words = self.write(self.certificate, (addresses[0], addresses[1]), self.port)
        self.proxy = Program()
        program = shutil.which(self.program, path=PATH) or self.program
        reactor.spawnProcess(
            self.proxy, program, [self.program, *words], env=os.environ, path=str(self.folder)
        )
        self.addCleanup(self.proxy.end)
        yield self.clients.run(self._listening())

    def _gateway(self, name: str) -> Any:
        folder = self.folder / name
        folder.mkdir()
        (folder / "site.toml").write_text(SITE)
        return self.run_("--config", str(folder / "site.toml"))

    def _ready(self) -> Any:
        found = []
        for gateway in self.gateways:
            ready = yield gateway.ready
            assert ready is not None, gateway.said
            found.append(ready)
        return found

    async def _listening(self) -> None:
        """Until the proxy takes connections, which it tells nobody."""
        async with asyncio.timeout(STARTING):
            while True:
                try:
                    _, writer = await asyncio.open_connection("127.0.0.1", self.port)
                except OSError:
                    await asyncio.sleep(0.05)
                else:
                    writer.close()
                    return

    def allow(self) -> None:
        """Give each charge point its password, at both gateways."""
        for name in ("one", "two"):
            state = str(self.folder / name / "state")
            for identity in IDENTITIES:
                words = ["--state", state, "set-password", "--chosen", identity]
                terminal = Terminal(StringIO(f"{PASSWORD}\n"), StringIO(), StringIO())
                self.assertEqual(administration.run(words, terminal), 0)

    async def call(self, identity: str, password: str = PASSWORD) -> Any:
        """A charge point of somebody else calls in at the proxy, with TLS."""
        trust = ssl.create_default_context(cafile=str(self.certificate))
        userinfo = f"{identity}:{password}".replace(" ", "%20")
        path = identity.replace(" ", "%20")
        return await connect(
            f"wss://{userinfo}@localhost:{self.port}/ocpp/{path}",
            host="127.0.0.1",
            local_addr=(HOST, 0),
            ssl=trust,
            subprotocols=[Subprotocol("ocpp1.6")],
            additional_headers={"X-Forwarded-For": "192.0.2.99"},
            proxy=None,
        )

    async def where(self) -> dict[str, int]:
        """Which gateway has which charge point, and that each shows where it calls from."""
        found = {}
        for number, url in enumerate(self.scada):
            async with ScadaContext(url) as scada:
                points = await scada.node("/ChargePoints").get_children()
                for identity in [str(point.nodeid.Identifier) for point in points]:
                    assert await scada.read(f"{identity}/Connected"), identity
                    address = await scada.read(f"{identity}/RemoteAddress")
                    assert address == f"{HOST}:0", address
                    assert identity not in found, f"{identity} is at both gateways"
                    found[identity] = number
        return found

    @inlineCallbacks
    def shows(self) -> Steps:
        """Each charge point comes to one gateway, the same each time, with all that it sends."""
        self.allow()
        yield self.clients.run(self._stays())
        yield self.clients.run(self._refused())

    async def _stays(self) -> None:
        seen = []
        for _ in range(2):
            points = []
            for identity in IDENTITIES:
                connection = await self.call(identity)
                assert connection.subprotocol == "ocpp1.6", connection.subprotocol
                point = ForeignChargePoint(identity, connection)
                await point.boot()
                points.append(point)
            seen.append(await self.where())
            for point in points:
                await point.close()
        assert set(seen[0]) == set(IDENTITIES), seen
        assert seen[0] == seen[1], seen
        assert set(seen[0].values()) == {0, 1}, "eight charge points at one gateway"

    async def _refused(self) -> None:
        try:
            await self.call(IDENTITIES[0], "wrong")
        except InvalidStatus as refused:
            assert refused.response.status_code == 401, refused
        else:
            raise AssertionError("a wrong password was let in")


PATH = os.environ.get("PATH", "") + ":/usr/sbin:/sbin"


class NginxTests(ProxyCase):
    """``etc/proxies/nginx.conf``."""

    program = "nginx"

    def write(self, certificate: Path, gateways: tuple[str, str], port: int) -> list[str]:
        text = shipped(
            "nginx.conf",
            {
                "192.168.20.11:8887": gateways[0],
                "192.168.20.12:8887": gateways[1],
                "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
                "/etc/ssl/ocppgw/chain.pem": str(certificate),
                "/etc/ssl/ocppgw/key.pem": str(certificate),
            },
        )
        (self.folder / "site.conf").write_text(text)
        (self.folder / "nginx.conf").write_text(NGINX.format(folder=self.folder))
        return ["-p", str(self.folder), "-e", "stderr", "-c", str(self.folder / "nginx.conf")]

    def test_nginx(self) -> Any:
        """nginx keeps each charge point at its gateway and hands on all that it says."""
        return self.shows()


class HaproxyTests(ProxyCase):
    """``etc/proxies/haproxy.cfg``."""

    program = "haproxy"

    def write(self, certificate: Path, gateways: tuple[str, str], port: int) -> list[str]:
        text = shipped(
            "haproxy.cfg",
            {
                "192.168.20.11:8887": gateways[0],
                "192.168.20.12:8887": gateways[1],
                "bind :443 ssl": f"bind 127.0.0.1:{port} ssl",
                "/etc/ssl/ocppgw/all.pem": str(certificate),
                "maxconn 20000": "maxconn 200",
            },
        )
        (self.folder / "haproxy.cfg").write_text(text)
        return ["-db", "-f", str(self.folder / "haproxy.cfg")]

    def test_haproxy(self) -> Any:
        """HAProxy keeps each charge point at its gateway and hands on all that it says."""
        return self.shows()


class ShippedTests(SynchronousTestCase):
    """The files as they are shipped."""

    def test_patience(self) -> None:
        """A link may be silent for longer than it takes to find out that it is dead."""
        needed = OcppSection().pingInterval + OcppSection().pingTimeout
        for name, pattern, times in (
            ("nginx.conf", r"proxy_(?:read|send)_timeout (\d+)h;", 2),
            ("haproxy.cfg", r"timeout tunnel (\d+)h", 1),
        ):
            hours = re.findall(pattern, shipped(name, {}))
            self.assertEqual(len(hours), times)
            self.assertTrue(all(int(one) * 3600 > needed for one in hours))
