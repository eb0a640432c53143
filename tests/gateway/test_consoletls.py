"""Tests of the console's certificate: reading it, and putting another one in force."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import attrs
from twisted.logger import capturedLogs
from twisted.trial.unittest import SynchronousTestCase

from ocppgw.central.entrance.tls.certificates import SOON
from ocppgw.config.web import WebSection
from ocppgw.gateway.consoletls import ConsoleTls, Tls, readTls
from ocppgw.gateway.inforce import told
from tests.central.tls.authority import DAY, Authority, Issued, now


class Files(SynchronousTestCase):
    """A certificate beneath two authorities, in files."""

    def setUp(self) -> None:
        self.folder = Path(self.mktemp())
        self.folder.mkdir()
        self.authority = Authority("Intermediate", Authority())

    def section(self, issued: Issued, name: str = "own.pem") -> WebSection:
        path = issued.write(self.folder / name)
        return WebSection(endpoint="tcp:0", certificates=(path,))

    def tls(self, issued: Issued) -> Tls:
        found = readTls(self.section(issued))
        assert found is not None
        return found


class ReadTests(Files):
    """What is read off the disk."""

    def test_none(self) -> None:
        """Without certificates the console speaks plain HTTP."""
        self.assertIsNone(readTls(WebSection()))

    def test_expiry(self) -> None:
        """The end of a chain is that of its first certificate to end."""
        for lifetime in (10 * DAY, 300 * DAY):
            issued = self.authority.issue("console.example", lifetime=lifetime)
            ends = [one.not_valid_after_utc for one in (issued.certificate, *issued.above)]
            self.assertEqual(self.tls(issued).expiry, min(ends))

    def test_keyElsewhere(self) -> None:
        """The key may stand in a file of its own."""
        issued = self.authority.issue("console.example")
        section = self.section(issued)
        issued.write(section.certificates[0], withKey=False)
        self.assertRaises(OSError, readTls, section)
        key = self.folder / "key.pem"
        key.write_bytes(issued.keyPem())
        self.assertIsNotNone(readTls(attrs.evolve(section, keys=(key,))))

    def test_unusable(self) -> None:
        """A key of another certificate, or no certificate at all, is told with both files."""
        one, other = self.authority.issue("a"), self.authority.issue("b")
        section = self.section(attrs.evolve(one, key=other.key))
        error = self.assertRaises(OSError, readTls, section)
        self.assertIn(str(section.certificates[0]), str(error))
        section.certificates[0].write_text("nothing")
        self.assertRaises(OSError, readTls, section)


class ConsoleTlsTests(Files):
    """What is in force."""

    def test_use(self) -> None:
        """Another certificate is told of, the same one read again is not."""
        first = self.tls(self.authority.issue("a", lifetime=90 * DAY))
        second = self.tls(self.authority.issue("a", lifetime=91 * DAY))
        tls = ConsoleTls(first, lambda: now() - 60 * DAY)
        with capturedLogs() as events:
            for each in (first, second, attrs.evolve(second)):
                tls.use(each)
        formats = [str(one["log_format"]) for one in events]
        self.assertEqual(len(formats), 1, formats)
        self.assertIn("shows another certificate", formats[0])
        self.assertEqual(tls.values(), {"CertificateExpiry": second.expiry})

    def test_warning(self) -> None:
        """A certificate that ends soon is warned of, at the start and at each reload."""
        tls = self.tls(self.authority.issue("a"))
        for before, count in ((SOON + timedelta(hours=1), 0), (timedelta(hours=1), 2)):
            with capturedLogs() as events:
                ConsoleTls(tls, lambda before=before: tls.expiry - before).use(tls)  # type: ignore[misc]
            self.assertEqual(len(events), count)

    def test_earliest(self) -> None:
        """Gateway shows the first end of all certificates, whichever part has it."""
        parts = [
            ConsoleTls(self.tls(self.authority.issue("a", lifetime=days * DAY)), now)
            for days in (5, 3, 4)
        ]
        ends = [part.values()["CertificateExpiry"] for part in parts]
        self.assertEqual(told(*parts, None), {"CertificateExpiry": ends[1]})
