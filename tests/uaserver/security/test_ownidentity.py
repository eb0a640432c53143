"""Tests of our own certificate: what it says, how it is kept, and when it is made anew."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from attrs import evolve
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.uaserver.security.certificates import Certificate
from ocppgw.uaserver.security.chains import Trust, judge
from ocppgw.uaserver.security.hosts import ownHosts
from ocppgw.uaserver.security.ownidentity import VALIDITY, OwnIdentityFailed, Wanted, prepared
from tests.conformance import shows
from tests.uaserver.pki import BEGIN, chained, holder, keyOf

WANTED = Wanted("urn:gw:ocppgw", "Car park", ("gw", "localhost", "127.0.0.1", "::1"))
DAY = timedelta(days=1)


class OwnIdentityCase(SynchronousTestCase):
    def setUp(self) -> None:
        self.folder = Path(self.mktemp())

    @property
    def certificate(self) -> Path:
        """The file with the certificate."""
        return self.folder / "certificate.der"

    @property
    def key(self) -> Path:
        """The file with the key."""
        return self.folder / "key.pem"


class MadeTests(OwnIdentityCase):
    def setUp(self) -> None:
        super().setUp()
        self.made = prepared(self.folder, WANTED, BEGIN)

    def test_says(self) -> None:
        """The ApplicationUri, then the names and addresses; the name for people; RSA 2048."""
        names = self.made.certificate.extension(x509.SubjectAlternativeName)
        self.assertEqual(self.made.certificate.uris, ("urn:gw:ocppgw",))
        self.assertEqual(names.get_values_for_type(x509.DNSName), ["gw", "localhost"])
        addresses = [ip_address("127.0.0.1"), ip_address("::1")]
        self.assertEqual(names.get_values_for_type(x509.IPAddress), addresses)
        self.assertEqual(self.made.certificate.commonName, "Car park")
        self.assertEqual(self.made.certificate.keyBits, 2048)

    def test_uses(self) -> None:
        """It may do what OPC UA asks of an application, and is no authority."""
        usage = self.made.certificate.extension(x509.KeyUsage)
        for name in ("digital_signature", "content_commitment", "key_encipherment",
                     "data_encipherment", "key_cert_sign"):  # fmt: skip
            self.assertTrue(getattr(usage, name), name)
        self.assertFalse(self.made.certificate.extension(x509.BasicConstraints).ca)

    @shows("Security Default ApplicationInstance Certificate")
    def test_acceptable(self) -> None:
        """It passes the checks that we make of others."""
        certificate = self.made.certificate
        judge(Certificate(certificate.der), Trust(frozenset({certificate})), BEGIN)

    def test_secret(self) -> None:
        """The key is for the gateway's own user only, and so is the folder."""
        self.assertEqual(self.key.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.folder.stat().st_mode & 0o777, 0o700)
        self.assertEqual(sorted(path.name for path in self.folder.iterdir()),
                         ["certificate.der", "key.pem"])  # fmt: skip

    def test_kept(self) -> None:
        """A restart keeps it, also on a machine whose addresses changed."""
        moved = evolve(WANTED, hosts=("gw", "192.0.2.1"))
        again = prepared(self.folder, moved, BEGIN + 1000 * DAY)
        self.assertEqual(again.certificate, self.made.certificate)

    def test_renewed(self) -> None:
        """Within the last 30 days it is made anew, with the same key."""
        late = BEGIN + VALIDITY - 30 * DAY
        self.assertEqual(prepared(self.folder, WANTED, late - DAY).expiry, self.made.expiry)
        renewed = prepared(self.folder, WANTED, late)
        self.assertEqual(renewed.expiry, late + VALIDITY)
        self.assertEqual(renewed.certificate.publicKey, self.made.certificate.publicKey)
        self.assertEqual(prepared(self.folder, WANTED, late).certificate, renewed.certificate)

    def test_renamed(self) -> None:
        """It is made anew when the machine has another name, or a configured name is missing."""
        for wanted in (evolve(WANTED, applicationUri="urn:other:ocppgw"),
                       evolve(WANTED, needed=("gw.example", "2001:DB8::7"))):  # fmt: skip
            renewed = prepared(self.folder, wanted, BEGIN)
            self.assertNotEqual(renewed.certificate, self.made.certificate)
            self.assertEqual(prepared(self.folder, wanted, BEGIN).certificate, renewed.certificate)

    def test_interrupted(self) -> None:
        """A key without a certificate, as a crash may leave it, gets one."""
        self.certificate.unlink()
        again = prepared(self.folder, WANTED, BEGIN)
        self.assertEqual(again.certificate.publicKey, self.made.certificate.publicKey)


class SiteTests(OwnIdentityCase):
    """The site put its own certificate there."""

    def setUp(self) -> None:
        super().setUp()
        self.folder.mkdir()
        self.site = holder("site", end=BEGIN + DAY)
        self.certificate.write_bytes(self.site.der)
        self.key.write_bytes(self.site.keyPem)

    def test_neverTouched(self) -> None:
        """It serves as it is, with its own ApplicationUri, also when it is about to end."""
        found = prepared(self.folder, WANTED, BEGIN)
        self.assertEqual(found.certificate.der, self.site.der)
        self.assertEqual(found.applicationUri, "urn:client.example:scada")
        self.assertFalse(found.isOurs)
        self.assertEqual(self.certificate.read_bytes(), self.site.der)

    def test_chain(self) -> None:
        """Its issuers are sent along in their order, however the file has them; others are not."""
        leaf, (middle, root) = chained()
        expected = leaf.der + middle.der + root.der
        pem = serialization.Encoding.PEM
        kept = [leaf, root, holder("stranger"), middle]
        files = (
            b"".join(each.content.public_bytes(pem) for each in kept),
            b"".join(each.der for each in kept),
        )
        self.key.write_bytes(leaf.keyPem)
        for file in files:
            self.certificate.write_bytes(file)
            found = prepared(self.folder, WANTED, BEGIN)
            self.assertEqual((found.certificate.der, found.certificate.chain), (leaf.der, expected))

    def test_wrong(self) -> None:
        """Files that do not fit are told of by name, and nothing is overwritten."""
        short = holder("short", key=keyOf("short", 1024))
        for path, content in (
            (self.key, holder("other").keyPem),
            (self.key, b"noise"),
            (self.key, short.keyPem),
            (self.certificate, b"noise"),
        ):
            self.setUpFiles()
            path.write_bytes(content)
            error = self.assertRaises(OwnIdentityFailed, prepared, self.folder, WANTED, BEGIN)
            self.assertIn(str(self.folder), str(error))
            self.assertEqual(path.read_bytes(), content)

    def test_keyMissing(self) -> None:
        """A certificate without its key is a mistake that somebody has to look at."""
        self.key.unlink()
        error = self.assertRaises(OwnIdentityFailed, prepared, self.folder, WANTED, BEGIN)
        self.assertIn("key.pem is missing", str(error))

    def setUpFiles(self) -> None:
        """Both files as they should be."""
        self.certificate.write_bytes(self.site.der)
        self.key.write_bytes(self.site.keyPem)


class HostTests(SynchronousTestCase):
    def test_ownHosts(self) -> None:
        """The loopback addresses are always among them; all can stand in a certificate."""
        found = ownHosts()
        self.assertLessEqual({"localhost", "127.0.0.1", "::1"}, set(found))
        self.assertEqual(len(found), len(set(found)))
