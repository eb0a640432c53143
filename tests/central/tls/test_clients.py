"""Security profile 3: charge points that show a certificate."""

from __future__ import annotations

import ssl
from typing import Any

from twisted.internet import reactor
from twisted.internet.defer import inlineCallbacks
from twisted.internet.task import deferLater
from twisted.logger import capturedLogs

from ocppgw.config.repeated import ChargePointTable
from tests.central.tls.authority import DAY, Authority, Issued
from tests.central.tls.case import TlsCase

REFUSED = (ssl.SSLError, ConnectionError)


class ClientTests(TlsCase):
    """Who gets in with a certificate."""

    def setUp(self) -> None:
        super().setUp()
        self.owner = Authority("Charge points")
        self.owner.write(self.folder / "clients.pem")

    @inlineCallbacks
    def begin(self, *chargePoints: ChargePointTable, **more: Any) -> Any:
        listener = self.listener(
            3,
            clientCas=(self.folder / "clients.pem",),
            organizations=("ACME",),
            **more,
        )
        yield self.start(listener, *chargePoints)

    @inlineCallbacks
    def refused(self, shown: Issued | None) -> Any:
        """The TLS handshake fails and is counted; what the gateway says of it."""
        before = self.central.refusals.count
        yield self.assertFailure(self.dial(self.client(shown), password=""), *REFUSED)
        while self.central.refusals.count == before:
            yield deferLater(reactor, 0)
        return self.central.refusals.last

    @inlineCallbacks
    def test_087_own(self) -> Any:
        """Its own certificate of the right operator is enough, without a password."""
        yield self.begin()
        met = yield self.dial(self.client(self.owner.issue("CP1")), password="")
        self.assertEqual(met.status, 101)
        access = yield self.store.findAccess("CP1")
        self.assertEqual(access.securityProfile, 3)

    @inlineCallbacks
    def test_TLS12(self) -> Any:
        """The same over TLS 1.2."""
        yield self.begin()
        context = self.client(self.owner.issue("CP1"))
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        met = yield self.dial(context, password="")
        self.assertEqual((met.status, met.version), (101, "TLSv1.2"))

    @inlineCallbacks
    def test_names(self) -> Any:
        """O without the operator, or CN of another charge point, is refused and logged."""
        yield self.begin()
        for commonName, organization in (
            ("CP1", "Others Ltd"),
            ("CP1", ""),
            ("CP2", "ACME Charging"),
            ("CP12", "ACME Charging"),
            ("XCP1", "ACME Charging"),
        ):
            with capturedLogs() as events:
                shown = self.owner.issue(commonName, organization)
                met = yield self.dial(self.client(shown), password="")
            self.assertEqual(met.status, 403, (commonName, organization))
            self.assertNotIn("CP1", self.registry.chargePoints)
        self.assertIn("CN of its certificate is 'XCP1'", self.central.refusals.last)
        self.assertEqual([event for event in events if "log_failure" in event], [])

    @inlineCallbacks
    def test_serialNumber(self) -> Any:
        """CN is the serial number where the file names one, and then not the identity."""
        yield self.begin(ChargePointTable("CP1", serialNumber="SN-0815"))
        met = yield self.dial(self.client(self.owner.issue("SN-0815")), password="")
        self.assertEqual(met.status, 101)
        met = yield self.dial(self.client(self.owner.issue("CP1")), password="")
        self.assertEqual(met.status, 403)

    @inlineCallbacks
    def test_none(self) -> Any:
        """Without a certificate there is no TLS, and that is a security event."""
        yield self.begin()
        with capturedLogs() as events:
            said = yield self.refused(None)
        [event] = [one for one in events if "securityEvent" in one]
        self.assertEqual(event["securityEvent"], "InvalidChargePointCertificate")
        self.assertIn("did not return a certificate", said)

    @inlineCallbacks
    def test_unknownIssuer(self) -> Any:
        """A certificate that somebody else signed is none."""
        yield self.begin()
        said = yield self.refused(self.root.issue("CP1"))
        self.assertIn("its root is not known", said)

    @inlineCallbacks
    def test_ended(self) -> Any:
        """A certificate that has ended is none."""
        yield self.begin()
        said = yield self.refused(self.owner.issue("CP1", lifetime=-DAY))
        self.assertIn("it has ended", said)

    @inlineCallbacks
    def test_revoked(self) -> Any:
        """A revoked certificate is none; a list that is renewed counts without a restart."""
        good, bad = self.owner.issue("CP1"), self.owner.issue("CP1")
        crl = self.owner.revoke(self.folder / "clients.crl", bad)
        yield self.begin(revocationLists=(crl,))
        said = yield self.refused(bad)
        self.assertIn("it was revoked", said)
        met = yield self.dial(self.client(good), password="")
        self.assertEqual(met.status, 101)
        self.owner.revoke(crl, good, bad)
        self.central._secure.refresh()
        yield self.refused(good)

    @inlineCallbacks
    def test_listEnded(self) -> Any:
        """With a revocation list that has ended nobody can be checked, so nobody gets in."""
        crl = self.owner.revoke(self.folder / "clients.crl", lifetime=-DAY)
        yield self.begin(revocationLists=(crl,))
        said = yield self.refused(self.owner.issue("CP1"))
        self.assertIn("revocation list of its issuer has ended", said)

    @inlineCallbacks
    def test_intermediate(self) -> Any:
        """A charge point may send its chain; the root alone has to be known."""
        between = Authority("Maker", self.owner)
        yield self.begin()
        met = yield self.dial(self.client(between.issue("CP1")), password="")
        self.assertEqual(met.status, 101)

    @inlineCallbacks
    def test_C21_legacyTls(self) -> Any:
        """C21: a port made for it takes TLS 1.1 with the one suite that is left for it."""
        yield self.start(self.listener(2, certificates=(self.rsaFile(),), legacyTls=True))
        context = self.client()
        context.set_ciphers("AES128-SHA:@SECLEVEL=0")
        context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_1
        met = yield self.dial(context)
        self.assertEqual((met.status, met.version, met.suite), (101, "TLSv1.1", "AES128-SHA"))
