"""What the gateway shows of itself on a port with TLS."""

from __future__ import annotations

import socket
import ssl
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding
from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.internet.task import deferLater
from twisted.internet.threads import deferToThread
from twisted.logger import capturedLogs

from ocppgw.central.entrance.tls.certificates import BadCertificate
from tests.central.tls.authority import DAY, Authority
from tests.central.tls.case import HOST, TlsCase

DEMANDED = (
    "ECDHE-ECDSA-AES128-GCM-SHA256",
    "ECDHE-ECDSA-AES256-GCM-SHA384",
    "AES128-GCM-SHA256",
    "AES256-GCM-SHA384",
)


def only(context: ssl.SSLContext, suite: str) -> ssl.SSLContext:
    """Make a client offer one suite of TLS 1.2."""
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers(f"{suite}:@SECLEVEL=1")
    return context


def sendPlain(port: int) -> bytes:
    """Speak HTTP where TLS is spoken; what comes back."""
    with socket.create_connection(("127.0.0.1", port), timeout=20) as plain:
        plain.sendall(b"GET /CP1 HTTP/1.1\r\n\r\n")
        return plain.recv(100)


class ServerTests(TlsCase):
    """Security profile 2: TLS, and a password."""

    @inlineCallbacks
    def test_086_profile2(self) -> Any:
        """Over TLS 1.3 the right password connects, a wrong one gets 401."""
        yield self.start(self.listener())
        self.assertTrue(self.central.urls()[0].startswith("wss://"))
        met = yield self.dial(self.client())
        self.assertEqual((met.status, met.version), (101, "TLSv1.3"))
        met = yield self.dial(self.client(), password="wrong")
        self.assertEqual(met.status, 401)
        access = yield self.store.findAccess("CP1")
        self.assertEqual(access.securityProfile, 2)

    @inlineCallbacks
    def test_C23_bothKinds(self) -> Any:
        """One port serves RSA and ECDSA certificates, with each suite of the Whitepaper."""
        yield self.start(self.listener(certificates=(self.rsaFile(), self.ecdsaFile)))
        for suite in DEMANDED:
            met = yield self.dial(only(self.client(), suite))
            self.assertEqual((met.status, met.version, met.suite), (101, "TLSv1.2", suite))

    @inlineCallbacks
    def test_oldVersions(self) -> Any:
        """TLS 1.1 is refused on a port that is not made for it, and that is a security event."""
        yield self.start(self.listener())
        context = self.client()
        context.set_ciphers("ALL:@SECLEVEL=0")
        context.minimum_version = ssl.TLSVersion.TLSv1_1
        context.maximum_version = ssl.TLSVersion.TLSv1_1
        with capturedLogs() as events:
            yield self.assertFailure(self.dial(context), ssl.SSLError, ConnectionError)
            yield self.dial(self.client())
        self.assertIn("InvalidTLSVersion", [event.get("securityEvent") for event in events])

    @inlineCallbacks
    def test_distrusted(self) -> Any:
        """A charge point that does not trust our certificate shows as that in the log."""
        yield self.start(self.listener())
        with capturedLogs() as events:
            context = ssl.create_default_context()
            yield self.assertFailure(self.dial(context), ssl.SSLError)
            while not self.central.refusals.count:
                yield deferLater(reactor, 0)
        [event] = [event for event in events if "securityEvent" in event]
        self.assertEqual(event["securityEvent"], "InvalidCentralSystemCertificate")
        self.assertIn("unknown ca", self.central.refusals.last)

    @inlineCallbacks
    def test_weakSuites(self) -> Any:
        """Other suites of TLS 1.2 are refused."""
        yield self.start(self.listener(certificates=(self.rsaFile(), self.ecdsaFile)))
        context = only(self.client(), "AES128-SHA")
        yield self.assertFailure(self.dial(context), ssl.SSLError, ConnectionError)

    @inlineCallbacks
    def test_C22_wholeChain(self) -> Any:
        """Intermediate certificates are sent along, so that knowing the root is enough."""
        between = Authority("Between", self.root)
        issued = between.issue(HOST, alternative=HOST)
        path = issued.write(self.folder / "chained.pem")
        yield self.start(self.listener(certificates=(path,)))
        met = yield self.dial(self.client())
        self.assertEqual(met.status, 101)

    @inlineCallbacks
    def test_C22_selfCheck(self) -> Any:
        """At the start the log tells what charge points will stumble over."""
        path = self.root.issue("other.example", lifetime=DAY).write(self.folder / "odd.pem")
        with capturedLogs() as events:
            yield self.start(self.listener(certificates=(path,), hostName=HOST))
        said = " ".join(event["fault"] for event in events if "fault" in event)
        for part in ("renew it", f"does not have {HOST} in CN", "in subjectAltName"):
            self.assertIn(part, said)

    @inlineCallbacks
    def test_reload(self) -> Any:
        """New files are taken over without a restart; bad ones leave the old ones in force."""
        yield self.start(self.listener())
        renewed = self.root.issue(HOST, alternative=HOST, lifetime=5 * DAY)
        renewed.write(self.ecdsaFile)
        self.central._secure.refresh()
        met = yield self.dial(self.client())
        self.assertEqual(met.certificate, renewed.certificate.public_bytes(Encoding.DER))
        self.assertEqual(self.central._secure.expiry, renewed.certificate.not_valid_after_utc)
        self.ecdsaFile.write_text("nothing")
        with capturedLogs() as events:
            self.central._secure.refresh()
            self.central._secure.refresh()
        self.assertEqual(len([event for event in events if "why" in event]), 1)
        met = yield self.dial(self.client())
        self.assertEqual(met.status, 101)

    @inlineCallbacks
    def test_expiry(self) -> Any:
        """The gateway tells when the first of its certificates ends."""
        yield self.start(self.listener())
        end = self.ecdsa.certificate.not_valid_after_utc
        self.assertEqual(self.central._own()["CertificateExpiry"], end)
        self.central.others = lambda: {"CertificateExpiry": end - DAY}
        self.assertEqual(self.central._own()["CertificateExpiry"], end - DAY)

    @inlineCallbacks
    def test_selfSigned(self) -> Any:
        """Where somebody asks for it, certificates sign themselves, are private, and stay."""
        listener = self.listener(certificates=(), selfSigned=True, hostName=HOST)
        yield self.start(listener)
        files = sorted((self.folder / "state").iterdir())
        self.assertEqual(len(files), 2)
        for file in files:
            self.assertEqual(file.stat().st_mode & 0o777, 0o600)
        met = yield self.dial(ssl.create_default_context(cafile=str(files[0])))
        self.assertEqual(met.status, 101)
        before = met.certificate
        yield self.central.stopService()
        yield self.start(listener)
        met = yield self.dial(ssl.create_default_context(cafile=str(files[0])))
        self.assertEqual(met.certificate, before)

    @inlineCallbacks
    def test_unusableFiles(self) -> Any:
        """Files that cannot be used prevent the start with one line that names them."""
        stranger = self.root.issue(HOST).write(self.folder / "stranger.pem")
        empty = self.folder / "empty.pem"
        empty.write_text("")
        wrong: tuple[tuple[tuple[Path, ...], tuple[Path, ...]], ...] = (
            ((self.folder / "missing.pem",), ()),
            ((empty,), ()),
            ((self.ecdsaFile,), (stranger,)),
            ((self.ecdsaFile,), (empty,)),
        )
        for certificates, files in wrong:
            listener = self.listener(certificates=certificates, keys=files)
            error = yield self.assertFailure(self.start(listener), BadCertificate)
            self.assertIn(str((files or certificates)[0]), str(error))
            self.assertEqual(len(str(error).splitlines()), 1)

    @inlineCallbacks
    def test_plainOnTls(self) -> Any:
        """One that speaks no TLS on this port does no harm and is counted."""
        yield self.start(self.listener())
        yield deferToThread(sendPlain, self.port)
        met = yield self.dial(self.client())
        self.assertEqual(met.status, 101)
        self.assertEqual(self.central.refusals.count, 1)
