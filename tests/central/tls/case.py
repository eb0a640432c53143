"""A Central System on real ports of the loopback interface, and a charge point that dials them."""

from __future__ import annotations

import base64
import socket
import ssl
from pathlib import Path
from random import Random
from typing import Any

import attrs
from twisted.internet import reactor
from twisted.internet.defer import Deferred, inlineCallbacks
from twisted.internet.threads import deferToThread
from twisted.trial.unittest import TestCase

from ocppgw.access import chargepointkeys as keys
from ocppgw.access.linkaccess import PasswordSet
from ocppgw.access.secrets import Secret
from ocppgw.central.centralsystem import CentralSystem
from ocppgw.central.recording import Recorder
from ocppgw.config.listeners import ListenerTable
from ocppgw.config.repeated import ChargePointTable
from ocppgw.model.registry import Registry
from ocppgw.store.memory import MemoryStore
from tests.central.support import configured
from tests.central.tls.authority import Authority, Issued, now, rsaKey

KEY = "00112233445566778899aabbccddeeff00112233"
ENDPOINT = "tcp:0:interface=127.0.0.1"
HOST = "gateway.example"


@attrs.frozen
class Met:
    """What a charge point met: the HTTP status, and the TLS that it spoke."""

    status: int
    version: str | None
    suite: str
    certificate: bytes


def handshake(identity: str, password: str) -> bytes:
    """What a charge point says first."""
    lines = [
        f"GET /{identity} HTTP/1.1",
        f"Host: {HOST}",
        "Upgrade: websocket",
        "Connection: Upgrade",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version: 13",
        "Sec-WebSocket-Protocol: ocpp1.6",
    ]
    if password:
        both = base64.b64encode(f"{identity}:{password}".encode()).decode()
        lines.append(f"Authorization: Basic {both}")
    return "\r\n".join([*lines, "", ""]).encode()


def dial(port: int, context: ssl.SSLContext, identity: str, password: str) -> Met:
    """Dial and shake hands, blocking; raises what goes wrong."""
    with (
        socket.create_connection(("127.0.0.1", port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname=HOST) as secure,
    ):
        secure.sendall(handshake(identity, password))
        answer = secure.recv(4096)
        if not answer:
            raise ssl.SSLEOFError("closed without an answer")
        cipher = secure.cipher()
        assert cipher is not None
        shown = secure.getpeercert(binary_form=True) or b""
        return Met(int(answer.split()[1]), secure.version(), cipher[0], shown)


class TlsCase(TestCase):
    """Certificates in a folder; `start` opens one listener."""

    timeout = 60

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.root = Authority()
        self.root.write(self.folder / "root.pem")
        self.ecdsa = self.root.issue(HOST, alternative=HOST)
        self.ecdsaFile = self.ecdsa.write(self.folder / "ecdsa.pem")

    def rsaFile(self) -> Path:
        made = self.root.issue(HOST, key=rsaKey(), alternative=HOST)
        return made.write(self.folder / "rsa.pem")

    @inlineCallbacks
    def start(self, listener: ListenerTable, *chargePoints: ChargePointTable) -> Any:
        """Open a listener; its password is `KEY` for CP1."""
        registry, self.store = Registry(), MemoryStore()
        kept = keys.hashGenerated(Secret(KEY), Random(3).randbytes).text
        yield self.store.changeAccess(PasswordSet("CP1", kept))
        configuration = configured(
            *chargePoints,
            ocpp={"listen": (), "listeners": (listener,)},
            gateway={"state": self.folder / "state"},
        )
        self.central = CentralSystem(
            configuration,
            registry,
            Recorder(registry, self.store),
            self.store,
            reactor,
            now,
            Random(1),
        )
        self.registry = registry
        yield self.central.startService()
        self.addCleanup(self.central.stopService)
        self.port = int(self.central.urls()[0].rpartition(":")[2])

    def listener(self, profile: int = 2, **more: Any) -> ListenerTable:
        more.setdefault("certificates", (self.ecdsaFile,))
        return ListenerTable(ENDPOINT, profile, **more)

    def client(self, shown: Issued | None = None) -> ssl.SSLContext:
        """TLS of a charge point that trusts our root."""
        context = ssl.create_default_context(cafile=str(self.folder / "root.pem"))
        if shown is not None:
            path = shown.write(self.folder / f"client-{shown.certificate.serial_number}.pem")
            context.load_cert_chain(str(path))
        return context

    def dial(
        self, context: ssl.SSLContext, identity: str = "CP1", password: str = KEY
    ) -> Deferred[Met]:
        """Have a charge point dial, on a thread."""
        return deferToThread(dial, self.port, context, identity, password)
