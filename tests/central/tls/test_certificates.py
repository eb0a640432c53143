"""What is said of a certificate before charge points say it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance.tls.certificates import (
    BadCertificate,
    endOf,
    inspect,
    readChain,
    readRevocationLists,
)
from ocppgw.central.entrance.tls.clientcertificates import Subject, whyNotOwn
from tests.central.tls.authority import DAY, Authority, Issued, now, rsaKey

HOST = "gateway.example"


class InspectionTests(SynchronousTestCase):
    """C22: the self-check."""

    def setUp(self) -> None:
        self.root = Authority()
        self.between = Authority("Between", self.root)

    def faults(self, issued: Issued, host: str = HOST, later: timedelta = timedelta()) -> str:
        chain = (issued.certificate, *issued.above)
        return "; ".join(inspect(chain, host, now() + later))

    def test_C22_good(self) -> None:
        """A certificate with its chain and the right names has no fault."""
        issued = self.between.issue(HOST, alternative=HOST, lifetime=60 * DAY)
        # A day before the last month of the intermediate certificate.
        self.assertEqual(self.faults(issued, later=-DAY), "")

    def test_C22_noChain(self) -> None:
        """One that stands alone may lack what charge points need."""
        self.assertIn("stands without", self.faults(self.root.issue(HOST, alternative=HOST)))

    def test_C22_order(self) -> None:
        """A chain out of order is told."""
        one = self.between.issue(HOST)
        wrong = (one.certificate, self.root.certificate, *one.above)
        self.assertIn("out of order", "; ".join(inspect(wrong, "", now())))

    def test_C22_selfSigned(self) -> None:
        """One that signs itself is told."""
        self.assertIn("signs itself", "; ".join(inspect((self.root.certificate,), "", now())))

    def test_C22_names(self) -> None:
        """The host's name has to be in CN and in subjectAltName; a wildcard serves."""
        for name, found in ((HOST, 0), ("*.example", 0), ("*.other", 2), ("example", 2)):
            said = self.faults(self.between.issue(name, alternative=name))
            self.assertEqual(said.count("does not have"), found, name)

    def test_dates(self) -> None:
        """One that has ended, ends soon, or has not begun is told."""
        issued = self.between.issue(HOST)
        self.assertIn("renew it", self.faults(issued))
        self.assertIn("has ended", self.faults(issued, later=11 * DAY))
        self.assertIn("not valid yet", self.faults(issued, later=-25 * DAY))

    def test_endOfChain(self) -> None:
        """A chain ends with the first of its certificates."""
        issued = self.between.issue(HOST, lifetime=99 * DAY)
        end = endOf((issued.certificate, *issued.above))
        self.assertEqual(end, self.between.certificate.not_valid_after_utc)

    def test_weakKey(self) -> None:
        """Keys that are too short are told (A00.FR.502)."""
        self.assertIn("1024 bits", self.faults(self.root.issue(HOST, key=rsaKey(1024))))


class FileTests(SynchronousTestCase):
    """Reading PEM files."""

    def test_unreadable(self) -> None:
        """Whatever is wrong with a file is one line that names it."""
        path = Path(self.mktemp())
        for content in (None, b"", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"):
            if content is not None:
                path.write_bytes(content)
            for read in (readChain, readRevocationLists):
                error = self.assertRaises(BadCertificate, read, path)
                self.assertTrue(str(error).startswith(str(path)), str(error))

    def test_lists(self) -> None:
        """A file may hold several revocation lists."""
        one, two = Path(self.mktemp()), Path(self.mktemp())
        Authority("One").revoke(one)
        Authority("Two").revoke(two)
        one.write_bytes(one.read_bytes() + two.read_bytes())
        self.assertEqual(len(readRevocationLists(one)), 2)


class SubjectTests(SynchronousTestCase):
    """Whose a certificate is."""

    def why(self, organization: str, commonName: str, *expected: str) -> str:
        return whyNotOwn(Subject((organization,), (commonName,)), ("ACME",), expected)

    def test_right(self) -> None:
        """O contains the operator, CN is the serial number or has it as a word; case is equal."""
        for organization, commonName in (
            ("ACME", "CP1"),
            ("Acme Charging Ltd", "cp1"),
            ("ACME", "Charge point CP1"),
        ):
            self.assertEqual(self.why(organization, commonName, "CP1"), "")

    def test_wrong(self) -> None:
        """A part of a longer serial number is another serial number."""
        for commonName in ("CP12", "XCP1", "CP1-2", ""):
            self.assertIn("CN", self.why("ACME", commonName, "CP1"))
        self.assertIn("O of", self.why("Others", "CP1", "CP1"))

    def test_nothingExpected(self) -> None:
        """An empty expectation is met by nobody."""
        self.assertTrue(self.why("ACME", "", ""))
        self.assertTrue(whyNotOwn(Subject((), ()), ("ACME",), ("CP1",)))
